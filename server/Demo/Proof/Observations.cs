using System.Globalization;
using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Proof;

/// <summary>What a system holds, by its own account, in the terms of the proof. Whose a record is goes by its account.</summary>
internal sealed class Observations
{
    private readonly Book book;
    private readonly Dictionary<string, string> addresses;
    private readonly Dictionary<string, string> entities;

    private Observations(Book book, ControlBook control)
    {
        this.book = book;
        addresses = book.Accounts.ToDictionary(account => account.Number, account => account.Email ?? "", StringComparer.Ordinal);
        entities = control.Accounts.ToDictionary(customer => customer.Email, customer => customer.Entity, StringComparer.Ordinal);
    }

    /// <summary>What of a book is compared.</summary>
    public static IEnumerable<Entry> Of(Book book, ControlBook control, Func<Observations, IEnumerable<Entry>> what) =>
        what(new Observations(book, control));

    public static IEnumerable<Entry> OfSales(Observations of) =>
        [
            .. of.Accounts(),
            .. of.Products(),
            .. of.Documents(),
            .. of.Balances(),
            .. of.Payments(),
            .. of.Refunds(),
            .. of.Disputes(),
            .. of.Seats(),
        ];

    public static IEnumerable<Entry> OfBilling(Observations of) =>
        [.. of.Accounts(), .. of.Documents(), .. of.Balances(), .. of.Payments(), .. of.Applications(), .. of.Refunds(), .. of.Seats()];

    public static IEnumerable<Entry> OfProcessor(Observations of) =>
        [.. of.Accounts(), .. of.Payments(), .. of.Refunds(), .. of.Disputes(), .. of.Movements(), .. of.Payouts()];

    public static IEnumerable<Entry> OfLedger(Observations of) =>
        [
            .. of.Accounts(),
            .. of.Products(),
            .. of.Documents(),
            .. of.Payments(),
            .. of.Applications(),
            .. of.Refunds(),
            .. of.LedgerAccounts(),
        ];

    private IEnumerable<Entry> Accounts() =>
        book.Accounts.Select(account =>
            new Entry(Kinds.Account, account.Email ?? "", EntityOf(account.Number), "", 0)
                .With("name", account.Name)
                .With("active", account.Active ? "yes" : "no")
        );

    private IEnumerable<Entry> Products() =>
        book.Products.Select(product => new Entry(Kinds.Product, product.Sku, "", "", 0).With("name", product.Name));

    private IEnumerable<Entry> Documents() => book.Invoices.Select(Invoice).Concat(book.Memos.Select(Memo));

    private Entry Invoice(BookInvoice invoice)
    {
        var entry = Document(
            Kinds.Invoice,
            (invoice.Number, invoice.AccountNumber),
            invoice.IssuedOn,
            (invoice.Currency, invoice.Total, invoice.Tax)
        );
        for (var line = 0; line < invoice.LineAmounts.Count; line++)
        {
            entry.With($"line {line + 1}", invoice.LineAmounts[line]);
        }

        return entry;
    }

    private Entry Memo(BookMemo memo) =>
        Document(
            memo.IsCredit ? Kinds.CreditNote : Kinds.DebitMemo,
            (memo.Number, memo.AccountNumber),
            memo.IssuedOn,
            (memo.Currency, memo.Total, memo.Tax)
        );

    private Entry Document(string kind, (string Number, string Account) of, DateOnly day, (string Currency, long Total, long Tax) money) =>
        new Entry(kind, of.Number, EntityOf(of.Account), money.Currency, money.Total)
            .With("account", addresses.GetValueOrDefault(of.Account, ""))
            .With("issued on", day)
            .With("tax", money.Tax)
            .With("total", money.Total);

    private IEnumerable<Entry> Balances()
    {
        var owners = book
            .Invoices.Select(invoice => (invoice.Number, invoice.AccountNumber))
            .Concat(book.Memos.Select(memo => (memo.Number, memo.AccountNumber)))
            .ToDictionary(document => document.Number, document => document.AccountNumber, StringComparer.Ordinal);
        return book.Standings.Select(standing =>
            new Entry(
                Kinds.Balance,
                standing.Number,
                owners.TryGetValue(standing.Number, out var owner) ? EntityOf(owner) : "",
                standing.Currency,
                standing.Balance
            ).With("amount", standing.Balance)
        );
    }

    private IEnumerable<Entry> Payments() =>
        book
            .Payments.Where(payment => payment.Status is "succeeded" or "Processed")
            .Select(payment =>
                new Entry(Kinds.Payment, payment.Reference, EntityOf(payment.AccountNumber), payment.Currency, payment.Amount)
                    .With("account", addresses.GetValueOrDefault(payment.AccountNumber, ""))
                    .With("received on", payment.ReceivedOn)
                    .With("amount", payment.Amount)
            );

    private IEnumerable<Entry> Refunds() =>
        book.Refunds.Select(refund =>
            new Entry(Kinds.Refund, refund.Reference, PayerOf(refund.PaymentId), refund.Currency, refund.Amount).With(
                "amount",
                refund.Amount
            )
        );

    private IEnumerable<Entry> Disputes() =>
        book.Disputes.Select(dispute =>
            new Entry(
                Kinds.Dispute,
                dispute.Reference.Length > 0 ? dispute.Reference : dispute.Id,
                PayerOf(dispute.PaymentId),
                dispute.Currency,
                dispute.Amount
            ).With("amount", dispute.Amount)
        );

    private IEnumerable<Entry> Seats() =>
        book
            .Sales.Where(sale => sale.Sku == SellSeats.Sku && sale.Quantity != 0)
            .GroupBy(sale => sale.AccountNumber, StringComparer.Ordinal)
            .Select(group =>
                new Entry(Kinds.Seats, addresses.GetValueOrDefault(group.Key, ""), EntityOf(group.Key), "", 0).With(
                    "quantity",
                    group.Sum(sale => sale.Quantity).ToString("0.##", CultureInfo.InvariantCulture)
                )
            );

    private string PayerOf(string payment) =>
        book.Payments.FirstOrDefault(one => one.Id == payment) is { } known ? EntityOf(known.AccountNumber) : "";

    private IEnumerable<Entry> Applications() =>
        book
            .Payments.Select(payment => (From: payment.Reference, payment.AccountNumber, payment.Currency, payment.Applications))
            .Concat(book.Memos.Select(memo => (From: memo.Number, memo.AccountNumber, memo.Currency, memo.Applications)))
            .SelectMany(source =>
                source.Applications.Select(part =>
                    new Entry(
                        Kinds.Application,
                        $"{source.From} to {part.InvoiceNumber}",
                        EntityOf(source.AccountNumber),
                        source.Currency,
                        part.Amount
                    ).With("amount", part.Amount)
                )
            );

    // A movement is known by what moved: the processor has a charge, a refund or a dispute for each but for what belongs to none.
    private IEnumerable<Entry> Movements() =>
        book
            .SettlementItems.Where(item => item.Kind != "payout")
            .Select(item =>
                new Entry(Kinds.Movement, $"{KindOf(item)} {item.Of}", LedgerBook.ProcessorEntity, item.Currency, item.Net)
                    .With("gross", item.Gross)
                    .With("fee", item.Fee)
                    .With("payout", item.PayoutId ?? "none")
            );

    private static string KindOf(BookSettlementItem item) => item is { Kind: "dispute", Gross: > 0 } ? "dispute reversal" : item.Kind;

    private IEnumerable<Entry> Payouts() =>
        book.Payouts.Select(payout =>
            new Entry(Kinds.Payout, payout.Id, LedgerBook.ProcessorEntity, payout.Currency, payout.Amount)
                .With("amount", payout.Amount)
                .With("status", payout.Status == "paid" ? "paid" : "on its way")
        );

    private IEnumerable<Entry> LedgerAccounts() =>
        book.Ledger.Select(account =>
            new Entry(
                Kinds.LedgerAccount,
                $"{account.Entity} {account.Account} {account.Currency}",
                account.Entity,
                account.Currency,
                account.Balance
            )
                .With("debit", account.Debit)
                .With("credit", account.Credit)
        );

    private string EntityOf(string account) => addresses.TryGetValue(account, out var email) ? entities.GetValueOrDefault(email, "") : "";
}
