using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Books;

/// <summary>What is subscribed to, and what that costs: the price list's own arithmetic, done once more.</summary>
internal sealed class SubscriptionBook
{
    private readonly List<Subscribed> subscribed = [];
    private readonly Dictionary<string, Subscribed> byKey = new(StringComparer.Ordinal);

    /// <summary>Seats that are sold now, by account.</summary>
    public IEnumerable<(Customer Account, int Quantity)> Sold =>
        subscribed
            .OfType<Seats>()
            .GroupBy(seats => seats.Account)
            .Select(group => (group.Key, group.Sum(seats => seats.Quantity)))
            .Where(sold => sold.Item2 > 0);

    public T Of<T>(string key)
        where T : Subscribed => (T)byKey[key];

    public void Add(string key, Subscribed one)
    {
        subscribed.Add(one);
        byKey.Add(key, one);
    }

    /// <summary>What a run bills up to a day: of an account an invoice, and a credit note of what was billed too much.</summary>
    public List<BookedDocument> Bill(DateOnly target) =>
        [.. subscribed.GroupBy(one => one.Account).SelectMany(group => Bill(group.Key, [.. group], target))];

    private static IEnumerable<BookedDocument> Bill(Customer account, List<Subscribed> owned, DateOnly target)
    {
        var bill = new Bill();
        owned.ForEach(one => one.Rate(target, bill));
        if (bill.Charges.Count > 0)
        {
            yield return Document(DocumentKind.Invoice, RunBilling.KeyOf(target, account.Key), account, target, bill.Charges);
        }

        if (bill.Credits.Count > 0)
        {
            yield return Document(DocumentKind.CreditNote, RunBilling.CreditKeyOf(target, account.Key), account, target, bill.Credits);
        }
    }

    private static BookedDocument Document(DocumentKind kind, string key, Customer account, DateOnly day, List<decimal> amounts)
    {
        var lines = amounts.ConvertAll(amount => SalesTax.Split(account, amount));
        return new BookedDocument(kind, key, account, day, lines.ConvertAll(line => line.Net), lines.Sum(line => line.Tax));
    }
}

/// <summary>What a run finds to bill of an account: minor units, not yet rounded.</summary>
internal sealed class Bill
{
    public List<decimal> Charges { get; } = [];

    public List<decimal> Credits { get; } = [];
}

/// <summary>Something that an account has subscribed to.</summary>
internal abstract class Subscribed(Customer account)
{
    public Customer Account => account;

    /// <summary>Adds what has become due up to a day to a bill.</summary>
    public abstract void Rate(DateOnly target, Bill bill);
}

/// <summary>
/// Seats, charged by the month in advance. Months are counted from the first day: a 31st is billed on a 30th, and on a 31st again. Where their number changes within a
/// month, what is left of it is charged for the new one and credited for the old, by days.
/// </summary>
internal sealed class Seats(Customer account, int quantity, long unitAmount, DateOnly from) : Subscribed(account)
{
    private readonly List<Segment> segments = [new(quantity, from)];

    /// <summary>How many there are now.</summary>
    public int Quantity => segments[^1].Quantity;

    /// <summary>From a day on there are so many more, or with a minus fewer.</summary>
    public void Change(int by, DateOnly day)
    {
        segments[^1].End = day;
        segments.Add(new Segment(Quantity + by, day));
    }

    public override void Rate(DateOnly target, Bill bill)
    {
        foreach (var segment in segments)
        {
            if (segment.End is { } end && segment.Through > end)
            {
                bill.Credits.AddRange(Parts(end, segment.Through).Select(part => part * segment.Quantity));
                segment.Through = end;
            }

            while (segment.Quantity > 0 && segment.Through <= target && segment.Through < (segment.End ?? DateOnly.MaxValue))
            {
                var next = Months(segment.Through).Next;
                var until = segment.End < next ? segment.End.Value : next;
                bill.Charges.AddRange(Parts(segment.Through, until).Select(part => part * segment.Quantity));
                segment.Through = until;
            }
        }
    }

    /// <summary>What one seat costs from a day until another, month by month.</summary>
    private IEnumerable<decimal> Parts(DateOnly first, DateOnly until)
    {
        while (first < until)
        {
            var (start, next) = Months(first);
            var end = until < next ? until : next;
            yield return (decimal)unitAmount * (end.DayNumber - first.DayNumber) / (next.DayNumber - start.DayNumber);
            first = end;
        }
    }

    /// <summary>The month that holds a day.</summary>
    private (DateOnly First, DateOnly Next) Months(DateOnly day)
    {
        var month = 0;
        while (from.AddMonths(month + 1) <= day)
        {
            month++;
        }

        return (from.AddMonths(month), from.AddMonths(month + 1));
    }

    private sealed class Segment(int quantity, DateOnly start)
    {
        public int Quantity => quantity;

        public DateOnly? End { get; set; }

        /// <summary>The first day that is not billed yet.</summary>
        public DateOnly Through { get; set; } = start;
    }
}

/// <summary>A platform for a year, paid in advance: 1,200, and a tenth off.</summary>
internal sealed class AnnualPrepaid(Customer account, DateOnly from) : Subscribed(account)
{
    private const decimal Fee = 120_000;
    private const decimal Discount = 12_000;
    private bool isBilled;

    public override void Rate(DateOnly target, Bill bill)
    {
        if (!isBilled && from <= target)
        {
            bill.Charges.AddRange([Fee, -Discount]);
            isBilled = true;
        }
    }
}

/// <summary>Seats charged after each month, 25 for one, with support whose price falls with their number.</summary>
internal sealed class MonthlyArrears(Customer account, int quantity, DateOnly from) : Subscribed(account)
{
    private const decimal Seat = 2_500;
    private int billed;

    private decimal Support =>
        quantity switch
        {
            <= 10 => 500,
            <= 50 => 400,
            _ => 300,
        };

    public override void Rate(DateOnly target, Bill bill)
    {
        while (from.AddMonths(billed + 1) <= target)
        {
            billed++;
            bill.Charges.AddRange([Seat * quantity, Support * quantity]);
        }
    }
}

/// <summary>Calls, charged after each month by what was used: 2 for each of the first hundred, 1 for each more.</summary>
internal sealed class Metered(Customer account, DateOnly from) : Subscribed(account)
{
    private const decimal First = 200;
    private const decimal More = 100;
    private const decimal Tier = 100;
    private decimal used;
    private bool isBilled;

    public void Use(decimal quantity) => used += quantity;

    public override void Rate(DateOnly target, Bill bill)
    {
        if (isBilled || from.AddMonths(1) > target)
        {
            return;
        }

        isBilled = true;
        if (used > 0)
        {
            bill.Charges.Add((Math.Min(used, Tier) * First) + (Math.Max(0, used - Tier) * More));
        }
    }
}
