using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Refit;

namespace QtcHub.Connectors.NetSuite;

/// <summary>A record to save.</summary>
/// <param name="Type">The record service's type name.</param>
/// <param name="Id">Its own id where it is known to exist, else null: then it is made, or changed, by its external id.</param>
/// <param name="Reference">Its external id.</param>
/// <param name="Replace">The sublists that are replaced rather than merged.</param>
/// <param name="Body">The request, as it goes out.</param>
internal sealed record NetSuiteWrite(string Type, string? Id, string Reference, string? Replace, ReadOnlyMemory<byte> Body)
{
    /// <summary>From this instant on it is not sent any more.</summary>
    public required DateTimeOffset SendBefore { get; init; }
}

/// <summary>Calls to one account, each signed in.</summary>
internal sealed class NetSuiteCalls
{
    private readonly TimeProvider time;
    private readonly VendorHttp http;
    private readonly INetSuiteApi api;
    private readonly NetSuiteAuth auth;

    public NetSuiteCalls(ConnectorContext context, NetSuiteOptions options)
    {
        time = context.Time;
        http = new VendorHttp(context with { Handler = new NetSuiteSigner(context.Handler) });
        api = RestService.For<INetSuiteApi>(http.Client);
        auth = new NetSuiteAuth(context, options, http, api);
    }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What no fault may repeat.</summary>
    public IEnumerable<string> Secrets => auth.Secrets;

    /// <summary>Saves a record: whatever is answered, once.</summary>
    public Task<Outcome<VendorAnswer>> SaveAsync(NetSuiteWrite write, CancellationToken cancellationToken) =>
        CallAsync(
            CallKind.Write(write.SendBefore),
            async (pass, token) =>
            {
                using var body = new ReadOnlyMemoryContent(write.Body);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                // A record known to exist is addressed by its own id: the external id may have been taken off it by hand, and an upsert would then make a second one.
                return write.Id is { } id
                    ? await api.UpdateAsync(write.Type, id, write.Replace, body, pass, token)
                    : await api.UpsertAsync(write.Type, write.Reference, write.Replace, body, pass, token);
            },
            cancellationToken
        );

    /// <summary>Reads a record with its lines.</summary>
    public async Task<Outcome<Lookup>> GetAsync(string type, string id, CancellationToken cancellationToken)
    {
        var called = await CallAsync(CallKind.Read, (pass, token) => api.GetAsync(type, id, pass, token), cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (answer.Status == HttpStatusCode.NotFound)
        {
            return new Lookup.Absent();
        }

        if (NetSuiteFaults.IsError(answer))
        {
            return NetSuiteFaults.Of(answer, Now, isWrite: false, auth.Secrets);
        }

        return NetSuiteRecords.Parse(answer.Body) is null
            ? new Fault.Transient("the answer is not the JSON of a record")
            : new Lookup.Found(id, answer.Body);
    }

    /// <summary>Asks for rows.</summary>
    public async Task<Outcome<List<JsonObject>>> QueryAsync((string Sql, int Limit) query, CancellationToken cancellationToken)
    {
        var called = await CallAsync(
            CallKind.Read,
            async (pass, token) =>
            {
                using var body = NetSuiteRecords.Query(query.Sql);
                return await api.QueryAsync(query.Limit, body, pass, token);
            },
            cancellationToken
        );
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (NetSuiteFaults.IsError(answer))
        {
            return NetSuiteFaults.Of(answer, Now, isWrite: false, auth.Secrets);
        }

        return NetSuiteRecords.Rows(answer) is { } rows ? rows : new Fault.Transient("the answer is not a collection");
    }

    private async Task<Outcome<VendorAnswer>> CallAsync(
        CallKind kind,
        Func<NetSuitePass, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken
    )
    {
        var signedIn = await auth.PassAsync(cancellationToken);
        if (!signedIn.TryGet(out var pass, out var fault))
        {
            return fault;
        }

        var called = await http.CallAsync(kind, token => send(pass, token), cancellationToken);
        if (called.Fault is null && called.Value.Status == HttpStatusCode.Unauthorized)
        {
            auth.Refuse(pass);
        }

        return called;
    }
}
