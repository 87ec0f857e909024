using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>Billing charges a card through the processor for an invoice: one payment, which both tell of.</summary>
internal sealed record ChargeCard(string Key, string Invoice, long Amount) : Act
{
    public override void Enter(ControlBook book)
    {
        var account = book.Document(Invoice).Account;
        book.Receive(new BookedPayment(Key, account, book.Today, Amount, PaidTo.Processor));
        book.Apply(Key, Invoice, Amount);
        book.Processor.Charge(Key, account, Amount);
    }

    public override void Play(Stage stage)
    {
        var account = stage.Book.Document(Invoice).Account;
        var charge = stage.Processor.TakeCharge(stage.AtProcessor(account.Key), Amount, account.Currency, account.Currency, "billing");
        stage.Billing.CollectPayment(stage.IdOf(Invoice), charge, Amount);
        stage.Name(Key, charge);
    }
}

/// <summary>A wire reaches the bank, and its text names what it pays.</summary>
internal sealed record ReceiveWire(string Key, string Account, long Amount, IReadOnlyList<string> Invoices) : Act
{
    public override void Enter(ControlBook book)
    {
        book.Receive(new BookedPayment(Key, book.Account(Account), book.Today, Amount, PaidTo.Bank));
        var left = Amount;
        foreach (var invoice in Invoices)
        {
            var paid = Math.Min(left, book.Owed(invoice));
            book.Apply(Key, invoice, paid);
            left -= paid;
        }
    }

    public override void Play(Stage stage)
    {
        var text = string.Join(' ', Invoices.Select(stage.NumberOf));
        var currency = stage.Book.Account(Account).Currency;
        stage.Ledger.ReceiveWire(stage.InLedger(Account), Amount, currency, Key, text);
        stage.Name(Key, Key);
    }
}

/// <summary>The processor pays out what it holds in a currency.</summary>
internal sealed record PayOut(string Key, string Currency) : Act
{
    public override void Enter(ControlBook book) => book.Processor.PayOut(Key, Currency);

    public override void Play(Stage stage) => stage.Name(Key, stage.Processor.PayOut(Currency));
}

/// <summary>A payout is at the bank.</summary>
internal sealed record CompletePayout(string Key) : Act
{
    public override void Enter(ControlBook book) => book.Processor.Complete(Key);

    public override void Play(Stage stage) => stage.Processor.CompletePayout(stage.IdOf(Key));
}
