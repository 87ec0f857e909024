using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions.Operations;

/// <summary>Follows an id through the hub: ids, states, hashes and times, no content.</summary>
public sealed class FollowTrace(Hub hub)
{
    [Function(nameof(FollowTrace))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "operations/trace")] HttpRequest request,
        CancellationToken cancellationToken
    ) => Answer.Found(await hub.TraceAsync(Answer.Id(request), cancellationToken), TraceDocument.Of, FunctionsJson.Default.TraceDocument);
}
