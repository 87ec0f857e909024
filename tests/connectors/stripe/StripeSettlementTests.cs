using System.Text.Json;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

public sealed class StripeSettlementTests
{
    private readonly StripeBench bench = new();

    [Fact]
    public async Task A_payout_s_list_holds_each_of_its_movements_as_a_read_of_it_would_give()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        bench.Vendor.Refund(bench.Vendor.TakeCharge(account, 20_000, "USD", "EUR"), 500);
        bench.Vendor.ChargeFee("EUR", 300, "Radar");
        bench.Now = bench.Now.AddDays(1);
        var payout = bench.Vendor.PayOut("EUR");
        var listed = Assert.IsType<RecordReading.Listed>(await ReadAsync("payout_items", payout));
        Assert.Equal(4, listed.Members.Count);
        foreach (var member in listed.Members)
        {
            var read = Assert.IsType<RecordReading.Found>(await ReadAsync("balance_transaction", member.ExternalId));
            Assert.Equal(JsonElement.Parse(read.Record.Span).ToString(), JsonElement.Parse(member.Embedded!.Value.Span).ToString());
            Assert.Equal(payout, JsonElement.Parse(read.Record.Span).GetProperty("payout").GetString());
        }
    }

    [Fact]
    public async Task A_movement_is_found_in_the_payout_that_holds_it_and_not_in_another()
    {
        var first = bench.Vendor.ChargeFee("EUR", 300, "Radar");
        bench.Vendor.PayOut("EUR");
        bench.Now = bench.Now.AddDays(30);
        var second = bench.Vendor.ChargeFee("EUR", 400, "Radar");
        var dollars = bench.Vendor.ChargeFee("USD", 400, "Radar");
        bench.Vendor.PayOut("EUR");
        Assert.Equal("po_00000000000001", await PayoutOfAsync(first));
        Assert.Equal("po_00000000000002", await PayoutOfAsync(second));
        Assert.Null(await PayoutOfAsync(dollars));
    }

    [Fact]
    public async Task What_a_manual_payout_holds_is_not_known_and_not_asked_for()
    {
        bench.Vendor.Adjust("EUR", 1000, "Gift");
        var payout = bench.Vendor.PayOutByHand("EUR", 600);
        Assert.Empty(Assert.IsType<RecordReading.Listed>(await ReadAsync("payout_items", payout)).Members);
        var found = Assert.IsType<RecordReading.Found>(await ReadAsync("payout", payout));
        Assert.False(JsonElement.Parse(found.Record.Span).TryGetProperty("items", out _));
        Assert.Null(await PayoutOfAsync("txn_00000000000001"));
        Assert.Equal(payout, await PayoutOfAsync("txn_00000000000002"));
    }

    [Fact]
    public async Task A_payout_that_gives_back_a_failed_one_counts_that_among_its_items_and_itself_not()
    {
        bench.Vendor.Adjust("EUR", 1000, "Gift");
        bench.Vendor.FailPayout(bench.Vendor.PayOut("EUR"));
        var found = Assert.IsType<RecordReading.Found>(await ReadAsync("payout", bench.Vendor.PayOut("EUR")));
        var items = JsonElement.Parse(found.Record.Span).GetProperty("items");
        Assert.Equal((1, 1000), (items.GetProperty("count").GetInt32(), items.GetProperty("net").GetInt32()));
    }

    [Fact]
    public async Task A_payout_of_more_movements_than_are_read_keeps_their_number_and_sum_to_itself()
    {
        var listed = 0;
        var handler = new AnsweringHandler(request =>
            request.RequestUri!.AbsolutePath.EndsWith("po_1", StringComparison.Ordinal)
                ? Answer("""{"id":"po_1","automatic":true,"reconciliation_status":"completed"}""")
                : Answer($$"""{"data":[{"id":"txn_{{++listed}}","net":1}],"has_more":true}""")
        );
        var reader = (IRecordReader)StripeBench.Over(handler);
        var found = Assert.IsType<RecordReading.Found>((await reader.ReadAsync("payout", "po_1", CancellationToken.None)).Value);
        Assert.False(JsonElement.Parse(found.Record.Span).TryGetProperty("items", out _));
        Assert.IsType<Fault.Rejected>((await reader.ReadAsync("payout_items", "po_1", CancellationToken.None)).Fault);
    }

    [Fact]
    public async Task A_movement_that_is_pending_is_in_no_payout_and_none_is_searched()
    {
        var asked = new List<string>();
        var handler = new AnsweringHandler(request =>
        {
            asked.Add(request.RequestUri!.AbsolutePath);
            return Answer("""{"id":"txn_1","status":"pending","available_on":1785758400,"created":1785758400,"currency":"eur"}""");
        });
        var reading = await ((IRecordReader)StripeBench.Over(handler)).ReadAsync("balance_transaction", "txn_1", CancellationToken.None);
        Assert.IsType<RecordReading.Found>(reading.Value);
        Assert.Equal(["/v1/balance_transactions/txn_1"], asked);
    }

    [Fact]
    public async Task The_account_is_the_setting_s_or_goes_by_the_system_s_name()
    {
        var movement = bench.Vendor.ChargeFee("EUR", 300, "Radar");
        Assert.Equal("stripe", Text(await ReadAsync("balance_transaction", movement), "processor_account"));
        var named = StripeBench.Over(bench, new Dictionary<string, string> { ["account"] = "acct_1" });
        var reading = await ((IRecordReader)named).ReadAsync("balance_transaction", movement, CancellationToken.None);
        Assert.Equal("acct_1", Text(reading.Value, "processor_account"));
    }

    [Theory]
    [InlineData("refund", "re_none")]
    [InlineData("dispute", "dp_none")]
    [InlineData("payout", "po_none")]
    [InlineData("payout_items", "po_none")]
    [InlineData("balance_transaction", "txn_none")]
    public async Task What_Stripe_does_not_know_is_missing(string type, string id) =>
        Assert.IsType<RecordReading.Missing>(await ReadAsync(type, id));

    [Fact]
    public async Task Money_that_a_dispute_took_twice_is_one_sum_since_its_first_day()
    {
        const string twice = """
            {"id":"dp_1","balance_transactions":[
            {"id":"txn_1","reporting_category":"dispute","amount":-700,"currency":"eur","created":20},
            {"id":"txn_2","reporting_category":"dispute_reversal","amount":700,"currency":"eur","created":30},
            {"id":"txn_3","reporting_category":"dispute","amount":-400,"currency":"eur","created":40}]}
            """;
        var reader = (IRecordReader)StripeBench.Over(new AnsweringHandler(_ => Answer(twice)));
        var found = Assert.IsType<RecordReading.Found>((await reader.ReadAsync("dispute", "dp_1", CancellationToken.None)).Value);
        Assert.Equal(
            """{"withdrawn":{"amount":1100,"currency":"eur","created":20},"reinstated":{"amount":700,"currency":"eur","created":30}}""",
            JsonElement.Parse(found.Record.Span).GetProperty("funds").ToString()
        );
    }

    private static HttpResponseMessage Answer(string body)
    {
        var response = new HttpResponseMessage { Content = new StringContent(body) };
        response.Headers.Date = Bench.Noon;
        return response;
    }

    private static string? Text(RecordReading reading, string name) =>
        JsonElement.Parse(Assert.IsType<RecordReading.Found>(reading).Record.Span).TryGetProperty(name, out var value)
            ? value.GetString()
            : null;

    private async Task<string?> PayoutOfAsync(string movement) => Text(await ReadAsync("balance_transaction", movement), "payout");

    private async Task<RecordReading> ReadAsync(string type, string id) =>
        (await bench.Reader.ReadAsync(type, id, CancellationToken.None)).Value;
}
