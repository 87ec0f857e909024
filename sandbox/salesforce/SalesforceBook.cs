namespace QtcHub.Sandbox.Salesforce;

/// <summary>Reads the books from the org's own records. Lines and applications are not carried to it.</summary>
internal sealed class SalesforceBook(SalesforceOrg org)
{
    private static readonly string[] Documents = ["Invoice__c", "DebitMemo__c", "CreditNote__c"];

    public Book Read() =>
        new(
            [.. org.All("Account").Select(Account)],
            [.. org.Standing("Invoice__c").Where(IsPosted).Select(Invoice)],
            [.. org.Standing("Payment__c").Select(Payment)]
        )
        {
            Customers = [.. org.Standing("Account").Where(IsCustomer).Select(Customer)],
            Memos =
            [
                .. org.Standing("CreditNote__c").Where(IsPosted).Select(memo => Memo(memo, isCredit: true)),
                .. org.Standing("DebitMemo__c").Where(IsPosted).Select(memo => Memo(memo, isCredit: false)),
            ],
            Refunds = [.. org.Standing("Refund__c").Select(Refund)],
            Disputes = [.. org.Standing("Dispute__c").Select(Dispute)],
            Totals =
            [
                .. Totals("Invoice__c", "Invoice", "Invoice__c")
                    .Concat(Totals("CreditNote__c", "CreditMemo", "CreditNote__c"))
                    .Concat(Totals("DebitMemo__c", "DebitMemo", "DebitMemo__c"))
                    .OrderBy(total => $"{total.Entity} {total.Currency} {total.Kind}", StringComparer.Ordinal),
            ],
            Products = [.. org.Standing("Product2").Select(Product)],
            Subscriptions = [.. org.Standing("Subscription__c").Select(Subscription)],
            Sales = [.. Sales()],
            Standings = [.. org.Standing("DocumentState__c").Select(Standing)],
        };

    private BookAccount Account(Row account) =>
        new(account.Id, Number(account), account.Text("Name")!, account.Text("InvoiceEmail__c"), !account.IsDeleted)
        {
            Customer =
                IsCustomer(account) ? Number(account)
                : org.Follow(account, "ParentId") is { } above ? Number(above)
                : null,
            IsMerged = account["MasterRecordId"] is not null,
        };

    // Whatever others are under is their customer, and its own.
    private bool IsCustomer(Row account) => org.Bearing("Account", "ParentId", account.Id).Any();

    private BookCustomer Customer(Row account) =>
        new(
            account.Id,
            Number(account),
            account.Text("Name")!,
            !account.IsDeleted,
            org.Follow(account, "ParentId") is { } above ? Number(above) : null
        );

    private BookInvoice Invoice(Row invoice) =>
        new(
            invoice.Id,
            invoice.Text("Number__c")!,
            AccountOf(invoice),
            invoice.Day("IssuedOn__c")!.Value,
            invoice.Currency,
            Minor(invoice, "Tax__c"),
            Minor(invoice, "Total__c"),
            invoice.Text("Memo__c"),
            invoice.Text("Status__c")!,
            []
        )
        {
            DueOn = invoice.Day("DueOn__c"),
        };

    private BookMemo Memo(Row memo, bool isCredit) =>
        new(
            memo.Id,
            memo.Text("Number__c")!,
            isCredit,
            AccountOf(memo),
            memo.Day("IssuedOn__c")!.Value,
            memo.Currency,
            Minor(memo, "Tax__c"),
            Minor(memo, "Total__c"),
            memo.Text("Status__c")!,
            []
        )
        {
            DueOn = memo.Day("DueOn__c"),
        };

    private BookPayment Payment(Row payment) =>
        new(
            payment.Id,
            payment.Text("Reference__c")!,
            AccountOf(payment),
            payment.Day("ReceivedOn__c")!.Value,
            payment.Currency,
            Minor(payment, "Amount__c"),
            payment.Text("Status__c")!,
            []
        );

    private static BookRefund Refund(Row refund) =>
        new(
            refund.Id,
            refund.Text("Reference__c") ?? "",
            refund.Text("Payment__c") ?? "",
            refund.Day("RefundedOn__c")!.Value,
            refund.Currency,
            Minor(refund, "Amount__c"),
            refund.Text("Status__c")!
        );

    private static BookDispute Dispute(Row dispute) =>
        new(
            dispute.Id,
            dispute.Text("Payment__c") ?? "",
            dispute.Day("OpenedOn__c")!.Value,
            dispute.Currency,
            Minor(dispute, "Amount__c"),
            dispute.Text("Status__c")!,
            dispute.Currency,
            0,
            0
        )
        {
            Reference = dispute.Text("Reference__c") ?? "",
        };

    private static BookProduct Product(Row product) =>
        new(product.Id, product.Text("ProductCode") ?? "", product.Text("Name")!, product.Flag("IsActive"));

    private BookSubscription Subscription(Row subscription) =>
        new(
            subscription.Id,
            subscription.Text("Number__c")!,
            AccountOf(subscription),
            subscription.Text("OrderNumber__c") ?? "",
            (int)subscription.Number("Version__c"),
            subscription.Text("Status__c") == "active"
        );

    // What an order reduces is in the order that reduces it, negative. One that cancels ends what was sold on top, too, though it names the first order's lines alone.
    private IEnumerable<BookSale> Sales() =>
        from order in org.Standing("Order")
        where order.Text("StatusCode") == "A"
        let first = org.Follow(order, "OriginalOrderId") ?? order
        from item in org.Bearing("OrderItem", "OrderId", order.Id)
        let sku = org.Follow(item, "Product2Id")!.Text("ProductCode")!
        group item by (first.Id, Number: first.Text("OrderNumber")!, Account: AccountOf(first, "AccountId"), Sku: sku) into sold
        let isCanceled = sold.Any(item => item.Text("Action__c") == "cancel")
        select new BookSale(
            sold.Key.Id,
            sold.Key.Number,
            sold.Key.Account,
            sold.Key.Sku,
            isCanceled ? 0 : sold.Sum(item => item.Number("Quantity"))
        );

    private BookStanding Standing(Row state)
    {
        var document = Documents.Select(lookup => org.Follow(state, lookup)).First(row => row is not null)!;
        return new BookStanding(document.Text("Number__c")!, document.Currency, Minor(state, "Balance__c"))
        {
            DueOn = state.Day("DueOn__c"),
            PutOffTo = state.Day("ExtendedDueOn__c"),
        };
    }

    private static bool IsPosted(Row document) => document.Text("Status__c") is not ("draft" or "void");

    // What is owed of a document is in its state; one without a state is owed in full.
    private IEnumerable<BookTotal> Totals(string name, string kind, string lookup)
    {
        var balances = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var state in org.Standing("DocumentState__c").Where(state => state[lookup] is not null))
        {
            balances[state.Text(lookup)!] = Minor(state, "Balance__c");
        }

        return org.Standing(name)
            .Where(IsPosted)
            .GroupBy(document => (Entity: document.Text("Entity__c")!, document.Currency))
            .Select(group =>
            {
                var amount = group.Sum(document => Minor(document, "Total__c"));
                var balance = group.Sum(document => balances.GetValueOrDefault(document.Id, Minor(document, "Total__c")));
                return new BookTotal(
                    group.Key.Entity,
                    group.Key.Currency,
                    kind,
                    group.Count(),
                    amount,
                    group.Sum(document => Minor(document, "Tax__c")),
                    amount - balance,
                    0,
                    balance
                );
            });
    }

    private string AccountOf(Row row, string lookup = "Account__c") => org.Follow(row, lookup) is { } account ? Number(account) : "";

    // An account that nobody numbers is known by its id.
    private static string Number(Row account) => account.Text("AccountNumber") ?? account.Id;

    private static long Minor(Row row, string field) => SalesforceCurrencies.Minor(row.Number(field), row.Currency);
}
