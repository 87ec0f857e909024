using Microsoft.Data.Sqlite;

namespace QtcHub.Stores.Sqlite;

/// <summary>
/// The one writer: a thread that takes everything that waits, runs it in one transaction, commits once and then releases the callers.
/// While one batch is written the next gathers, so batches grow with load and a lone caller never waits for company.
/// </summary>
internal sealed class BatchWriter : IAsyncDisposable
{
    private readonly WriteSession session;
    private readonly SqliteStoreOptions options;
    private readonly TimeProvider clock;
    private readonly Health health;

    // A monitor, not a Lock: the writer's thread sleeps on it.
    private readonly object gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Request> waiting = [];
    private long waitingBytes;
    private bool closing;
    private long transactions;

    public BatchWriter(WriteSession session, SqliteStoreOptions options, TimeProvider clock, Health health)
    {
        this.session = session;
        this.options = options;
        this.clock = clock;
        this.health = health;
        new Thread(Work) { IsBackground = true, Name = "hub-store-writer" }.Start();
    }

    /// <summary>How many transactions were made durable.</summary>
    public long Transactions => Interlocked.Read(ref transactions);

    /// <summary>Lets a call wait for its batch.</summary>
    public void Enqueue(Request request)
    {
        lock (gate)
        {
            Add(request);
        }
    }

    /// <summary>Lets a call wait for its batch; false where too much waits already.</summary>
    public bool TryEnqueue(Request request)
    {
        lock (gate)
        {
            health.ThrowIfFailed();
            var overloaded =
                waiting.Count >= options.MaxWaiting
                || waitingBytes + request.Size > options.MaxWaitingBytes
                || (waiting.Count > 0 && clock.GetElapsedTime(waiting[0].Enqueued) > options.MaxBacklog);
            if (!overloaded)
            {
                Add(request);
            }

            return !overloaded;
        }
    }

    /// <summary>Writes what waits, then ends; later calls are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }

        await ended.Task;
        session.Dispose();
    }

    private void Add(Request request)
    {
        ObjectDisposedException.ThrowIf(closing, typeof(SqliteStore));
        health.ThrowIfFailed();
        request.Enqueued = clock.GetTimestamp();
        waitingBytes += request.Size;
        waiting.Add(request);
        Monitor.Pulse(gate);
    }

    private void Work()
    {
        while (NextBatch() is { } batch)
        {
            if (!TryWrite(batch))
            {
                FailAll(batch);
                break;
            }

            foreach (var request in batch)
            {
                request.Settle();
            }

            foreach (var request in batch)
            {
                request.Release();
            }
        }

        ended.SetResult();
    }

    private List<Request>? NextBatch()
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closing)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            return TakeWaiting();
        }
    }

    private List<Request> TakeWaiting()
    {
        var taken = waiting;
        waiting = [];
        waitingBytes = 0;
        return taken;
    }

    private bool TryWrite(List<Request> batch)
    {
        if (health.HasFailed)
        {
            return false;
        }

        try
        {
            session.Begin();
            foreach (var request in batch)
            {
                request.Run(session);
            }

            session.Mark(clock.GetUtcNow());
            foreach (var request in batch)
            {
                request.Outdate();
            }

            session.End();
            Interlocked.Increment(ref transactions);
            return true;
        }
        catch (SqliteException e)
        {
            // Nothing is rolled back here: the connection only closes after this, and closing drops what is open.
            health.Fail(e);
            return false;
        }
    }

    private void FailAll(List<Request> batch)
    {
        List<Request> later;
        lock (gate)
        {
            later = TakeWaiting();
        }

        foreach (var request in batch.Concat(later))
        {
            request.Fail(health.Failure());
        }
    }
}
