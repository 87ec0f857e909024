using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What the books of sales have in common with those of others, each record in one line under its key.</summary>
internal static class SalesFacts
{
    /// <summary>What sales sees of billing: subscriptions, what is owed and when change, documents and payments stay as they were posted.</summary>
    public static readonly Facts Seen = new(
        book => Subscriptions(book.Subscriptions).Concat(Standings(book)).Concat(BooksFacts.DueDays(book)),
        book => BooksFacts.Documents(book).Concat(BooksFacts.Payments(book)).Concat(BooksFacts.DueDays(book))
    );

    /// <summary>What the ledger has of the catalogue.</summary>
    public static readonly Facts Catalogue = new(Products, _ => []);

    public static IEnumerable<KeyValuePair<string, string>> Products(Book book) =>
        book.Products.Select(product => BooksFacts.Fact($"product {product.Sku}", $"{product.Name}"));

    /// <summary>Customers that are open, each with the one that it belongs to.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Customers(Book book) =>
        book
            .Customers.Where(customer => customer.Active)
            .Select(customer => BooksFacts.Fact($"customer {customer.Number}", $"{customer.Name}, of {customer.Group ?? "none"}"));

    /// <summary>The customer that each open account belongs to.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Belonging(Book book) =>
        book
            .Accounts.Where(account => account.Active)
            .Select(account => BooksFacts.Fact($"customer of account {account.Email}", $"{account.Customer ?? "none"}"));

    public static IEnumerable<KeyValuePair<string, string>> Subscriptions(IEnumerable<BookSubscription> subscriptions) =>
        subscriptions.Select(subscription =>
            BooksFacts.Fact(
                $"subscription {subscription.Number}",
                $"{subscription.AccountNumber} version {subscription.Version} of {subscription.OrderNumber}, {(subscription.Active ? "active" : "ended")}"
            )
        );

    /// <summary>How many of what each order has left, of those that have.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Sales(IEnumerable<BookSale> sales) =>
        sales
            .Where(sale => sale.Quantity != 0)
            .Select(sale => BooksFacts.Fact($"order {sale.OrderNumber} {sale.Sku}", $"{sale.AccountNumber} {sale.Quantity:0.##}"));

    /// <summary>What is due later than its document says.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Late(Book book)
    {
        var days = BooksFacts.DueDays(book).ToDictionary(StringComparer.Ordinal);
        return book
            .Standings.Where(standing =>
                days.TryGetValue($"due day of {standing.Number}", out var day)
                && standing.DueOn is { } due
                && string.CompareOrdinal($"{due:O}", day) > 0
            )
            .Select(standing => BooksFacts.Fact($"putting off {standing.Number}", $"{standing.DueOn:O}"));
    }

    /// <summary>What is said to have been put off.</summary>
    public static IEnumerable<KeyValuePair<string, string>> PutOff(Book book) =>
        book
            .Standings.Where(standing => standing.PutOffTo is not null)
            .Select(standing => BooksFacts.Fact($"putting off {standing.Number}", $"{standing.PutOffTo:O}"));

    /// <summary>What is owed of each document and when, or left of each credit memo.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Standings(Book book) =>
        book.Standings.Select(standing =>
            BooksFacts.Fact($"balance of {standing.Number}", $"{standing.Balance} {standing.Currency} due {standing.DueOn:O}")
        );
}
