using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;
using Xunit;

namespace QtcHub.Tests.Server;

public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-cli-");

    private static readonly Dictionary<string, string> AllSecrets = new(StringComparer.Ordinal)
    {
        ["TEST_STRIPE_API_KEY"] = "sk_secret_value",
        ["TEST_STRIPE_WEBHOOK_SECRET"] = TestConfig.WebhookSecret,
        ["TEST_NETSUITE_CONSUMER_KEY"] = "a",
        ["TEST_NETSUITE_CONSUMER_SECRET"] = "b",
        ["TEST_NETSUITE_TOKEN_ID"] = "c",
        ["TEST_NETSUITE_TOKEN_SECRET"] = "d",
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Serve_on_https_is_2_and_says_what_to_write() =>
        Assert.Equal(2, (await QtcProcess.RunAsync(["serve", "--sandbox", "--urls", "https://127.0.0.1:0"])).Code);

    [Fact]
    public async Task Serve_with_a_data_folder_that_cannot_be_made_is_3()
    {
        var file = Path.Combine(folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        string[] arguments = ["serve", "--sandbox", "--config", TestConfig.Write(folder.FullName), "--urls", "http://127.0.0.1:0"];

        var (code, _, error) = await QtcProcess.RunAsync([.. arguments, "--data", Path.Combine(file, "data")], AllSecrets);

        Assert.Equal(3, code);
        Assert.DoesNotContain("Unhandled", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_a_good_configuration_with_every_secret_is_0()
    {
        var (code, output, _) = await QtcProcess.RunAsync(["check", "--config", TestConfig.Write(folder.FullName)], AllSecrets);

        Assert.Equal(0, code);
        Assert.DoesNotContain("sk_secret_value", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_names_every_missing_secret_by_its_reference()
    {
        var (code, output, _) = await QtcProcess.RunAsync(["check", "--config", TestConfig.Write(folder.FullName)]);

        Assert.Equal(2, code);
        foreach (var name in AllSecrets.Keys)
        {
            Assert.Contains($"env:{name}", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Check_prints_every_error_with_its_place_and_fix_and_serve_refuses_the_same()
    {
        var path = TestConfig.Write(folder.FullName);
        var broken = (await File.ReadAllTextAsync(path))
            .Replace("kind: netsuite", "kind: netsweet", StringComparison.Ordinal)
            .Replace("record: Payment", "record: Paymend", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, broken);

        var check = await QtcProcess.RunAsync(["check", "--config", path], AllSecrets);
        var serve = await QtcProcess.RunAsync(["serve", "--config", path, "--data", Path.Combine(folder.FullName, "data")], AllSecrets);

        Assert.Equal((2, 2), (check.Code, serve.Code));
        foreach (var wrong in (string[])["netsweet", "Paymend"])
        {
            var line = check.Out.Split('\n').First(line => line.Contains(wrong, StringComparison.Ordinal));
            Assert.Matches($@"hub\.yaml:\d+:\d+: .*{wrong}.*\. Fix: ", line);
            Assert.Contains(line, serve.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Broken_mapping_of_the_company_is_refused_at_its_place()
    {
        var path = TestConfig.Write(folder.FullName);
        await File.AppendAllTextAsync(path, "mappings: ./ours\n");
        var ours = Directory.CreateDirectory(Path.Combine(folder.FullName, "ours", "stripe"));
        await File.WriteAllTextAsync(
            Path.Combine(ours.FullName, "customer.yaml"),
            "mapping: stripe.customer -> BillingAccount\nfields:\n  number: id\n  name: nmae\n"
        );

        var (code, output, _) = await QtcProcess.RunAsync(["check", "--config", path], AllSecrets);

        Assert.Equal(2, code);
        Assert.Matches(@"customer\.yaml:4:\d+: .*nmae.*Fix: ", output);
    }

    [Fact]
    public async Task Missing_file_and_wrong_options_are_configuration_errors()
    {
        Assert.Equal(2, (await QtcProcess.RunAsync(["check", "--config", "/nowhere/hub.yaml"])).Code);
        Assert.Equal(2, (await QtcProcess.RunAsync(["serve", "--colour", "red"])).Code);
        Assert.Equal(2, (await QtcProcess.RunAsync(["serve", "--urls", "nonsense"])).Code);
        Assert.Equal(
            2,
            (
                await QtcProcess.RunAsync([
                    "serve",
                    "--sandbox",
                    "--urls",
                    "http://0.0.0.0:5999",
                    "--data",
                    Path.Combine(folder.FullName, "data"),
                ])
            ).Code
        );
    }

    [Fact]
    public async Task Data_folder_without_a_hub_is_a_store_failure()
    {
        var (code, _, error) = await QtcProcess.RunAsync(["verify", "--data", Path.Combine(folder.FullName, "nothing")]);

        Assert.Equal(3, code);
        Assert.Contains("hub.db", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_shows_a_call_under_way_from_its_lane()
    {
        var data = Path.Combine(folder.FullName, "data");
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await using (var store = SqliteStore.Open(data, TimeProvider.System))
        {
            Assert.Equal(CommitResult.Committed, await store.CommitAsync(CallUnderWay(at), CancellationToken.None));
        }

        var table = await QtcProcess.RunAsync(["trace", Account.Value, "--data", data]);
        var document = JsonNode.Parse((await QtcProcess.RunAsync(["trace", Account.Value, "--data", data, "--json"])).Out)!;

        Assert.Contains("call under way", table.Out, StringComparison.Ordinal);
        var call = document["records"]![0]!["lanes"]![0]!["call"]!;
        Assert.Equal((2, 3, "h2"), ((int)call["revision"]!, (int)call["generation"]!, (string?)call["hash"]));
        Assert.Equal((at, at.AddSeconds(15)), ((DateTimeOffset)call["sentAt"]!, (DateTimeOffset)call["leaseUntil"]!));
        Assert.Equal("delivery:stripe:evt_1", (string?)call["origin"]);
    }

    [Fact]
    public async Task Reading_verbs_work_beside_a_running_server_and_it_stops_when_asked()
    {
        var (config, data, url) = (TestConfig.Write(folder.FullName), Path.Combine(folder.FullName, "data"), FreePort.Loopback());
        var secret = new Dictionary<string, string>(StringComparer.Ordinal) { ["TEST_STRIPE_WEBHOOK_SECRET"] = TestConfig.WebhookSecret };
        using var server = await QtcProcess.ServeAsync(["--sandbox", "--config", config, "--data", data, "--urls", url.ToString()], secret);
        using var client = new HttpClient { BaseAddress = url };
        using var made = await client.PostAsync(
            "/_sandbox/stripe/records/customer",
            new StringContent("""{"name":"Secretive Ltd","currency":"usd"}""")
        );
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        using var sent = await client.PostAsync($"/_sandbox/stripe/webhook/customer/{id}", null);
        var eventId = (string)JsonNode.Parse(await sent.Content.ReadAsStringAsync())!["eventId"]!;

        JsonNode? counts = null;
        for (var look = 0; look < 60 && (long?)counts?["applied"] != 1; look++)
        {
            await Task.Delay(250);
            counts = JsonNode.Parse((await QtcProcess.RunAsync(["verify", "--data", data, "--json"])).Out);
        }

        Assert.Equal(
            ["acknowledged", "applied", "unchanged", "superseded", "ignored", "parked", "held", "deadLettered", "unknown", "open"],
            counts!.AsObject().Select(pair => pair.Key)
        );
        Assert.Equal((1L, 1L, 0L), ((long)counts["acknowledged"]!, (long)counts["applied"]!, (long)counts["open"]!));
        foreach (var any in (string[])[eventId, $"stripe:{eventId}", id])
        {
            var trace = await QtcProcess.RunAsync(["trace", any, "--data", data, "--json"]);
            Assert.Equal(0, trace.Code);
            Assert.Equal(id, (string?)JsonNode.Parse(trace.Out)!["records"]![0]!["sources"]![0]!["id"]);
            Assert.DoesNotContain("Secretive", trace.Out, StringComparison.Ordinal);
        }

        Assert.Contains("netsuite/customer", (await QtcProcess.RunAsync(["trace", id, "--data", data])).Out, StringComparison.Ordinal);
        Assert.Equal("[]", (await QtcProcess.RunAsync(["deadletters", "list", "--data", data, "--json"])).Out.Trim());
        Assert.Equal(1, (await QtcProcess.RunAsync(["deadletters", "show", "nothing", "--data", data])).Code);
        Assert.Equal(1, (await QtcProcess.RunAsync(["trace", "nothing", "--data", data])).Code);
        Assert.Equal(
            3,
            (await QtcProcess.RunAsync(["serve", "--config", config, "--data", data, "--urls", FreePort.Loopback().ToString()])).Code
        );
        Assert.Equal(0, await server.TerminateAsync());
    }

    private static CanonicalId Account { get; } = CanonicalId.Mint(RecordType.BillingAccount, "stripe", "customer", "cus_1");

    private static Commit CallUnderWay(DateTimeOffset at)
    {
        var seen = new SourceSeen
        {
            System = "stripe",
            ExternalType = "customer",
            ExternalId = "cus_1",
            Marker = Marker.At(at),
            ObservedHash = "o2",
        };
        var sent = new Effect
        {
            Revision = 2,
            Generation = 3,
            State = EffectState.InFlight,
            Origin = "delivery:stripe:evt_1",
            Due = at,
            Since = at,
            RequestHash = "h2",
            LastSentAt = at,
            LeaseUntil = at.AddSeconds(15),
        };
        var lane = new Lane
        {
            Id = new LaneId(Account, "netsuite", "customer"),
            WantedRevision = 2,
            WantedOrigin = sent.Origin,
            Current = sent,
        };
        var head = RecordHead.First(Account, 2, "c2", seen);
        return new Commit(Home.OfRecord(Account), new Change.Insert(Rows.Of(head)), new Change.Insert(Rows.Of(lane)));
    }
}
