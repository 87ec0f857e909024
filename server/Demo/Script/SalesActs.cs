using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>Sales puts a product into its catalogue.</summary>
internal sealed record PutProduct(string Sku, string Name, IReadOnlyList<PlayedPrice> Prices) : Act
{
    public override void Enter(ControlBook book) => book.Products.Add(Sku, Name);

    public override void Play(Stage stage) => stage.Name(Sku, stage.Sales.PutProduct(Sku, Name, Prices));
}

/// <summary>Sales opens an account.</summary>
internal sealed record OpenAccount(Customer Customer) : Act
{
    public override void Enter(ControlBook book) => book.Open(Customer);

    public override void Play(Stage stage) =>
        stage.Name(
            Customer.Key,
            stage.Sales.OpenAccount(
                Customer.Name,
                Customer.Email,
                Customer.Currency,
                Customer.State is { } state ? $"{Customer.Country}-{state}" : Customer.Country,
                Customer.Entity
            )
        );
}

/// <summary>Sales finds that it has an account twice, and merges the one into the other: what billing, processor and ledger have of it stays there, for a person to see to.</summary>
internal sealed record MergeAccounts(string Into, string Account) : Act
{
    public override void Enter(ControlBook book) => book.Merged.Add(Account);

    public override void Play(Stage stage) => stage.Sales.MergeAccounts(stage.IdOf(Into), stage.IdOf(Account));
}

/// <summary>Sales closes a deal that it had quoted, for a year of seats, charged by the month in advance from <paramref name="From"/> on.</summary>
internal sealed record SellSeats(string Key, string Account, int Quantity, long UnitAmount, DateOnly From) : Act
{
    public const string Sku = "SKU-SEAT";
    private const int Year = 12;

    /// <summary>The key of the quote that a deal came from.</summary>
    public static string QuoteOf(string deal) => $"{deal} quote";

    public override void Enter(ControlBook book) =>
        book.Subscriptions.Add(Key, new Seats(book.Account(Account), Quantity, UnitAmount, From));

    public override void Play(Stage stage)
    {
        var line = new PlayedSale(stage.IdOf(Sku), Quantity, UnitAmount, Year);
        var quote = stage.Sales.Quote(stage.IdOf(Account), Key);
        var order = stage.Sales.PlaceOrder(stage.IdOf(Account), quote, From, [line]);
        stage.Sales.ActivateOrder(order);
        stage.Name(QuoteOf(Key), quote);
        stage.Name(Key, order);
    }
}

/// <summary>Sales sells seats at a price of their own on top of a deal; they end together with the others, and are charged by the month from their own first day on.</summary>
internal sealed record CoTermSeats(string Deal, int Quantity, long UnitAmount, DateOnly From) : Act
{
    public override void Enter(ControlBook book) =>
        book.Subscriptions.Add($"{Deal} on top", new Seats(book.Subscriptions.Of<Seats>(Deal).Account, Quantity, UnitAmount, From));

    public override void Play(Stage stage) =>
        stage.Sales.CoTerm(stage.IdOf(Deal), new PlayedSale(stage.IdOf(SellSeats.Sku), Quantity, UnitAmount, 0), From);
}

/// <summary>Sales sells more seats on top of those of a deal, or with a minus takes some back, from a day within a month on.</summary>
internal sealed record ChangeSeats(string Deal, int By, DateOnly From) : Act
{
    public override void Enter(ControlBook book) => book.Subscriptions.Of<Seats>(Deal).Change(By, From);

    public override void Play(Stage stage)
    {
        var (order, seat) = (stage.IdOf(Deal), stage.IdOf(SellSeats.Sku));
        if (By > 0)
        {
            stage.Sales.Upsell(order, seat, By, From);
        }
        else
        {
            stage.Sales.Downsize(order, seat, -By, From);
        }
    }
}

/// <summary>A customer takes back the deal.</summary>
internal sealed record CancelDeal(string Deal, DateOnly On) : Act
{
    public override void Enter(ControlBook book)
    {
        var seats = book.Subscriptions.Of<Seats>(Deal);
        seats.Change(-seats.Quantity, On);
    }

    public override void Play(Stage stage) => stage.Sales.CancelOrder(stage.IdOf(Deal), On);
}
