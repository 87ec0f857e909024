using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.NetSuite;
using QtcHub.Ledger;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>Receipts of the bank, found by asking: NetSuite tells of nothing by itself.</summary>
public sealed class NetSuiteChangesTests : IDisposable
{
    private const string OfTheHub = "pay_AAAAAAAAAAAAAAAAAAAAAA";

    private readonly NetSuiteBench bench = new();

    private DateTimeOffset From => Bench.Noon.AddMinutes(-5);

    [Fact]
    public async Task A_receipt_entered_in_the_account_is_told_of_and_read()
    {
        var id = Receive(await bench.CustomerAsync(), "60.00");
        Pass(TimeSpan.FromMinutes(5));

        var notice = Assert.Single(Notices(await PollAsync()));
        Assert.Equal(new Notice("customerPayment", id, Marker.AnyTime, null), notice);

        var found = Assert.IsType<RecordReading.Found>((await ReadAsync(id)).Value);
        Assert.Equal(Marker.At(Bench.Noon), found.Marker);
        Assert.Equal("RE IN-1", (string?)NetSuiteBench.Json(found.Record)["memo"]);
        Assert.IsType<RecordReading.Missing>((await ReadAsync("424242")).Value);
    }

    [Fact]
    public async Task Payments_that_the_hub_has_written_are_no_news_and_those_that_an_import_has_named_are()
    {
        var customer = await bench.CustomerAsync();
        await bench.SaveAsync(RecordType.Payment, OfTheHub, NetSuiteBench.Payment(customer, "1.00"));
        var imported = await bench.SaveAsync(RecordType.Payment, "bank-2026-11-03-77", NetSuiteBench.Payment(customer, "2.00"));

        Assert.Equal(imported, Assert.Single(Notices(await PollAsync())).ExternalId);
    }

    [Fact]
    public async Task A_payment_that_the_hub_has_written_bears_its_reference_and_a_receipt_bears_none()
    {
        var customer = await bench.CustomerAsync();
        var ours = await bench.SaveAsync(RecordType.Payment, OfTheHub, NetSuiteBench.Payment(customer, "1.00"));

        Assert.Equal((OfTheHub, null), (await ReferenceAsync(ours), await ReferenceAsync(Receive(customer, "60.00"))));
    }

    [Fact]
    public async Task More_receipts_of_one_second_than_a_page_holds_are_each_told_of_once()
    {
        var customer = await bench.CustomerAsync();
        var made = Enumerable.Range(0, (2 * NetSuiteChanges.PageSize) + 1).Select(_ => Receive(customer, "1.00")).ToList();
        Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(made, Notices(await PollAsync()).Select(notice => notice.ExternalId));
    }

    [Fact]
    public async Task What_changes_while_the_pages_are_read_is_told_again_and_hides_nothing()
    {
        var customer = await bench.CustomerAsync();
        var made = Enumerable.Range(0, NetSuiteChanges.PageSize + 1).Select(_ => Receive(customer, "1.00")).ToList();
        Pass(TimeSpan.FromMinutes(5));
        var until = bench.Clock.GetUtcNow();

        var first = await PageAsync(null, until);
        // The first page's own rows move behind the bound: by an offset, the last one would have moved onto the page that was read.
        Pass(TimeSpan.FromMinutes(1));
        Edit(made[0]);
        Edit(made[1]);
        var second = await PageAsync(first.Cursor, until);

        Assert.True(second.IsLast);
        Assert.Equal(made, Notices([.. first.Deliveries, .. second.Deliveries]).Select(notice => notice.ExternalId));
        Assert.Equal(made[..2], Notices(await PollAsync(until)).Select(notice => notice.ExternalId));
    }

    [Fact]
    public async Task A_window_that_reaches_back_names_a_change_as_before_and_a_new_change_anew()
    {
        var id = Receive(await bench.CustomerAsync(), "1.00");
        Pass(TimeSpan.FromMinutes(5));
        var first = Assert.Single(await PollAsync());
        Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(first.EventId, Assert.Single(await PollAsync()).EventId);

        Edit(id);
        Assert.NotEqual(first.EventId, Assert.Single(await PollAsync()).EventId);
        Assert.True(DeliveryId.IsFit(first.EventId), first.EventId);
    }

    [Fact]
    public async Task A_change_of_a_second_that_may_not_be_over_is_read_once_more()
    {
        Receive(await bench.CustomerAsync(), "1.00");
        var first = Assert.Single(await PollAsync());
        Pass(TimeSpan.FromMinutes(4));
        Assert.NotEqual(first.EventId, Assert.Single(await PollAsync()).EventId);
    }

    [Fact]
    public async Task Running_a_page_twice_gives_the_same_names_and_the_same_next_page()
    {
        var customer = await bench.CustomerAsync();
        for (var n = 0; n <= NetSuiteChanges.PageSize; n++)
        {
            Receive(customer, "1.00");
        }

        Pass(TimeSpan.FromMinutes(5));
        var until = bench.Clock.GetUtcNow();
        var (once, twice) = (await PageAsync(null, until), await PageAsync(null, until));
        Assert.Equal(once.Deliveries.Select(change => change.EventId), twice.Deliveries.Select(change => change.EventId));
        Assert.Equal(once.Cursor, twice.Cursor);
        Assert.NotNull(once.Cursor);
    }

    [Fact]
    public async Task A_backfill_lists_the_receipts_in_the_form_of_polled_ones()
    {
        var id = Receive(await bench.CustomerAsync(), "1.00");
        Pass(TimeSpan.FromDays(400));
        var page = await ((IBackfill)bench.Connector).ReadRecordsAsync(
            "customerPayment",
            null,
            From,
            bench.Clock.GetUtcNow(),
            CancellationToken.None
        );
        Assert.True(page.Value.IsLast);
        Assert.Equal(id, Assert.Single(Notices(page.Value.Deliveries)).ExternalId);
    }

    [Theory]
    [InlineData("2026-08-03T12:00:00Z", "2026-08-03T12:10:00Z", "2026-08-03 08:00:00", "2026-08-03 08:10:00")]
    [InlineData("2026-11-01T05:45:00Z", "2026-11-01T06:10:00Z", "2026-11-01 00:45:00", "2026-11-01 02:10:00")]
    public async Task A_window_is_asked_for_by_the_clock_of_the_users_time_zone_both_meanings_of_an_hour_where_it_is_set_back(
        string from,
        string until,
        string first,
        string last
    )
    {
        var seen = "";
        var changes = new NetSuiteChanges(
            (query, _) =>
            {
                seen = query.Sql;
                return Task.FromResult<Outcome<List<JsonObject>>>(new List<JsonObject>());
            },
            TimeZoneInfo.FindSystemTimeZoneById("America/New_York"),
            bench.Clock
        );
        await changes.ReadAsync(null, DateTimeOffset.Parse(from), DateTimeOffset.Parse(until), CancellationToken.None);
        Assert.Contains($"lastmodifieddate >= TO_DATE('{first}'", seen, StringComparison.Ordinal);
        Assert.Contains($"lastmodifieddate <= TO_DATE('{last}'", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"9","changed":"yesterday"}""")]
    [InlineData("""{"id":"nine","changed":"2026-08-03 12:00:00"}""")]
    [InlineData("""{"changed":"2026-08-03 12:00:00"}""")]
    public async Task A_row_that_cannot_be_placed_stops_the_page_and_is_not_passed_over(string row)
    {
        var changes = new NetSuiteChanges(
            (_, _) => Task.FromResult<Outcome<List<JsonObject>>>(new List<JsonObject> { (JsonObject)JsonNode.Parse(row)! }),
            TimeZoneInfo.Utc,
            bench.Clock
        );
        var page = await changes.ReadAsync(null, From, Bench.Noon, CancellationToken.None);
        Assert.Equal("unreadable-list", Assert.IsType<Fault.Rejected>(page.Fault).VendorCode);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"customerPayment":"../invoice/1"}""")]
    [InlineData("""{"customerPayment":""}""")]
    public void A_body_that_names_no_payment_is_invalid(string body) =>
        Assert.IsType<Fault.Invalid>(((INoticeReader)bench.Connector).ReadNotices(Encoding.UTF8.GetBytes(body)).Fault);

    public void Dispose() => bench.Dispose();

    private string Receive(string customer, string amount) =>
        (string)
            bench.Account.Put(
                "customerPayment",
                (JsonObject)JsonNode.Parse(NetSuiteBench.Payment(customer, amount).Replace("pi_1", "RE IN-1", StringComparison.Ordinal))!
            )!["id"]!;

    private void Edit(string payment) => bench.Account.Put("customerPayment", new JsonObject { ["id"] = payment, ["memo"] = "seen" });

    private void Pass(TimeSpan time) => bench.Clock.Advance(time);

    private Task<Outcome<RecordReading>> ReadAsync(string id) =>
        ((IRecordReader)bench.Connector).ReadAsync("customerPayment", id, CancellationToken.None);

    private async Task<string?> ReferenceAsync(string id)
    {
        var found = Assert.IsType<RecordReading.Found>((await ReadAsync(id)).Value);
        return ((IStampReader)bench.Connector).ReferenceIn("customerPayment", found.Record);
    }

    private async Task<ChangePage> PageAsync(string? cursor, DateTimeOffset until)
    {
        var page = await ((IChangeFeed)bench.Connector).ReadChangesAsync(cursor, From, until, CancellationToken.None);
        Assert.Null(page.Fault);
        return page.Value;
    }

    private async Task<IReadOnlyList<PolledDelivery>> PollAsync(DateTimeOffset? from = null)
    {
        var until = bench.Clock.GetUtcNow();
        var found = new List<PolledDelivery>();
        string? cursor = null;
        do
        {
            var page = await ((IChangeFeed)bench.Connector).ReadChangesAsync(cursor, from ?? From, until, CancellationToken.None);
            Assert.Null(page.Fault);
            found.AddRange(page.Value.Deliveries);
            cursor = page.Value.Cursor;
        } while (cursor is not null);
        return found;
    }

    private List<Notice> Notices(IReadOnlyList<PolledDelivery> deliveries) =>
        [.. deliveries.SelectMany(delivery => ((INoticeReader)bench.Connector).ReadNotices(delivery.Body).Value)];
}
