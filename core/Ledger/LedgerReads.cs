using QtcHub.Canonical;
using QtcHub.Inbox;

namespace QtcHub.Ledger;

/// <summary>What the hub asks its store, by intention.</summary>
public static class LedgerReads
{
    private const int MostLanes = 100;

    /// <summary>Most records that were merged one into the next: a chain of more is a bug.</summary>
    private const int MostMerges = 1000;

    /// <summary>A record's head.</summary>
    public static async Task<Stored<RecordHead>?> HeadAsync(this IHubStore store, CanonicalId id, CancellationToken cancellationToken) =>
        Rows.Read<RecordHead>(await store.ReadAsync(Home.OfRecord(id), Rows.HeadKey, cancellationToken));

    /// <summary>The head of the record that an id leads to: its own, or that of the one which it was merged into.</summary>
    public static async Task<Stored<RecordHead>?> LivingAsync(this IHubStore store, CanonicalId id, CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(id, cancellationToken);
        for (var merge = 0; head?.Value.MergedInto is { } into; merge++)
        {
            Invariant.Holds(merge < MostMerges, "a merge leads to a survivor");
            head = await store.HeadAsync(into, cancellationToken);
            Invariant.Holds(head is not null, "a survivor has a head");
        }

        return head;
    }

    /// <summary>The id of the record that lives on under an id.</summary>
    public static async Task<CanonicalId> SurvivorAsync(this IHubStore store, CanonicalId id, CancellationToken cancellationToken) =>
        await store.LivingAsync(id, cancellationToken) is { Value.Id: var living } ? living : id;

    /// <summary>One lane.</summary>
    public static async Task<Stored<Lane>?> LaneAsync(this IHubStore store, LaneId id, CancellationToken cancellationToken) =>
        Rows.Read<Lane>(await store.ReadAsync(Home.OfRecord(id.Record), Rows.LaneKey(id), cancellationToken));

    /// <summary>All lanes of a record.</summary>
    public static async Task<IReadOnlyList<Stored<Lane>>> LanesAsync(
        this IHubStore store,
        CanonicalId id,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadManyAsync(Home.OfRecord(id), "lane/", MostLanes, cancellationToken);
        return [.. rows.Select(row => new Stored<Lane>(Rows.Parse<Lane>(row), row.Version))];
    }

    /// <summary>The canonical content of a revision.</summary>
    public static async Task<ReadOnlyMemory<byte>> ContentAsync(
        this IHubStore store,
        CanonicalId id,
        int revision,
        CancellationToken cancellationToken
    )
    {
        var row = await store.ReadAsync(Home.OfRecord(id), Rows.ContentKey(revision), cancellationToken);
        Invariant.Holds(row is not null, "every revision has its content");
        return row.Body;
    }

    /// <summary>A delivery.</summary>
    public static async Task<Stored<Delivery>?> DeliveryAsync(this IHubStore store, DeliveryId id, CancellationToken cancellationToken) =>
        Rows.Read<Delivery>(await store.ReadAsync(Home.OfDelivery(id), Rows.DeliveryKey, cancellationToken));

    /// <summary>The canonical record that an external record was claimed for, or null.</summary>
    public static async Task<CanonicalId?> ClaimedAsync(
        this IHubStore store,
        string system,
        string externalType,
        string externalId,
        CancellationToken cancellationToken
    )
    {
        var row = await store.ReadAsync(Home.OfClaim(system, externalType, externalId), Rows.ClaimKey, cancellationToken);
        return row is null ? null : new CanonicalId(System.Text.Encoding.UTF8.GetString(row.Body.Span));
    }

    /// <summary>Claims an external record for a canonical one, if nobody has; gives whose it is, or null where the store is overloaded.</summary>
    public static async Task<CanonicalId?> ClaimAsync(
        this IHubStore store,
        string system,
        string externalType,
        string externalId,
        CanonicalId id,
        CancellationToken cancellationToken
    )
    {
        var home = Home.OfClaim(system, externalType, externalId);
        return await store.CommitAsync(new Commit(home, new Change.Insert(Rows.Claim(id))), cancellationToken) switch
        {
            CommitResult.Committed => id,
            CommitResult.Conflict => await store.ClaimedAsync(system, externalType, externalId, cancellationToken),
            _ => null,
        };
    }

    /// <summary>The documents that were ever told of under a number of that key, at most <paramref name="most"/>; what they say now is to be looked at.</summary>
    internal static Task<IReadOnlyList<CanonicalId>> DocumentsNumberedAsync(
        this IHubStore store,
        string numberKey,
        int most,
        CancellationToken cancellationToken
    ) => store.NamedAsync(Home.OfNumber(numberKey), Rows.NumberedPrefix, most, cancellationToken);

    /// <summary>Notes under a number's key that a document bears it; false where the store is overloaded.</summary>
    internal static Task<bool> NumberDocumentAsync(
        this IHubStore store,
        string numberKey,
        CanonicalId document,
        CancellationToken cancellationToken
    ) => store.NameAsync(Home.OfNumber(numberKey), Rows.Named(Rows.NumberedPrefix, document), cancellationToken);

    /// <summary>The records that may say something of what is owed of a document, at most <paramref name="most"/>; whether they do they say themselves.</summary>
    internal static Task<IReadOnlyList<CanonicalId>> RecordsAboutAsync(
        this IHubStore store,
        CanonicalId document,
        int most,
        CancellationToken cancellationToken
    ) => store.NamedAsync(Home.OfRecord(document), Rows.AboutPrefix, most, cancellationToken);

    /// <summary>Notes with a document that a record is about it; false where the store is overloaded.</summary>
    internal static Task<bool> NoteAboutAsync(
        this IHubStore store,
        CanonicalId document,
        CanonicalId record,
        CancellationToken cancellationToken
    ) => store.NameAsync(Home.OfRecord(document), Rows.Named(Rows.AboutPrefix, record), cancellationToken);

    private static async Task<IReadOnlyList<CanonicalId>> NamedAsync(
        this IHubStore store,
        Home home,
        string prefix,
        int most,
        CancellationToken cancellationToken
    ) => [.. (await store.ReadManyAsync(home, prefix, most, cancellationToken)).Select(Rows.NamedBy)];

    private static async Task<bool> NameAsync(this IHubStore store, Home home, Row row, CancellationToken cancellationToken) =>
        // A conflict says that it is noted already.
        await store.CommitAsync(new Commit(home, new Change.Insert(row)), cancellationToken) != CommitResult.Overloaded;

    /// <summary>A timed job.</summary>
    public static async Task<Stored<JobState>?> JobAsync(this IHubStore store, Home home, CancellationToken cancellationToken) =>
        Rows.Read<JobState>(await store.ReadAsync(home, Rows.JobKey, cancellationToken));

    /// <summary>Puts a timed job from the version it was read at, 0 where it had none; false where it has moved since or the store is overloaded.</summary>
    public static async Task<bool> PutJobAsync(
        this IHubStore store,
        Home home,
        JobState job,
        long version,
        CancellationToken cancellationToken
    )
    {
        var commit = new Commit(home, Change.Put(Rows.Of(job), version));
        return await store.CommitAsync(commit, cancellationToken) == CommitResult.Committed;
    }

    /// <summary>
    /// The record stands somewhere new: whoever waits for it is woken. They are read after the commit that said so, for each of them looks once more after
    /// it has said that it waits. Should this process die between the two, the sweep does it.
    /// </summary>
    internal static async Task RingAsync(this IHubStore store, CanonicalId record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var home = Home.OfRecord(record);
        if (await store.ReadManyAsync(home, Rows.WaiterPrefix, 1, cancellationToken) is { Count: > 0 })
        {
            await store.EnqueueAsync(home, new ScheduledWork(new WorkItem.OfWaiters(record), now), cancellationToken);
        }
    }

    /// <summary>Enqueues work, or wakes it where it waits.</summary>
    public static Task<CommitResult> EnqueueAsync(
        this IHubStore store,
        Home home,
        ScheduledWork work,
        CancellationToken cancellationToken
    ) => store.CommitAsync(new Commit(home, [], [work]), cancellationToken);
}
