using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions.Operations;

/// <summary>Counts where every acknowledged delivery stands.</summary>
public sealed class Verify(Hub hub)
{
    [Function(nameof(Verify))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "operations/verify")] HttpRequest request,
        CancellationToken cancellationToken
    ) => Answer.With(await hub.VerifyAsync(cancellationToken), FunctionsJson.Default.Verification);
}
