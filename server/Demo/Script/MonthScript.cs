using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>A month of a company, drawn from a seed: what happens on each day, and the control book that all of it makes.</summary>
internal sealed class MonthScript
{
    /// <summary>The first day of the month.</summary>
    public static readonly DateOnly First = new(2026, 5, 1);

    /// <summary>The last days of the month before, on which the company is set up and what is still owed of that month is billed.</summary>
    public static readonly DateOnly Setup = First.AddDays(-2);

    private MonthScript(IReadOnlyList<ScriptDay> days, ControlBook book, Act lastMinute) =>
        (Days, Book, LastMinute) = (days, book, lastMinute);

    /// <summary>The days in order; those of the month before first.</summary>
    public IReadOnlyList<ScriptDay> Days { get; }

    /// <summary>What every system must hold after the last day.</summary>
    public ControlBook Book { get; }

    /// <summary>What happens in the last minute of the month, when no source is asked any more.</summary>
    public Act LastMinute { get; }

    /// <summary>The key of the invoice that somebody alters by hand, where that is asked for.</summary>
    public string Altered => Book.Documents.First(document => !Book.Refused.Contains(document.Key)).Key;

    /// <summary>Which part's system is down for an hour on which day.</summary>
    public IReadOnlyDictionary<DateOnly, Part> DownOn { get; } =
        new Dictionary<DateOnly, Part>
        {
            [First.AddDays(3)] = Part.Ledger,
            [First.AddDays(11)] = Part.Billing,
            [First.AddDays(20)] = Part.Sales,
        };

    /// <summary>Draws a month, or the first days of it.</summary>
    public static MonthScript Of(int seed, int days, int customers)
    {
        var agenda = new Agenda(new Random(seed), First, First.AddDays(days - 1));
        agenda.Add(
            Setup,
            new PutProduct(SellSeats.Sku, "Seat", [.. Company.Currencies.Select(currency => new PlayedPrice(currency, 3_000))])
        );
        LateDocuments.Close(agenda);
        // What is sold on a day is billed from the next run on, as it is on its way until then.
        for (var day = First.AddDays(-1); day <= agenda.Last; day = day.AddDays(1))
        {
            agenda.Add(day, new RunBilling(day));
        }

        List<Customer> company = [.. Company.Draw(agenda.Random, customers)];
        foreach (var customer in company)
        {
            agenda.Add(Setup, new OpenAccount(customer));
            if (customer.IsPlain)
            {
                MonthlySeats.Tell(agenda, customer);
            }

            if (customer.IsPlain || customer.Currency == "KWD")
            {
                Projects.Tell(agenda, customer);
            }
        }

        var cast = new Cast(company);
        Storylines.Tell(agenda, cast);
        Payouts.Tell(agenda);
        var american = cast.ByCard().Key;
        agenda.Add(First, new IssueUnpostable("poison", american));
        return Play(agenda, new IssueInvoice("last minute", american, [new PlayedLine("Express setup", 1, 49_900)], 0));
    }

    private static MonthScript Play(Agenda agenda, Act lastMinute)
    {
        var book = new ControlBook();
        var days = new List<ScriptDay>();
        for (var day = Setup; day <= agenda.Last; day = day.AddDays(1))
        {
            book.Today = day;
            var acts = new List<Act>();
            foreach (var draw in agenda.Of(day))
            {
                if (draw(book) is { } act)
                {
                    act.Enter(book);
                    acts.Add(act);
                }
            }

            days.Add(new ScriptDay(day, acts));
        }

        lastMinute.Enter(book);
        return new MonthScript(days, book, lastMinute);
    }
}

/// <summary>A day and what happens on it, in order.</summary>
internal sealed record ScriptDay(DateOnly Day, IReadOnlyList<Act> Acts);
