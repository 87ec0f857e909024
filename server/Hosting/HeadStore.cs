using System.Security.Cryptography;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Hosting;

/// <summary>The store that a configuration names, opened for a head: what it writes to, whose work it takes, and what the store wants done by the clock.</summary>
internal sealed class HeadStore : IAsyncDisposable
{
    private const int NameBytes = 6;
    private FolderLock? folder;

    private HeadStore(IHubStore rows, IWorkQueue queue) => (Rows, Queue) = (rows, queue);

    /// <summary>The hub's rows.</summary>
    public IHubStore Rows { get; }

    /// <summary>The queue of work.</summary>
    public IWorkQueue Queue { get; }

    /// <summary>The embedded store, where it is that.</summary>
    public SqliteStore? Embedded { get; private init; }

    /// <summary>Whether other processes use it at the same time.</summary>
    public bool IsShared => Embedded is null;

    /// <summary>What it wants done by the clock.</summary>
    public IReadOnlyList<Chore> Chores { get; private init; } = [];

    /// <summary>Opens it. Throws <see cref="StoreRefusedException"/>, or <see cref="StoreFailedException"/> where the account does not answer.</summary>
    public static async Task<HeadStore> OpenAsync(
        StoreOptions options,
        ServeSettings settings,
        SteadyClock clock,
        ISecrets secrets,
        CancellationToken cancellationToken
    )
    {
        StoreAddress.Check(settings.Data, options);
        if (options.Kind == StoreKind.Embedded)
        {
            return Embed(SqliteStore.Open(settings.Data, clock, settings.Store), clock);
        }

        var cloud = await CloudStore.OpenAsync(options, clock, secrets, cancellationToken);
        FolderLock.Make(settings.Data);
        var store = Share(cloud, FolderLock.Take(settings.Data));
        StoreAddress.Write(settings.Data, options);
        return store;
    }

    /// <summary>The rows by which this process and others hold limits together, or null where it is alone.</summary>
    public SharedGate? Gate(IHubStore rows) =>
        IsShared ? new SharedGate(rows, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes))) : null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        folder?.Dispose();
        if (Embedded is not null)
        {
            await Embedded.DisposeAsync();
        }
    }

    private static HeadStore Embed(SqliteStore store, SteadyClock clock)
    {
        clock.NotBefore(store.LastWritten);
        return new HeadStore(store, store)
        {
            Embedded = store,
            Chores = [new Chore("give-back", TimeSpan.FromDays(1), token => GiveBackAsync(store, token))],
        };
    }

    private static HeadStore Share(CloudStore cloud, FolderLock folder) =>
        new(cloud.Rows, cloud.Queue)
        {
            folder = folder,
            Chores =
            [
                new Chore("relay", TimeSpan.FromSeconds(30), cloud.Rows.RelayAsync) { IsShared = true },
                new Chore("blob-sweep", TimeSpan.FromDays(1), cloud.Rows.SweepBlobsAsync) { IsShared = true },
            ],
        };

    private static async Task GiveBackAsync(SqliteStore store, CancellationToken stop)
    {
        while (await store.GiveBackAsync(stop) > 0) { }
    }
}

/// <summary>What a store wants done by the clock.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Every">How often.</param>
/// <param name="Run">Does it; doing it twice is harmless.</param>
internal sealed record Chore(string Name, TimeSpan Every, Func<CancellationToken, Task> Run)
{
    /// <summary>Whether one process does it for all.</summary>
    public bool IsShared { get; init; }
}
