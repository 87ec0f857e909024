using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>Read-only connections, as many as are used at once, few of them kept. A write-ahead log lets them read while the writer writes.</summary>
internal sealed class ReaderPool(string path, Health health) : IDisposable
{
    private const int Kept = 8;
    private readonly Lock gate = new();
    private readonly Stack<Reader> free = new();
    private bool disposed;

    public T Use<T>(Func<Reader, T> query)
    {
        health.ThrowIfFailed();
        Reader? reader = null;
        try
        {
            reader = Rent();
            var answer = query(reader);
            Return(reader);
            return answer;
        }
        catch (StoreFailedException)
        {
            reader?.Dispose();
            throw;
        }
        catch (SqliteException e)
        {
            reader?.Dispose();
            health.Fail(e);
            throw health.Failure();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            while (free.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }
    }

    private Reader Rent()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(SqliteStore));
            if (free.TryPop(out var reader))
            {
                return reader;
            }
        }

        return new Reader(Database.OpenForReading(path));
    }

    private void Return(Reader reader)
    {
        lock (gate)
        {
            if (!disposed && free.Count < Kept)
            {
                free.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }
}
