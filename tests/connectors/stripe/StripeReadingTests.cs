using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

public sealed class StripeReadingTests
{
    private readonly StripeBench bench = new();

    [Fact]
    public async Task A_customer_is_read_with_a_marker_of_two_seconds_about_the_answers_date()
    {
        var id = bench.Vendor.OpenAccount("Ada", "ada@example.com", "EUR", "DE");
        bench.Now = Bench.Noon.AddMilliseconds(62_700);
        var found = Assert.IsType<RecordReading.Found>(await ReadAsync("customer", id));
        Assert.Equal("Ada", JsonElement.Parse(found.Record.Span).GetProperty("name").GetString());
        Assert.Equal(new Marker(Bench.Noon.AddSeconds(60), Bench.Noon.AddSeconds(64)), found.Marker);
    }

    [Fact]
    public async Task A_deleted_customer_is_deleted_and_an_unknown_one_missing()
    {
        var id = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        bench.Vendor.CloseAccount(id);
        Assert.IsType<RecordReading.Deleted>(await ReadAsync("customer", id));
        Assert.IsType<RecordReading.Missing>(await ReadAsync("customer", "cus_none"));
        Assert.IsType<RecordReading.Missing>(await ReadAsync("invoice", "in_none"));
        Assert.IsType<RecordReading.Missing>(await ReadAsync("payment_intent", "pi_none"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(110)]
    [InlineData(111)]
    [InlineData(250)]
    public async Task An_invoice_is_read_with_every_page_of_its_lines(int count)
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var id = bench.Vendor.IssueInvoice(account, [.. Enumerable.Range(1, count).Select(n => new PlayedLine($"Line {n}", 1, n))], 0);
        var found = Assert.IsType<RecordReading.Found>(await ReadAsync("invoice", id));
        var lines = JsonElement.Parse(found.Record.Span).GetProperty("lines");
        Assert.False(lines.GetProperty("has_more").GetBoolean());
        Assert.Equal(
            Enumerable.Range(1, count).Select(n => (long)n),
            lines.GetProperty("data").EnumerateArray().Select(line => line.GetProperty("amount").GetInt64())
        );
    }

    [Fact]
    public async Task A_payment_is_read_with_its_charge_and_every_application_and_without_its_client_secret()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var invoices = Enumerable.Range(1, 130).Select(n => bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, n)], 0)).ToList();
        var id = bench.Vendor.TakePayment(
            account,
            10_000,
            "EUR",
            [.. invoices.Select((invoice, n) => new PlayedApplication(invoice, n + 1))]
        );
        var found = Assert.IsType<RecordReading.Found>(await ReadAsync("payment_intent", id));
        var payment = JsonElement.Parse(found.Record.Span);
        Assert.Equal("charge", payment.GetProperty("latest_charge").GetProperty("object").GetString());
        Assert.False(payment.TryGetProperty("client_secret", out _));
        var applied = payment.GetProperty("invoice_payments");
        Assert.Equal("list", applied.GetProperty("object").GetString());
        Assert.False(applied.GetProperty("has_more").GetBoolean());
        Assert.Equal(
            invoices.Order(StringComparer.Ordinal),
            applied
                .GetProperty("data")
                .EnumerateArray()
                .Select(entry => entry.GetProperty("invoice").GetString()!)
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Numbers_and_texts_come_through_as_they_were_written()
    {
        var id = bench.Vendor.OpenAccount("Ünïcode \"quoted\" 🧾", null, "EUR", "DE");
        bench.Vendor.Put("customer", new JsonObject { ["id"] = id, ["balance"] = 9_007_199_254_740_993 });
        var found = Assert.IsType<RecordReading.Found>(await ReadAsync("customer", id));
        var record = JsonElement.Parse(found.Record.Span);
        Assert.Equal("Ünïcode \"quoted\" 🧾", record.GetProperty("name").GetString());
        Assert.Equal(9_007_199_254_740_993, record.GetProperty("balance").GetInt64());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_would_walk_the_path_is_invalid(string id) =>
        Assert.IsType<Fault.Invalid>((await bench.Reader.ReadAsync("customer", id, CancellationToken.None)).Fault);

    [Theory]
    [InlineData("cus/../../v1/events")]
    [InlineData("cus_1?expand[]=sources")]
    [InlineData("cus 1#x%2F")]
    public async Task An_id_is_escaped_into_its_path(string id)
    {
        var asked = "";
        var handler = new AnsweringHandler(request =>
        {
            asked = request.RequestUri!.AbsoluteUri;
            return new HttpResponseMessage(System.Net.HttpStatusCode.NotFound);
        });
        await ((IRecordReader)StripeBench.Over(handler)).ReadAsync("customer", id, CancellationToken.None);
        Assert.Equal($"https://api.stripe.com/v1/customers/{Uri.EscapeDataString(id)}", asked);
    }

    [Fact]
    public async Task A_read_names_the_pinned_version_and_the_key_and_encodes_its_query()
    {
        var asked = new List<string>();
        var handler = new AnsweringHandler(request =>
        {
            asked.Add(request.RequestUri!.PathAndQuery);
            Assert.Equal("2026-07-29.dahlia", request.Headers.GetValues("Stripe-Version").Single());
            Assert.Equal("Bearer sk_test_1", request.Headers.Authorization!.ToString());
            var response = new HttpResponseMessage { Content = new StringContent("""{"id":"pi_1","data":[],"has_more":false}""") };
            response.Headers.Date = Bench.Noon;
            return response;
        });
        await ((IRecordReader)StripeBench.Over(handler, "sk_test_1\n")).ReadAsync("payment_intent", "pi_1", CancellationToken.None);
        Assert.Equal("/v1/payment_intents/pi_1?expand[]=latest_charge", Uri.UnescapeDataString(asked[0]));
        Assert.StartsWith("/v1/invoice_payments?", asked[1], StringComparison.Ordinal);
        Assert.Equal(
            ["limit=100", "payment[payment_intent]=pi_1", "payment[type]=payment_intent"],
            Uri.UnescapeDataString(asked[1].Split('?')[1]).Split('&').Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain("[", string.Concat(asked), StringComparison.Ordinal);
    }

    private async Task<RecordReading> ReadAsync(string type, string id) =>
        (await bench.Reader.ReadAsync(type, id, CancellationToken.None)).Value;
}
