using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Asks a target what stands there, and no longer than until a deadline.</summary>
internal static class Lookups
{
    /// <summary>Reads what a lane has made. <paramref name="body"/> is the request that was or would be sent, empty where none is known.</summary>
    public static Task<Outcome<Lookup>> FindAsync(
        HubContext hub,
        LaneAt at,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) =>
        FindAsync(hub, at.Target, new LookupRequest(at.Target.Type, Sender.Reference(at.Id), at.Value.ExternalId, body), cancellationToken);

    /// <summary>The target's ids of the records that hold a value.</summary>
    public static Task<Outcome<IReadOnlyList<string>>> MatchAsync(
        HubContext hub,
        Target target,
        MatchRequest request,
        CancellationToken cancellationToken
    ) => AskAsync(hub, target, "match", token => ((IRecordMatcher)target.System.Connector).MatchAsync(request, token), cancellationToken);

    /// <summary>Reads a record: by the target's id where it is known, else by the hub's own reference.</summary>
    public static Task<Outcome<Lookup>> FindAsync(
        HubContext hub,
        Target target,
        LookupRequest request,
        CancellationToken cancellationToken
    ) => AskAsync(hub, target, "find", token => ((IRecordWriter)target.System.Connector).FindAsync(request, token), cancellationToken);

    private static async Task<Outcome<T>> AskAsync<T>(
        HubContext hub,
        Target target,
        string what,
        Func<CancellationToken, Task<Outcome<T>>> ask,
        CancellationToken cancellationToken
    )
        where T : notnull
    {
        using var deadline = new CancellationTokenSource(target.System.Options.CallTimeout * 2, hub.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var call = HubTracing.Call(what, target.System.Options.Name);
        try
        {
            return HubTracing.Answered(call, await ask(both.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HubTracing.Answered<T>(call, new Fault.Transient("no answer to a look at the target before the deadline"));
        }
    }
}
