using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions.Operations;

/// <summary>Shows one dead letter in full: everything but content.</summary>
public sealed class ShowDeadLetter(Hub hub)
{
    [Function(nameof(ShowDeadLetter))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "operations/deadletter")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        Answer.Found(
            await hub.DeadLetterAsync(Answer.Id(request), cancellationToken),
            LetterDocument.Of,
            FunctionsJson.Default.LetterDocument
        );
}
