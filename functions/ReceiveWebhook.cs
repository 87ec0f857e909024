using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions;

/// <summary>Takes a webhook: stored durably before it is answered 2xx. Its signature is its authentication.</summary>
public sealed class ReceiveWebhook(Hub hub)
{
    [Function(nameof(ReceiveWebhook))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/{system}")] HttpRequest request,
        string system,
        CancellationToken cancellationToken
    ) => Answer.To(request, await hub.ReceiveAsync(system, Answer.Unread(request), cancellationToken));
}
