using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

public sealed class StripeTargetTests
{
    private const string Ada =
        """{"name":"Ada & Söhne","email":"ada@example.com","phone":null,"address":{"line1":"1 Main St","country":"DE"},"tax_exempt":"none","metadata":{"active":"true"}}""";

    private readonly StripeBench bench = new();

    private IRecordMatcher Writer => (IRecordMatcher)bench.Connector;

    private IReadOnlyList<JsonObject> Customers => [.. bench.Vendor.Records("customer")!.Select(record => record!.AsObject())];

    [Fact]
    public async Task A_customer_is_made_with_its_fields_and_the_hub_s_reference()
    {
        var id = (await WriteAsync("key-1", Ada)).Value.ExternalId;
        var made = Assert.Single(Customers);
        Assert.Equal(id, (string?)made["id"]);
        Assert.Equal("Ada & Söhne", (string?)made["name"]);
        Assert.Equal(("1 Main St", "DE"), ((string?)made["address"]!["line1"], (string?)made["address"]!["country"]));
        Assert.Equal("""{"active":"true","qtc_reference":"reference-1"}""", made["metadata"]!.ToJsonString());
        var found = Assert.IsType<Lookup.Found>((await FindAsync(id)).Value);
        Assert.True(Pipeline.Covers.Request(Encoding.UTF8.GetBytes(Ada), found.Record));
    }

    [Fact]
    public async Task What_the_hub_made_is_known_by_its_reference_and_what_somebody_else_made_bears_none()
    {
        var id = (await WriteAsync("key-1", Ada)).Value.ExternalId;
        var other = bench.Vendor.OpenAccount("Bob", null, "EUR", "DE");

        Assert.Equal(("reference-1", null), (await ReferenceAsync(id), await ReferenceAsync(other)));
    }

    private async Task<string?> ReferenceAsync(string id)
    {
        var read = (await bench.Reader.ReadAsync("customer", id, CancellationToken.None)).Value;
        return ((IStampReader)bench.Connector).ReferenceIn("customer", Assert.IsType<RecordReading.Found>(read).Record);
    }

    [Fact]
    public async Task What_is_emptied_is_cleared_and_what_is_not_named_stays()
    {
        var id = (await WriteAsync("key-1", Ada)).Value.ExternalId;
        Assert.Equal(id, (await WriteAsync("key-2", """{"email":null,"address":{"line1":null}}""", id)).Value.ExternalId);
        var changed = Assert.Single(Customers);
        Assert.Null(changed["email"]);
        Assert.Null(changed["address"]!["line1"]);
        Assert.Equal(("DE", "Ada & Söhne"), ((string?)changed["address"]!["country"], (string?)changed["name"]));
    }

    [Fact]
    public async Task The_same_key_makes_one_customer_while_it_lives_and_another_word_under_it_is_refused()
    {
        var first = (await WriteAsync("key-1", Ada)).Value.ExternalId;
        bench.Now = bench.Now.AddHours(23);
        Assert.Equal(first, (await WriteAsync("key-1", Ada)).Value.ExternalId);
        var refused = Assert.IsType<Fault.Rejected>((await WriteAsync("key-1", """{"name":"Bob"}""")).Fault);
        Assert.Equal("idempotency_error", refused.VendorCode);
        Assert.Single(Customers);
        bench.Now = bench.Now.AddHours(2);
        Assert.NotEqual(first, (await WriteAsync("key-1", Ada)).Value.ExternalId);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_failure_of_Stripe_s_own_is_kept_under_its_key_and_never_taken_for_a_no(bool afterItIsDone, int made)
    {
        bench.Vendor.FailNextWrite(afterItIsDone);
        Assert.IsType<Fault.Ambiguous>((await WriteAsync("key-1", Ada)).Fault);
        Assert.IsType<Fault.Ambiguous>((await WriteAsync("key-1", Ada)).Fault);
        Assert.Equal(made, Customers.Count);
    }

    [Theory]
    [InlineData(429, typeof(Fault.RateLimited))]
    [InlineData(401, typeof(Fault.Unauthorized))]
    [InlineData(409, typeof(Fault.Ambiguous))]
    [InlineData(408, typeof(Fault.Ambiguous))]
    [InlineData(503, typeof(Fault.Ambiguous))]
    [InlineData(400, typeof(Fault.Rejected))]
    [InlineData(402, typeof(Fault.Rejected))]
    public async Task A_refusal_of_a_write_is_judged_by_its_status(int status, Type fault)
    {
        var handler = new AnsweringHandler(_ => new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent("""{"error":{"type":"invalid_request_error","message":"no"}}"""),
        });
        var writer = (IRecordWriter)StripeBench.Over(handler);
        Assert.IsType(fault, (await writer.WriteAsync(Request("key-1", Ada, null), CancellationToken.None)).Fault);
    }

    [Fact]
    public async Task A_customer_that_was_deleted_is_absent_and_cannot_be_written()
    {
        var id = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        bench.Vendor.CloseAccount(id);
        Assert.IsType<Lookup.Absent>((await FindAsync(id)).Value);
        Assert.IsType<Lookup.Absent>((await FindAsync("cus_none")).Value);
        Assert.Equal("resource_missing", Assert.IsType<Fault.Rejected>((await WriteAsync("key-1", Ada, id)).Fault).VendorCode);
    }

    [Fact]
    public async Task By_the_hub_s_reference_nothing_is_said_to_be_absent() => Assert.IsType<Fault.Rejected>((await FindAsync(null)).Fault);

    [Fact]
    public async Task A_customer_that_was_there_before_is_found_by_its_email()
    {
        var first = bench.Vendor.OpenAccount("Ada", "ada@example.com", "EUR", "DE");
        bench.Vendor.OpenAccount("Bob", "bob+1@example.com", "EUR", "DE");
        Assert.Equal([first], await MatchAsync("ada@example.com"));
        Assert.Empty(await MatchAsync("eve@example.com"));
        Assert.Single(await MatchAsync("bob+1@example.com"));
        bench.Vendor.OpenAccount("Ada again", "ada@example.com", "EUR", "DE");
        Assert.Equal(2, (await MatchAsync("ada@example.com")).Count);
    }

    private static WriteRequest Request(string key, string body, string? id) =>
        new(RecordType.BillingAccount, key, "reference-1", id, Encoding.UTF8.GetBytes(body)) { SendBefore = DateTimeOffset.MaxValue };

    private Task<Outcome<WriteReceipt>> WriteAsync(string key, string body, string? id = null) =>
        Writer.WriteAsync(Request(key, body, id), CancellationToken.None);

    private Task<Outcome<Lookup>> FindAsync(string? id) =>
        Writer.FindAsync(new LookupRequest(RecordType.BillingAccount, "reference-1", id, default), CancellationToken.None);

    private async Task<IReadOnlyList<string>> MatchAsync(string email) =>
        (await Writer.MatchAsync(new MatchRequest(RecordType.BillingAccount, "email", email), CancellationToken.None)).Value;
}
