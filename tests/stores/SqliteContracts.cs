using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

public sealed class SqliteHubStore : HubStoreContract
{
    private readonly DataFolder folder = new();

    public override async ValueTask DisposeAsync()
    {
        await ((SqliteStore)Store).DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }

    protected override Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync()
    {
        var store = SqliteStore.Open(folder.Path, Clock);
        return Task.FromResult<(IHubStore Store, IWorkQueue Queue)>((store, store));
    }
}

public sealed class SqliteWorkQueue : WorkQueueContract
{
    private readonly DataFolder folder = new();

    public override async ValueTask DisposeAsync()
    {
        await ((SqliteStore)Store).DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }

    protected override Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync()
    {
        var store = SqliteStore.Open(folder.Path, Clock);
        return Task.FromResult<(IHubStore Store, IWorkQueue Queue)>((store, store));
    }
}
