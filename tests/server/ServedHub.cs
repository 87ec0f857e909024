using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;
using QtcHub.Telemetry;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>The real server on a free loopback port with its sandbox, and a client to it.</summary>
internal sealed class ServedHub : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo folder;
    private readonly HubServer server;

    private ServedHub(DirectoryInfo folder, HubServer server, Uri own)
    {
        (this.folder, this.server) = (folder, server);
        Client = new HttpClient { BaseAddress = own, Timeout = Patience };
    }

    public HttpClient Client { get; }

    public HubServer Server => server;

    public string Data => Path.Combine(folder.FullName, "data");

    public IPlaysBilling Billing => (IPlaysBilling)server.Fleet!.Systems["stripe"].Played;

    public IPlaysErp Erp => (IPlaysErp)server.Fleet!.Systems["netsuite"].Played;

    public static async Task<ServedHub> StartAsync(
        string? webhookSecret = TestConfig.WebhookSecret,
        string pollEvery = "1h",
        SqliteStoreOptions? store = null,
        TelemetrySettings? telemetry = null
    )
    {
        var home = Directory.CreateTempSubdirectory("qtc-test-");
        var (installation, errors) = InstallationFile.Load(TestConfig.Write(home.FullName, pollEvery: pollEvery));
        Assert.Empty(errors);
        var settings = new ServeSettings
        {
            Data = Path.Combine(home.FullName, "data"),
            Urls = [FreePort.Loopback()],
            Sandbox = true,
            Store = store ?? new SqliteStoreOptions(),
            Telemetry = telemetry ?? TelemetrySettings.None,
        };
        var built = await HubServer.BuildAsync(installation!, settings, new OneSecret(webhookSecret), CancellationToken.None);
        await built.StartAsync(CancellationToken.None);
        return new ServedHub(home, built, settings.Urls[0]);
    }

    /// <summary>Somebody edits a vendor's record by hand.</summary>
    public async Task<JsonObject> PutAsync(string system, string entity, JsonObject record)
    {
        using var answer = await Client.PostAsync($"/_sandbox/{system}/records/{entity}", Json(record));
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        return (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public async Task<JsonArray> RecordsAsync(string system, string entity) =>
        (JsonArray)JsonNode.Parse(await Client.GetStringAsync($"/_sandbox/{system}/records/{entity}"))!;

    public async Task PlanAsync(string system, JsonObject fault)
    {
        using var answer = await Client.PostAsync($"/_sandbox/{system}/faults", Json(fault));
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>The vendor sends its latest webhook about a record.</summary>
    public async Task<JsonObject> SendAsync(string entity, string id, string query = "")
    {
        using var answer = await Client.PostAsync($"/_sandbox/stripe/webhook/{entity}/{id}{query}", null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>Waits until something holds; what does not come to hold fails with what the hub knows.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (!await holds())
        {
            Assert.True(
                TimeProvider.System.GetUtcNow() < end,
                $"it did not come to hold: {await server.Hub.VerifyAsync(CancellationToken.None)}"
            );
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until nothing is under way.</summary>
    public Task RestAsync() =>
        UntilAsync(async () =>
        {
            var found = await server.Hub.VerifyAsync(CancellationToken.None);
            return found.Open + found.Unknown == 0 && await server.Store.Queue.LengthAsync(CancellationToken.None) == 0;
        });

    /// <summary>A webhook signed by the test's own code.</summary>
    public static HttpRequestMessage Signed(
        string body,
        string secret = TestConfig.WebhookSecret,
        long secondsAgo = 0,
        string path = "/webhooks/stripe"
    )
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - secondsAgo;
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{body}"));
        var request = Unsigned(body, path);
        request.Headers.Add("Stripe-Signature", $"t={at},v1={Convert.ToHexStringLower(mac)}");
        return request;
    }

    public static HttpRequestMessage Unsigned(string body, string path = "/webhooks/stripe")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
    }

    /// <summary>An event as Stripe sends it, of another API version than the pinned one, so that the record is read.</summary>
    public static string Event(string id, string type, string objectType, string objectId) =>
        new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = "2020-08-27",
            ["created"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["type"] = type,
            ["data"] = new JsonObject
            {
                ["object"] = new JsonObject { ["id"] = objectId, ["object"] = objectType },
            },
        }.ToJsonString();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.StopAsync(CancellationToken.None);
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    private sealed class OneSecret(string? webhookSecret) : ISecrets
    {
        public string? Find(string reference) => reference == "env:TEST_STRIPE_WEBHOOK_SECRET" ? webhookSecret : null;
    }
}
