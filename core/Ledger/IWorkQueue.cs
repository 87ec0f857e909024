namespace QtcHub.Ledger;

/// <summary>The queue of work of the one-process head. In the cloud a broker stands in its place.</summary>
public interface IWorkQueue
{
    /// <summary>Leases up to <paramref name="limit"/> items of a share that are due at <paramref name="now"/> and not under lease, earliest due first.</summary>
    Task<IReadOnlyList<TakenWork>> TakeAsync(
        string share,
        int limit,
        DateTimeOffset now,
        TimeSpan lease,
        CancellationToken cancellationToken
    );

    /// <summary>Removes done work; where it was enqueued again during the lease it stays, due. A void ticket changes nothing.</summary>
    Task CompleteAsync(TakenWork work, CancellationToken cancellationToken);

    /// <summary>Gives work back, due at <paramref name="due"/>, or earlier where it was enqueued again meanwhile. A void ticket changes nothing.</summary>
    Task PostponeAsync(TakenWork work, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>When the earliest item of a share is due, or null where there is none; one under lease is due when its lease ends.</summary>
    Task<DateTimeOffset?> NextDueAsync(string share, CancellationToken cancellationToken);

    /// <summary>Items of all shares, waiting or leased.</summary>
    Task<long> LengthAsync(CancellationToken cancellationToken);
}
