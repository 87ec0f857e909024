namespace QtcHub.Sandbox.Zuora;

/// <summary>Reads the books from the tenant's own state.</summary>
internal sealed class ZuoraBook(ZuoraState state)
{
    public Book Read() =>
        new(
            [.. state.Accounts.All.Select(Account)],
            [.. state.All(DocumentKind.Invoice).Where(invoice => invoice.Stands).Select(Invoice)],
            [.. state.Payments.All.Select(Payment)]
        )
        {
            Memos = [.. state.Documents.All.Where(document => document.Kind != DocumentKind.Invoice && document.Stands).Select(Memo)],
            Refunds = [.. state.Refunds.All.Select(Refund)],
            Totals =
            [
                .. DocumentTotals()
                    .Concat(PaymentTotals())
                    .OrderBy(total => $"{total.Entity} {total.Currency} {total.Kind}", StringComparer.Ordinal),
            ],
            Subscriptions = [.. state.Subscriptions.Values.Select(Subscription)],
            Sales = [.. state.Subscriptions.Values.Where(IsActive).SelectMany(Sales)],
            Standings = [.. state.Documents.All.Where(document => document.Stands).Select(Standing)],
        };

    private BookAccount Account(Account account) =>
        new(
            account.Id,
            account.Number,
            account.Name,
            state.Contacts.Get(account.BillTo).Fields.Text("WorkEmail"),
            account.Status != "Canceled"
        );

    private static BookInvoice Invoice(Document invoice) =>
        new(
            invoice.Id,
            invoice.Number,
            invoice.Account.Number,
            invoice.Day,
            invoice.Currency,
            Minor(invoice.Tax, invoice),
            Minor(invoice.Total, invoice),
            invoice.Comment,
            invoice.Status,
            [.. invoice.Items.Select(item => Minor(item.Net, invoice))]
        )
        {
            DueOn = invoice.Due,
        };

    private BookMemo Memo(Document memo) =>
        new(
            memo.Id,
            memo.Number,
            memo.Kind == DocumentKind.CreditMemo,
            memo.Account.Number,
            memo.Day,
            memo.Currency,
            Minor(memo.Tax, memo),
            Minor(memo.Total, memo),
            memo.Status,
            Applications(memo.Id)
        )
        {
            DueOn = memo.Due,
            Reason = memo.Reason,
        };

    private BookPayment Payment(Payment payment) =>
        new(
            payment.Id,
            payment.Reference ?? "",
            state.Account(payment.AccountId).Number,
            payment.Day,
            payment.Currency,
            ZuoraState.Minor(payment.Amount, payment.Currency),
            payment.Status,
            Applications(payment.Id)
        );

    private static BookRefund Refund(Refund refund) =>
        new(
            refund.Id,
            refund.Reference ?? "",
            refund.Payment.Id,
            refund.Day,
            refund.Payment.Currency,
            ZuoraState.Minor(refund.Amount, refund.Payment.Currency),
            refund.Status
        );

    private BookSubscription Subscription(Subscription subscription) =>
        new(
            subscription.Latest.Id,
            subscription.Number,
            state.Account(subscription.AccountId).Number,
            subscription.Latest.OrderNumber,
            subscription.Latest.Version,
            IsActive(subscription)
        );

    private static bool IsActive(Subscription subscription) => subscription.Latest.Status == "Active";

    // A charge has a segment for each of its quantities: the last one counts.
    private IEnumerable<BookSale> Sales(Subscription subscription) =>
        subscription
            .Latest.Plans.Where(plan => plan.LastChange != "Remove")
            .SelectMany(plan => plan.Charges)
            .GroupBy(charge => charge.Number, StringComparer.Ordinal)
            .Select(segments => segments.Last())
            .Where(charge => charge.Quantity is > 0)
            .GroupBy(charge => charge.Catalog.Plan.Product.Sku, StringComparer.Ordinal)
            .Select(charges => new BookSale(
                subscription.Number,
                subscription.Versions[0].OrderNumber,
                state.Account(subscription.AccountId).Number,
                charges.Key,
                charges.Sum(charge => charge.Quantity!.Value)
            ));

    private static BookStanding Standing(Document document) =>
        new(document.Number, document.Currency, Minor(document.Balance, document)) { DueOn = document.Due };

    // From the parts, not from the sums that documents keep of them.
    private IReadOnlyList<BookApplication> Applications(string from) =>
        [
            .. state
                .Parts.All.Where(part => part.From == from && part.Amount != 0)
                .Select(part => new BookApplication(part.To.Number, Minor(part.Amount, part.To)))
                .OrderBy(application => application.InvoiceNumber, StringComparer.Ordinal),
        ];

    private IEnumerable<BookTotal> DocumentTotals() =>
        state
            .Documents.All.Where(document => document.Stands)
            .GroupBy(document => (document.Account.Entity, document.Currency, document.Kind))
            .Select(group => new BookTotal(
                group.Key.Entity,
                group.Key.Currency,
                group.Key.Kind.ToString(),
                group.Count(),
                group.Sum(document => Minor(document.Total, document)),
                group.Sum(document => Minor(document.Tax, document)),
                group.Sum(Applied),
                group.Sum(document => Minor(document.Refunded, document)),
                group.Sum(document => Minor(document.Balance, document))
            ));

    private IEnumerable<BookTotal> PaymentTotals() =>
        state
            .Payments.All.Where(payment => payment.Status == "Processed")
            .GroupBy(payment => (state.Account(payment.AccountId).Entity, payment.Currency))
            .Select(group => new BookTotal(
                group.Key.Entity,
                group.Key.Currency,
                "Payment",
                group.Count(),
                group.Sum(payment => ZuoraState.Minor(payment.Amount, payment.Currency)),
                0,
                group.Sum(payment => Applications(payment.Id).Sum(application => application.Amount)),
                state
                    .Refunds.All.Where(refund => refund.Status == "Processed" && group.Contains(refund.Payment))
                    .Sum(refund => ZuoraState.Minor(refund.Amount, group.Key.Currency)),
                group.Sum(payment => ZuoraState.Minor(payment.Unapplied, payment.Currency))
            ));

    private long Applied(Document document) =>
        state
            .Parts.All.Where(part => document.Kind == DocumentKind.CreditMemo ? part.From == document.Id : part.To == document)
            .Sum(part => Minor(part.Amount, document));

    private static long Minor(decimal amount, Document document) => ZuoraState.Minor(amount, document.Currency);
}
