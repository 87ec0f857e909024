using QtcHub.Sandbox;

namespace QtcHub.Server.Demo.Script;

/// <summary>Seats, charged by the month: the last month is still owed when this one begins, and this one is billed on its day.</summary>
internal static class MonthlySeats
{
    public static string KeyOf(Customer customer) => $"{customer.Key} seats";

    public static void Tell(Agenda agenda, Customer customer)
    {
        var from = agenda.First.AddMonths(-1).AddDays(agenda.Random.Next(30));
        var seats = new SellSeats(KeyOf(customer), customer.Key, agenda.Random.Next(3, 40), agenda.Random.Next(900, 4_999), from);
        agenda.Add(agenda.First.AddDays(-2), seats);
        Paying.Later(agenda, customer, RunBilling.KeyOf(agenda.First.AddDays(-1), customer.Key), agenda.AnyDay(0, 19));
        Paying.Later(
            agenda,
            customer,
            RunBilling.KeyOf(from.AddMonths(1), customer.Key),
            from.AddMonths(1).AddDays(agenda.Random.Next(1, 14))
        );
    }
}

/// <summary>Projects, billed when they are done.</summary>
internal static class Projects
{
    private static readonly string[] Kinds = ["Onboarding", "Training", "Data migration", "Integration"];

    public static void Tell(Agenda agenda, Customer customer)
    {
        var day = agenda.AnyDay();
        var unit = customer.Currency == "KWD" ? 10 : 1;
        var lines = Enumerable
            .Range(0, agenda.Random.Next(1, 4))
            .Select(_ => new PlayedLine(
                Kinds[agenda.Random.Next(Kinds.Length)],
                agenda.Random.Next(1, 9),
                agenda.Random.Next(5_000, 90_000) * unit
            ))
            .ToList();
        var tax = customer.Entity == "us" ? 0 : lines.Sum(line => line.Amount) / 10;
        var key = $"{customer.Key} services";
        agenda.Add(day, new IssueInvoice(key, customer.Key, lines, tax));
        Paying.Later(agenda, customer, key, day.AddDays(agenda.Random.Next(1, 20)));
    }
}

/// <summary>
/// The month before is closed on its third working day, and then sales enters a deal that began in it: billing dates the invoice into the closed month.
/// </summary>
internal static class LateDocuments
{
    private const int Closing = 4;

    /// <summary>Closes the month, and bills what was late before anything else of that day.</summary>
    public static void Close(Agenda agenda)
    {
        agenda.Add(agenda.First.AddDays(Closing), new CloseBooks(agenda.First.AddDays(-1)));
        agenda.Add(agenda.First.AddDays(Closing + 2), new RunBilling(agenda.First.AddDays(-1)));
    }

    /// <summary>The deal of a customer that has no seats yet.</summary>
    public static void Tell(Agenda agenda, Customer customer)
    {
        var from = agenda.First.AddDays(-11);
        agenda.Add(agenda.First.AddDays(Closing + 1), new SellSeats(MonthlySeats.KeyOf(customer), customer.Key, 7, 2_150, from));
        Paying.Later(agenda, customer, RunBilling.KeyOf(agenda.First.AddDays(-1), customer.Key), agenda.First.AddDays(16));
    }
}

/// <summary>How customers pay.</summary>
internal static class Paying
{
    /// <summary>A customer pays what it owes of an invoice, in one payment or in two.</summary>
    public static void Later(Agenda agenda, Customer customer, string invoice, DateOnly day)
    {
        if (agenda.Random.Next(4) == 0)
        {
            agenda.Add(day, book => Of(customer, invoice, $"{invoice} part", book.OwedIfIssued(invoice) / 2));
            day = day.AddDays(agenda.Random.Next(1, 6));
        }

        agenda.Add(day, book => Of(customer, invoice, $"{invoice} paid", book.OwedIfIssued(invoice)));
    }

    /// <summary>A payment of so much, as the customer pays; null of nothing.</summary>
    public static Act? Of(Customer customer, string invoice, string key, long amount) =>
        amount == 0 ? null
        : customer.PaysBy == PaysBy.Card ? new ChargeCard(key, invoice, amount)
        : new ReceiveWire(key, customer.Key, amount, [invoice]);
}

/// <summary>The processor pays out every working day, and the bank has it two days later.</summary>
internal static class Payouts
{
    public static void Tell(Agenda agenda)
    {
        for (var day = agenda.First; day <= agenda.Last; day = day.AddDays(1))
        {
            if (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            {
                continue;
            }

            var key = $"payout {day:O}";
            agenda.Add(day, book => book.Processor.Holds("USD") ? new PayOut(key, "USD") : null);
            agenda.Add(day.AddDays(2), book => book.Processor.Payouts.Any(payout => payout.Key == key) ? new CompletePayout(key) : null);
        }
    }
}
