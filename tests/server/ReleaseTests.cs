using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Server.Hosting;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>A writing verb goes to the server that runs, or writes by itself where none does.</summary>
public sealed class ReleaseTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-release-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Data => Path.Combine(folder.FullName, "data");
    private string Config => Path.Combine(folder.FullName, "hub.yaml");

    [Fact]
    public async Task Release_goes_to_the_running_server_and_is_audited_with_name_and_reason()
    {
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName);
        var url = FreePort.Loopback();
        using var server = await ServeAsync(vendors, url);
        var letter = await RefusedAccountAsync(vendors, url);
        var control = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Data, "control.json")))!;
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "control.json")));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync((string)control["url"]!, "wrong", letter));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(url.ToString(), (string)control["token"]!, letter));
        Assert.Equal(1, await CountAsync());
        Assert.Equal(2, (await QtcProcess.RunAsync(["release", letter, "--data", Data, "--config", Config])).Code);
        Assert.Equal(2, (await ReleaseAsync(letter, " ")).Code);
        Assert.Equal(1, (await ReleaseAsync("acc_none/netsuite/customer", "why")).Code);

        var (code, output, error) = await ReleaseAsync(letter, "they fixed it");

        Assert.True(code == 0, error);
        Assert.StartsWith("released acc_", output, StringComparison.Ordinal);
        await UntilAsync(() => Task.FromResult(vendors.Erp.Book().Accounts.Count == 1));
        await UntilAsync(async () => await CountAsync() == 0);
        var trace = JsonNode.Parse(
            (await QtcProcess.RunAsync(["trace", vendors.Billing.Book().Accounts[0].Id, "--data", Data, "--json"])).Out
        )!;
        var released = trace["records"]![0]!["audit"]!.AsArray().Single(entry => (string?)entry!["action"] == "released")!;
        Assert.Equal((Environment.UserName, "they fixed it"), ((string?)released["actor"], (string?)released["reason"]));
        Assert.Equal(1, (await ReleaseAsync(letter, "again")).Code);

        Assert.Equal(0, await server.TerminateAsync());
        Assert.False(File.Exists(Path.Combine(Data, "control.json")));
    }

    [Fact]
    public async Task Release_without_a_server_writes_by_itself_once_and_a_file_that_a_kill_left_is_no_server()
    {
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName);
        var url = FreePort.Loopback();
        string letter;
        using (var server = await ServeAsync(vendors, url))
        {
            letter = await RefusedAccountAsync(vendors, url);
            await server.KillAsync();
        }

        Assert.True(File.Exists(Path.Combine(Data, "control.json")));

        var both = await Task.WhenAll(ReleaseAsync(letter, "one"), ReleaseAsync(letter, "other"));

        Assert.Equal([0, 1], both.Select(ended => ended.Code).Order());
        Assert.False(File.Exists(Path.Combine(Data, "control.json")));
        Assert.Empty(vendors.Erp.Book().Accounts);
        using var again = await ServeAsync(vendors, url);
        await UntilAsync(() => Task.FromResult(vendors.Erp.Book().Accounts.Count == 1));
    }

    [Fact]
    public async Task Release_in_a_folder_without_a_hub_is_3_and_makes_none()
    {
        TestConfig.Write(folder.FullName);

        Assert.Equal(3, (await ReleaseAsync("acc_none/netsuite/customer", "why")).Code);

        Assert.False(Directory.Exists(Data));
    }

    private Task<QtcProcess> ServeAsync(VendorsOutside vendors, Uri url) =>
        QtcProcess.ServeAsync(["--config", Config, "--data", Data, "--urls", url.ToString()], vendors.Environment);

    private Task<(int Code, string Out, string Error)> ReleaseAsync(string id, string reason) =>
        QtcProcess.RunAsync(["release", id, "--reason", reason, "--data", Data, "--config", Config]);

    /// <summary>An account that the ERP refuses once; the dead letter's id.</summary>
    private async Task<string> RefusedAccountAsync(VendorsOutside vendors, Uri url)
    {
        using var client = new HttpClient { BaseAddress = vendors.Address };
        using var planned = await client.PostAsync(
            "/_sandbox/netsuite/faults",
            new StringContent("""{"status":400,"method":"PUT","path":"customer"}""")
        );
        Assert.Equal(HttpStatusCode.Created, planned.StatusCode);
        vendors.Billing.OpenAccount("Ada Ltd", "ada@example.com", "USD", "US");
        using var hub = new HttpClient { BaseAddress = url };
        foreach (var webhook in vendors.Billing.TakeWebhooks())
        {
            using var request = ServedHub.Signed(await webhook.Content!.ReadAsStringAsync());
            using var answer = await hub.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await UntilAsync(async () => await CountAsync() == 1);
        return (string)(await LettersAsync())[0]!["id"]!;
    }

    private async Task<int> CountAsync() => (await LettersAsync()).Count;

    private async Task<JsonArray> LettersAsync() =>
        JsonNode.Parse((await QtcProcess.RunAsync(["deadletters", "list", "--data", Data, "--json"])).Out)!.AsArray();

    private static async Task<HttpStatusCode> AskAsync(string url, string token, string id)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var body = new JsonObject
        {
            ["id"] = id,
            ["who"] = "mallory",
            ["reason"] = "because",
        };
        using var answer = await client.PostAsync(
            "/control/release",
            new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json")
        );
        return answer.StatusCode;
    }

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
