using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>
/// What a company sells, in the system where it does: orders, and amendments of those that billing has told of. It amends what it has been told, as people do who see
/// the subscription before them.
/// </summary>
internal sealed class SalesCompany(IPlaysSales sales, IPlaysSubscriptions billing, BooksCompany company, Dice dice, FaultTally tally)
{
    /// <summary>What the billing system charges by the month under the same SKU.</summary>
    private const string Sku = "SKU-SEAT";
    private const int Year = 12;

    /// <summary>Every act: how often it is tried, its name, and whether there was anything to do it to.</summary>
    private static readonly (int Weight, string Name, Func<SalesCompany, bool> Play)[] Acts =
    [
        (5, "order", company => company.Order()),
        (3, "upsell", company => company.Upsell()),
        (2, "downsize", company => company.Downsize()),
        (1, "order canceled", company => company.Cancel()),
        (2, "product", company => company.PutProduct()),
        (1, "person", company => company.AddPerson()),
        (2, "accounts merged", company => company.Merge()),
        (3, "account put under another", company => company.PutUnder()),
        (1, "account on its own again", company => company.TakeOut()),
    ];

    // What is left of an order's own line: what was sold on top is reduced in the order that sold it.
    private readonly SortedDictionary<string, int> left = new(StringComparer.Ordinal);
    private readonly Hierarchy hierarchy = new();
    private int names;
    private string? seat;

    /// <summary>The names of all acts, as they are counted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Acts.Select(act => $"act {act.Name}")];

    /// <summary>Plays one act.</summary>
    public void Act()
    {
        seat ??= Seat();
        var (_, name, play) = dice.Pick(Acts, act => act.Weight);
        if (play(this))
        {
            tally.Add($"act {name}");
        }
    }

    private bool Order()
    {
        if (company.Opened.Count == 0)
        {
            return false;
        }

        var account = dice.Pick(company.Opened);
        account.IsBusy = true;
        var quantity = 1 + dice.Below(20);
        var line = new PlayedSale(seat!, quantity, 1_000 + dice.Below(3_000), Year);
        var order = sales.PlaceOrder(account.Id, null, company.FirstOfMonth, [line]);
        sales.ActivateOrder(order);
        left.Add(order, quantity);
        return true;
    }

    private bool Upsell() => Amend(sale => sales.Upsell(sale.Id, seat!, 1 + dice.Below(5), Later));

    private bool Downsize() =>
        Amend(sale =>
        {
            if (left[sale.Id] < 2)
            {
                return null;
            }

            var by = 1 + dice.Below(left[sale.Id] - 1);
            left[sale.Id] -= by;
            return sales.Downsize(sale.Id, seat!, by, Later);
        });

    private bool Cancel() => Amend(sale => sales.CancelOrder(sale.Id, company.FirstOfMonth.AddDays(15)));

    private DateOnly Later => company.FirstOfMonth.AddDays(10);

    /// <summary>Amends an order of which sales sees the latest version.</summary>
    private bool Amend(Func<BookSale, string?> amend)
    {
        var (sold, billed) = (sales.Book(), billing.Book());
        var known = (
            from sale in sold.Sales
            from same in billed.Sales
            where same.OrderNumber == sale.OrderNumber && same.Quantity == sale.Quantity
            let version = billed.Subscriptions.Single(subscription => subscription.Number == same.Id).Version
            where sold.Subscriptions.Any(subscription => subscription.Number == same.Id && subscription.Version == version)
            select sale
        ).ToList();
        return known.Count > 0 && amend(dice.Pick(known)) is not null;
    }

    private bool PutProduct() => sales.PutProduct($"SKU-{dice.Below(4)}", $"Product {++names}", Prices(500 + dice.Below(5_000))).Length > 0;

    private bool AddPerson() =>
        company.Opened.Count > 0
        && sales.AddContact(dice.Pick(company.Opened).Id, $"Ada Person{++names}", $"person{names}@example.com").Length > 0;

    /// <summary>Somebody notices that two accounts of one currency are one; the one without documents goes.</summary>
    private bool Merge()
    {
        BooksAccount? survivor = null;
        return company.Leave(
            account => (survivor = company.Opened.FirstOrDefault(other => other != account && IsAlike(other, account))) is not null,
            account =>
            {
                sales.MergeAccounts(survivor!.Id, account.Id);
                hierarchy.Merge(survivor.Id, account.Id);
            }
        );

        static bool IsAlike(BooksAccount one, BooksAccount other) => one.Entity == other.Entity && one.Currency == other.Currency;
    }

    /// <summary>Two accounts are found to be of one group; the one above is its customer from then on.</summary>
    private bool PutUnder()
    {
        if (company.Opened.Count == 0)
        {
            return false;
        }

        var (account, parent) = (dice.Pick(company.Opened).Id, dice.Pick(company.Opened).Id);
        if (hierarchy.IsUnder(parent, account))
        {
            return false;
        }

        sales.PutUnder(account, parent);
        hierarchy.Put(account, parent);
        return true;
    }

    private bool TakeOut()
    {
        if (company.Opened.Where(account => hierarchy.ParentOf(account.Id) is not null).ToList() is not { Count: > 0 } below)
        {
            return false;
        }

        var account = dice.Pick(below).Id;
        sales.PutUnder(account, null);
        hierarchy.Put(account, null);
        return true;
    }

    private string Seat() => sales.PutProduct(Sku, "Seat", Prices(3_000));

    private static PlayedPrice[] Prices(long amount) => [new("USD", amount), new("EUR", amount), new("JPY", amount)];
}
