using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What a vendor's own book leaves open: minor units.</summary>
internal static class Unsettled
{
    /// <summary>What is owed of each invoice that owes anything.</summary>
    public static IEnumerable<(BookInvoice Invoice, long Owed)> Open(Book billed)
    {
        var applied = billed
            .Payments.SelectMany(payment => payment.Applications)
            .Concat(billed.Memos.SelectMany(memo => memo.Applications))
            .GroupBy(application => application.InvoiceNumber, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(one => one.Amount), StringComparer.Ordinal);
        return billed
            .Invoices.Where(invoice => invoice.Status == "Posted")
            .Select(invoice => (invoice, Owed: invoice.Total - applied.GetValueOrDefault(invoice.Number)))
            .Where(open => open.Owed > 0);
    }

    /// <summary>Of these, whose lines can be credited as they are: billing credits no more than an invoice comes to, and what a line takes back leaves less.</summary>
    public static IEnumerable<(BookInvoice Invoice, long Owed)> Creditable(Book billed) =>
        Open(billed).Where(open => open.Invoice.LineAmounts.All(line => line >= 0));

    /// <summary>What of each payment neither pays anything nor has gone back.</summary>
    public static IEnumerable<(BookPayment Payment, long Amount)> Payments(Book billed) =>
        billed
            .Payments.Where(payment => payment.Status == "Processed")
            .Select(payment =>
                (
                    payment,
                    Amount: payment.Amount
                        - payment.Applications.Sum(one => one.Amount)
                        - billed.Refunds.Where(refund => refund.PaymentId == payment.Id).Sum(refund => refund.Amount)
                )
            )
            .Where(left => left.Amount > 0);

    /// <summary>What of each charge was neither given back nor questioned.</summary>
    public static List<(BookPayment Payment, long Left)> Charges(Book taken) =>
        [
            .. taken
                .Payments.Select(payment =>
                    (
                        payment,
                        Left: payment.Amount
                            - taken.Refunds.Where(refund => refund.PaymentId == payment.Id).Sum(refund => refund.Amount)
                            - taken.Disputes.Where(dispute => dispute.PaymentId == payment.Id).Sum(dispute => dispute.Amount)
                    )
                )
                .Where(charge => charge.Left > 0),
        ];
}
