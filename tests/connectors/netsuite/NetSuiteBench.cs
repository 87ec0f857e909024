using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.NetSuite;
using QtcHub.Hosting;
using QtcHub.Sandbox;
using QtcHub.Sandbox.NetSuite;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>A connector over a pretend account, in-process, with a clock that stands still.</summary>
internal sealed class NetSuiteBench : IDisposable
{
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string> { ["account"] = "1234567-sb1" };
    public static readonly Uri BaseUrl = new("https://1234567-sb1.suitetalk.api.netsuite.com/");

    public NetSuiteBench(bool clientCredentials = false)
    {
        Account = new PretendNetSuite(new VendorSetup("netsuite", () => Clock.GetUtcNow(), TimeZoneInfo.Utc, null));
        Secrets = clientCredentials ? Account.ClientCredentials : Account.Credentials;
        Wire = new WatchedWire(new VendorHandler(Account, Faults, Clock));
        Connector = Create(Wire, Secrets, Clock);
    }

    public FakeTimeProvider Clock { get; } = new(Bench.Noon);

    public FaultDesk Faults { get; } = new();

    public PretendNetSuite Account { get; }

    public IReadOnlyDictionary<string, string> Secrets { get; }

    public WatchedWire Wire { get; }

    public IRecordWriter Connector { get; }

    /// <summary>The instant from which on nothing is written any more.</summary>
    public DateTimeOffset SendBefore { get; set; } = DateTimeOffset.MaxValue;

    public static IRecordWriter Create(
        HttpMessageHandler wire,
        IReadOnlyDictionary<string, string> secrets,
        TimeProvider clock,
        Uri? baseUrl = null,
        TimeSpan? deadline = null,
        IReadOnlyDictionary<string, string>? settings = null
    )
    {
        var system = new SystemOptions
        {
            Name = "netsuite",
            Kind = "netsuite",
            Roles = ["erp"],
            Entity = "de",
            BaseUrl = baseUrl ?? BaseUrl,
            Credentials = secrets.ToDictionary(secret => secret.Key, secret => secret.Key, StringComparer.Ordinal),
            Settings = settings ?? Settings,
            CallTimeout = deadline ?? TimeSpan.FromSeconds(30),
        };
        return (IRecordWriter)new NetSuiteKind().Create(Bench.Context(system, secrets.GetValueOrDefault, wire, clock));
    }

    public static WriteRequest Request(RecordType type, string reference, string body, string? externalId = null) =>
        new(type, new string('k', 43), reference, externalId, Encoding.UTF8.GetBytes(body)) { SendBefore = DateTimeOffset.MaxValue };

    public Task<Outcome<WriteReceipt>> WriteAsync(RecordType type, string reference, string body, string? externalId = null) =>
        Connector.WriteAsync(Request(type, reference, body, externalId) with { SendBefore = SendBefore }, CancellationToken.None);

    public async Task<string> SaveAsync(RecordType type, string reference, string body, string? externalId = null)
    {
        var outcome = await WriteAsync(type, reference, body, externalId);
        Assert.Null(outcome.Fault);
        return outcome.Value.ExternalId;
    }

    public Task<string> CustomerAsync(string reference = "acc_1", string number = "A-1") =>
        SaveAsync(
            RecordType.BillingAccount,
            reference,
            $$$"""{"companyName":"Muster & Söhne GmbH","isPerson":false,"accountNumber":"{{{number}}}","custentity_qtc_tax_status":"taxable","email":"billing@example.com","subsidiary":{"id":"2"},"currency":{"id":"4"}}"""
        );

    public Task<string> InvoiceAsync(string customer, string reference = "inv_1", string number = "IN-1") =>
        SaveAsync(RecordType.Invoice, reference, Invoice(customer, number));

    public static string Invoice(string customer, string number = "IN-1", string date = "2026-08-03", string extra = "") =>
        $$$"""
            {"entity":{"id":"{{{customer}}}"},"tranId":"{{{number}}}","tranDate":"{{{date}}}","currency":{"id":"4"},"subsidiary":{"id":"2"},"memo":"August"{{{extra}}},
             "item":{"items":[{"item":{"id":"100"},"description":"Seats","quantity":2,"amount":100.00},{"item":{"id":"101"},"description":"Tax","quantity":1,"amount":19.00}]}}
            """;

    public static string Payment(string customer, string amount, params (string Invoice, string Amount)[] applied)
    {
        var lines = string.Join(
            ',',
            applied.Select(line => $$$"""{"doc":{"id":"{{{line.Invoice}}}"},"apply":true,"amount":{{{line.Amount}}} }""")
        );
        return $$$"""
            {"customer":{"id":"{{{customer}}}"},"currency":{"id":"4"},"subsidiary":{"id":"2"},"payment":{{{amount}}},"tranDate":"2026-08-03","memo":"pi_1",
             "apply":{"items":[{{{lines}}}]}}
            """;
    }

    public static JsonObject Json(ReadOnlyMemory<byte> bytes) => (JsonObject)JsonNode.Parse(bytes.Span)!;

    public void Dispose()
    {
        Account.Dispose();
        Wire.Dispose();
    }
}

/// <summary>Lets requests through and keeps what they were.</summary>
internal sealed class WatchedWire(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public List<(string Method, Uri Uri, string? Authorization, byte[] Body)> Seen { get; } = [];

    public Action<HttpRequestMessage>? Tamper { get; set; }

    /// <summary>What has to come before an answer is handed on.</summary>
    public Func<HttpRequestMessage, Task>? After { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Tamper?.Invoke(request);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        Seen.Add((request.Method.Method, request.RequestUri!, request.Headers.Authorization?.ToString(), body));
        var response = await base.SendAsync(request, cancellationToken);
        if (After is not null)
        {
            await After(request);
        }

        return response;
    }
}
