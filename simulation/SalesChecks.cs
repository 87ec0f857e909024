using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>The promises over what sales sells and sees, computed from the vendors' own state alone.</summary>
internal sealed class SalesChecks(World world, IPlaysSales sales, BooksSystems systems)
{
    private static readonly string[] Documents = ["Invoice", "CreditMemo", "DebitMemo"];
    private readonly Comparison comparison = new(world, BooksIds.Of(systems));

    /// <summary>Everything has come to rest.</summary>
    public void Check()
    {
        var (sold, billed, books) = (sales.Book(), systems.Billing.Book(), systems.Ledger.Book());
        CheckCustomers(sold, books);
        comparison.Same("products of the ledger", SalesFacts.Products(sold), SalesFacts.Products(books));
        comparison.Same("orders in billing", SalesFacts.Sales(sold.Sales), SalesFacts.Sales(billed.Sales.Where(IsOfSales)));
        comparison.Same(
            "subscriptions seen by sales",
            SalesFacts.Subscriptions(billed.Subscriptions.Where(IsSeen)),
            SalesFacts.Subscriptions(sold.Subscriptions)
        );
        comparison.Same("documents seen by sales", BooksFacts.Documents(billed), BooksFacts.Documents(sold));
        comparison.Same("balances seen by sales", SalesFacts.Standings(billed), SalesFacts.Standings(sold));
        comparison.Same("what was put off, seen by sales", SalesFacts.Late(sold), SalesFacts.PutOff(sold));
        comparison.Same("payments seen by sales", BooksFacts.Payments(billed), BooksFacts.Payments(sold));
        comparison.Same("money given back, seen by sales", GivenBack(billed), GivenBack(sold).Concat(Lost(sold)));
        comparison.Same("totals seen by sales", Totals(billed), Totals(sold));

        // One that had ended before it came to sales is never made there.
        bool IsSeen(BookSubscription subscription) =>
            subscription.Active || sold.Subscriptions.Any(known => known.Number == subscription.Number);

        // What billing has subscribed somebody to by itself is no order of sales.
        bool IsOfSales(BookSale sale) => sold.Sales.Any(known => known.OrderNumber == sale.OrderNumber);
    }

    /// <summary>Accounts stand in the ledger below what they are under in sales. What was merged is left to a person and never written.</summary>
    private void CheckCustomers(Book sold, Book books)
    {
        var merged = sold.Accounts.Where(account => account.IsMerged).ToList();
        var gone = merged
            .Select(account => $"customer {account.Number}")
            .Concat(merged.Select(account => $"customer of account {account.Email}"))
            .ToHashSet(StringComparer.Ordinal);
        comparison.Same("customers of the ledger", SalesFacts.Customers(sold), SalesFacts.Customers(books).Where(Stays));
        comparison.Same("accounts of customers", SalesFacts.Belonging(sold), SalesFacts.Belonging(books).Where(Stays));

        bool Stays(KeyValuePair<string, string> fact) => !gone.Contains(fact.Key);
    }

    private static IEnumerable<KeyValuePair<string, string>> GivenBack(Book book) =>
        BooksFacts.Refunded(book).Select(refund => BooksFacts.Fact(refund.Reference, $"{refund.Amount} {refund.Currency}"));

    private static IEnumerable<KeyValuePair<string, string>> Lost(Book book) =>
        book
            .Disputes.Where(dispute => dispute.Status == "lost")
            .Select(dispute => BooksFacts.Fact(dispute.Reference, $"{dispute.Amount} {dispute.Currency}"));

    /// <summary>Sales keeps a document's total, tax and what is left of it, not how it was settled.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Totals(Book book) =>
        book
            .Totals.Where(total => Documents.Contains(total.Kind))
            .Select(total =>
                BooksFacts.Fact(
                    $"{total.Entity} {total.Currency} {total.Kind}",
                    $"{total.Count} of {total.Amount}, tax {total.Tax}, left {total.Balance}"
                )
            );
}
