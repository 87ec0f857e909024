using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.NetSuite;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>From canonical records to the ledger of the pretend account: what a processor does to its balance, the clearing account does too.</summary>
public sealed class NetSuiteLedgerTests : IDisposable
{
    private const string Bank = "1004";
    private const string Clearing = "1054";
    private const string ClearingUsd = "1051";
    private const string Conversion = "7100";
    private const string Receivable = "1100";

    private static readonly IReadOnlyDictionary<RecordType, TargetFacts> Targets = new NetSuiteKind().Facts.Targets;
    private static readonly MappingCatalog Mappings = MappingCatalog.Load([Path.Combine(AppContext.BaseDirectory, "mappings")]).Catalog;

    private static readonly Dictionary<string, Reference> References = new()
    {
        ["payment"] = new(RecordType.Payment, "pay_AAAAAAAAAAAAAAAAAAAAAA"),
        ["creditNote"] = new(RecordType.CreditNote, "crn_AAAAAAAAAAAAAAAAAAAAAA"),
    };

    // An application is a line of another transaction.
    private static readonly string[] Transactions =
    [
        .. Targets
            .Where(target => target.Value.PostedFields.Count > 0 && target.Key != RecordType.Application)
            .Select(target => target.Value.ExternalType),
    ];

    private readonly NetSuiteBench bench = new();

    [Fact]
    public async Task The_clearing_account_has_what_the_processors_balance_has()
    {
        await PayAsync("pay_1", 10000, "EUR");
        (string Kind, long Gross, long Fee)[] movements =
        [
            ("charge", 10000, 320),
            ("dispute", -10000, 1500),
            ("dispute", 10000, 0),
            ("fee", -250, 0),
            ("adjustment", 77, 0),
            ("reserve", -2000, 0),
        ];
        foreach (var (index, (kind, gross, fee)) in movements.Index())
        {
            await WriteAsync(RecordType.SettlementItem, $"sti_{index}", Item(kind, gross, fee));
        }

        Assert.Equal(movements.Sum(movement => movement.Gross - movement.Fee), BalanceOf(Clearing));

        await WriteAsync(RecordType.Payout, "pyo_1", Payout(5000, "paid"));
        Assert.Equal(movements.Sum(movement => movement.Gross - movement.Fee) - 5000, BalanceOf(Clearing));
        Assert.Equal(5000, BalanceOf(Bank));
        Assert.Equal(-10000, BalanceOf(Receivable));
        AssertBalanced();
    }

    [Fact]
    public async Task A_payment_of_another_currency_leaves_the_clearing_account_of_its_own_and_the_difference_has_a_name()
    {
        await PayAsync("pay_1", 10000, "EUR");
        var item = Item("charge", 10800, 300, "USD", original: 10000);
        var id = await WriteAsync(RecordType.SettlementItem, "sti_1", item);

        Assert.Equal(0, BalanceOf(Clearing));
        Assert.Equal(10500, BalanceOf(ClearingUsd, "USD"));
        Assert.Equal((10000, -10800), (BalanceOf(Conversion), BalanceOf(Conversion, "USD")));
        AssertBalanced();

        // Once more as a create, and as a change: still two journals.
        await WriteAsync(RecordType.SettlementItem, "sti_1", item);
        await WriteAsync(RecordType.SettlementItem, "sti_1", item, id);
        Assert.Equal(2, bench.Account.Records("journalEntry")!.Count);
        Assert.Equal(10500, BalanceOf(ClearingUsd, "USD"));
    }

    [Theory]
    [InlineData("eid:sti_1?", Cut.BeforeCommit, false)]
    [InlineData("eid:sti_1?", Cut.AfterCommit, true)]
    [InlineData("eid:sti_1-conversion?", Cut.BeforeCommit, false)]
    [InlineData("eid:sti_1-conversion?", Cut.AfterCommit, false)]
    public async Task A_lost_answer_to_either_journal_is_ambiguous_and_writing_both_again_makes_no_third(string path, Cut cut, bool stands)
    {
        await bench.CustomerAsync();
        var request = Map(RecordType.SettlementItem, Item("charge", 10800, 300, "USD", original: 10000));
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "PUT",
                PathContains = path,
                Cut = cut,
            }
        );

        var lost = await bench.WriteAsync(RecordType.SettlementItem, "sti_1", request);
        Assert.IsType<Fault.Ambiguous>(lost.Fault);
        Assert.Equal(stands, await FindAsync(request) is Lookup.Found);

        await bench.SaveAsync(RecordType.SettlementItem, "sti_1", request);
        Assert.Equal(2, bench.Account.Records("journalEntry")!.Count);
        Assert.True(Covers.Request(Bytes(request), Assert.IsType<Lookup.Found>(await FindAsync(request)).Record));
        AssertBalanced();
    }

    [Fact]
    public async Task A_conversion_that_somebody_has_changed_is_seen_when_its_entry_is_read()
    {
        var request = Map(RecordType.SettlementItem, Item("charge", 10800, 300, "USD", original: 10000));
        await bench.SaveAsync(RecordType.SettlementItem, "sti_1", request);
        var conversion = bench.Account.Records("journalEntry")!.Single(journal => (string?)journal!["externalId"] == "sti_1-conversion")!;
        bench.Account.Put("journalEntry", new JsonObject { ["id"] = (string?)conversion["id"], ["tranDate"] = "2026-08-05" });

        Assert.False(Covers.Request(Bytes(request), Assert.IsType<Lookup.Found>(await FindAsync(request)).Record));
    }

    [Fact]
    public async Task A_closed_period_stops_the_conversion_before_either_journal_is_made()
    {
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));
        var request = Map(RecordType.SettlementItem, Item("charge", 10800, 300, "USD", original: 10000));
        var refused = await bench.WriteAsync(RecordType.SettlementItem, "sti_1", request);
        var closed = Assert.IsType<Fault.ClosedPeriod>(refused.Fault);
        Assert.Empty(bench.Account.Records("journalEntry")!);

        await bench.SaveAsync(
            RecordType.SettlementItem,
            "sti_1",
            Map(RecordType.SettlementItem, Item("charge", 10800, 300, "USD", original: 10000), closed.OpenPeriod)
        );
        Assert.Equal(10500, BalanceOf(ClearingUsd, "USD"));
    }

    [Fact]
    public void A_movement_that_leaves_nothing_to_say_has_nothing_to_write()
    {
        var mapping = Mappings.Out("netsuite", RecordType.SettlementItem, "journalEntry")!;
        Assert.True(mapping.SaysNothing(Bytes(Map(RecordType.SettlementItem, Item("charge", 100, 0)))));
        Assert.True(mapping.SaysNothing(Bytes(Map(RecordType.SettlementItem, Item("payout", -100, 0)))));
        Assert.False(mapping.SaysNothing(Bytes(Map(RecordType.SettlementItem, Item("charge", 100, 1)))));

        var payouts = Mappings.Out("netsuite", RecordType.Payout, "journalEntry")!;
        Assert.True(payouts.SaysNothing(Bytes(Map(RecordType.Payout, Payout(100, "in-transit")))));
        Assert.False(payouts.SaysNothing(Bytes(Map(RecordType.Payout, Payout(100, "paid")))));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(-700)]
    public async Task A_payout_that_fails_after_it_was_paid_comes_to_nothing(long amount)
    {
        var id = await WriteAsync(RecordType.Payout, "pyo_1", Payout(amount, "paid"));
        Assert.Equal((amount, -amount), (BalanceOf(Bank), BalanceOf(Clearing)));

        var failed = Map(RecordType.Payout, Payout(amount, "failed"));
        await bench.SaveAsync(RecordType.Payout, "pyo_1", failed, id);
        await bench.SaveAsync(RecordType.Payout, "pyo_1", failed, id);
        Assert.Equal((0, 0), (BalanceOf(Bank), BalanceOf(Clearing)));
        Assert.Equal(4, Assert.Single(bench.Account.Records("journalEntry")!)!["line"]!["items"]!.AsArray().Count);
        AssertBalanced();
    }

    [Fact]
    public async Task A_journal_entry_is_written_with_its_number_and_a_void_one_comes_to_nothing()
    {
        const string entry =
            """{"entity":"de","number":"JE-7","postedOn":"2026-08-03","status":"posted","lines":[{"id":"1","glAccount":"6101","debit":{"minorUnits":1050,"currency":"EUR"}},{"id":"2","glAccount":"2400","credit":{"minorUnits":1050,"currency":"EUR"}}]}""";
        var id = await WriteAsync(RecordType.JournalEntry, "jrn_1", entry);
        Assert.Equal("JE-7", (string?)Assert.Single(bench.Account.Records("journalEntry")!)!["tranId"]);
        Assert.Equal((1050, -1050), (BalanceOf("6101"), BalanceOf("2400")));

        await WriteAsync(RecordType.JournalEntry, "jrn_1", entry.Replace("posted\"", "void\"", StringComparison.Ordinal), id);
        Assert.Equal((0, 0), (BalanceOf("6101"), BalanceOf("2400")));
    }

    [Theory]
    [InlineData("""{"account":{"id":"231"},"debit":1.00},{"account":{"id":"251"},"credit":0.99}""", "Transaction was not in balance")]
    [InlineData("""{"account":{"id":"231"},"debit":1.00,"credit":1.00}""", "a debit or a credit")]
    [InlineData("""{"account":{"id":"231"},"debit":-1.00},{"account":{"id":"251"},"credit":-1.00}""", "a debit or a credit")]
    [InlineData("""{"account":{"id":"200"},"debit":1.00},{"account":{"id":"251"},"credit":1.00}""", "names the customer")]
    [InlineData("""{"account":{"id":"211"},"debit":1.00},{"account":{"id":"251"},"credit":1.00}""", "Invalid Field Value 211")]
    [InlineData("""{"account":{"id":"999"},"debit":1.00},{"account":{"id":"251"},"credit":1.00}""", "Invalid account reference key")]
    [InlineData("""{"debit":1.00},{"account":{"id":"251"},"credit":1.00}""", "Account")]
    [InlineData("""{"account":{"id":"231"},"debit":1.001},{"account":{"id":"251"},"credit":1.001}""", "decimal places")]
    [InlineData("", "at least one line item")]
    public async Task A_journal_that_a_ledger_cannot_hold_is_refused_and_changes_nothing(string lines, string why)
    {
        var body = $$$"""{"tranDate":"2026-08-03","subsidiary":{"id":"2"},"currency":{"id":"4"},"line":{"items":[{{{lines}}}]}}""";
        var refused = await bench.WriteAsync(RecordType.JournalEntry, "jrn_1", body);
        Assert.Contains(why, Assert.IsType<Fault.Rejected>(refused.Fault).Detail, StringComparison.Ordinal);
        Assert.Empty(bench.Account.Records("journalEntry")!);
    }

    [Fact]
    public async Task What_the_bank_received_waits_for_a_deposit_and_is_in_no_processors_balance()
    {
        await PayAsync("pay_1", 5000, "EUR", "bank");
        Assert.Equal((5000, 0), (BalanceOf("1499"), BalanceOf(Clearing)));
        AssertBalanced();
    }

    [Fact]
    public async Task An_invoice_is_receivable_revenue_and_tax_and_its_payment_is_receivable_no_more()
    {
        var invoice = await bench.InvoiceAsync(await bench.CustomerAsync());
        Assert.Equal((11900, -10000, -1900), (BalanceOf(Receivable), BalanceOf("4000"), BalanceOf("2200")));

        await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment("501", "119.00", (invoice, "119.00")));
        Assert.Equal((0, 11900), (BalanceOf(Receivable), BalanceOf("1499")));
        AssertBalanced();
    }

    [Fact]
    public async Task After_every_type_of_transaction_the_ledger_balances_and_the_clearing_account_has_what_the_processor_holds()
    {
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        var debit = await bench.SaveAsync(RecordType.DebitMemo, "dbm_1", NetSuiteBench.Invoice(customer, "DM-1"));
        var credit = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "CM-1"));
        var payment = await PayAsync("pay_1", 10000, "EUR");
        await bench.SaveAsync(RecordType.Application, "app_1", Application("customerPayment", payment, invoice, "50.00,\"disc\":2.00"));
        await bench.SaveAsync(RecordType.Application, "app_2", Application("creditMemo", credit, debit, "119.00"));
        await bench.SaveAsync(RecordType.Application, "app_3", WriteOff(invoice, "3.00"));
        await WriteAsync(RecordType.Refund, "rfd_1", Refund(4000, "processor", "payment"), refunded: payment);
        (string Kind, long Gross, long Fee)[] movements = [("charge", 10000, 320), ("refund", -4000, 50), ("fee", -250, 0)];
        foreach (var (index, (kind, gross, fee)) in movements.Index())
        {
            await WriteAsync(RecordType.SettlementItem, $"sti_{index}", Item(kind, gross, fee));
        }

        await WriteAsync(RecordType.Payout, "pyo_1", Payout(3000, "paid"));

        Assert.All(Transactions, type => Assert.NotEmpty(bench.Account.Records(type)!));
        AssertBalanced();
        Assert.Equal(movements.Sum(movement => movement.Gross - movement.Fee) - 3000, BalanceOf(Clearing));
        Assert.Equal(3000, BalanceOf(Bank));
        Assert.Equal((200, 300), (BalanceOf("4090"), BalanceOf("6301")));

        // What customers owe, document by document, is what the account of receivables has.
        var book = bench.Account.Book();
        Assert.Equal(
            book.Invoices.Sum(document => document.Total)
                - book.Memos.Sum(memo => memo.Total)
                - book.Payments.Sum(received => received.Amount)
                - BalanceOf("4090")
                + book.Refunds.Sum(refund => refund.Amount),
            BalanceOf(Receivable)
        );
        Assert.Equal(
            [
                new BookTotal("de", "EUR", "CreditMemo", 2, 12200, 1900, 12200, 0, 0),
                new BookTotal("de", "EUR", "Invoice", 2, 23800, 3800, 17400, 0, 6400),
                new BookTotal("de", "EUR", "Payment", 1, 10000, 0, 5000, 4000, 1000),
            ],
            book.Totals
        );
    }

    [Theory]
    [InlineData("billing", -4000, 0)]
    [InlineData("bank", 0, -4000)]
    public async Task A_refund_leaves_the_processors_balance_or_the_bank_by_who_made_it(string madeBy, long clearing, long bank)
    {
        var credit = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(await bench.CustomerAsync(), "CM-1"));
        await WriteAsync(RecordType.Refund, "rfd_1", Refund(4000, madeBy, "creditNote"), refunded: credit);
        Assert.Equal((clearing, bank), (BalanceOf(Clearing), BalanceOf(Bank)));
        AssertBalanced();
    }

    [Fact]
    public async Task Two_subsidiaries_have_an_invoice_and_a_journal_of_the_same_number_each()
    {
        var german = await bench.CustomerAsync();
        var american = await bench.SaveAsync(
            RecordType.BillingAccount,
            "acc_2",
            """{"companyName":"Muster Inc.","isPerson":false,"accountNumber":"A-1","custentity_qtc_tax_status":"taxable","subsidiary":{"id":"1"},"currency":{"id":"4"}}"""
        );
        var one = await bench.InvoiceAsync(german, "inv_1", "IN-1");
        var other = await bench.SaveAsync(
            RecordType.Invoice,
            "inv_2",
            NetSuiteBench
                .Invoice(american, "IN-1")
                .Replace("\"subsidiary\":{\"id\":\"2\"}", "\"subsidiary\":{\"id\":\"1\"}", StringComparison.Ordinal)
        );
        await WriteAsync(RecordType.Payout, "pyo_1", Payout(100, "paid"));
        await WriteAsync(RecordType.Payout, "pyo_2", Payout(100, "paid").Replace("\"de\"", "\"us\"", StringComparison.Ordinal));

        Assert.NotEqual(one, other);
        Assert.All(["inv_1", "inv_2"], reference => Assert.Equal("IN-1", NumberOf(reference)));
        Assert.Equal((11900, 11900), (BalanceOf(Receivable), BalanceOf(Receivable, entity: "us")));
        Assert.Equal((100, 100), (BalanceOf(Bank), BalanceOf(Bank, entity: "us")));
        AssertBalanced();
    }

    public void Dispose() => bench.Dispose();

    private string? NumberOf(string reference) =>
        (string?)bench.Account.Records("invoice")!.Single(invoice => (string?)invoice!["externalId"] == reference)!["tranId"];

    private static string Item(string kind, long gross, long fee, string currency = "EUR", long? original = null)
    {
        var fees = fee == 0 ? "" : $$"""{"kind":"processing","amount":{{Money(fee, currency)}}}""";
        var converted = original is { } euros ? $""","original":{Money(euros, "EUR")},"rate":1.08""" : "";
        return $$"""{"entity":"de","processorAccount":"acct_1","processorReference":"txn_1","kind":"{{kind}}","gross":{{Money(gross, currency)}},"fees":[{{fees}}],"net":{{Money(gross - fee, currency)}}{{converted}},"createdOn":"2026-08-03","availableOn":"2026-08-05"}""";
    }

    private static string Payout(long amount, string status) =>
        $$"""{"entity":"de","processorAccount":"acct_1","processorReference":"po_1","amount":{{Money(amount, "EUR")}},"arrivesOn":"2026-08-05","status":"{{status}}","initiation":"automatic"}""";

    private static string Refund(long amount, string madeBy, string of) =>
        $$"""{"entity":"de","{{of}}":"{{References[of].Id}}","amount":{{Money(amount, "EUR")}},"refundedOn":"2026-08-04","method":"card","processorReference":"re_1","status":"succeeded","madeBy":"{{madeBy}}"}""";

    private static string Application(string from, string id, string document, string amount) =>
        $$$"""{"{{{from}}}":{"id":"{{{id}}}"},"apply":{"items":[{"doc":{"id":"{{{document}}}"},"apply":true,"amount":{{{amount}}}}]}}""";

    private static string WriteOff(string document, string amount) =>
        $$$"""
            {"writeOff":{"tranDate":"2026-08-04","currency":{"id":"4"},"subsidiary":{"id":"2"},"item":{"items":[{"item":{"id":"107"},"quantity":1,"amount":{{{amount}}}}]}},
             "apply":{"items":[{"doc":{"id":"{{{document}}}"},"apply":true,"amount":{{{amount}}}}]}}
            """;

    private static string Money(long minorUnits, string currency) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"minorUnits":{{minorUnits}},"currency":"{{currency}}"}""");

    private async Task<string> PayAsync(string reference, long amount, string currency, string? madeBy = null)
    {
        var customer = await bench.CustomerAsync();
        var maker = madeBy is null ? "" : $",\"madeBy\":\"{madeBy}\"";
        var payment =
            $$"""{"entity":"de","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","amount":{{Money(amount, currency)}},"receivedOn":"2026-08-03","method":"card","processorReference":"pi_1","status":"succeeded","applications":[]{{maker}}}""";
        return await bench.SaveAsync(RecordType.Payment, reference, Map(RecordType.Payment, payment, customer: customer));
    }

    private Task<string> WriteAsync(RecordType type, string reference, string record, string? externalId = null, string refunded = "") =>
        bench.SaveAsync(type, reference, Map(type, record, refunded: refunded), externalId);

    private async Task<Lookup> FindAsync(string request) =>
        (
            await bench.Connector.FindAsync(
                new LookupRequest(RecordType.SettlementItem, "sti_1", null, Bytes(request)),
                CancellationToken.None
            )
        ).Value;

    private long BalanceOf(string account, string currency = "EUR", string entity = "de") =>
        bench
            .Account.Book()
            .Ledger.Where(sum => (sum.Account, sum.Currency, sum.Entity) == (account, currency, entity))
            .Sum(sum => sum.Balance);

    private void AssertBalanced()
    {
        var ledger = bench.Account.Book().Ledger;
        Assert.NotEmpty(ledger);
        Assert.All(ledger.GroupBy(sum => (sum.Entity, sum.Currency)), books => Assert.Equal(0, books.Sum(sum => sum.Balance)));
    }

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    private static string Map(RecordType type, string record, string? postingPeriod = null, string customer = "501", string refunded = "")
    {
        var mapped = Mappings
            .Out("netsuite", type, Targets[type].ExternalType)!
            .Map(
                Bytes(record),
                new MappingContext
                {
                    Entity = new EntityOptions("de", "Example GmbH", Currency.Of("EUR"), TimeZoneInfo.Utc),
                    Resolved = new Dictionary<Reference, string>
                    {
                        [new Reference(RecordType.BillingAccount, "acc_AAAAAAAAAAAAAAAAAAAAAA")] = customer,
                        [References["payment"]] = refunded,
                        [References["creditNote"]] = refunded,
                    },
                    PostingPeriod = postingPeriod,
                }
            );
        Assert.Null(mapped.Fault);
        return Encoding.UTF8.GetString(mapped.Value.Span);
    }
}
