using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Zuora;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Zuora;
using QtcHub.Tests.Connectors.Conformance;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>A pretend tenant and a real connector that writes to it, with faults on demand and everything that was said.</summary>
internal sealed class ZuoraTargetBench
{
    public const string Field = "QtcHubId__c";
    public static readonly string Key = new('k', 43);

    private readonly IConnector connector;
    private int keys;

    public ZuoraTargetBench(string? referenceField = Field)
    {
        Tenant = new PretendZuora(new VendorSetup("zuora", () => Now, TimeZoneInfo.Utc, "hub:password"));
        var kind = new ZuoraKind();
        Dictionary<string, string> settings = referenceField is null ? [] : new() { ["referenceField"] = referenceField };
        var wire = new KeptWire(
            new VendorHandler(Tenant, Faults, TimeProvider.System),
            Said,
            Keys,
            () => BeforeOrder?.Invoke(),
            said => AfterAnswer?.Invoke(said)
        );
        var context = Bench.Context(
            kind,
            settings,
            name => Tenant.Credentials.GetValueOrDefault(name),
            wire,
            new Uri("https://rest.zuora.invalid")
        );
        connector = kind.Create(context with { Time = new Clock(() => Now) });
    }

    public DateTimeOffset Now { get; set; } = Bench.Noon;

    /// <summary>The instant from which on nothing is written any more.</summary>
    public DateTimeOffset SendBefore { get; set; } = DateTimeOffset.MaxValue;

    public FaultDesk Faults { get; } = new();

    public PretendZuora Tenant { get; }

    /// <summary>Every exchange with the tenant whose answer came back.</summary>
    public List<Exchange> Said { get; } = [];

    /// <summary>The keys of the requests that bore one, lost ones too.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>Done as an order is on its way to the tenant, which means after the hub has read what it amends.</summary>
    public Action? BeforeOrder { get; set; }

    /// <summary>Done as an answer is back, before the connector has it.</summary>
    public Action<Exchange>? AfterAnswer { get; set; }

    public IRecordMatcher Writer => (IRecordMatcher)connector;

    /// <summary>Requests that change something, as method and path.</summary>
    public IReadOnlyList<string> Writes =>
        [
            .. Said.Where(one =>
                    one.Method != "GET" && !one.Path.Contains("/action/", StringComparison.Ordinal) && one.Path != "/oauth/token"
                )
                .Select(one => $"{one.Method} {one.Path}"),
        ];

    public Task<Outcome<WriteReceipt>> WriteAsync(RecordType type, string reference, string body, string? id = null, string? key = null) =>
        Writer.WriteAsync(
            new WriteRequest(type, key ?? Key, reference, id, Encoding.UTF8.GetBytes(body)) { SendBefore = SendBefore },
            CancellationToken.None
        );

    /// <summary>Writes under a key of its own.</summary>
    public async Task<string> SaveAsync(RecordType type, string reference, string body, string? id = null)
    {
        var written = await WriteAsync(type, reference, body, id, $"{++keys}".PadLeft(43, 'k'));
        Assert.Null(written.Fault?.Detail);
        return written.Value.ExternalId;
    }

    public async Task<Lookup> FindAsync(RecordType type, string reference, string? id = null, string? body = null)
    {
        var asked = body is null ? default : (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(body);
        var found = await Writer.FindAsync(new LookupRequest(type, reference, id, asked), CancellationToken.None);
        Assert.Null(found.Fault?.Detail);
        return found.Value;
    }

    public async Task<IReadOnlyList<string>> MatchAsync(RecordType type, string field, string value)
    {
        var found = await Writer.MatchAsync(new MatchRequest(type, field, value), CancellationToken.None);
        Assert.Null(found.Fault?.Detail);
        return found.Value;
    }

    /// <summary>A record as the tenant holds it, through the reading half of the connector.</summary>
    public async Task<JsonObject> ReadAsync(string type, string id)
    {
        var read = await ((IRecordReader)connector).ReadAsync(type, id, CancellationToken.None);
        Assert.Null(read.Fault?.Detail);
        return JsonNode.Parse(Assert.IsType<RecordReading.Found>(read.Value).Record.Span)!.AsObject();
    }

    /// <summary>The hub's reference that a record bears, read as when Zuora tells of it.</summary>
    public async Task<string?> ReferenceAsync(string type, string id)
    {
        var reader = (IStampReader)connector;
        var read = await reader.ReadAsync(type, id, CancellationToken.None);
        return reader.ReferenceIn(type, Assert.IsType<RecordReading.Found>(read.Value).Record);
    }

    public Task<string> AccountAsync(string reference = "acc_1", string number = "C-1") =>
        SaveAsync(RecordType.BillingAccount, reference, Account(number));

    public static string Account(string number = "C-1", string name = "Ada & Söhne", string more = "", string status = "Active") =>
        $$$"""
            {"basicInfo":{"accountNumber":"{{{number}}}","name":"{{{name}}}","status":"{{{status}}}","parentId":null,"Subsidiary__NS":"de"{{{more}}}},
             "billingAndPayment":{"currency":"EUR","paymentTerm":"Net 30"},
             "billToContact":{"firstName":"-","lastName":"{{{name}}}","workEmail":"ada@example.com","workPhone":null,"city":"Berlin","country":"Germany"},
             "taxInfo":{"exemptStatus":"No"}}
            """;

    public static string Payment(string account, string amount, string reference, string invoices = "", string status = "Processed") =>
        $$$"""
            {"accountId":"{{{account}}}","amount":{{{amount}}},"currency":"EUR","effectiveDate":"2026-08-03","referenceId":"{{{reference}}}",
             "status":"{{{status}}}","invoices":[{{{invoices}}}]}
            """;

    public static string Part(string invoice, string amount) => $$"""{"invoiceId":"{{invoice}}","amount":{{amount}}}""";

    public static string Refund(string payment, string amount, string reference, string more = "", string status = "Processed") =>
        $$$"""
            {"paymentId":"{{{payment}}}","amount":{{{amount}}},"account":{"Currency":"EUR"},"methodType":"CreditCard","refundDate":"2026-08-03",
             "referenceId":"{{{reference}}}","status":"{{{status}}}"{{{more}}}}
            """;

    public static string Order(
        string account,
        string lines,
        string number = "SO-1",
        string status = "Completed",
        string currency = "EUR"
    ) =>
        $$"""
            {"orderNumber":"{{number}}","orderDate":"2026-08-03","accountId":"{{account}}","currency":"{{currency}}","status":"{{status}}","lines":[{{lines}}]}
            """;

    public string Invoice(string account, long amount) => Tenant.IssueInvoice(account, [new PlayedLine("Work", 1, amount)], 0);

    /// <summary>The next writes of a method are lost, so often that the connector's own repetitions are lost too.</summary>
    public void Lose(string method, string path, Cut cut) =>
        Faults.Plan(
            new PlannedFault
            {
                Method = method,
                PathContains = path,
                Cut = cut,
                Count = 3,
            }
        );

    private sealed class Clock(Func<DateTimeOffset> now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now();
    }

    private sealed class KeptWire(
        HttpMessageHandler inner,
        List<Exchange> said,
        List<string> keys,
        Action beforeOrder,
        Action<Exchange> afterAnswer
    ) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.TryGetValues("Idempotency-Key", out var given))
            {
                keys.AddRange(given);
            }

            var uri = request.RequestUri!;
            if (request.Method == HttpMethod.Post && uri.AbsolutePath == "/v1/orders")
            {
                beforeOrder();
            }

            var isJson = request.Content?.Headers.ContentType?.MediaType == "application/json";
            var sent = isJson ? JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)) : null;
            var answer = await base.SendAsync(request, cancellationToken);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]);
            said.Add(new Exchange(request.Method.Method, uri.AbsolutePath, [.. query], sent, (int)answer.StatusCode, body));
            afterAnswer(said[^1]);
            return answer;
        }
    }
}
