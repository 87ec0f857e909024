using QtcHub.Ledger;

namespace QtcHub.Stores.Memory;

/// <summary>
/// A store without a disk. Every call completes before it returns and nothing runs in between, so a simulation can drop the hub and keep the store,
/// and the same calls always give the same answers.
/// </summary>
public sealed class MemoryStore(TimeProvider clock) : IHubStore, IWorkQueue
{
    private readonly Lock gate = new();
    private RowTable rows = new();
    private WorkTable work = new(clock);

    /// <summary>What it holds now, as a store of its own: a backup.</summary>
    public MemoryStore Copy()
    {
        lock (gate)
        {
            return new MemoryStore(clock) { rows = rows.Copy(), work = work.Copy() };
        }
    }

    /// <summary>Holds from now on what a copy holds: a restore. Whoever used it before must be gone.</summary>
    public void Restore(MemoryStore copy)
    {
        lock (gate)
        {
            (rows, work) = (copy.rows.Copy(), copy.work.Copy());
        }
    }

    /// <inheritdoc />
    public Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        commit.CheckLimits();
        lock (gate)
        {
            foreach (var change in commit.Changes)
            {
                if (!rows.Allows(commit.Home, change))
                {
                    return Task.FromResult(CommitResult.Conflict);
                }
            }

            foreach (var change in commit.Changes)
            {
                rows.Apply(commit.Home, change);
            }

            foreach (var scheduled in commit.Work)
            {
                work.Enqueue(scheduled);
            }

            return Task.FromResult(CommitResult.Committed);
        }
    }

    /// <inheritdoc />
    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            return Task.FromResult(rows.Find(home, key));
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(limit > 0, "a read has a limit");
        lock (gate)
        {
            return Task.FromResult(rows.FindMany(home, keyPrefix, limit));
        }
    }

    /// <inheritdoc />
    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(limit > 0, "a page has a limit");
        var after = RowPosition.After(continuation);
        lock (gate)
        {
            return Task.FromResult(rows.Page(kind, state, after, limit));
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            return Task.FromResult(rows.Count());
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<TakenWork>> TakeAsync(
        string share,
        int limit,
        DateTimeOffset now,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(limit > 0 && lease > TimeSpan.Zero, "a take has a limit and a lease");
        lock (gate)
        {
            return Task.FromResult(work.Take(share, limit, now, now + lease));
        }
    }

    /// <inheritdoc />
    public Task CompleteAsync(TakenWork work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            this.work.Complete(work);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task PostponeAsync(TakenWork work, DateTimeOffset due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            this.work.Postpone(work, due);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<DateTimeOffset?> NextDueAsync(string share, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            return Task.FromResult(work.NextDue(share));
        }
    }

    /// <inheritdoc />
    public Task<long> LengthAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            return Task.FromResult(work.Length);
        }
    }
}
