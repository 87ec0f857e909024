using System.Globalization;
using System.Text;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Server.Webhooks;

/// <summary><c>POST /webhooks/{system}</c>: reads a bounded body, hands it to the hub, and says how it was received.</summary>
internal sealed class WebhookEndpoint(HubContext context, Hub hub, StoreWatch store, ILogger<WebhookEndpoint> log)
{
    public async Task<IResult> HandleAsync(string system, HttpContext http)
    {
        var receipt = await ReceiveAsync(system, http.Request, http.RequestAborted);
        var known = context.Router.Systems.ContainsKey(system);
        HeadLog.WebhookAnswered(log, known ? system : "none", receipt.Status, receipt.Rule, receipt.Delivery?.ToString());
        if (receipt.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = Receipt.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return receipt switch
        {
            { Acknowledgement: { } words } => Results.Text(words.Body, words.MediaType, Encoding.UTF8),
            { Delivery: { } delivery } => Results.Json(
                new WebhookAccepted(delivery.ToString(), receipt.Rule),
                HeadJson.Default.WebhookAccepted
            ),
            _ => Problem.Of(receipt.Status, receipt.Rule),
        };
    }

    private async Task<Receipt> ReceiveAsync(string system, HttpRequest request, CancellationToken cancellationToken)
    {
        if (store.HasFailed)
        {
            return Counted(system, Receipt.StoreFailed);
        }

        try
        {
            var headers = request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));
            var unread = new UnreadWebhook(headers, RequestBody.Of(request), request.ContentLength)
            {
                Query = request.QueryString.ToString(),
            };
            return await hub.ReceiveAsync(system, unread, cancellationToken);
        }
        catch (StoreFailedException failed)
        {
            store.Report(failed);
            return Counted(system, Receipt.StoreFailed);
        }
    }

    /// <summary>The hub counts what it decides; this is what it never saw.</summary>
    private Receipt Counted(string system, Receipt receipt)
    {
        context.Metrics.Received(system, receipt);
        return receipt;
    }
}
