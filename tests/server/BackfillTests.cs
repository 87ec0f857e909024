using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary><c>qtc backfill</c> as a process of its own, with a server that holds the folder and without one.</summary>
public sealed class BackfillTests : IDisposable
{
    private static readonly string[] January = ["shop", "BillingAccount", "--from", "2026-01-01", "--to", "2026-02-01"];
    private readonly Uri url = FreePort.Loopback();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-backfill-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Data => Path.Combine(folder.FullName, "data");

    [Fact]
    public async Task Backfill_goes_to_the_running_server_and_tells_its_pages_and_its_end()
    {
        var kind = new ListingKind { Held = 12 };
        await using var server = await ServeAsync(kind);

        var (code, output, error) = await BackfillAsync(January);

        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["page 1: 5 listed, 5 stored", "page 2: 10 listed, 10 stored"], lines.SkipLast(1));
        Assert.Contains(
            "shop BillingAccount from 2026-01-01 05:00:00.000Z until 2026-02-01 05:00:00.000Z, 12 listed on 3 pages, 12 stored",
            lines[^1],
            StringComparison.Ordinal
        );
        await UntilAsync(() => kind.Written.Count == 12);
        Assert.Equal("backfill", (string?)(await TraceAsync("listed-a000"))["deliveries"]![0]!["foundBy"]);

        var again = JsonNode.Parse((await BackfillAsync([.. January, "--json"])).Out)!;
        Assert.Equal(("finished", 12, 0), ((string?)again["result"], (int)again["stored"]!, (int)again["waiting"]!));
        var anew = JsonNode.Parse((await BackfillAsync([.. January, "--restart", "--json"])).Out)!;
        Assert.Equal(("finished", 12, 0), ((string?)anew["result"], (int)anew["listed"]!, (int)anew["stored"]!));
    }

    [Fact]
    public async Task What_cannot_be_backfilled_is_2_and_says_what_can()
    {
        await using var server = await ServeAsync(new ListingKind());

        var (code, _, error) = await BackfillAsync(["books", "BillingAccount", "--from", "2026-01-01", "--to", "2026-02-01"]);

        Assert.Equal(2, code);
        Assert.Equal("books BillingAccount: cannot be backfilled; what can: shop BillingAccount\n", error);
    }

    [Fact]
    public async Task Without_a_server_it_is_done_in_the_process_that_reads_the_configuration()
    {
        await (await ServeAsync(new ListingKind())).DisposeAsync();
        var config = TestConfig.Write(folder.FullName);

        var (code, _, error) = await QtcProcess.RunAsync([
            "backfill",
            "netsuite",
            "Invoice",
            "--from",
            "2026-01-01",
            "--to",
            "2026-02-01",
            "--data",
            Data,
            "--config",
            config,
        ]);

        Assert.Equal(2, code);
        Assert.StartsWith("netsuite Invoice: cannot be backfilled; what can: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backfill_in_a_folder_without_a_hub_is_3_and_makes_none()
    {
        Assert.Equal(3, (await BackfillAsync(January)).Code);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_vendor_that_reads_its_answer_gets_it_word_for_word_and_a_refused_one_gets_none()
    {
        await using var server = await ServeAsync(new ListingKind());
        using var http = new HttpClient { BaseAddress = url };
        using var body = new StringContent("a001", System.Text.Encoding.UTF8, "application/json");

        using var taken = await http.PostAsync(new Uri("/webhooks/shop?secret=right", UriKind.Relative), body);
        using var refused = await http.PostAsync(new Uri("/webhooks/shop?secret=wrong", UriKind.Relative), body);

        Assert.Equal((200, "text/xml"), ((int)taken.StatusCode, taken.Content.Headers.ContentType!.MediaType));
        Assert.Equal("<Ack>true</Ack>", await taken.Content.ReadAsStringAsync());
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.DoesNotContain("Ack", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HubServer> ServeAsync(ListingKind kind)
    {
        var kinds = new Dictionary<string, IConnectorKind>(StringComparer.Ordinal);
        foreach (var (name, shipped) in ConnectorKinds.Scan(typeof(ConnectorKinds).Assembly))
        {
            kinds[name] = shipped;
        }

        kinds[kind.Name] = kind;
        var (installation, errors) = Installation.Load(ListingKind.WriteHub(folder.FullName), kinds);
        Assert.Empty(errors);
        var settings = new ServeSettings { Data = Data, Urls = [url] };
        var server = await HubServer.BuildAsync(installation!, settings, new NoSecrets(), CancellationToken.None);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    private Task<(int Code, string Out, string Error)> BackfillAsync(string[] args) =>
        QtcProcess.RunAsync(["backfill", .. args, "--data", Data]);

    private async Task<JsonNode> TraceAsync(string id) =>
        JsonNode.Parse((await QtcProcess.RunAsync(["trace", id, "--data", Data, "--json"])).Out)!;

    private static async Task UntilAsync(Func<bool> holds)
    {
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1);
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, "it did not come to hold");
            await Task.Delay(100);
        }
    }

    private sealed class NoSecrets : ISecrets
    {
        public string? Find(string reference) => null;
    }
}
