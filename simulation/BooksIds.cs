namespace QtcHub.Simulation;

/// <summary>The ids by which the sources of a company with books know what its books name, for whoever reads a failure.</summary>
internal static class BooksIds
{
    public static Func<IEnumerable<(string Named, string Id)>> Of(BooksSystems systems) =>
        () =>
        {
            var (opened, billed, taken) = (systems.Desk.Vendor.Book(), systems.Billing.Book(), systems.Processor.Book());
            return opened
                .Accounts.Select(account => ($"account {account.Email}", account.Id))
                .Concat(opened.Sales.Select(sale => (sale.OrderNumber, sale.Id)))
                .Concat(billed.Subscriptions.Select(subscription => (subscription.Number, subscription.Number)))
                .Concat(billed.Invoices.Select(invoice => (invoice.Number, invoice.Id)))
                .Concat(billed.Memos.Select(memo => (memo.Number, memo.Id)))
                .Concat(taken.Payments.Select(payment => (payment.Reference, payment.Id)))
                .Concat(billed.Payments.Select(payment => (payment.Reference, payment.Id)))
                .Concat(taken.Refunds.Select(refund => (refund.Reference, refund.Id)))
                .Concat(billed.Refunds.Select(refund => (refund.Reference, refund.Id)));
        };
}
