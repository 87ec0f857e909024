using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>Billing credits part of an invoice's first line, with its tax.</summary>
internal sealed record CreditInvoice(string Key, string Invoice, long Net) : Act
{
    public override void Enter(ControlBook book) => book.Credit(Key, Invoice, Net);

    public override void Play(Stage stage) => stage.Name(Key, stage.Billing.CreditInvoice(stage.IdOf(Invoice), Net));
}

/// <summary>Billing charges more of an invoice's first line, with its tax.</summary>
internal sealed record DebitInvoice(string Key, string Invoice, long Net) : Act
{
    public override void Enter(ControlBook book)
    {
        var of = book.Document(Invoice);
        var tax = SalesTax.Part(of.Tax, of.Lines[0], Net);
        book.Issue(new BookedDocument(DocumentKind.DebitMemo, Key, of.Account, book.Today, [Net], tax));
    }

    public override void Play(Stage stage) => stage.Name(Key, stage.Billing.DebitInvoice(stage.IdOf(Invoice), Net));
}

/// <summary>Billing gives up what is owed of an untaxed invoice of one line.</summary>
internal sealed record WriteOff(string Key, string Invoice, long Amount) : Act
{
    public override void Enter(ControlBook book) => book.Credit(Key, Invoice, Amount, isWriteOff: true);

    public override void Play(Stage stage) => stage.Name(Key, stage.Billing.WriteOff(stage.IdOf(Invoice), Amount));
}

/// <summary>Billing takes a posted invoice back, by a credit note over all of it.</summary>
internal sealed record VoidInvoice(string Key, string Invoice) : Act
{
    public override void Enter(ControlBook book)
    {
        var of = book.Document(Invoice);
        book.Issue(new BookedDocument(DocumentKind.CreditNote, Key, of.Account, book.Today, of.Lines, of.Tax) { Of = Invoice });
        book.Apply(Key, Invoice, of.Total);
    }

    public override void Play(Stage stage) => stage.Billing.VoidInvoice(stage.IdOf(Invoice));
}
