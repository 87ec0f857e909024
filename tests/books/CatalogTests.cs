using System.Text.Json.Nodes;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>What the sales desk offers is made in billing's catalogue, and ordered by its SKU.</summary>
public sealed class CatalogTests : IDisposable
{
    private readonly BooksBench books = new(edit: Stacks.WithDesk);

    [Fact]
    public async Task A_product_is_sold_at_its_price_of_the_day_and_who_has_bought_it_keeps_that()
    {
        books.Desk.Open("A-1", "Acme", "New York");
        books.Desk.Offer("SKU-GOLD", "Gold", 40.25m);
        await books.PassAsync();
        await OrderAsync("SO-1", "2026-03-01", 2);
        books.Desk.Offer("SKU-GOLD", "Gold", 50);
        await books.PassAsync();
        await OrderAsync("SO-2", "2026-03-02", 1);

        var billing = (IPlaysSubscriptions)books.Vendor("zuora");
        foreach (var month in (DateOnly[])[new(2026, 3, 2), new(2026, 4, 2)])
        {
            billing.RunBilling(month);
            await books.PassAsync();
            Assert.Equal([8_050L, 5_000L], books.Book("netsuite").Invoices[^1].LineAmounts);
        }

        Assert.Equal([], (await books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}"));
    }

    public void Dispose() => books.Dispose();

    private async Task OrderAsync(string number, string on, decimal quantity)
    {
        // Without a price of its own: the catalogue's.
        books.Desk.Agree(
            number,
            "A-1",
            on,
            new JsonObject
            {
                ["id"] = "l1",
                ["action"] = "new",
                ["sku"] = "SKU-GOLD",
                ["quantity"] = quantity,
                ["effectiveOn"] = on,
                ["term"] = new JsonObject { ["kind"] = "evergreen" },
            }
        );
        await books.PassAsync();
    }
}
