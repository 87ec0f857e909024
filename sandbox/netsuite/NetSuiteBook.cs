using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>The account's books in the one vocabulary that vendors share.</summary>
internal static class NetSuiteBook
{
    // Its own table, so that a wrong one elsewhere shows as a difference.
    private static readonly Dictionary<string, decimal> MinorPerMajor = new(StringComparer.Ordinal)
    {
        ["USD"] = 100,
        ["GBP"] = 100,
        ["CAD"] = 100,
        ["EUR"] = 100,
        ["JPY"] = 1,
        ["KWD"] = 1000,
        ["ISK"] = 1,
        ["UGX"] = 1,
    };

    private static readonly Dictionary<Form, string> Kinds = new()
    {
        [NetSuiteForms.Invoice] = "Invoice",
        [NetSuiteForms.CreditMemo] = "CreditMemo",
        [NetSuiteForms.Payment] = "Payment",
    };

    public static Book Of(NetSuiteAccount account) =>
        new(
            [.. account.All(NetSuiteForms.Customer).Where(record => !IsGroup(record)).Select(record => Account(account, record))],
            [.. account.All(NetSuiteForms.Invoice).Select(record => Invoice(account, record))],
            [.. account.All(NetSuiteForms.Payment).Select(record => Payment(account, record))]
        )
        {
            Customers = [.. account.All(NetSuiteForms.Customer).Where(IsGroup).Select(record => Customer(account, record))],
            Memos = [.. account.All(NetSuiteForms.CreditMemo).Select(record => Memo(account, record))],
            Refunds = [.. account.All(NetSuiteForms.Refund).Select(Refund)],
            Totals = [.. Totals(account)],
            Ledger = [.. NetSuiteLedger.Balances(account).Select(Balance)],
            Products = [.. account.All(NetSuiteForms.ServiceItem).Select(Product)],
        };

    private static BookProduct Product(NetSuiteRecord record) =>
        new(record.Id, record.Text("itemId") ?? "", record.Text("displayName") ?? "", !Flag(record.Fields, "isInactive"));

    private static BookLedgerBalance Balance((string Subsidiary, LedgerAccount Account, string Currency, decimal Debit, decimal Credit) sum)
    {
        var currency = NetSuiteLists.Currencies[sum.Currency].Code;
        return new BookLedgerBalance(
            NetSuiteLists.Subsidiaries[sum.Subsidiary].Name,
            sum.Account.Number,
            currency,
            Minor(sum.Debit, currency),
            Minor(sum.Credit, currency)
        );
    }

    // Debit memos are among the invoices, and write-offs among the credit memos.
    private static IEnumerable<BookTotal> Totals(NetSuiteAccount account) =>
        account
            .Transactions.Where(record => Kinds.ContainsKey(record.Form))
            .GroupBy(record => (Entity: Entity(record), Currency: Currency(record), Kind: Kinds[record.Form]))
            .OrderBy(group => $"{group.Key.Entity} {group.Key.Currency} {group.Key.Kind}", StringComparer.Ordinal)
            .Select(group => Total(account, group.Key, [.. group]));

    // What has been settled of an invoice is applied to it; what has been settled of a payment or credit memo is refunded.
    private static BookTotal Total(
        NetSuiteAccount account,
        (string Entity, string Currency, string Kind) of,
        IReadOnlyList<NetSuiteRecord> records
    )
    {
        var settled = Sum(record => account.Applied(record.Id));
        var isCharge = records[0].Form == NetSuiteForms.Invoice;
        return new BookTotal(
            of.Entity,
            of.Currency,
            of.Kind,
            records.Count,
            Sum(record => record.Form == NetSuiteForms.Payment ? Number(record.Fields, "payment") : NetSuiteRecord.Total(record.Fields)),
            records.Sum(record => Tax(record, of.Currency)),
            isCharge ? settled : Sum(record => AppliedBy(record.Fields)),
            isCharge ? 0 : settled,
            Sum(record => NetSuiteSettlement.Remaining(account, record))
        );

        long Sum(Func<NetSuiteRecord, decimal> amount) => Minor(records.Sum(amount), of.Currency);
    }

    private static BookAccount Account(NetSuiteAccount account, NetSuiteRecord record) =>
        new(
            record.Id,
            record.Text("accountNumber") ?? "",
            record.Text("companyName") ?? $"{record.Text("firstName")} {record.Text("lastName")}".Trim(),
            record.Text("email"),
            !Flag(record.Fields, "isInactive")
        )
        {
            Customer = NumberAbove(account, record),
        };

    // Whoever is billed has been said how; what only stands above others has not.
    private static bool IsGroup(NetSuiteRecord record) => record.Text("custentity_qtc_tax_status") is null;

    private static BookCustomer Customer(NetSuiteAccount account, NetSuiteRecord record) =>
        new(
            record.Id,
            record.Text("accountNumber") ?? "",
            record.Text("companyName") ?? "",
            !Flag(record.Fields, "isInactive"),
            NumberAbove(account, record)
        );

    private static string? NumberAbove(NetSuiteAccount account, NetSuiteRecord record) =>
        Reference(record.Fields, "parent") is { } above ? NumberOf(account, above) : null;

    private static BookInvoice Invoice(NetSuiteAccount account, NetSuiteRecord record)
    {
        var currency = Currency(record);
        var lines = Lines(record.Fields, "item");
        var tax = Tax(record, currency);
        long[] charges =
        [
            .. lines
                .Where(line => Reference(line, "item") is { } item && item != NetSuiteLists.Tax && !NetSuiteLists.Untaxed.Contains(item))
                .Select(line => Minor(Number(line, "amount"), currency)),
        ];
        var total = checked(charges.Sum() + tax);
        return new BookInvoice(
            record.Id,
            record.Text("tranId")!,
            NumberOf(account, Reference(record.Fields, "entity")!),
            Day(record.Fields, "tranDate")!.Value,
            currency,
            tax,
            total,
            record.Text("memo"),
            Minor(account.Applied(record.Id), currency) == total ? "paid" : "open",
            charges
        )
        {
            DueOn = Day(record.Fields, "dueDate"),
        };
    }

    private static BookPayment Payment(NetSuiteAccount account, NetSuiteRecord record)
    {
        var currency = Currency(record);
        return new BookPayment(
            record.Id,
            record.Text("checkNum") ?? record.Text("memo") ?? "",
            NumberOf(account, Reference(record.Fields, "customer")!),
            Day(record.Fields, "tranDate")!.Value,
            currency,
            Minor(Number(record.Fields, "payment"), currency),
            "succeeded",
            Applied(account, record, currency)
        );
    }

    // NetSuite has no debit memos: they are invoices here.
    private static BookMemo Memo(NetSuiteAccount account, NetSuiteRecord record)
    {
        var currency = Currency(record);
        return new BookMemo(
            record.Id,
            record.Text("tranId")!,
            IsCredit: true,
            NumberOf(account, Reference(record.Fields, "entity")!),
            Day(record.Fields, "tranDate")!.Value,
            currency,
            Tax(record, currency),
            Minor(NetSuiteRecord.Total(record.Fields), currency),
            NetSuiteSettlement.Remaining(account, record) == 0 ? "applied" : "open",
            Applied(account, record, currency)
        );
    }

    private static BookRefund Refund(NetSuiteRecord record)
    {
        var currency = Currency(record);
        return new BookRefund(
            record.Id,
            record.Text("memo") ?? "",
            Applications(record.Fields).First().Doc,
            Day(record.Fields, "tranDate")!.Value,
            currency,
            Minor(AppliedBy(record.Fields), currency),
            "succeeded"
        );
    }

    private static IReadOnlyList<BookApplication> Applied(NetSuiteAccount account, NetSuiteRecord record, string currency) =>
        [
            .. Applications(record.Fields)
                .Select(application => new BookApplication(
                    account.ById(NetSuiteForms.Invoice, application.Doc)!.Text("tranId")!,
                    Minor(application.Amount, currency)
                ))
                .OrderBy(application => application.InvoiceNumber, StringComparer.Ordinal),
        ];

    private static long Tax(NetSuiteRecord record, string currency) =>
        Lines(record.Fields, "item")
            .Where(line => Reference(line, "item") == NetSuiteLists.Tax)
            .Sum(line => Minor(Number(line, "amount"), currency));

    private static string NumberOf(NetSuiteAccount account, string customer) =>
        account.ById(NetSuiteForms.Customer, customer)!.Text("accountNumber") ?? "";

    private static string Entity(NetSuiteRecord record) => NetSuiteLists.Subsidiaries[Reference(record.Fields, "subsidiary")!].Name;

    private static string Currency(NetSuiteRecord record) => NetSuiteLists.Currencies[Reference(record.Fields, "currency")!].Code;

    public static decimal Major(long amount, string currency) => amount / MinorPerMajor[currency];

    private static long Minor(decimal amount, string currency) => decimal.ToInt64(amount * MinorPerMajor[currency]);
}
