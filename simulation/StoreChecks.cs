using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;

namespace QtcHub.Simulation;

/// <summary>What must hold of the hub's own store once everything has come to rest.</summary>
internal sealed class StoreChecks(World world)
{
    private static readonly (string Kind, string State)[] Restless =
    [
        ("lane", "Due"),
        ("lane", "InFlight"),
        ("lane", "Unknown"),
        ("lane", "Parked"),
        ("delivery", "Received"),
    ];

    /// <summary>Whether anything is under way or waits for something other than a person.</summary>
    public bool IsAtWork => Restless.Any(rest => All(rest.Kind, rest.State).Count > 0);

    /// <summary>P1: each 2xx delivery has come to an end.</summary>
    public void NothingLost(IReadOnlyCollection<string> acknowledged)
    {
        var verifier = new Verifier(world.Store);
        foreach (var id in acknowledged)
        {
            var delivery = Now(world.Store.DeliveryAsync(DeliveryId.Parse(id), CancellationToken.None));
            if (delivery is null)
            {
                world.Failures.Add($"P1 {id} was acknowledged and is not stored");
            }
            else if (
                Now(verifier.StandingAsync(delivery.Value.Value, CancellationToken.None))
                is var standing
                    and (Standing.Open or Standing.Unknown or Standing.Parked)
            )
            {
                world.Failures.Add($"P1 {id} is still {standing}");
            }
        }

        foreach (var (kind, state) in Restless)
        {
            if (All(kind, state) is { Count: > 0 } rows)
            {
                world.Failures.Add($"P1 {rows.Count} {kind} still {state}");
            }
        }
    }

    /// <summary>P6: every write says what it came of, by which mapping and configuration.</summary>
    public void Explainable()
    {
        foreach (var entry in Records().SelectMany(Audit).Where(entry => entry.Ended?.State == EffectState.Applied))
        {
            if (entry.Origin is not { Length: > 0 } || entry.Ended!.MappingVersion is null || entry.Ended.ConfigurationVersion is null)
            {
                world.Failures.Add($"P6 a write of {entry.At:O} does not say what it came of");
            }
        }
    }

    /// <summary>The routes that have brought a record to its target, or found it there, by their records.</summary>
    public FaultTally Routes()
    {
        var routes = new FaultTally();
        var lanes = Records().SelectMany(home => Now(world.Store.ReadManyAsync(home, "lane/", 100, CancellationToken.None)));
        foreach (var lane in lanes.Select(Rows.Parse<Lane>).Where(lane => lane.ExternalId is not null))
        {
            routes.Add($"{lane.Id.Record.Type} {lane.Source} → {lane.Id.Target}");
        }

        return routes;
    }

    /// <summary>What the hub itself tells of a record, for whoever reads a failure.</summary>
    public string Story(string sourceId)
    {
        var types = world
            .Setup.Options.Systems.Values.OrderBy(system => system.Name, StringComparer.Ordinal)
            .ToDictionary(
                system => system.Name,
                IReadOnlyList<string> (system) => [.. world.Setup.Kinds[system.Kind].Facts.Sources.Values],
                StringComparer.Ordinal
            );
        if (Now(new Tracer(world.Store, types).TraceAsync(sourceId, CancellationToken.None)) is not { } trace)
        {
            return "; the hub never heard of it";
        }

        var told = trace.Records.SelectMany(record =>
            record
                .Audit.Select(entry =>
                    $"{entry.At:HH:mm:ss.fff} {entry.Action} r{entry.Revision}.{entry.Generation} {string.Join(' ', entry.States)} {entry.Fault?.Name} {entry.Disposition} {entry.Reason} {entry.Origin}"
                )
                .Prepend(
                    $"revision {record.Head.Revision}, lanes {string.Join(", ", record.Lanes.Select(lane => $"wanted {lane.WantedRevision} settled {lane.SettledRevision} applied {lane.AppliedRevision} now {lane.Current?.State}"))}, seen {string.Join(", ", record.Head.Sources.Select(seen => $"{seen.Marker.NotBefore:HH:mm:ss}..{seen.Marker.NotAfter:HH:mm:ss}"))}"
                )
        );
        return $"{Environment.NewLine}    {string.Join($"{Environment.NewLine}    ", told)}";
    }

    /// <summary>The same of a record that the hub knows.</summary>
    public string Story(CanonicalId record) =>
        Now(world.Store.HeadAsync(record, CancellationToken.None)) is { Value.Sources: [{ } source, ..] } ? Story(source.ExternalId) : "";

    /// <summary>The ids that a record has at its sources.</summary>
    public IEnumerable<string> SourceIds(CanonicalId record) =>
        Now(world.Store.HeadAsync(record, CancellationToken.None))!.Value.Value.Sources.Select(seen => seen.ExternalId);

    private List<Home> Records() => [.. All("record", null).Select(row => row.Home)];

    private IEnumerable<AuditEntry> Audit(Home home) =>
        Now(world.Store.ReadManyAsync(home, Rows.EndedPrefix, 1_000, CancellationToken.None)).Select(Rows.Parse<AuditEntry>);

    /// <summary>Every row of a kind, in a state or in any.</summary>
    public List<ListedRow> All(string kind, string? state)
    {
        var rows = new List<ListedRow>();
        string? continuation = null;
        do
        {
            var page = Now(world.Store.ListAsync(kind, state, continuation, 500, CancellationToken.None));
            rows.AddRange(page.Rows);
            continuation = page.Continuation;
        } while (continuation is not null);
        return rows;
    }

    public static T Now<T>(Task<T> task)
    {
        Invariant.Holds(task.IsCompleted, "the store in memory completes at once");
        return task.GetAwaiter().GetResult();
    }
}
