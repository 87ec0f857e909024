using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions.Operations;

/// <summary>Lists what needs a person.</summary>
public sealed class ListDeadLetters(Hub hub)
{
    [Function(nameof(ListDeadLetters))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "operations/deadletters")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        Answer.With(
            [.. (await hub.DeadLettersAsync(Answer.MostListed, cancellationToken)).Select(LetterLine.Of)],
            FunctionsJson.Default.IReadOnlyListLetterLine
        );
}
