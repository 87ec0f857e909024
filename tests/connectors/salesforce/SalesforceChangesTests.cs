using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class SalesforceChangesTests : IDisposable
{
    private readonly SalesforceSourceBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Every_kind_of_row_that_changed_is_told_of_as_its_message_would_have()
    {
        var account = bench.Account();
        var contact = bench.Org.AddContact(account, "Ada Byron", "ada@example.com");
        var product = bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]);
        var order = bench.Org.PlaceOrder(account, null, new DateOnly(2026, 8, 1), [new PlayedSale(product, 3, 900, 12)]);

        Assert.Equal(
            [
                $"AccountCustomers {account}",
                $"AccountBilling {account}",
                $"Contact {contact}",
                $"Product2 {product}",
                $"Product2 {product}",
                $"Order {order}",
                $"Order {order}",
            ],
            bench.Told(await bench.PollAsync())
        );
    }

    [Fact]
    public async Task A_price_that_changed_is_told_of_as_its_product_and_a_line_as_its_order()
    {
        var account = bench.Account();
        var product = bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]);
        var order = bench.Org.PlaceOrder(account, null, new DateOnly(2026, 8, 1), [new PlayedSale(product, 3, 900, 12)]);
        var (price, line) = (IdOf("PricebookEntry"), IdOf("OrderItem"));
        bench.Now = bench.Now.AddHours(1);
        bench.Put("PricebookEntry", price, ("UnitPrice", 11));
        bench.Put("OrderItem", line, ("Quantity", 4));

        var told = await bench.PollAsync(from: bench.Now.AddMinutes(-1));
        Assert.Single(told, one => one.EventId.StartsWith($"changed-PricebookEntry-{product}-", StringComparison.Ordinal));
        Assert.Single(told, one => one.EventId.StartsWith($"changed-OrderItem-{order}-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_lines_of_one_order_are_one_change_of_it()
    {
        var account = bench.Account();
        var product = bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]);
        PlayedSale[] lines = [.. Enumerable.Range(1, 20).Select(quantity => new PlayedSale(product, quantity, 900, 12))];
        var order = bench.Org.PlaceOrder(account, null, new DateOnly(2026, 8, 1), lines);

        Assert.Equal(2, bench.Told(await bench.PollAsync()).Count(told => told == $"Order {order}"));
    }

    [Fact]
    public async Task Rows_that_were_deleted_or_merged_are_told_of_once_more()
    {
        var (kept, merged, closed) = (bench.Account("Kept"), bench.Account("Merged"), bench.Account("Closed"));
        bench.Now = bench.Now.AddHours(1);
        bench.Org.MergeAccounts(kept, merged);
        bench.Org.CloseAccount(closed);

        var told = bench.Told(await bench.PollAsync(from: bench.Now.AddMinutes(-1)));
        Assert.Contains($"AccountBilling {merged}", told);
        Assert.Contains($"AccountBilling {closed}", told);
    }

    [Fact]
    public async Task A_window_has_fixed_ends()
    {
        var before = bench.Account("Before");
        bench.Now = bench.Now.AddHours(1);
        var within = bench.Account("Within");
        bench.Now = bench.Now.AddHours(1);
        var after = bench.Account("After");

        var told = bench.Told(await bench.PollAsync(Bench.Noon.AddMinutes(30), Bench.Noon.AddMinutes(90)));
        Assert.Contains($"AccountBilling {within}", told);
        Assert.DoesNotContain($"AccountBilling {before}", told);
        Assert.DoesNotContain($"AccountBilling {after}", told);
    }

    [Fact]
    public async Task No_change_is_passed_over_whatever_comes_while_pages_are_read_and_whenever_the_process_dies()
    {
        List<string> accounts = [];
        for (var number = 0; number < (2 * SalesforceChanges.PageSize) + 7; number++)
        {
            // Many in one second, so that a page ends within one.
            bench.Now = Bench.Noon.AddSeconds(number / 150);
            accounts.Add(bench.Account($"A{number}"));
        }

        var until = bench.Now.AddMinutes(1);
        bench.Now = bench.Now.AddHours(1);
        var told = new List<string>();
        string? cursor = null;
        ChangePage page;
        do
        {
            // Every page is asked for by a process that starts anew; what was told of already changes meanwhile.
            var feed = (IChangeFeed)bench.Connect();
            page = (await feed.ReadChangesAsync(cursor, Bench.Noon.AddDays(-1), until, CancellationToken.None)).Value;
            told.AddRange(bench.Told(page.Deliveries));
            cursor = page.Cursor;
            bench.Org.RenameAccount(accounts[0], $"Anew {told.Count}");
        } while (!page.IsLast);

        Assert.Equal(
            accounts.Select(account => $"AccountBilling {account}").Order(StringComparer.Ordinal),
            told.Where(one => one.StartsWith("AccountBilling ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task One_change_has_one_name_whenever_it_is_found_once_its_second_is_over()
    {
        bench.Account();
        var early = await bench.PollAsync();
        var other = await bench.PollAsync(until: SalesforceSourceBench.Until.AddMinutes(5));
        Assert.NotEqual(early[0].EventId, other[0].EventId);

        bench.Now = bench.Now.AddMinutes(3);
        var settled = await bench.PollAsync();
        var again = await bench.PollAsync(until: SalesforceSourceBench.Until.AddMinutes(5));
        Assert.Equal(settled[0].EventId, again[0].EventId);
    }

    [Fact]
    public async Task What_no_route_takes_is_not_asked_for()
    {
        await bench.PollAsync();
        Assert.DoesNotContain(bench.Asked, asked => asked.Contains("Opportunity", StringComparison.Ordinal));
        Assert.Equal(6, bench.Asked.Count);
        Assert.All(bench.Asked, asked => Assert.Contains("/queryAll?", asked, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"done":true,"records":[{"Id":"1","SystemModstamp":null}]}""")]
    [InlineData("""{"done":true,"records":[{"SystemModstamp":"2026-08-03T12:00:00.000+0000"}]}""")]
    [InlineData(
        """{"done":true,"records":[{"Id":"2","SystemModstamp":"2026-08-03T12:00:01.000+0000"},{"Id":"1","SystemModstamp":"2026-08-03T12:00:00.000+0000"}]}"""
    )]
    [InlineData("""{"done":false,"records":[]}""")]
    [InlineData("""{"done":false,"nextRecordsUrl":"https://elsewhere.invalid/?x","records":[]}""")]
    [InlineData("""{"done":true}""")]
    public async Task A_list_that_cannot_be_read_to_its_end_is_a_fault_and_never_a_short_list(string body)
    {
        bench.Instead = request =>
            request.RequestUri!.AbsolutePath.Contains("/query", StringComparison.Ordinal) ? SalesforceWire.Json(body) : null;

        var read = await ((IChangeFeed)bench.Connector).ReadChangesAsync(
            null,
            Bench.Noon.AddDays(-1),
            SalesforceSourceBench.Until,
            CancellationToken.None
        );
        Assert.Equal("unreadable-list", Assert.IsType<Fault.Rejected>(read.Fault).VendorCode);
    }

    private string IdOf(string entity) => (string)bench.Org.Records(entity)![0]!["Id"]!;
}
