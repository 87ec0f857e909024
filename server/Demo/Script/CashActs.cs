using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>Billing charges a card through the processor for an invoice: one payment, which both tell of.</summary>
internal sealed record ChargeCard(string Key, string Invoice, long Amount) : Act
{
    private const string MadeBy = "billing";

    /// <summary>The currency that the processor settles it in, where that is another.</summary>
    public string? SettledIn { get; init; }

    /// <summary>Whether the card is declined at first.</summary>
    public bool IsDeclinedAtFirst { get; init; }

    public override void Enter(ControlBook book)
    {
        var account = book.Document(Invoice).Account;
        book.Receive(new BookedPayment(Key, account, book.Today, Amount, PaidTo.Processor));
        book.Apply(Key, Invoice, Amount);
        book.Processor.Charge(Key, account, Amount, SettledIn ?? account.Currency);
    }

    public override void Play(Stage stage)
    {
        var account = stage.Book.Document(Invoice).Account;
        var customer = stage.AtProcessor(account.Key);
        var charge = IsDeclinedAtFirst
            ? Recovered(stage, customer, account.Currency)
            : stage.Processor.TakeCharge(customer, Amount, account.Currency, SettledIn ?? account.Currency, MadeBy);
        stage.Billing.CollectPayment(stage.IdOf(Invoice), charge, Amount);
        stage.Name(Key, charge);
    }

    private string Recovered(Stage stage, string customer, string currency)
    {
        var charge = stage.Processor.DeclineCharge(customer, Amount, currency, MadeBy);
        stage.Processor.RetryCharge(charge);
        return charge;
    }
}

/// <summary>A wire reaches the bank, and its text names what it pays. Where it lacks no more than the company tolerates, the rest is given up.</summary>
internal sealed record ReceiveWire(string Key, string Account, long Amount, IReadOnlyList<string> Invoices) : Act
{
    public override void Enter(ControlBook book)
    {
        book.Receive(new BookedPayment(Key, book.Account(Account), book.Today, Amount, PaidTo.Bank));
        var owed = Invoices.Sum(book.Owed);
        var (left, lacking) = (Amount, owed - Amount);
        foreach (var invoice in Invoices)
        {
            var paid = Math.Min(left, book.Owed(invoice));
            if (paid > 0)
            {
                book.Apply(Key, invoice, paid);
            }

            left -= paid;
        }

        if (ShortPay.Tolerates(book.Account(Account).Currency, lacking, owed))
        {
            book.Credit(ShortPay.KeyOf(Key), Invoices[0], lacking, isWriteOff: true);
        }
    }

    public override void Play(Stage stage)
    {
        var text = string.Join(' ', Invoices.Select(stage.NumberOf));
        var currency = stage.Book.Account(Account).Currency;
        stage.Ledger.ReceiveWire(stage.InLedger(Account), Amount, currency, Key, text.Length == 0 ? null : text);
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

/// <summary>Part of a payment is given back through the processor.</summary>
internal sealed record RefundPayment(string Key, string Payment, long Amount) : Act
{
    public override void Enter(ControlBook book) => book.Processor.Refund(Key, Payment, Amount);

    public override void Play(Stage stage) => stage.Name(Key, stage.Processor.Refund(stage.IdOf(Payment), Amount));
}

/// <summary>The payer's bank takes a payment back.</summary>
internal sealed record OpenDispute(string Key, string Payment, long Amount) : Act
{
    public override void Enter(ControlBook book) => book.Processor.OpenDispute(Key, Payment, Amount);

    public override void Play(Stage stage) => stage.Name(Key, stage.Processor.OpenDispute(stage.IdOf(Payment), Amount, inquiry: false));
}

/// <summary>A dispute ends.</summary>
internal sealed record CloseDispute(string Key, bool Won) : Act
{
    public override void Enter(ControlBook book) => book.Processor.CloseDispute(Key, Won);

    public override void Play(Stage stage) => stage.Processor.CloseDispute(stage.IdOf(Key), Won);
}
