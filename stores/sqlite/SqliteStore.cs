using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>The embedded store: one SQLite database in a data folder, written by one process and read by any.</summary>
public sealed class SqliteStore : IHubStore, IWorkQueue, IAsyncDisposable
{
    private const int MaxPage = 1000;
    private readonly TimeProvider clock;
    private readonly Health health;
    private readonly ReaderPool readers;
    private readonly WorkLeases leases;
    private readonly RecentRows recent = new();
    private readonly BatchWriter? writer;
    private readonly FolderLock? folderLock;
    private long commits;

    private SqliteStore(string path, TimeProvider clock)
    {
        this.clock = clock;
        health = new Health(path);
        readers = new ReaderPool(path, health);
        leases = new WorkLeases(clock.GetUtcNow());
    }

    private SqliteStore(string path, TimeProvider clock, SqliteStoreOptions options, FolderLock folderLock)
        : this(path, clock)
    {
        var held = folderLock.StoreId;
        var opened = Database.OpenForWriting(path, options, clock.GetUtcNow(), held);
        if (held != opened.Id)
        {
            folderLock.StoreId = opened.Id;
        }

        Synchronous = Database.Number(opened.Connection, "PRAGMA synchronous");
        writer = new BatchWriter(new WriteSession(opened.Connection, leases), options, clock, health);
        (this.folderLock, LastWritten) = (folderLock, opened.Seen);
    }

    /// <summary>The newest time that the store had seen when it was opened for writing, to within a second; the first instant where it had seen none.</summary>
    public DateTimeOffset LastWritten { get; }

    /// <summary>Completes when the medium failed: nothing works any more and the process must stop.</summary>
    public Task<StoreFailedException> Failed => health.Failed;

    /// <summary>SQLite's <c>synchronous</c> of the connection that writes: 2 is FULL, every commit reaches the disk before it is answered.</summary>
    public long Synchronous { get; }

    /// <summary>How many commits this process made durable.</summary>
    public long Commits => Interlocked.Read(ref commits);

    /// <summary>How many transactions they, and the calls of the work queue, took.</summary>
    public long Transactions => writer?.Transactions ?? 0;

    /// <summary>Opens a data folder for writing and makes it where it is missing. Throws <see cref="StoreRefusedException"/> where another process writes it.</summary>
    public static SqliteStore Open(string folder, TimeProvider clock, SqliteStoreOptions? options = null)
    {
        options ??= new SqliteStoreOptions();
        options.Check();
        FolderLock.Make(folder);
        var writing = FolderLock.Take(folder);
        try
        {
            return new SqliteStore(Path.Combine(folder, Database.FileName), clock, options, writing);
        }
        catch (Exception e) when (e is StoreRefusedException or SqliteException)
        {
            writing.Dispose();
            throw;
        }
    }

    /// <summary>Opens a data folder beside a process that writes it; to write through it is a bug.</summary>
    public static SqliteStore OpenForReading(string folder)
    {
        var path = Path.Combine(folder, Database.FileName);
        Database.OpenForReading(path).Dispose();
        return new SqliteStore(path, TimeProvider.System);
    }

    /// <inheritdoc />
    /// <remarks>Once it waits for its batch it cannot be cancelled, for its caller could not know whether it became durable.</remarks>
    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var prepared = new PreparedCommit(commit, clock.GetUtcNow());
        var request = new Request<CommitResult>(
            session => session.Commit(prepared),
            result => Settle(prepared, result),
            result => Outdate(prepared, result)
        )
        {
            Size = prepared.Size,
        };
        if (!Writer.TryEnqueue(request))
        {
            return CommitResult.Overloaded;
        }

        var result = await request.Answer;
        if (result == CommitResult.Committed)
        {
            Interlocked.Increment(ref commits);
        }

        return result;
    }

    /// <inheritdoc />
    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        health.ThrowIfFailed();
        return recent.TryFind(home.Value, key, out var row)
            ? Task.FromResult(row)
            : Read(reader => reader.Read(home.Value, key), cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken)
    {
        Invariant.Holds(limit > 0, "a read has a limit");
        return Read(reader => reader.ReadMany(home.Value, keyPrefix, limit), cancellationToken);
    }

    /// <inheritdoc />
    /// <remarks>A page has at most 1 000 rows, whatever the limit.</remarks>
    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken)
    {
        Invariant.Holds(limit > 0, "a page has a limit");
        var after = RowPosition.After(continuation);
        return Read(reader => reader.List(kind, state, after, Math.Min(limit, MaxPage)), cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken) =>
        Read(reader => reader.Count(), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<TakenWork>> TakeAsync(
        string share,
        int limit,
        DateTimeOffset now,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        Invariant.Holds(limit > 0 && lease > TimeSpan.Zero, "a take has a limit and a lease");
        Invariant.Holds(writer is not null, "a store opened for reading takes no work");
        return Read(reader => leases.Take(reader, share, limit, now, now + lease), cancellationToken);
    }

    /// <inheritdoc />
    public Task CompleteAsync(TakenWork work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(work.Ticket > 0, "taken work has a ticket");
        var now = clock.GetUtcNow();
        return GiveUpAsync(work, (session, lease) => session.Work.Complete(lease, now));
    }

    /// <inheritdoc />
    public Task PostponeAsync(TakenWork work, DateTimeOffset due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(work.Ticket > 0, "taken work has a ticket");
        return GiveUpAsync(work, (session, lease) => session.Work.Postpone(lease, due));
    }

    /// <inheritdoc />
    public Task<DateTimeOffset?> NextDueAsync(string share, CancellationToken cancellationToken) =>
        Read(reader => writer is null ? Earliest(reader, share) : leases.NextDue(reader, share), cancellationToken);

    /// <inheritdoc />
    public Task<long> LengthAsync(CancellationToken cancellationToken) => Read(reader => reader.Length(), cancellationToken);

    /// <summary>Reads every row; one that is not as it was written is a <see cref="StoreFailedException"/> with its home and key.</summary>
    public async Task CheckRowsAsync(CancellationToken cancellationToken)
    {
        for (long? last = 0; last is { } after; )
        {
            last = await Read(reader => reader.CheckRows(after, MaxPage), cancellationToken);
        }
    }

    /// <summary>Gives some of what deleted rows took back to the disk; how many free pages are left to give back.</summary>
    public Task<long> GiveBackAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new Request<long>(session => session.GiveBack());
        Writer.Enqueue(request);
        return request.Answer;
    }

    /// <summary>Writes what waits, then closes the files and gives up the right to write.</summary>
    public async ValueTask DisposeAsync()
    {
        readers.Dispose();
        if (writer is not null)
        {
            await writer.DisposeAsync();
        }

        recent.Clear();

        folderLock?.Dispose();
    }

    /// <summary>The lease ends when what became of it is durable: until then nobody else may take the work.</summary>
    private async Task GiveUpAsync(TakenWork work, Func<WriteSession, Lease, long?> give)
    {
        if (leases.Find(work) is not { } lease)
        {
            return;
        }

        var request = new Request<long?>(session => give(session, lease), due => leases.End(work, due));
        Writer.Enqueue(request);
        await request.Answer;
    }

    private void Outdate(PreparedCommit commit, CommitResult result)
    {
        if (result == CommitResult.Committed)
        {
            recent.Forget(commit);
        }
    }

    private void Settle(PreparedCommit commit, CommitResult result)
    {
        if (result == CommitResult.Committed)
        {
            recent.Keep(commit);
            leases.Enqueued(commit.Work);
        }
    }

    private BatchWriter Writer => writer ?? throw new InvariantException("a store opened for reading is not written");

    // Beside the process that writes nothing tells this one's memory what has changed.
    private static DateTimeOffset? Earliest(Reader reader, string share) =>
        reader.Earliest(share, 1) is [var (due, _)] ? new DateTimeOffset(due, TimeSpan.Zero) : null;

    // SQLite reads without waiting for anything but the disk, so a read runs on its caller's thread.
    private Task<T> Read<T>(Func<Reader, T> query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Use(query));
    }
}
