namespace QtcHub.Ledger;

/// <summary>
/// Which restore of the store this is. What was done between <paramref name="TakenAt"/> and <paramref name="RestoredAt"/> the store has forgotten, and
/// sources and targets have not: polls go back, and each lane reads its target before its first write.
/// </summary>
/// <param name="Number">0 before the first restore; each raises it.</param>
/// <param name="TakenAt">The newest time that the restored store had seen.</param>
/// <param name="RestoredAt">When it was restored: nothing was sent from it before.</param>
public sealed record StoreEpoch(int Number, DateTimeOffset TakenAt, DateTimeOffset RestoredAt)
{
    /// <summary>The key of its row.</summary>
    public const string Key = "epoch";

    /// <summary>Its home.</summary>
    public static Home Home { get; } = Home.OfJob("epoch");

    /// <summary>Of a store that was never restored.</summary>
    public static StoreEpoch First { get; } = new(0, DateTimeOffset.MaxValue, DateTimeOffset.MinValue);

    /// <summary>Reads it from its row, or from none.</summary>
    public static StoreEpoch Of(Row? row) => row is null ? First : Rows.Parse<StoreEpoch>(row);

    /// <summary>Writes it into a store that was just restored and that nobody else writes.</summary>
    public async Task RaiseAsync(IHubStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var last = await store.ReadAsync(Home, Key, cancellationToken);
        Invariant.Holds(Of(last).Number < Number, "an epoch only rises");
        var write = Change.Put(Rows.Of(this), last?.Version ?? 0);
        Invariant.Holds(
            await store.CommitAsync(new Commit(Home, write), cancellationToken) == CommitResult.Committed,
            "nobody else writes"
        );
    }
}

/// <summary>The store's epoch as this process knows it: it is read once, for a store is never restored under a running hub.</summary>
internal sealed class EpochOf(IHubStore store)
{
    private StoreEpoch? known;

    public async Task<StoreEpoch> NowAsync(CancellationToken cancellationToken) =>
        known ??= StoreEpoch.Of(await store.ReadAsync(StoreEpoch.Home, StoreEpoch.Key, cancellationToken));
}
