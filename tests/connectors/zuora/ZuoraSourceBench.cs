using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Connectors.Zuora;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Zuora;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>A pretend Zuora and a real connector over it, with every request that was made.</summary>
internal sealed class ZuoraSourceBench
{
    public ZuoraSourceBench()
    {
        Vendor = new PretendZuora(new VendorSetup("zuora", () => Now, TimeZoneInfo.Utc, "hub:password"));
        Connector = Over(new AnsweringHandler(Ask), Credential, new SteppedTime(() => Now));
    }

    public DateTimeOffset Now { get; set; } = Bench.Noon;

    public PretendZuora Vendor { get; }

    public IConnector Connector { get; }

    public IRecordReader Reader => (IRecordReader)Connector;

    /// <summary>Every request, as method and address.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Comes before the vendor's own answer to a request whose address it names; null lets the vendor answer.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Instead { get; set; }

    /// <summary>Runs before the vendor answers the request of this number, from 1.</summary>
    public (int Number, Action Act)? Before { get; set; }

    public static IConnector Over(HttpMessageHandler handler, Func<string, string?>? secret = null, TimeProvider? time = null)
    {
        var kind = new ZuoraKind();
        var context = Bench.Context(
            kind,
            new Dictionary<string, string>(),
            secret ?? (name => $"test-{name}"),
            handler,
            new Uri("https://rest.zuora.invalid")
        );
        return kind.Create(time is null ? context : context with { Time = time });
    }

    public static string BodyOf(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream(), Encoding.UTF8, leaveOpen: true);
        var body = reader.ReadToEnd();
        request.Content.ReadAsStream().Position = 0;
        return body;
    }

    public async Task<RecordReading> ReadAsync(string type, string id)
    {
        var read = await Reader.ReadAsync(type, id, CancellationToken.None);
        Assert.Null(read.Fault);
        return read.Value;
    }

    public async Task<JsonElement> FindAsync(string type, string id) =>
        JsonElement.Parse(Assert.IsType<RecordReading.Found>(await ReadAsync(type, id)).Record.Span);

    public async Task<IReadOnlyList<Notice>> ListAsync(string type, string id) =>
        Assert.IsType<RecordReading.Listed>(await ReadAsync(type, id)).Members;

    /// <summary>Every change of a window, page by page.</summary>
    public async Task<IReadOnlyList<PolledDelivery>> PollAsync(DateTimeOffset from, DateTimeOffset until)
    {
        var found = new List<PolledDelivery>();
        string? cursor = null;
        ChangePage page;
        do
        {
            page = (await ((IChangeFeed)Connector).ReadChangesAsync(cursor, from, until, CancellationToken.None)).Value;
            found.AddRange(page.Deliveries);
            cursor = page.Cursor;
        } while (!page.IsLast);

        return found;
    }

    /// <summary>Debits an invoice by a request of its own, for no act of a business does.</summary>
    public string Debit(string invoice)
    {
        using var form = new HttpRequestMessage(HttpMethod.Post, new Uri("https://rest.zuora.invalid/oauth/token"))
        {
            Content = new FormUrlEncodedContent([
                KeyValuePair.Create("client_id", Vendor.Credentials["clientId"]),
                KeyValuePair.Create("client_secret", Vendor.Credentials["clientSecret"]),
                KeyValuePair.Create("grant_type", "client_credentials"),
            ]),
        };
        var token = $"Bearer {JsonOf(Vendor.Answer(form)).GetProperty("access_token").GetString()}";
        JsonElement Call(HttpMethod method, string path, string? body)
        {
            using var request = new HttpRequestMessage(method, new Uri($"https://rest.zuora.invalid{path}"));
            request.Headers.TryAddWithoutValidation("Authorization", token);
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            return JsonOf(Vendor.Answer(request));
        }

        var item = Call(HttpMethod.Get, $"/v1/invoices/{invoice}/items", null).GetProperty("invoiceItems")[0].GetProperty("id").GetString();
        var memo = Call(
            HttpMethod.Post,
            $"/v1/invoices/{invoice}/debitmemos",
            $$"""{"effectiveDate":"2026-08-03","items":[{"invoiceItemId":"{{item}}","skuName":"Work","amount":5}]}"""
        );
        return memo.GetProperty("id").GetString()!;
    }

    public static JsonElement JsonOf(HttpResponseMessage response)
    {
        using var reader = new StreamReader(response.Content.ReadAsStream(), Encoding.UTF8, leaveOpen: true);
        var body = JsonElement.Parse(reader.ReadToEnd());
        response.Content.ReadAsStream().Position = 0;
        return body;
    }

    /// <summary>What a poll has found, as its callout would have said it: without the stamp.</summary>
    public static string Told(PolledDelivery delivery)
    {
        var body = JsonNode.Parse(delivery.Body.Span)!.AsObject();
        body.Remove("qtc.updatedDate");
        return body.ToJsonString();
    }

    private string? Credential(string name) => name == "webhookSecret" ? "hub:password" : Vendor.Credentials[name];

    private HttpResponseMessage Ask(HttpRequestMessage request)
    {
        Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
        if (Before is { } before && before.Number == Asked.Count)
        {
            before.Act();
        }

        return Instead?.Invoke(request) ?? Vendor.Answer(request);
    }

    private sealed class SteppedTime(Func<DateTimeOffset> now) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now();

        public override long GetTimestamp() => now().UtcTicks;
    }
}
