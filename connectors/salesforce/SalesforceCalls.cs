using System.Text.Json;
using Refit;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Makes one call to an org: its API, the version of it, and the token to call with.</summary>
internal delegate Task<HttpResponseMessage> SalesforceCall(
    ISalesforceApi api,
    string version,
    string token,
    CancellationToken cancellationToken
);

/// <summary>Calls to one org, each signed in. A query is a call that changes nothing.</summary>
internal sealed class SalesforceCalls(
    VendorHttp http,
    ISalesforceApi api,
    SalesforceAuth auth,
    SalesforceOptions options,
    TimeProvider time
)
{
    /// <summary>To the org that a system is set up with.</summary>
    public static SalesforceCalls Over(ConnectorContext context, SalesforceOptions options)
    {
        var http = new VendorHttp(context) { QuotaOf = SalesforceQuota.Of };
        var api = RestService.For<ISalesforceApi>(http.Client);
        return new SalesforceCalls(http, api, new SalesforceAuth(http, api, options, context.Time), options, context.Time);
    }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What no fault may repeat.</summary>
    public IEnumerable<string> Secrets => options.Secrets;

    /// <summary>
    /// Whatever is answered. Where a token is refused, its session has ended, and nothing was done: one more try with a new one tells that from a refused client.
    /// </summary>
    public async Task<Outcome<VendorAnswer>> SendAsync(CallKind kind, SalesforceCall call, CancellationToken cancellationToken)
    {
        var called = await TryAsync(kind, call, cancellationToken);
        return called.TryGet(out var answer, out _) && SalesforceFaults.IsSessionEnded(answer)
            ? await TryAsync(kind, call, cancellationToken)
            : called;
    }

    /// <summary>The JSON object that a read is answered with, or a fault.</summary>
    public async Task<Outcome<JsonElement>> ReadAsync(SalesforceCall call, CancellationToken cancellationToken)
    {
        var called = await SendAsync(CallKind.Read, call, cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (!answer.IsSuccess)
        {
            return SalesforceFaults.OfRead(answer, Now, Secrets);
        }

        return VendorJson.TryParse(answer.Body, out var body) ? body : new Fault.Transient("the answer is not a JSON object");
    }

    private async Task<Outcome<VendorAnswer>> TryAsync(CallKind kind, SalesforceCall call, CancellationToken cancellationToken)
    {
        var found = await auth.TokenAsync(cancellationToken);
        if (!found.TryGet(out var token, out var fault))
        {
            return fault;
        }

        var called = await http.CallAsync(kind, cancel => call(api, options.ApiVersion, token, cancel), cancellationToken);
        if (called.TryGet(out var answer, out _) && SalesforceFaults.IsSessionEnded(answer))
        {
            await auth.RefuseAsync(token);
        }

        return called;
    }
}
