using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Server.Webhooks;

/// <summary><c>POST /webhooks/{system}</c>: reads a bounded body, hands it to the hub, and says how it was received.</summary>
internal sealed class WebhookEndpoint(HubContext context, Hub hub, StoreWatch store, ILogger<WebhookEndpoint> log)
{
    private const string RetryAfterSeconds = "5";
    private static readonly Receipt StoreFailed = new(ReceiptKind.Busy, "store-failed", null);

    public async Task<IResult> HandleAsync(string system, HttpContext http)
    {
        var receipt = await ReceiveAsync(system, http.Request, http.RequestAborted);
        var known = context.Router.Systems.ContainsKey(system);
        var status = StatusOf(receipt.Kind);
        HeadLog.WebhookAnswered(log, known ? system : "none", status, receipt.Rule, receipt.Delivery?.ToString());
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return receipt.Delivery is { } delivery
            ? Results.Json(new WebhookAccepted(delivery.ToString(), receipt.Rule), HeadJson.Default.WebhookAccepted)
            : Problem.Of(status, receipt.Rule);
    }

    private async Task<Receipt> ReceiveAsync(string system, HttpRequest request, CancellationToken cancellationToken)
    {
        var limit = context.Router.Systems.TryGetValue(system, out var connected) ? connected.Facts.WebhookBodyLimit : 0;
        var body = connected is null ? ReadOnlyMemory<byte>.Empty : await BoundedBody.ReadAsync(request, limit, cancellationToken);
        if (body is null)
        {
            return Counted(system, new Receipt(ReceiptKind.TooLarge, "body-too-large", null));
        }

        if (store.HasFailed)
        {
            return Counted(system, StoreFailed);
        }

        try
        {
            return await hub.ReceiveAsync(system, new WebhookRequest(HeadersOf(request), body.Value, context.Now), cancellationToken);
        }
        catch (StoreFailedException failed)
        {
            store.Report(failed);
            return Counted(system, StoreFailed);
        }
    }

    /// <summary>The hub counts what it decides; this is what it never saw.</summary>
    private Receipt Counted(string system, Receipt receipt)
    {
        context.Metrics.Received(system, receipt);
        return receipt;
    }

    private static Dictionary<string, string> HeadersOf(HttpRequest request) =>
        request.Headers.ToDictionary(
            header => header.Key.ToLower(CultureInfo.InvariantCulture),
            header => header.Value.ToString(),
            StringComparer.Ordinal
        );

    private static int StatusOf(ReceiptKind kind) =>
        kind switch
        {
            ReceiptKind.Accepted or ReceiptKind.Duplicate => StatusCodes.Status200OK,
            ReceiptKind.Unauthenticated => StatusCodes.Status401Unauthorized,
            ReceiptKind.UnknownSystem => StatusCodes.Status404NotFound,
            ReceiptKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
            ReceiptKind.UnsupportedType => StatusCodes.Status415UnsupportedMediaType,
            ReceiptKind.Unreadable => StatusCodes.Status400BadRequest,
            ReceiptKind.Busy or ReceiptKind.NoSecret => StatusCodes.Status503ServiceUnavailable,
            _ => throw new InvariantException("a known kind of receipt"),
        };
}

/// <summary>Reads a request's body up to a limit, whether or not its length was announced.</summary>
internal static class BoundedBody
{
    /// <summary>The body, or null where it is longer than <paramref name="limit"/>: then the rest stays unread.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var buffer = new byte[request.ContentLength is { } length ? (int)length + 1 : Math.Min(limit + 1, 16 * 1024)];
        var filled = 0;
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            if (read == 0)
            {
                return buffer.AsMemory(0, filled);
            }

            if (filled > limit)
            {
                return null;
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(limit + 1, buffer.Length * 2));
            }
        }
    }
}
