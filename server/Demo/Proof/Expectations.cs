using System.Globalization;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Script;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Proof;

/// <summary>What each system should hold: the control book under the numbers that the records were given where they were made.</summary>
internal sealed class Expectations(ControlBook book, Stage stage)
{
    /// <summary>Sales sees accounts, documents with what is owed of them, and payments.</summary>
    public IEnumerable<Entry> OfSales() =>
        [
            .. book.Accounts.Select(customer =>
                book.Merged.Contains(customer.Key) ? Account(customer).With("active", "no") : Account(customer)
            ),
            .. Products(),
            .. book.Documents.Select(document => Document(document, KindOf(document))),
            .. book.Documents.Select(Balance),
            .. book.Payments.Select(Payment),
            .. book.Refunds.Select(refund => Refund(refund, refund.IsDispute ? Kinds.Dispute : Kinds.Refund)),
            .. book.Subscriptions.Sold.Select(Seats),
        ];

    public IEnumerable<Entry> OfBilling() =>
        [
            .. Accounts(),
            .. book.Documents.Select(document => WithLines(Document(document, KindOf(document)), document)),
            .. book.Documents.Select(Balance),
            .. book.Payments.Select(Payment),
            .. book.Applications.Select(Application),
            .. book.Refunds.Select(refund => Refund(refund, Kinds.Refund)),
            .. book.Subscriptions.Sold.Select(Seats),
        ];

    public IEnumerable<Entry> OfProcessor() =>
        [
            .. Accounts(),
            .. book.Payments.Where(payment => payment.To == PaidTo.Processor).Select(Payment),
            .. book.Refunds.Where(refund => !refund.IsDispute).Select(refund => Refund(refund, Kinds.Refund)),
            .. book.Processor.Disputes.Select(Dispute),
            .. book.Processor.Movements.Select(Movement),
            .. book.Processor.Payouts.Select(Payout),
        ];

    /// <summary>A debit memo is one more invoice to the ledger.</summary>
    public IEnumerable<Entry> OfLedger() =>
        [
            .. Accounts(),
            .. Products(),
            .. book.Documents.Select(document =>
                WithLines(Document(document, document.Kind == DocumentKind.CreditNote ? Kinds.CreditNote : Kinds.Invoice), document)
            ),
            .. book.Payments.Select(Payment),
            .. book.Applications.Select(Application),
            .. book.Refunds.Select(refund => Refund(refund, Kinds.Refund)),
            .. book.Ledger.Accounts.Select(account => LedgerAccount(account.Key, account.Value)),
        ];

    private IEnumerable<Entry> Products() =>
        book.Products.Select(product => new Entry(Kinds.Product, product.Key, "", "", 0).With("name", product.Value));

    private IEnumerable<Entry> Accounts() => book.Accounts.Select(Account);

    private static Entry Account(Customer customer) =>
        new Entry(Kinds.Account, customer.Email, customer.Entity, "", 0).With("name", customer.Name).With("active", "yes");

    private Entry Document(BookedDocument document, string kind) =>
        new Entry(kind, stage.NumberOf(document.Key), document.Account.Entity, document.Account.Currency, document.Total)
            .With("account", document.Account.Email)
            .With("issued on", document.Day)
            .With("tax", document.Tax)
            .With("total", document.Total);

    private static Entry WithLines(Entry entry, BookedDocument document)
    {
        for (var line = 0; document.Kind == DocumentKind.Invoice && line < document.Lines.Count; line++)
        {
            entry.With($"line {line + 1}", document.Lines[line]);
        }

        return entry;
    }

    private Entry Balance(BookedDocument document)
    {
        var owed = book.Owed(document.Key);
        return new Entry(Kinds.Balance, stage.NumberOf(document.Key), document.Account.Entity, document.Account.Currency, owed).With(
            "amount",
            owed
        );
    }

    private Entry Payment(BookedPayment payment) =>
        new Entry(Kinds.Payment, stage.IdOf(payment.Key), payment.Account.Entity, payment.Account.Currency, payment.Amount)
            .With("account", payment.Account.Email)
            .With("received on", payment.Day)
            .With("amount", payment.Amount);

    /// <summary>What is lost in a dispute is a refund to those who know no disputes.</summary>
    private Entry Refund(BookedRefund refund, string kind)
    {
        var account = book.Payment(refund.Payment).Account;
        return new Entry(kind, stage.IdOf(refund.Key), account.Entity, account.Currency, refund.Amount).With("amount", refund.Amount);
    }

    private Entry Dispute(BookedDispute dispute)
    {
        var currency = book.Payment(dispute.Payment).Account.Currency;
        return new Entry(Kinds.Dispute, stage.IdOf(dispute.Key), LedgerBook.ProcessorEntity, currency, dispute.Amount).With(
            "amount",
            dispute.Amount
        );
    }

    private static Entry Seats((Customer Account, int Quantity) sold) =>
        new Entry(Kinds.Seats, sold.Account.Email, sold.Account.Entity, "", 0).With(
            "quantity",
            sold.Quantity.ToString(CultureInfo.InvariantCulture)
        );

    private Entry Application(KeyValuePair<(string From, string To), long> application)
    {
        var document = book.Document(application.Key.To);
        return new Entry(
            Kinds.Application,
            $"{From(application.Key.From)} to {stage.NumberOf(application.Key.To)}",
            document.Account.Entity,
            document.Account.Currency,
            application.Value
        ).With("amount", application.Value);
    }

    private string From(string key) => book.Has(key) ? stage.NumberOf(key) : stage.IdOf(key);

    private Entry Movement(BookedMovement movement) =>
        new Entry(Kinds.Movement, $"{movement.Kind} {stage.IdOf(movement.Of)}", LedgerBook.ProcessorEntity, movement.Currency, movement.Net)
            .With("gross", movement.Gross)
            .With("fee", movement.Fee)
            .With("payout", movement.Payout is { } payout ? stage.IdOf(payout) : "none");

    private Entry Payout(BookedPayout payout) =>
        new Entry(Kinds.Payout, stage.IdOf(payout.Key), LedgerBook.ProcessorEntity, payout.Currency, payout.Amount)
            .With("amount", payout.Amount)
            .With("status", payout.IsPaid ? "paid" : "on its way");

    private static Entry LedgerAccount(LedgerAccount account, (long Debit, long Credit) sums) =>
        new Entry(
            Kinds.LedgerAccount,
            $"{account.Entity} {account.Number} {account.Currency}",
            account.Entity,
            account.Currency,
            sums.Debit - sums.Credit
        )
            .With("debit", sums.Debit)
            .With("credit", sums.Credit);

    private static string KindOf(BookedDocument document) =>
        document.Kind switch
        {
            DocumentKind.Invoice => Kinds.Invoice,
            DocumentKind.DebitMemo => Kinds.DebitMemo,
            _ => Kinds.CreditNote,
        };
}
