using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Books;

/// <summary>What is subscribed to, and what that costs: the price list's own arithmetic, done once more.</summary>
internal sealed class SubscriptionBook
{
    private readonly List<Seats> sold = [];

    /// <summary>Seats are sold for a year, charged by the month in advance.</summary>
    public void Sell(string key, Customer account, int quantity, long unitAmount, DateOnly from) =>
        sold.Add(new Seats(key, account, quantity, unitAmount, from));

    /// <summary>What becomes due up to a day, one invoice an account.</summary>
    public IEnumerable<BookedDocument> Bill(DateOnly target) =>
        sold.GroupBy(seats => seats.Account.Key, StringComparer.Ordinal)
            .Select(group => (group.First().Account, Charges: group.SelectMany(seats => seats.Due(target)).ToList()))
            .Where(bill => bill.Charges.Count > 0)
            .Select(bill => Invoice(bill.Account, target, bill.Charges))
            .ToList();

    private static BookedDocument Invoice(Customer account, DateOnly day, List<long> charges)
    {
        var lines = charges.ConvertAll(charge => SalesTax.Split(account, charge));
        return new BookedDocument(
            DocumentKind.Invoice,
            RunBilling.KeyOf(day, account.Key),
            account,
            day,
            lines.ConvertAll(line => line.Net),
            lines.Sum(line => line.Tax)
        );
    }

    private sealed class Seats(string key, Customer account, int quantity, long unitAmount, DateOnly from)
    {
        private int billed;

        public string Key => key;

        public Customer Account => account;

        public IEnumerable<long> Due(DateOnly target)
        {
            // Months are counted from the first day: a 31st is billed on a 30th, and on a 31st again.
            while (from.AddMonths(billed) <= target)
            {
                billed++;
                yield return quantity * unitAmount;
            }
        }
    }
}

/// <summary>What tax is on a charge, by who bills and to where.</summary>
internal static class SalesTax
{
    /// <summary>The net and the tax of a charge as the price list has it: in Japan the price includes the tax.</summary>
    public static (long Net, long Tax) Split(Customer account, long charge) =>
        account.Entity switch
        {
            "de" => (charge, Rounded(charge * 0.19m)),
            "jp" when Rounded(charge / 1.10m) is var net => (net, charge - net),
            _ => (charge, 0),
        };

    private static long Rounded(decimal amount) => (long)decimal.Round(amount, MidpointRounding.AwayFromZero);
}
