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

    protected override (IHubStore Store, IWorkQueue Queue) Open()
    {
        var store = SqliteStore.Open(folder.Path, Clock);
        return (store, store);
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

    protected override (IHubStore Store, IWorkQueue Queue) Open()
    {
        var store = SqliteStore.Open(folder.Path, Clock);
        return (store, store);
    }
}
