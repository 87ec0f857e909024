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
        FindAsync(
            hub,
            at.Target,
            new LookupRequest(at.Id.Record.Type, Sender.Reference(at.Id), at.Value.ExternalId, body),
            cancellationToken
        );

    /// <summary>Reads a record: by the target's id where it is known, else by the hub's own reference.</summary>
    public static async Task<Outcome<Lookup>> FindAsync(
        HubContext hub,
        Target target,
        LookupRequest request,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new CancellationTokenSource(target.System.Options.CallTimeout * 2, hub.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var call = HubTracing.Call("find", target.System.Options.Name);
        try
        {
            var reader = (IRecordWriter)target.System.Connector;
            return HubTracing.Answered(call, await reader.FindAsync(request, both.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HubTracing.Answered<Lookup>(call, new Fault.Transient("no answer to the reading-back before the deadline"));
        }
    }
}
