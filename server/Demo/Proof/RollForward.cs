using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Script;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Proof;

/// <summary>
/// How the receivables of an entity in a currency went from the month's first day to its last, by the control book, and what billing and the ledger say is owed in the
/// end. Minor units; what lowers them has a minus.
/// </summary>
internal sealed record RollForward(string Entity, string Currency)
{
    public required long Opening { get; init; }

    public required long Invoices { get; init; }

    public required long DebitMemos { get; init; }

    public required long Credits { get; init; }

    public required long Cash { get; init; }

    public required long WriteOffs { get; init; }

    /// <summary>What was refunded or charged back, and is owed again.</summary>
    public required long GivenBack { get; init; }

    /// <summary>What all of it comes to.</summary>
    public required long Closing { get; init; }

    /// <summary>What is owed by the control book's documents, each counted by itself.</summary>
    public required long Owed { get; init; }

    /// <summary>What billing says is owed.</summary>
    public required long Billing { get; init; }

    /// <summary>What the ledger says is owed.</summary>
    public required long Ledger { get; init; }

    /// <summary>What the ledger lacks because it was planted.</summary>
    public required long Planted { get; init; }

    /// <summary>What customers have paid or were credited, and what pays nothing yet.</summary>
    public required long Unapplied { get; init; }

    /// <summary>What the ledger's account of receivables stands at: what is owed less what pays nothing yet.</summary>
    public required long Receivables { get; init; }

    /// <summary>Whether the sum is what is owed, both systems say so, and the ledger's account says the same.</summary>
    public bool Agrees => Closing == Owed && Billing == Closing && Ledger == Closing - Planted && Receivables == Ledger - Unapplied;

    /// <summary>That of every entity and currency.</summary>
    public static IReadOnlyList<RollForward> Of(ControlBook book, Stage stage)
    {
        var (billing, ledger) = (stage.Billing.Book(), stage.Ledger.Book());
        return
        [
            .. book
                .Movements.GroupBy(movement => (movement.Entity, movement.Currency))
                .OrderBy(group => group.Key)
                .Select(group => Of(group.Key, [.. group], book, (billing, ledger))),
        ];
    }

    private static RollForward Of(
        (string Entity, string Currency) of,
        List<Movement> movements,
        ControlBook book,
        (Book Billing, Book Ledger) held
    )
    {
        var documents = book.Documents.Where(document =>
            document.Kind != DocumentKind.CreditNote && (document.Account.Entity, document.Account.Currency) == of
        );
        return new RollForward(of.Entity, of.Currency)
        {
            Opening = movements.Where(movement => movement.Day < MonthScript.First).Sum(movement => movement.Amount),
            Invoices = Sum(MovementKind.Invoice),
            DebitMemos = Sum(MovementKind.DebitMemo),
            Credits = Sum(MovementKind.Credit),
            Cash = Sum(MovementKind.Cash),
            WriteOffs = Sum(MovementKind.WriteOff),
            GivenBack = Sum(MovementKind.GivenBack),
            Closing = movements.Sum(movement => movement.Amount),
            Owed = documents.Sum(document => book.Owed(document.Key)),
            Billing = OwedIn(held.Billing, of),
            Ledger = OwedIn(held.Ledger, of),
            Unapplied = UnappliedIn(book, of),
            Receivables = held
                .Ledger.Ledger.Where(account => account.Account == Chart.Receivable && (account.Entity, account.Currency) == of)
                .Sum(account => account.Balance),
            Planted = documents.Where(document => book.Refused.Contains(document.Key)).Sum(document => book.Owed(document.Key)),
        };

        long Sum(MovementKind kind) =>
            movements.Where(movement => movement.Day >= MonthScript.First && movement.Kind == kind).Sum(movement => movement.Amount);
    }

    private static long UnappliedIn(ControlBook book, (string Entity, string Currency) of) =>
        book.Payments.Where(payment => (payment.Account.Entity, payment.Account.Currency) == of).Sum(payment => book.Unapplied(payment.Key))
        + book.Documents.Where(document =>
                document.Kind == DocumentKind.CreditNote && (document.Account.Entity, document.Account.Currency) == of
            )
            .Sum(document => book.Owed(document.Key));

    private static long OwedIn(Book book, (string Entity, string Currency) of) =>
        book
            .Totals.Where(total => total.Kind is "Invoice" or "DebitMemo" && (total.Entity, total.Currency) == of)
            .Sum(total => total.Balance);
}
