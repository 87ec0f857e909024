using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Salesforce;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>A pretend org and a real connector that writes to it through the shipped mappings, with faults on demand and everything that was asked.</summary>
internal sealed class SalesforceTargetBench : IDisposable
{
    private static readonly MappingCatalog Catalog = Load();

    private readonly VendorHandler vendor;
    private readonly KeptWire wire;

    public SalesforceTargetBench()
    {
        Org = new PretendSalesforce(new VendorSetup("salesforce", Clock.GetUtcNow, TimeZoneInfo.Utc, "secret"));
        vendor = new VendorHandler(Org, Faults, Clock);
        wire = new KeptWire(vendor, Asked);
        var kind = new SalesforceKind();
        var context = Bench.Context(
            kind,
            new Dictionary<string, string>(),
            name => Org.Credentials.GetValueOrDefault(name),
            wire,
            new Uri("https://acme.my.salesforce.invalid")
        );
        Writer = (IRecordMatcher)kind.Create(context with { Time = Clock });
        Account = Org.OpenAccount("Ada & Söhne", "ada@example.com", "EUR", "DE", "de");
    }

    public FakeTimeProvider Clock { get; } = new(Bench.Noon);

    public FaultDesk Faults { get; } = new();

    public PretendSalesforce Org { get; }

    /// <summary>Every request that changes something, lost ones too, as method and what follows the object's name.</summary>
    public List<string> Asked { get; } = [];

    public IRecordMatcher Writer { get; }

    /// <summary>An account that is there.</summary>
    public string Account { get; }

    /// <summary>The request that the shipped mapping makes of a canonical record; <paramref name="references"/> are ids in the org by type.</summary>
    public static ReadOnlyMemory<byte> Map(RecordType type, string record, params (RecordType Type, string Id)[] references)
    {
        var mapping = Catalog.Out("salesforce", type, SalesforceTargets.All[type].Object)!;
        var content = Encoding.UTF8.GetBytes(record);
        var context = new MappingContext
        {
            Entity = new EntityOptions("de", "Example GmbH", Currency.Of("EUR"), TimeZoneInfo.Utc),
            Resolved = mapping
                .ReferencesIn(content)
                .Value.Distinct()
                .ToDictionary(reference => reference, reference => references.Single(one => one.Type == reference.Type).Id),
        };
        var mapped = mapping.Map(content, context);
        Assert.Null(mapped.Fault?.Detail);
        return mapped.Value;
    }

    /// <summary>An invoice of the account that is there, or of another.</summary>
    public ReadOnlyMemory<byte> Invoice(string number = "INV-1", string? account = null, string status = "open", string entity = "de") =>
        Map(
            RecordType.Invoice,
            $$"""
            {"entity":"{{entity}}","number":"{{number}}","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","issuedOn":"2026-08-03","currency":"EUR","lines":[],
             "tax":{"minorUnits":190,"currency":"EUR"},"total":{"minorUnits":1190,"currency":"EUR"},"status":"{{status}}"}
            """,
            (RecordType.BillingAccount, account ?? Account)
        );

    public Task<Outcome<WriteReceipt>> WriteAsync(RecordType type, string reference, ReadOnlyMemory<byte> body, string? id = null) =>
        Writer.WriteAsync(
            new WriteRequest(type, new string('k', 43), reference, id, body) { SendBefore = DateTimeOffset.MaxValue },
            CancellationToken.None
        );

    public async Task<string> SaveAsync(RecordType type, string reference, ReadOnlyMemory<byte> body, string? id = null)
    {
        var written = await WriteAsync(type, reference, body, id);
        Assert.Null(written.Fault?.Detail);
        return written.Value.ExternalId;
    }

    public Task<Outcome<Lookup>> LookAsync(RecordType type, string reference, string? id = null, ReadOnlyMemory<byte> body = default) =>
        Writer.FindAsync(new LookupRequest(type, reference, id, body), CancellationToken.None);

    public async Task<Lookup> FindAsync(RecordType type, string reference, string? id = null, ReadOnlyMemory<byte> body = default)
    {
        var found = await LookAsync(type, reference, id, body);
        Assert.Null(found.Fault?.Detail);
        return found.Value;
    }

    public async Task<IReadOnlyList<string>> MatchAsync(RecordType type, string field, string value, ReadOnlyMemory<byte> body = default)
    {
        var found = await Writer.MatchAsync(new MatchRequest(type, field, value) { Body = body }, CancellationToken.None);
        Assert.Null(found.Fault?.Detail);
        return found.Value;
    }

    /// <summary>The rows of an object that are there.</summary>
    public IReadOnlyList<JsonObject> Rows(string name) =>
        [.. Org.Records(name)!.OfType<JsonObject>().Where(row => !row["IsDeleted"]!.GetValue<bool>())];

    /// <summary>Somebody changes a row by hand.</summary>
    public void Put(string name, string id, string field, JsonNode? value) =>
        Org.Put(name, new JsonObject { ["Id"] = id, [field] = value });

    public void Lose(Cut cut) => Faults.Plan(new PlannedFault { Method = "PATCH", Cut = cut });

    public void Dispose()
    {
        wire.Dispose();
        vendor.Dispose();
        Org.Dispose();
    }

    private static MappingCatalog Load()
    {
        var loaded = MappingCatalog.Load([Path.Combine(AppContext.BaseDirectory, "mappings")]);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog;
    }

    private sealed class KeptWire(HttpMessageHandler inner, List<string> asked) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Patch)
            {
                asked.Add($"PATCH {request.RequestUri!.AbsolutePath.Split("/sobjects/")[1]}");
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
