using System.Net;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Server.Hosting;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary><c>qtc remap</c> over a real hub and its pretend vendors: a mapping changes between two runs of the server.</summary>
public sealed class RemapTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-remap-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Data => Path.Combine(folder.FullName, "data");
    private string Config => Path.Combine(folder.FullName, "hub.yaml");

    [Fact]
    public async Task Changed_mapping_is_shown_first_and_applied_to_what_stands_there_without_a_server_and_with_one()
    {
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName);
        await BringAccountAsync(vendors);
        await MapNameAsync("name | upper");

        var (code, dry, error) = await RemapAsync(vendors, []);
        Assert.True(code == 0, error);
        Assert.Contains("would change", dry, StringComparison.Ordinal);
        Assert.Contains("| companyName", dry, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada Ltd", dry, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((1, 0, 1), Counts(await JsonAsync(vendors, [])));

        Assert.Equal((1, 0, 1), Counts(await JsonAsync(vendors, ["--apply", "--reason", "names are to be upper case", "--by", "mina"])));
        Assert.Equal("Ada Ltd", await NameAsync(vendors));
        var number = vendors.Billing.Book().Accounts[0].Id;
        using (var server = await ServeAsync(vendors, FreePort.Loopback()))
        {
            await UntilAsync(async () => await NameAsync(vendors) == "ADA LTD");
            await server.TerminateAsync();
        }

        await MapNameAsync("number");
        using var last = await ServeAsync(vendors, FreePort.Loopback());
        var (applied, output, _) = await RemapAsync(vendors, ["--apply", "--reason", "the number is better"]);

        Assert.Equal(0, applied);
        Assert.Contains("wanted again", output, StringComparison.Ordinal);
        await UntilAsync(async () => await NameAsync(vendors) == number);
        Assert.Equal((1, 1, 0), Counts(await JsonAsync(vendors, [])));
        var trace = JsonNode.Parse((await QtcProcess.RunAsync(["trace", number, "--data", Data, "--json"])).Out)!;
        Assert.Equal(
            [("mina", "names are to be upper case"), (Environment.UserName, "the number is better")],
            trace["records"]![0]!["audit"]!
                .AsArray()
                .Where(entry => (string?)entry!["action"] == "remapped")
                .Select(entry => ((string?)entry!["actor"], (string?)entry["reason"]))
        );
    }

    [Fact]
    public async Task Route_that_there_is_none_of_and_an_application_without_a_reason_are_2()
    {
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName);
        using (var server = await ServeAsync(vendors, FreePort.Loopback()))
        {
            await server.TerminateAsync();
        }

        var (code, _, error) = await QtcProcess.RunAsync(
            ["remap", "Invoice", "--from", "netsuite", "--data", Data, "--config", Config],
            vendors.Environment
        );

        Assert.Equal(2, code);
        Assert.StartsWith(
            "Invoice from netsuite: there is no such route; there are: BillingAccount from stripe",
            error,
            StringComparison.Ordinal
        );
        Assert.Equal(2, (await RemapAsync(vendors, ["--apply"])).Code);
        Assert.Equal(2, (await RemapAsync(vendors, ["--apply", "--reason", "why", "--by", " "])).Code);
    }

    private Task<(int Code, string Out, string Error)> RemapAsync(VendorsOutside vendors, string[] args) =>
        QtcProcess.RunAsync(
            ["remap", "BillingAccount", "--from", "stripe", .. args, "--data", Data, "--config", Config],
            vendors.Environment
        );

    private async Task<JsonNode> JsonAsync(VendorsOutside vendors, string[] args) =>
        JsonNode.Parse((await RemapAsync(vendors, [.. args, "--json"])).Out)!["targets"]![0]!;

    private static (int Lanes, int Unchanged, int Changed) Counts(JsonNode target) =>
        ((int)target["lanes"]!, (int)target["unchanged"]!, (int)target["changed"]!);

    private async Task MapNameAsync(string expression)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder.FullName, "mappings", "own"));
        await File.WriteAllTextAsync(
            Path.Combine(own.FullName, "customer.yaml"),
            $"override: BillingAccount -> netsuite.customer\nfields:\n  companyName: {expression}\n"
        );
        var config = await File.ReadAllTextAsync(Config);
        if (!config.Contains("mappings:", StringComparison.Ordinal))
        {
            await File.WriteAllTextAsync(Config, $"mappings: mappings\n{config}");
        }
    }

    /// <summary>An account of the billing system stands in the ERP.</summary>
    private async Task BringAccountAsync(VendorsOutside vendors)
    {
        var url = FreePort.Loopback();
        using var server = await ServeAsync(vendors, url);
        vendors.Billing.OpenAccount("Ada Ltd", "ada@example.com", "USD", "US");
        using var hub = new HttpClient { BaseAddress = url };
        foreach (var webhook in vendors.Billing.TakeWebhooks())
        {
            using var request = ServedHub.Signed(await webhook.Content!.ReadAsStringAsync());
            using var answer = await hub.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await UntilAsync(() => Task.FromResult(vendors.Erp.Book().Accounts.Count == 1));
        await server.TerminateAsync();
    }

    private static async Task<string?> NameAsync(VendorsOutside vendors)
    {
        using var client = new HttpClient { BaseAddress = vendors.Address };
        var customers = JsonNode.Parse(await client.GetStringAsync("/_sandbox/netsuite/records/customer"))!;
        return (string?)customers[0]!["companyName"];
    }

    private Task<QtcProcess> ServeAsync(VendorsOutside vendors, Uri url) =>
        QtcProcess.ServeAsync(["--config", Config, "--data", Data, "--urls", url.ToString()], vendors.Environment);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, "it did not come to hold");
            await Task.Delay(200);
        }
    }
}
