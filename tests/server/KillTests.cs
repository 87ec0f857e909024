using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>kill -9 of the real process under load: what was answered 2xx is not lost, and nothing is doubled.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 5;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenKills = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-kill-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_under_load_it_loses_nothing_it_acknowledged_and_doubles_nothing()
    {
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName);
        var (data, url) = (Path.Combine(folder.FullName, "data"), FreePort.Loopback());
        string[] args = ["--config", Path.Combine(folder.FullName, "hub.yaml"), "--data", data, "--urls", url.ToString()];
        using var stop = new CancellationTokenSource();
        using var client = new Deliverer([url], Path.Combine(folder.FullName, "acknowledged.txt"));
        var load = Task.Run(() => Business.PlayAsync(vendors.Billing, client, Pace, stop.Token));

        for (var kill = 0; kill < Kills; kill++)
        {
            using var doomed = await QtcProcess.ServeAsync(args, vendors.Environment);
            await Task.Delay(BetweenKills);
            await doomed.KillAsync();
        }

        await stop.CancelAsync();
        using var last = await QtcProcess.ServeAsync(args, vendors.Environment);
        await load;
        await client.EmptyAsync();
        var found = await DrainAsync(data);

        var acknowledged = await File.ReadAllLinesAsync(client.File);
        Assert.True(acknowledged.Length >= 50, $"only {acknowledged.Length} webhooks were acknowledged");
        Assert.Equal((0L, 0L), (found.Open, found.Unknown));
        Assert.Equal(acknowledged.Distinct(StringComparer.Ordinal).Count(), found.Acknowledged);
        await AssertStoredAsync(data, acknowledged);
        Books.AssertSame(vendors.Billing.Book(), vendors.Erp.Book());
    }

    private static async Task<Verification> DrainAsync(string data)
    {
        await using var store = SqliteStore.OpenForReading(data);
        return await Draining.RunAsync(store, store, DrainLimit);
    }

    private static async Task AssertStoredAsync(string data, IEnumerable<string> acknowledged)
    {
        await using var store = SqliteStore.OpenForReading(data);
        foreach (var id in acknowledged)
        {
            var delivery = await store.DeliveryAsync(new DeliveryId("stripe", id), CancellationToken.None);
            Assert.True(delivery is { Value.Acknowledged: true }, $"{id} was acknowledged and is lost");
        }
    }
}
