using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>Billing bills every subscription up to a day and posts what it made, dated that day.</summary>
internal sealed record RunBilling(DateOnly Target) : Act
{
    /// <summary>The key of what a run bills an account.</summary>
    public static string KeyOf(DateOnly target, string account) => $"run {target:O} {account}";

    /// <summary>The key of what a run credits an account.</summary>
    public static string CreditKeyOf(DateOnly target, string account) => $"credit of {KeyOf(target, account)}";

    public override void Enter(ControlBook book)
    {
        foreach (var invoice in book.Subscriptions.Bill(Target))
        {
            book.Issue(invoice);
        }
    }

    public override void Play(Stage stage)
    {
        stage.Note();
        stage.Billing.RunBilling(Target);
        stage.NameBilled(email => KeyOf(Target, stage.KeyOf(email)), email => CreditKeyOf(Target, stage.KeyOf(email)));
    }
}

/// <summary>The ledger closes its books up to a day: what is dated until then is posted later.</summary>
internal sealed record CloseBooks(DateOnly Through) : Act
{
    public override void Enter(ControlBook book) { }

    public override void Play(Stage stage) => stage.Ledger.ClosePeriodsThrough(Through);
}

/// <summary>Billing issues an invoice of what no subscription rates, with the tax that somebody has put on it.</summary>
internal sealed record IssueInvoice(string Key, string Account, IReadOnlyList<PlayedLine> Lines, long Tax) : Act
{
    public override void Enter(ControlBook book) =>
        book.Issue(
            new BookedDocument(DocumentKind.Invoice, Key, book.Account(Account), book.Today, [.. Lines.Select(line => line.Amount)], Tax)
        );

    public override void Play(Stage stage) => stage.Name(Key, stage.Billing.IssueInvoice(stage.InBilling(Account), Lines, Tax));
}

/// <summary>Billing issues an invoice of more units than the ledger takes in one line.</summary>
internal sealed record IssueUnpostable(string Key, string Account) : Act
{
    private const long MoreThanALedgerTakes = 20_000_000_000;
    private readonly IssueInvoice invoice = new(Key, Account, [new PlayedLine("Sensor readings", MoreThanALedgerTakes, 124_900)], 0);

    public override void Enter(ControlBook book)
    {
        invoice.Enter(book);
        book.Refused.Add(Key);
    }

    public override void Play(Stage stage) => invoice.Play(stage);
}
