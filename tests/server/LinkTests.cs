using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary><c>qtc link</c> as a process of its own, with a server that holds the folder and without one.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-link-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Data => Path.Combine(folder.FullName, "data");

    [Fact]
    public async Task Link_goes_to_the_running_server_reports_links_and_lets_the_route_begin()
    {
        var kind = new ListingKind { Held = 7 };
        kind.Standing["a001"] = ["b-1"];
        kind.Standing["a002"] = ["b-2", "b-3"];
        await using var server = await ServeAsync(kind);

        var (code, look, error) = await LinkAsync(["BillingAccount", "--systems", "shop,books", "--dry-run"]);
        Assert.Equal((1, ""), (code, error));
        Assert.Contains("matched: would be adopted", look, StringComparison.Ordinal);
        Assert.Contains("| a002          | b-2, b-3", look, StringComparison.Ordinal);
        Assert.Equal(1, (await QtcProcess.RunAsync(["trace", "b-1", "--data", Data])).Code);

        var told = JsonNode.Parse((await LinkAsync(["BillingAccount", "--by", "mina", "--json"])).Out)!;
        Assert.Equal(("finished", 7L), ((string?)told["result"], (long)told["looked"]!));
        Assert.Equal(
            [("Matched", 1), ("SeveralCandidates", 1), ("NothingFound", 5)],
            told["targets"]![0]!["verdicts"]!.AsArray().Select(count => ((string?)count!["verdict"], (int)count["records"]!))
        );
        Assert.Equal(7, told["findings"]!.AsArray().Count);
        var trace = JsonNode.Parse((await QtcProcess.RunAsync(["trace", "b-1", "--data", Data, "--json"])).Out)!;
        var entry = Assert.Single(trace["records"]![0]!["audit"]!.AsArray())!;
        Assert.Equal(
            ("adopted", "mina", "found by its number"),
            ((string?)entry["action"], (string?)entry["actor"], (string?)entry["reason"])
        );
        Assert.Empty(kind.Written);
    }

    [Fact]
    public async Task Check_tells_which_routes_wait_for_it()
    {
        var config = TestConfig.Write(folder.FullName);
        var text = await File.ReadAllTextAsync(config);
        text = text.Replace("gone: inactivate", "gone: inactivate\n    startsBy: link", StringComparison.Ordinal);
        await File.WriteAllTextAsync(config, $"{text}\nmatch: {{BillingAccount: number}}\n");

        var (_, output, _) = await QtcProcess.RunAsync(["check", "--config", config]);

        Assert.Contains(
            "BillingAccount from stripe to netsuite waits for qtc link BillingAccount --systems stripe,netsuite",
            output,
            StringComparison.Ordinal
        );
        var told = JsonNode.Parse((await QtcProcess.RunAsync(["check", "--config", config, "--json"])).Out)!;
        Assert.Equal("netsuite", (string?)Assert.Single(told["waitsForLink"]!.AsArray())!["to"]);
    }

    [Fact]
    public async Task Lanes_that_wait_for_it_are_told_by_trace_and_go_on_after_it()
    {
        var kind = new ListingKind { Held = 1 };
        await using var server = await ServeAsync(kind);
        await QtcProcess.RunAsync(["backfill", "shop", "BillingAccount", "--from", "2026-01-01", "--to", "2026-02-01", "--data", Data]);
        await UntilAsync(async () => (string?)(await LaneAsync())?["state"] == "Held");

        Assert.Equal("qtc link", (string?)(await LaneAsync())!["waitsFor"]);
        Assert.Empty(kind.Written);

        Assert.Equal(0, (await LinkAsync(["BillingAccount"])).Code);
        await server.Hub.SweepAsync(CancellationToken.None);
        await UntilAsync(() => Task.FromResult(kind.Written.Count == 1));
    }

    [Fact]
    public async Task What_cannot_be_linked_is_2_and_says_what_can()
    {
        await using var server = await ServeAsync(new ListingKind());

        var (code, _, error) = await LinkAsync(["Invoice", "--systems", "shop"]);

        Assert.Equal(2, code);
        Assert.Equal("Invoice shop: there is no such route; there are: BillingAccount --systems shop,books\n", error);
        Assert.Equal(2, (await LinkAsync(["BillingAccount", "--by", " "])).Code);
    }

    private async Task<HubServer> ServeAsync(ListingKind kind)
    {
        var kinds = new Dictionary<string, IConnectorKind>(StringComparer.Ordinal) { [kind.Name] = kind };
        var (installation, errors) = Installation.Load(ListingKind.WriteHub(folder.FullName, startsByLink: true), kinds);
        Assert.Empty(errors);
        var settings = new ServeSettings { Data = Data, Urls = [FreePort.Loopback()] };
        var server = await HubServer.BuildAsync(installation!, settings, new NoSecrets(), CancellationToken.None);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    private Task<(int Code, string Out, string Error)> LinkAsync(string[] args) => QtcProcess.RunAsync(["link", .. args, "--data", Data]);

    private async Task<JsonNode?> LaneAsync()
    {
        var (code, output, _) = await QtcProcess.RunAsync(["trace", "a000", "--data", Data, "--json"]);
        return code == 0 ? JsonNode.Parse(output)!["records"]![0]!["lanes"]![0] : null;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1);
        while (!await holds())
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
