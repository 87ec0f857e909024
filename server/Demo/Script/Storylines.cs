using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Server.Demo.Script;

/// <summary>What befalls some customers besides what befalls all.</summary>
internal static class Storylines
{
    public static void Tell(Agenda agenda, Cast cast)
    {
        SalesStories.Tell(agenda, cast);
        SubscriptionStories.Tell(agenda, cast);
        CashStories.Tell(agenda, cast);
        ProcessorStories.Tell(agenda, cast);
        TaxStories.Tell(agenda, cast);
    }

    /// <summary>An invoice of one line, untaxed but where the legal company taxes.</summary>
    public static string Invoice(Agenda agenda, Customer customer, string story, int day, long amount)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{customer.Key} {story} {day}");
        var tax = customer.Entity == "us" ? 0 : amount / 10;
        agenda.Add(agenda.First.AddDays(day), new IssueInvoice(key, customer.Key, [new PlayedLine(story, 1, amount)], tax));
        return key;
    }
}

/// <summary>What sales does besides selling once: a ramp, something on top that ends together with the rest, an account that it had twice.</summary>
internal static class SalesStories
{
    public static void Tell(Agenda agenda, Cast cast)
    {
        Ramp(agenda, cast.ByCard());
        Ramp(agenda, cast.ByWire("jp"));
        CoTerm(agenda, cast.ByCard());
        CoTerm(agenda, cast.ByWire("jp"));
        Merge(agenda, cast.ByCard());
    }

    /// <summary>More seats from two later days on, agreed at the beginning of the month.</summary>
    private static void Ramp(Agenda agenda, Customer customer)
    {
        for (var step = 1; step <= 2; step++)
        {
            agenda.Add(agenda.First.AddDays(step), new ChangeSeats(MonthlySeats.KeyOf(customer), +4, agenda.First.AddDays(2 + (7 * step))));
        }
    }

    private static void CoTerm(Agenda agenda, Customer customer)
    {
        var day = agenda.First.AddDays(4);
        agenda.Add(day, new CoTermSeats(MonthlySeats.KeyOf(customer), agenda.Random.Next(2, 9), agenda.Random.Next(300, 899), day));
    }

    private static void Merge(Agenda agenda, Customer customer)
    {
        var twin = customer with { Key = $"{customer.Key} again", Email = $"again.{customer.Email}", IsPlain = false };
        agenda.Add(MonthScript.Setup, new OpenAccount(twin));
        agenda.Add(agenda.First.AddDays(3), new MergeAccounts(customer.Key, twin.Key));
    }
}

/// <summary>The lives of subscriptions: prepaid, in arrears, by use; more seats and fewer within a month, and a deal taken back.</summary>
internal static class SubscriptionStories
{
    private static readonly string[] Entities = ["us", "de", "jp"];

    public static void Tell(Agenda agenda, Cast cast)
    {
        foreach (var entity in Entities)
        {
            PrepaidAnnual(agenda, cast.ByWire(entity), 2);
            Arrears(agenda, cast.ByWire(entity));
            Usage(agenda, cast.ByWire(entity));
        }

        Change(agenda, cast.ByCard(), 6, +5);
        Change(agenda, cast.ByWire("de"), 8, +3);
        Change(agenda, cast.ByCard(), 12, -1);
        Change(agenda, cast.ByWire("us"), 15, -1);
        var leaving = cast.ByCard();
        agenda.Add(agenda.First.AddDays(10), new CancelDeal(MonthlySeats.KeyOf(leaving), agenda.First.AddDays(10)));
    }

    public static void PrepaidAnnual(Agenda agenda, Customer customer, int day)
    {
        var from = agenda.First.AddDays(day);
        agenda.Add(from, new SubscribeToPlatform($"{customer.Key} platform", customer.Key, from));
        Paying.Later(agenda, customer, RunBilling.KeyOf(from.AddDays(1), customer.Key), from.AddDays(6));
    }

    private static void Arrears(Agenda agenda, Customer customer)
    {
        var from = agenda.First.AddMonths(-1).AddDays(agenda.Random.Next(5, 25));
        agenda.Add(agenda.First, new SubscribeInArrears($"{customer.Key} arrears", customer.Key, agenda.Random.Next(2, 70), from));
        Paying.Later(agenda, customer, RunBilling.KeyOf(from.AddMonths(1), customer.Key), from.AddMonths(1).AddDays(3));
    }

    private static void Usage(Agenda agenda, Customer customer)
    {
        var (key, from) = ($"{customer.Key} calls", agenda.First.AddMonths(-1).AddDays(agenda.Random.Next(5, 25)));
        agenda.Add(agenda.First, new SubscribeToCalls(key, customer.Key, from));
        agenda.Add(agenda.First.AddDays(1), new ReportCalls(key, agenda.Random.Next(20, 90), from.AddDays(2)));
        agenda.Add(agenda.First.AddDays(2), new ReportCalls(key, agenda.Random.Next(20, 90), from.AddDays(9)));
        Paying.Later(agenda, customer, RunBilling.KeyOf(from.AddMonths(1), customer.Key), from.AddMonths(1).AddDays(3));
    }

    private static void Change(Agenda agenda, Customer customer, int day, int by)
    {
        var on = agenda.First.AddDays(day);
        agenda.Add(on, new ChangeSeats(MonthlySeats.KeyOf(customer), by, on));
    }
}

/// <summary>What arrives at the bank: one wire for ten invoices, less and more than is owed, and money of which nobody knows what it pays.</summary>
internal static class CashStories
{
    public static void Tell(Agenda agenda, Cast cast)
    {
        TenInvoices(agenda, cast.ByWire("us"));
        TenInvoices(agenda, cast.ByWire("jp"));
        Wire(agenda, cast.ByWire("de"), "short", 120_000, -350);
        Wire(agenda, cast.ByWire("us"), "short", 98_765, -499);
        Wire(agenda, cast.ByWire("us"), "too short", 40_000, -501);
        Wire(agenda, cast.ByWire("jp"), "over", 80_000, +5_000);
        Wire(agenda, cast.ByWire("de"), "over", 33_333, +1);
        var stranger = cast.ByWire("de");
        agenda.Add(agenda.First.AddDays(9), new ReceiveWire($"{stranger.Key} of unknown use", stranger.Key, 77_700, []));
        Memos(agenda, cast);
    }

    private static void TenInvoices(Agenda agenda, Customer customer)
    {
        var invoices = Enumerable
            .Range(1, 10)
            .Select(day => Storylines.Invoice(agenda, customer, "delivery", day, 11_100 + (day * 37)))
            .ToList();
        agenda.Add(
            agenda.First.AddDays(14),
            book => new ReceiveWire($"{customer.Key} for ten", customer.Key, invoices.Sum(book.Owed), invoices)
        );
    }

    private static void Wire(Agenda agenda, Customer customer, string story, long amount, long by)
    {
        var invoice = Storylines.Invoice(agenda, customer, story, 3, amount);
        agenda.Add(
            agenda.First.AddDays(6),
            book => new ReceiveWire($"{customer.Key} {story}", customer.Key, book.Owed(invoice) + by, [invoice])
        );
    }

    private static void Memos(Agenda agenda, Cast cast)
    {
        foreach (var customer in (Customer[])[cast.ByCard(), cast.ByWire("de"), cast.ByWire("jp")])
        {
            var credited = Storylines.Invoice(agenda, customer, "credited", 2, 60_000);
            agenda.Add(agenda.First.AddDays(5), new CreditInvoice($"{credited} back", credited, 12_345));
            agenda.Add(agenda.First.AddDays(11), book => Paying.Of(customer, credited, $"{credited} paid", book.Owed(credited)));
            var debited = Storylines.Invoice(agenda, customer, "debited", 3, 50_000);
            agenda.Add(agenda.First.AddDays(7), new DebitInvoice($"{debited} more", debited, 4_321));
        }

        var given = Storylines.Invoice(agenda, cast.ByWire("us"), "given up", 1, 15_000);
        agenda.Add(agenda.First.AddDays(20), new WriteOff($"{given} written off", given, 15_000));
        foreach (var customer in (Customer[])[cast.ByCard(), cast.ByWire("de")])
        {
            var wrong = Storylines.Invoice(agenda, customer, "wrong", 4, 23_400);
            agenda.Add(agenda.First.AddDays(8), new VoidInvoice($"{wrong} reversed", wrong));
        }
    }
}

/// <summary>What befalls the processor's balance: refunds, chargebacks lost and won, a direct debit that bounces, cards that are declined, and euros.</summary>
internal static class ProcessorStories
{
    public static void Tell(Agenda agenda, Cast cast)
    {
        var refunded = Charged(agenda, cast.ByCard(), "refunded in part", 70_000);
        agenda.Add(agenda.First.AddDays(9), new RefundPayment($"{refunded} refund", refunded, 21_000));
        Chargeback(agenda, cast.ByCard(), "chargeback lost", 16, won: false);
        Chargeback(agenda, cast.ByCard(), "chargeback won", 18, won: true);
        Bounced(agenda, cast.ByCard());
        for (var count = 0; count < 4; count++)
        {
            var (customer, day) = (cast.ByCard(), 2 + (count * 5));
            var invoice = Storylines.Invoice(agenda, customer, "declined", day, 31_000 + count);
            agenda.Add(
                agenda.First.AddDays(day + 2),
                book => new ChargeCard($"{invoice} paid", invoice, book.Owed(invoice)) { IsDeclinedAtFirst = true }
            );
        }

        Exchanged(agenda, cast.Only(customer => customer.Country == "IE"));
        NegativePayout(agenda, cast.Only(customer => customer.Country == "FR"));
    }

    /// <summary>An invoice that is paid by card the next day; the payment's key.</summary>
    private static string Charged(Agenda agenda, Customer customer, string story, long amount, string? settledIn = null)
    {
        var invoice = Storylines.Invoice(agenda, customer, story, 1, amount);
        var key = $"{invoice} paid";
        agenda.Add(agenda.First.AddDays(2), new ChargeCard(key, invoice, amount) { SettledIn = settledIn });
        return key;
    }

    private static void Chargeback(Agenda agenda, Customer customer, string story, int ends, bool won)
    {
        var payment = Charged(agenda, customer, story, 45_600);
        agenda.Add(agenda.First.AddDays(7), new OpenDispute($"{payment} dispute", payment, 45_600));
        agenda.Add(agenda.First.AddDays(ends), new CloseDispute($"{payment} dispute", won));
    }

    /// <summary>The payer's bank gives a direct debit back days after it succeeded, which is a dispute that nobody can answer; then it is paid by card.</summary>
    private static void Bounced(Agenda agenda, Customer customer)
    {
        var payment = Charged(agenda, customer, "direct debit", 28_900);
        var invoice = payment[..^" paid".Length];
        agenda.Add(agenda.First.AddDays(6), new OpenDispute($"{payment} bounced", payment, 28_900));
        agenda.Add(agenda.First.AddDays(6), new CloseDispute($"{payment} bounced", Won: false));
        agenda.Add(agenda.First.AddDays(9), book => Paying.Of(customer, invoice, $"{invoice} paid again", book.Owed(invoice)));
    }

    private static void Exchanged(Agenda agenda, Customer customer) => Charged(agenda, customer, "in euro", 100_003, "USD");

    /// <summary>What was charged has been paid out when it is given back, and the processor takes it from the bank.</summary>
    private static void NegativePayout(Agenda agenda, Customer customer)
    {
        var payment = Charged(agenda, customer, "given back", 64_200);
        Pay(4, "euro out");
        agenda.Add(agenda.First.AddDays(8), new RefundPayment($"{payment} refund", payment, 64_200));
        Pay(11, "euro in");

        void Pay(int day, string key)
        {
            agenda.Add(agenda.First.AddDays(day), new PayOut(key, "EUR"));
            agenda.Add(agenda.First.AddDays(day + 2), new CompletePayout(key));
        }
    }
}

/// <summary>Who pays no tax, who pays it itself, and who pays it to three at once.</summary>
internal static class TaxStories
{
    public static void Tell(Agenda agenda, Cast cast)
    {
        var abroad = cast.Only(customer => customer.Tax == TaxStatus.ReverseCharge);
        agenda.Add(agenda.First, new RegisterForTax(abroad.Key, "ATU12345678"));
        SubscriptionStories.PrepaidAnnual(agenda, abroad, 1);
        LateDocuments.Tell(agenda, abroad);
        var charity = cast.Only(customer => customer.Tax == TaxStatus.Exempt);
        agenda.Add(agenda.First, new ExemptFromTax(charity.Key, "501C3-1"));
        SubscriptionStories.PrepaidAnnual(agenda, charity, 1);
        SubscriptionStories.PrepaidAnnual(agenda, cast.Only(customer => customer.State == "New York"), 1);
    }
}
