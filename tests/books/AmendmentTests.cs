using System.Text.Json.Nodes;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>What is agreed at the sales desk, and changed there again: billing rates it, and the ledger has what billing makes of it, to the cent.</summary>
public sealed class AmendmentTests : IDisposable
{
    private readonly BooksBench books = new(edit: Stacks.WithDesk);

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    [Fact]
    public async Task The_value_of_an_order_is_what_billing_charges_for_and_what_the_ledger_has()
    {
        await SubscribeAsync("SO-1", 12, New("SKU-SEAT", 10, 24.99m), New("SKU-ONBOARD", 1, 750.50m));
        Assert.Equal([10m, null], Lines(books.Desk.Told[^1]).Select(line => (decimal?)line["quantity"]));

        await BillAsync("2026-01-15");
        var (billed, posted) = (Assert.Single(books.Book("zuora").Invoices), Assert.Single(books.Book("netsuite").Invoices));
        Assert.Equal([24_990L, 75_050L], posted.LineAmounts);
        Assert.Equal((107_293L, 7_253L, "USD"), (posted.Total, posted.Tax, posted.Currency));
        Assert.Equal((posted.Number, posted.Total), (billed.Number, billed.Total));
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task More_seats_within_a_month_cost_what_billing_says_to_the_cent_and_what_was_billed_too_much_is_credited()
    {
        await SubscribeAsync("SO-1", 12, New("SKU-SEAT", 10, 24.99m));
        await BillAsync("2026-02-15");
        Assert.Equal([24_990L, 24_990L], Assert.Single(books.Book("netsuite").Invoices).LineAmounts);

        await AgreeAsync("SO-2", "2026-02-20", Amend("add", 1, "2026-02-20", 14, 4));
        await BillAsync("2026-02-20");

        // 23 of the 28 days from 15 February on: of 14 seats, and back of the 10 that were billed in advance.
        var more = books.Book("netsuite").Invoices[^1];
        Assert.Equal([28_739L], more.LineAmounts);
        Assert.Equal((30_823L, 2_084L), (more.Total, more.Tax));
        var memo = Assert.Single(books.Book("netsuite").Memos);
        Assert.Equal((22_016L, 1_488L), (memo.Total, memo.Tax));
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task Fewer_seats_are_credited_for_the_days_that_are_left_and_the_versions_are_told_in_their_order()
    {
        await SubscribeAsync("SO-1", 12, New("SKU-SEAT", 10, 24.99m));
        await AgreeAsync("SO-2", "2026-02-20", Amend("add", 1, "2026-02-20", 14, 4));
        await BillAsync("2026-02-20");
        await AgreeAsync("SO-3", "2026-03-04", Amend("remove", 2, "2026-03-04", 8, -6));
        await BillAsync("2026-03-04");

        // 11 of the 28 days: of 8 seats, and back of 14.
        var fewer = books.Book("netsuite").Invoices[^1];
        Assert.Equal([7_854L], fewer.LineAmounts);
        Assert.Equal((8_423L, 569L), (fewer.Total, fewer.Tax));
        var memo = Assert.Single(books.Book("netsuite").Memos);
        Assert.Equal((14_742L, 997L), (memo.Total, memo.Tax));
        Assert.Equal(
            ["1: 10", "2: 10, 14", "3: 10, 14, 8"],
            books.Desk.Told.Select(told => $"{told["version"]}: {string.Join(", ", Lines(told).Select(line => line["quantity"]))}")
        );
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task What_is_added_within_a_term_ends_with_it_and_a_renewal_lengthens_both()
    {
        await SubscribeAsync("SO-1", 3, New("SKU-SEAT", 10, 24.99m));
        await AgreeAsync("SO-2", "2026-02-20", Amend("add", 1, "2026-02-20", 3, 3, 19.99m));
        await BillAsync("2026-04-14");

        // The last part of what was added has 26 of the 31 days from 20 March on.
        Assert.Equal([24_990L, 24_990L, 24_990L, 5_997L, 5_030L], Assert.Single(books.Book("netsuite").Invoices).LineAmounts);
        Assert.All(Lines(books.Desk.Told[^1]), line => Assert.Equal("2026-04-14", (string?)line["endsOn"]));

        await AgreeAsync("SO-3", "2026-04-14", Renew(2));
        await BillAsync("2026-04-20");
        Assert.Equal((3, "2026-07-14"), ((int)books.Desk.Told[^1]["version"]!, (string?)books.Desk.Told[^1]["endsOn"]));
        Assert.All(Lines(books.Desk.Told[^1]), line => Assert.Equal("2026-07-14", (string?)line["endsOn"]));

        // The five days that were left of the month, and the next one.
        Assert.Equal([24_990L, 967L, 5_997L], books.Book("netsuite").Invoices[^1].LineAmounts);
        Assert.Empty(await LettersAsync());
    }

    public void Dispose() => books.Dispose();

    private async Task SubscribeAsync(string number, int months, params JsonObject[] lines)
    {
        books.Desk.Open("A-1", "Acme", "California");
        foreach (var line in lines)
        {
            line["term"] = Term(months);
        }

        books.Desk.Agree(number, "A-1", "2026-01-15", lines);
        await books.PassAsync();
        Assert.Equal(1, (int)Assert.Single(books.Desk.Told)["version"]!);
    }

    private async Task AgreeAsync(string number, string on, JsonObject line)
    {
        var before = books.Desk.Told.Count;
        books.Desk.Agree(number, "A-1", on, line);
        await books.PassAsync();
        Assert.Empty(await LettersAsync());
        Assert.Equal(before + 1, books.Desk.Told.Count);
    }

    private async Task BillAsync(string target)
    {
        Billing.RunBilling(DateOnly.ParseExact(target, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await books.PassAsync();
    }

    private static JsonObject New(string sku, decimal quantity, decimal price) =>
        new()
        {
            ["id"] = sku,
            ["action"] = "new",
            ["sku"] = sku,
            ["quantity"] = quantity,
            ["netPrice"] = price,
            ["effectiveOn"] = "2026-01-15",
        };

    private JsonObject Amend(string action, int version, string on, decimal quantity, decimal change, decimal? price = null) =>
        new()
        {
            ["id"] = "l1",
            ["action"] = action,
            ["sku"] = "SKU-SEAT",
            ["quantity"] = quantity,
            ["quantityChange"] = change,
            ["netPrice"] = price,
            ["effectiveOn"] = on,
            ["subscription"] = Subscription,
            ["subscriptionVersion"] = version,
        };

    private JsonObject Renew(int version) =>
        new()
        {
            ["id"] = "l1",
            ["action"] = "renew",
            ["effectiveOn"] = "2026-04-14",
            ["subscription"] = Subscription,
            ["subscriptionVersion"] = version,
        };

    private static JsonObject Term(int months) =>
        new()
        {
            ["kind"] = "termed",
            ["length"] = months,
            ["unit"] = "month",
            ["startsOn"] = "2026-01-15",
        };

    private string Subscription => (string)books.Desk.Told[^1]["reference"]!;

    private static IEnumerable<JsonNode> Lines(JsonObject told) => told["lines"]!.AsArray().Select(line => line!);

    private async Task<IEnumerable<string>> LettersAsync() =>
        (await books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}");
}
