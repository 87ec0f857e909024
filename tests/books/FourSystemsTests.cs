using System.Globalization;
using System.Text.Json.Nodes;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>From a deal that sales has closed to its payment, over all four systems: each system's own account of it must agree with the others' to the cent.</summary>
public sealed class FourSystemsTests : IDisposable
{
    private static readonly DateOnly From = new(2026, 3, 1);
    private BooksBench books = new("four-systems.yaml");

    private IPlaysSales Sales => (IPlaysSales)books.Vendor("salesforce");

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    private IPlaysPayments Processor => (IPlaysPayments)books.Vendor("stripe");

    public void Dispose() => books.Dispose();

    [Fact]
    public async Task What_sales_has_closed_is_billed_paid_and_booked_and_seen_by_sales_to_the_cent()
    {
        var account = Sales.OpenAccount("Ångström & Sons", "ap@example.com", "USD", "US", "us");
        Order(account, "USD", 3, 2_999);
        await books.PassAsync();

        // The account is the same one everywhere, and what was ordered is a subscription that sales sees.
        var known = Assert.Single(books.Book("salesforce").Accounts).Number;
        Assert.Equal(known, Assert.Single(books.Book("zuora").Accounts).Number);
        Assert.Equal(known, Assert.Single(books.Book("netsuite").Accounts).Number);
        var customer = Assert.Single(books.Book("stripe").Accounts);
        var subscription = Assert.Single(Seen("Subscription"));
        Assert.Equal(
            (account, "us", "active"),
            (Text(subscription, "Account__c"), Text(subscription, "Entity__c"), Text(subscription, "Status__c"))
        );

        Billing.RunBilling(From);
        await books.PassAsync();
        var invoice = Assert.Single(books.Book("zuora").Invoices);
        Assert.Equal(3 * 2_999, invoice.Total - invoice.Tax);
        var state = Assert.Single(Seen("DocumentState"));
        Assert.Equal(("unpaid", Text(Assert.Single(Seen("Invoice")), "Id")), (Text(state, "Status__c"), Text(state, "Invoice__c")));
        Assert.Equal(invoice.Total, Owed());

        var charge = Processor.TakeCharge(customer.Id, invoice.Total, "USD", "USD");
        await books.PassAsync();
        Billing.ApplyPayment(Assert.Single(books.Book("zuora").Payments).Id, new PlayedApplication(invoice.Id, invoice.Total));
        await books.PassAsync();

        AssertEqualToTheCent();
        Assert.Equal(charge, Text(Assert.Single(Seen("Payment")), "Reference__c"));
        Assert.Equal("paid", Text(Assert.Single(Seen("DocumentState")), "Status__c"));
        Assert.Equal(0, Owed());
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task What_another_company_bills_in_its_currency_and_charges_itself_is_seen_as_that_company_s()
    {
        Order(Sales.OpenAccount("Söhne", "ap@example.com", "EUR", "DE", "de"), "EUR", 3, 2_999);
        await books.PassAsync();
        Billing.RunBilling(From);
        await books.PassAsync();
        var invoice = Assert.Single(books.Book("zuora").Invoices);
        Billing.CollectPayment(invoice.Id, null);
        await books.PassAsync();

        Assert.Equal((3 * 2_999, 1_709), (invoice.Total - invoice.Tax, invoice.Tax));
        AssertEqualToTheCent();
        Assert.Equal(("de", "de"), (Text(Assert.Single(Seen("Invoice")), "Entity__c"), Text(Assert.Single(Seen("Payment")), "Entity__c")));
        Assert.Equal(0, Owed());
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task What_is_sold_on_top_amends_the_subscription_that_sales_sees()
    {
        var account = Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us");
        var (order, seat) = Order(account, "USD", 3, 2_999);
        await books.PassAsync();
        Sales.Upsell(order, seat, 2, From.AddMonths(1));
        await books.PassAsync();
        Billing.RunBilling(From.AddMonths(1));
        await books.PassAsync();

        var subscription = Assert.Single(Seen("Subscription"));
        Assert.Equal(2, (long)subscription["Version__c"]!);
        Assert.Equal((3 + 5) * 2_999, books.Book("zuora").Invoices.Sum(invoice => invoice.Total - invoice.Tax));
        AssertEqualToTheCent();
        Assert.Empty(await books.LettersAsync());
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_balance_waits_for_its_document_and_a_lost_answer_makes_neither_twice(Cut cut)
    {
        Order(Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us"), "USD", 1, 3_000);
        await books.PassAsync();
        books
            .Faults["salesforce"]
            .Plan(
                new PlannedFault
                {
                    Method = "PATCH",
                    PathContains = "/Invoice__c/",
                    Cut = cut,
                }
            );
        Billing.RunBilling(From);
        await books.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(cut == Cut.AfterCommit ? 1 : 0, Seen("Invoice").Count);

        await books.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(Text(Assert.Single(Seen("Invoice")), "Id"), Text(Assert.Single(Seen("DocumentState")), "Invoice__c"));
        AssertEqualToTheCent();
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_refund_and_a_credit_note_are_seen_by_sales_with_what_they_are_of()
    {
        var account = Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us");
        Order(account, "USD", 1, 3_000);
        await books.PassAsync();
        Billing.RunBilling(From);
        await books.PassAsync();
        var invoice = Assert.Single(books.Book("zuora").Invoices);
        Billing.CreditInvoice(invoice.Id, 500);
        var charge = Processor.TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, 2_500, "USD", "USD");
        await books.PassAsync();
        Processor.Refund(charge, 1_000);
        await books.PassAsync();

        Assert.Equal(Text(Assert.Single(Seen("Invoice")), "Id"), Text(Assert.Single(Seen("CreditNote")), "Invoice__c"));
        Assert.Equal(Text(Assert.Single(Seen("Payment")), "Id"), Text(Assert.Single(Seen("Refund")), "Payment__c"));
        AssertEqualToTheCent();
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_refund_that_fails_after_it_was_posted_is_told_to_a_person_for_each_system_that_has_it()
    {
        Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us");
        await books.PassAsync();
        var charge = Processor.TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, 2_500, "USD", "USD");
        await books.PassAsync();
        var refund = Processor.Refund(charge, 1_000);
        await books.PassAsync();
        Assert.Empty(await books.LettersAsync());

        Processor.FailRefund(refund);
        await books.PassAsync();

        var letters = await books.LettersAsync();
        Assert.Equal(
            ["netsuite", "salesforce", "zuora"],
            letters.Select(letter => ((WorkItem.OfLane)letter.Work).Lane.Target).Order(StringComparer.Ordinal)
        );
        Assert.All(
            letters,
            letter =>
            {
                Assert.Equal(("PostedDocumentChanged", $"refund {refund}"), (letter.Fault.Name, letter.Affected));
                Assert.Equal((1_000L, "USD"), (letter.Amount!.Value.MinorUnits, letter.Amount.Value.Currency.Code));
            }
        );
    }

    [Fact]
    public async Task A_refund_that_fails_before_it_was_posted_is_nowhere_and_nobody_is_told()
    {
        Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us");
        await books.PassAsync();
        var charge = Processor.TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, 2_500, "USD", "USD");
        await books.PassAsync();
        Processor.FailRefund(Processor.Refund(charge, 1_000));
        await books.PassAsync();

        Assert.All(["zuora", "netsuite", "salesforce"], system => Assert.Empty(books.Book(system).Refunds));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_posted_invoice_is_not_written_again_while_what_is_owed_of_it_moves()
    {
        Order(Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us"), "USD", 1, 3_000);
        await books.PassAsync();
        Billing.RunBilling(From);
        await books.PassAsync();
        var invoice = Assert.Single(books.Book("zuora").Invoices);
        var seen = Assert.Single(Seen("Invoice")).ToJsonString();
        var written = (Written("netsuite", "/invoice/"), Written("salesforce", "/Invoice__c/"));
        Assert.Equal((1, 1), written);

        // Credited and paid in part, the payment taken back, paid whole.
        Billing.CreditInvoice(invoice.Id, 500);
        await AssertStateAsync("partly-paid", 2_500);
        var payment = Billing.CollectPayment(invoice.Id, null, 1_000);
        await AssertStateAsync("partly-paid", 1_500);
        Billing.UnapplyPayment(payment, new PlayedApplication(invoice.Id, 1_000));
        await AssertStateAsync("partly-paid", 2_500);
        Billing.ApplyPayment(payment, new PlayedApplication(invoice.Id, 1_000));
        Billing.CollectPayment(invoice.Id, null, 1_500);
        await AssertStateAsync("paid", 0);

        Assert.Equal(written, (Written("netsuite", "/invoice/"), Written("salesforce", "/Invoice__c/")));
        Assert.Equal(seen, Assert.Single(Seen("Invoice")).ToJsonString());
        AssertEqualToTheCent();
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task What_is_due_later_than_it_was_posted_with_is_its_state_which_sales_sees_and_the_ledger_never()
    {
        Order(Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us"), "USD", 1, 3_000);
        await books.PassAsync();
        Billing.RunBilling(From);
        await books.PassAsync();
        var invoice = Assert.Single(books.Book("zuora").Invoices);
        var memo = Billing.DebitInvoice(invoice.Id, 500);
        await books.PassAsync();
        var posted = DueDays("netsuite");
        Assert.Equal(2, posted.Count);
        Assert.Equal(posted, DueDays("salesforce"));
        Assert.All(books.Book("salesforce").Standings, state => Assert.Equal((posted[state.Number], null), (state.DueOn, state.PutOffTo)));
        var written = (Written("netsuite", "/invoice/"), Written("salesforce", "/Invoice__c/"), Written("salesforce", "/DebitMemo__c/"));
        Assert.Equal((2, 1, 1), written);

        var later = posted.Values.Max()!.Value.AddDays(30);
        Billing.ExtendDueDate(invoice.Id, later);
        Billing.ExtendDueDate(memo, later);
        await books.PassAsync();

        Assert.All(books.Book("salesforce").Standings, state => Assert.Equal((later, later), (state.DueOn, state.PutOffTo)));
        Assert.Equal(
            written,
            (Written("netsuite", "/invoice/"), Written("salesforce", "/Invoice__c/"), Written("salesforce", "/DebitMemo__c/"))
        );

        // Whatever else is written of it later bears the day that it was posted with.
        Billing.AnnotateInvoice(invoice.Id, "Disputed");
        await books.PassAsync();
        foreach (var book in new[] { books.Book("netsuite"), books.Book("salesforce") })
        {
            Assert.Single(book.Invoices, stands => stands.Memo == "Disputed");
        }

        Assert.Equal(posted, DueDays("netsuite"));
        Assert.Equal(posted, DueDays("salesforce"));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task What_a_wire_lacks_and_is_written_off_is_seen_by_sales_as_the_credit_note_that_it_is()
    {
        books.Dispose();
        books = new BooksBench("four-systems.yaml", ShortPayBench.Lenient);
        Order(Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us"), "USD", 1, 10_000);
        await books.PassAsync();
        Billing.RunBilling(From);
        await books.PassAsync();
        var invoice = Assert.Single(books.Book("zuora").Invoices);
        var customer = Assert.Single(books.Book("netsuite").Accounts).Id;
        ((IPlaysErp)books.Vendor("netsuite")).ReceiveWire(customer, invoice.Total - 250, "USD", "WIRE-1", invoice.Number);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(250, Assert.Single(books.Book("zuora").Memos).Total);
        Assert.Equal(Text(Assert.Single(Seen("Invoice")), "Id"), Text(Assert.Single(Seen("CreditNote")), "Invoice__c"));
        AssertEqualToTheCent();
        Assert.Equal(
            (0, "paid"),
            (Owed(), Text(Seen("DocumentState").Single(state => Text(state, "Invoice__c") is not null), "Status__c"))
        );
        Assert.Equal(0, books.Book("netsuite").Totals.Where(total => total.Kind == "Invoice").Sum(total => total.Balance));
        Assert.Empty(await books.LettersAsync());
    }

    /// <summary>What sales sees of the only invoice's state by now.</summary>
    private async Task AssertStateAsync(string status, long balance)
    {
        await books.PassAsync();
        var state = Assert.Single(Seen("DocumentState"), one => Text(one, "Invoice__c") is not null);
        Assert.Equal((status, balance), (Text(state, "Status__c"), Owed()));
    }

    /// <summary>When each document is due by what a system's own document says.</summary>
    private SortedDictionary<string, DateOnly?> DueDays(string system)
    {
        var book = books.Book(system);
        var days = book.Invoices.Select(one => (one.Number, one.DueOn)).Concat(book.Memos.Select(one => (one.Number, one.DueOn)));
        return new(days.ToDictionary(one => one.Number, one => one.DueOn), StringComparer.Ordinal);
    }

    /// <summary>How often something below a path was written.</summary>
    private int Written(string system, string path) => books.Sent[system].Count(line => line.Contains(path, StringComparison.Ordinal));

    /// <summary>An active order of seats for a year, and the product.</summary>
    private (string Order, string Product) Order(string account, string currency, int quantity, long price)
    {
        var seat = Sales.PutProduct("SKU-SEAT", "Seat", [new PlayedPrice(currency, 3_000)]);
        var order = Sales.PlaceOrder(account, null, From, [new PlayedSale(seat, quantity, price, 12)]);
        Sales.ActivateOrder(order);
        return (order, seat);
    }

    private List<JsonObject> Seen(string entity) => [.. books.Vendor("salesforce").Records(entity)!.OfType<JsonObject>()];

    /// <summary>What sales sees as owed on invoices, minor units.</summary>
    private long Owed() => books.Book("salesforce").Totals.Where(total => total.Kind == "Invoice").Sum(total => total.Balance);

    private void AssertEqualToTheCent()
    {
        var (billed, posted, seen) = (books.Book("zuora"), books.Book("netsuite"), books.Book("salesforce"));
        Assert.NotEmpty(billed.Invoices);
        Assert.All(new[] { posted, seen }, book => Assert.Equal(Invoices(billed), Invoices(book)));
        Assert.All(new[] { posted, seen }, book => Assert.Equal(Memos(billed), Memos(book)));
        Assert.All(new[] { posted, seen }, book => Assert.Equal(Payments(billed), Payments(book)));
        Assert.All(new[] { posted, seen }, book => Assert.Equal(Refunds(billed), Refunds(book)));
        Assert.Equal(Balances(billed), Balances(seen));
    }

    private static List<string> Invoices(Book book) =>
        Lines(book.Invoices, one => $"{one.Number} of {one.AccountNumber} {one.IssuedOn:O} {one.Total} {one.Tax} {one.Currency}");

    private static List<string> Memos(Book book) =>
        Lines(
            book.Memos,
            one => $"{one.Number} of {one.AccountNumber} {one.IsCredit} {one.IssuedOn:O} {one.Total} {one.Tax} {one.Currency}"
        );

    private static List<string> Payments(Book book) =>
        Lines(book.Payments, one => $"{one.Reference} of {one.AccountNumber} {one.ReceivedOn:O} {one.Amount} {one.Currency}");

    private static List<string> Refunds(Book book) =>
        Lines(book.Refunds, one => $"{one.Reference} {one.RefundedOn:O} {one.Amount} {one.Currency}");

    private static List<string> Balances(Book book) =>
        Lines(
            book.Totals.Where(total => total.Kind is "Invoice" or "CreditMemo" or "DebitMemo"),
            one => $"{one.Entity} {one.Currency} {one.Kind} {one.Count} {one.Amount} {one.Tax} {one.Balance}"
        );

    private static List<string> Lines<T>(IEnumerable<T> records, Func<T, FormattableString> write) =>
        [.. records.Select(record => write(record).ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];

    private static string? Text(JsonObject row, string field) => (string?)row[field];
}
