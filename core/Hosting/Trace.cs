using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.DeadLetters;
using QtcHub.Inbox;
using QtcHub.Ledger;

namespace QtcHub.Hosting;

/// <summary>Everything the hub can say about an id, without any content.</summary>
/// <param name="Id">The id asked for.</param>
/// <param name="Deliveries">Deliveries of that id and where each stands.</param>
/// <param name="Records">Canonical records it leads to.</param>
public sealed record Trace(string Id, IReadOnlyList<TracedDelivery> Deliveries, IReadOnlyList<TracedRecord> Records);

/// <summary>A delivery and where it stands.</summary>
public sealed record TracedDelivery(Delivery Delivery, Standing Standing, bool BodyIsKept);

/// <summary>A canonical record: its sources, lanes, ended effects, letters and audit.</summary>
public sealed record TracedRecord(
    RecordHead Head,
    IReadOnlyList<Lane> Lanes,
    IReadOnlyList<Effect> Effects,
    IReadOnlyList<DeadLetter> Letters,
    IReadOnlyList<AuditEntry> Audit
)
{
    /// <summary>Whether each effect's request is still stored, in the order of <see cref="Effects"/>; others have expired or were never made.</summary>
    public required IReadOnlyList<bool> RequestsKept { get; init; }
}

/// <summary>Follows an id: an event, a delivery, a canonical record, or a vendor's record in any system.</summary>
public sealed class Tracer(IHubStore store, IReadOnlyDictionary<string, IReadOnlyList<string>> externalTypes)
{
    private const int Most = 1000;

    /// <summary>The trace, or null where nothing has that id. <paramref name="id"/> is an event id, <c>system:event</c>, a canonical or a vendor's id.</summary>
    public async Task<Trace?> TraceAsync(string id, CancellationToken cancellationToken)
    {
        var deliveries = new List<TracedDelivery>();
        var records = new SortedSet<string>(StringComparer.Ordinal);
        if (CanonicalId.IsOne(id))
        {
            records.Add(id);
        }

        foreach (var (system, types) in externalTypes)
        {
            var name = id.StartsWith($"{system}:", StringComparison.Ordinal) ? id[(system.Length + 1)..] : id;
            if (await store.DeliveryAsync(new DeliveryId(system, name), cancellationToken) is { } delivery)
            {
                deliveries.Add(
                    new TracedDelivery(
                        delivery.Value,
                        await new Verifier(store).StandingAsync(delivery.Value, cancellationToken),
                        await store.ReadAsync(Home.OfDelivery(delivery.Value.Id), Rows.BodyKey, cancellationToken) is not null
                    )
                );
                records.UnionWith(
                    (delivery.Value.Notices ?? []).Where(notice => notice?.Record is not null).Select(notice => notice!.Record!.Value.Value)
                );
            }

            foreach (var type in types)
            {
                if (await store.ClaimedAsync(system, type, name, cancellationToken) is { } claimed)
                {
                    records.Add(claimed.Value);
                }
            }
        }

        // What was merged into another is told with the one that lives on.
        foreach (var record in records.ToList())
        {
            records.Add((await store.SurvivorAsync(new CanonicalId(record), cancellationToken)).Value);
        }

        var traced = new List<TracedRecord>();
        foreach (var record in records)
        {
            if (await RecordAsync(new CanonicalId(record), cancellationToken) is { } found)
            {
                traced.Add(found);
            }
        }

        return deliveries.Count == 0 && traced.Count == 0 ? null : new Trace(id, deliveries, traced);
    }

    private async Task<TracedRecord?> RecordAsync(CanonicalId id, CancellationToken cancellationToken)
    {
        if (await store.HeadAsync(id, cancellationToken) is not { } head)
        {
            return null;
        }

        var lanes = await store.LanesAsync(id, cancellationToken);
        var letters = await store.ReadManyAsync(Home.OfRecord(id), "letter/", Most, cancellationToken);
        var audit = await ManyAsync<AuditEntry>(id, Rows.AuditPrefix, cancellationToken);
        var former = await ManyAsync<Effect>(id, Rows.FormerEndedPrefix, cancellationToken);
        var ended = audit
            .Where(told => told.Value.Ended is not null)
            .Select(told => (Of: told.Key[Rows.EndedPrefix.Length..], Effect: told.Value.Ended!))
            .Concat(former.Select(row => (Of: row.Key[Rows.FormerEndedPrefix.Length..], Effect: row.Value)))
            .OrderBy(effect => effect.Of, KeyOrder.Instance)
            .ToList();
        var requests = await store.ReadManyAsync(Home.OfRecord(id), Rows.RequestPrefix, Most, cancellationToken);
        var told = audit.Select(row => row.Value).OrderBy(entry => entry.At).ThenBy(entry => entry.Lane ?? "", KeyOrder.Instance);
        return new TracedRecord(
            head.Value,
            [.. lanes.Select(lane => lane.Value)],
            [.. ended.Select(effect => effect.Effect)],
            [.. letters.Select(Rows.Parse<DeadLetter>)],
            [.. told.ThenBy(entry => entry.Version)]
        )
        {
            RequestsKept = [.. ended.Select(effect => requests.Any(request => request.Key == Rows.RequestPrefix + effect.Of))],
        };
    }

    private async Task<IReadOnlyList<(string Key, T Value)>> ManyAsync<T>(
        CanonicalId id,
        string prefix,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var rows = await store.ReadManyAsync(Home.OfRecord(id), prefix, Most, cancellationToken);
        return [.. rows.Select(row => (row.Key, Rows.Parse<T>(row)))];
    }
}
