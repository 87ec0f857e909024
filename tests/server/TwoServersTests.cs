using System.Globalization;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;
using QtcHub.Tests.Stores;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>Two real servers over one storage account, under load, one killed: what was answered 2xx is not lost, nothing is doubled, limits hold across both.</summary>
public sealed class TwoServersTests(Azurite azurite) : IDisposable
{
    private const string StorageVariable = "TEST_STORAGE";

    // As the configuration of these tests says.
    private const int Concurrency = 8;
    private const int PollSeconds = 2;

    // As much as the emulator carries on a small machine.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BothAlive = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan OneAlive = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-two-");

    /// <summary>How many runs; <c>QTC_TWO_SERVERS</c> says otherwise.</summary>
    public static TheoryData<int> Runs =>
        [
            .. Enumerable.Range(
                1,
                int.Parse(Environment.GetEnvironmentVariable("QTC_TWO_SERVERS") ?? "1", NumberStyles.None, CultureInfo.InvariantCulture)
            ),
        ];

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Two_servers_share_a_store_one_is_killed_and_nothing_is_lost_or_doubled(int run)
    {
        var storage = azurite.Options();
        var store = $"{{ kind: azure, connection: 'env:{StorageVariable}', table: {storage.Table}, container: {storage.Container} }}";
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName, $"{PollSeconds}s", store);
        vendors.Environment[StorageVariable] = storage.ConnectionString!;
        var (first, second) = (FreePort.Loopback(), FreePort.Loopback());
        using var doomed = await ServeAsync(vendors, "first", first);
        using var other = await ServeAsync(vendors, "second", second);
        using var stop = new CancellationTokenSource();
        using var client = new Deliverer([first, second], Path.Combine(folder.FullName, "acknowledged.txt"));
        var began = TimeProvider.System.GetTimestamp();
        var load = Task.Run(() => Business.PlayAsync(vendors.Billing, client, Pace, stop.Token));

        await Task.Delay(BothAlive + TimeSpan.FromMilliseconds(137 * run));
        await doomed.KillAsync();
        await Task.Delay(OneAlive);
        await stop.CancelAsync();
        await load;
        Assert.True(await EndsAsync(client), $"the server that was left said: {other.Said}");

        var cloud = await CloudStore.OpenAsync(
            new StoreOptions
            {
                Kind = StoreKind.Azure,
                Connection = StorageVariable,
                Table = storage.Table,
                Container = storage.Container,
            },
            TimeProvider.System,
            new One(storage.ConnectionString!),
            CancellationToken.None
        );
        var found = await Draining.RunAsync(cloud.Rows, cloud.Queue, DrainLimit);
        var elapsed = TimeProvider.System.GetElapsedTime(began);

        var acknowledged = (await File.ReadAllLinesAsync(client.File)).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(acknowledged.Count >= 50, $"only {acknowledged.Count} webhooks were acknowledged");
        Assert.Equal((0L, 0L), (found.Open, found.Unknown));
        Assert.Equal(acknowledged.Count, found.Acknowledged);
        foreach (var id in acknowledged)
        {
            var delivery = await cloud.Rows.DeliveryAsync(new DeliveryId("stripe", id), CancellationToken.None);
            Assert.True(delivery is { Value.Acknowledged: true }, $"{id} was acknowledged and is lost");
        }

        Books.AssertSame(vendors.Billing.Book(), vendors.Erp.Book());
        Assert.InRange(vendors.Traffic.Most("netsuite"), 2, Concurrency);
        Assert.InRange(vendors.Traffic.Most("stripe"), 1, Concurrency);
        // One poll a period, whichever clock strikes; a round may take a second page.
        Assert.InRange(vendors.Traffic.Of("/_sandbox/stripe/api/v1/events"), 2, (int)(1.5 * elapsed.TotalSeconds / PollSeconds) + 2);
    }

    private Task<QtcProcess> ServeAsync(VendorsOutside vendors, string name, Uri url) =>
        QtcProcess.ServeAsync(
            [
                "--config",
                Path.Combine(folder.FullName, "hub.yaml"),
                "--data",
                Path.Combine(folder.FullName, name),
                "--urls",
                url.ToString(),
            ],
            vendors.Environment
        );

    private static async Task<bool> EndsAsync(Deliverer client)
    {
        try
        {
            await client.EmptyAsync();
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private sealed class One(string secret) : ISecrets
    {
        public string? Find(string reference) => secret;
    }
}
