using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>
/// What a small business does on one busy morning, drawn from a seed. The second part is played when the first has arrived. Two things in it cannot end
/// alike on both sides, on purpose: an invoice of more units than a ledger takes, and an invoice voided after it was posted.
/// </summary>
internal sealed class DemoScript
{
    private const int Accounts = 12;
    private const long MoreThanALedgerTakes = 20_000_000_000;
    private static readonly string[] Words =
    [
        "Amber",
        "Birch",
        "Cobalt",
        "Delta",
        "Ember",
        "Fjord",
        "Granite",
        "Harbour",
        "Iris",
        "Juniper",
        "Kestrel",
        "Larch",
    ];
    private static readonly string[] Trades = ["Analytics", "Bikes", "Ceramics", "Devices", "Foods", "Logistics", "Media", "Optics"];
    private static readonly string[] Goods = ["Seats", "Storage", "Support plan", "API calls", "Onboarding", "Sensors"];
    private static readonly (string Currency, string Country, long TaxPercent, long Unit)[] Markets =
    [
        ("USD", "US", 0, 100),
        ("EUR", "DE", 19, 100),
        ("JPY", "JP", 10, 10_000),
        ("EUR", "FR", 20, 100),
    ];

    private readonly Random random;
    private readonly List<Act> opening = [];
    private readonly List<Queue<Act>> stories = [];
    private int invoices;
    private int payments;

    private DemoScript(int seed) => random = new Random(seed);

    /// <summary>The first part.</summary>
    public required IReadOnlyList<Act> Morning { get; init; }

    /// <summary>The second part, once everything of the first has arrived.</summary>
    public required IReadOnlyList<Act> Noon { get; init; }

    /// <summary>The invoice that the ledger refuses.</summary>
    public required string Refused { get; init; }

    /// <summary>The invoice that is voided after it was posted.</summary>
    public required string Voided { get; init; }

    /// <summary>The invoice that somebody alters by hand, where that is asked for.</summary>
    public required string Altered { get; init; }

    /// <summary>Every act in order.</summary>
    public IEnumerable<Act> All => Morning.Concat(Noon);

    /// <summary>The script of a seed.</summary>
    public static DemoScript Of(int seed)
    {
        var draft = new DemoScript(seed)
        {
            Morning = [],
            Noon = [],
            Refused = "",
            Voided = "",
            Altered = "",
        };
        for (var account = 0; account < Accounts; account++)
        {
            draft.TellStory(account);
        }

        var voided = draft.Issue(0, draft.stories[0], 1);
        var refused = draft.Refuse(1, draft.stories[1]);
        return new DemoScript(seed)
        {
            Morning = [.. draft.opening, .. draft.Interleave()],
            Noon = [new Act.VoidInvoice(voided.Key)],
            Refused = refused,
            Voided = voided.Key,
            Altered = "invoice-1",
        };
    }

    private void TellStory(int account)
    {
        var key = AccountKey(account);
        var market = Markets[account % Markets.Length];
        var name = $"{Words[account]} {Trades[random.Next(Trades.Length)]}";
        var mail = $"billing@{Words[account].ToLowerInvariant()}.example";
        var story = new Queue<Act>();
        stories.Add(story);
        // Some accounts are opened while others are at business already.
        if (account < 4)
        {
            opening.Add(new Act.OpenAccount(key, name, mail, market.Currency, market.Country));
        }
        else
        {
            story.Enqueue(new Act.OpenAccount(key, name, mail, market.Currency, market.Country));
        }

        var issued = Enumerable.Range(0, 4).Select(_ => Issue(account, story, 1 + random.Next(4))).ToList();
        PayInFull(key, story, issued[0]);
        PayInParts(key, story, issued[1]);
        PayTogether(key, story, issued[2], issued[3]);
        if (account % 3 == 0)
        {
            story.Enqueue(new Act.RenameAccount(key, $"{name} Holding"));
        }

        if (account % 4 == 1)
        {
            story.Enqueue(new Act.AnnotateInvoice(issued[1].Key, $"PO {random.Next(1000, 9999).ToString(CultureInfo.InvariantCulture)}"));
        }
    }

    private Act.IssueInvoice Issue(int account, Queue<Act> story, int lines)
    {
        var market = Markets[account % Markets.Length];
        var played = Enumerable.Range(0, lines).Select(_ => Line(market.Unit)).ToList();
        var act = new Act.IssueInvoice(
            InvoiceKey(),
            AccountKey(account),
            played,
            ((played.Sum(line => line.Amount) * market.TaxPercent) + 50) / 100
        );
        story.Enqueue(act);
        return act;
    }

    private PlayedLine Line(long unit)
    {
        var quantity = 1 + random.Next(12);
        // Cents that do not end in 0, and whole hundreds of yen.
        var price = unit == 100 ? random.Next(199, 49_999) : random.Next(1, 400) * 100L;
        return new PlayedLine(Goods[random.Next(Goods.Length)], quantity, quantity * price);
    }

    private string Refuse(int account, Queue<Act> story)
    {
        var key = InvoiceKey();
        story.Enqueue(
            new Act.IssueInvoice(key, AccountKey(account), [new PlayedLine("Sensor readings", MoreThanALedgerTakes, 124_900)], 0)
        );
        return key;
    }

    private void PayInFull(string account, Queue<Act> story, Act.IssueInvoice invoice) =>
        story.Enqueue(new Act.TakePayment(PaymentKey(), account, invoice.Total(), [new ScriptApplication(invoice.Key, invoice.Total())]));

    private void PayInParts(string account, Queue<Act> story, Act.IssueInvoice invoice)
    {
        var part = invoice.Total() / 3;
        story.Enqueue(new Act.TakePayment(PaymentKey(), account, part, [new ScriptApplication(invoice.Key, part)]));
        if (random.Next(2) == 0)
        {
            var rest = invoice.Total() - part;
            story.Enqueue(new Act.TakePayment(PaymentKey(), account, rest, [new ScriptApplication(invoice.Key, rest)]));
        }
    }

    /// <summary>One payment for two invoices, the second application made later; a little stays unapplied.</summary>
    private void PayTogether(string account, Queue<Act> story, Act.IssueInvoice first, Act.IssueInvoice second)
    {
        var key = PaymentKey();
        var over = random.Next(2) * 500;
        story.Enqueue(
            new Act.TakePayment(key, account, first.Total() + second.Total() + over, [new ScriptApplication(first.Key, first.Total())])
        );
        story.Enqueue(new Act.ApplyPayment(key, new ScriptApplication(second.Key, second.Total())));
    }

    /// <summary>The stories told side by side, each in its own order.</summary>
    private IEnumerable<Act> Interleave()
    {
        while (stories.FindAll(story => story.Count > 0) is { Count: > 0 } going)
        {
            yield return going[random.Next(going.Count)].Dequeue();
        }
    }

    private string InvoiceKey() => string.Create(CultureInfo.InvariantCulture, $"invoice-{++invoices}");

    private string PaymentKey() => string.Create(CultureInfo.InvariantCulture, $"payment-{++payments}");

    private static string AccountKey(int account) => string.Create(CultureInfo.InvariantCulture, $"account-{account + 1}");
}

internal static class ScriptSums
{
    /// <summary>Net and tax of an invoice, minor units.</summary>
    public static long Total(this Act.IssueInvoice invoice) => checked(invoice.Lines.Sum(line => line.Amount) + invoice.Tax);
}
