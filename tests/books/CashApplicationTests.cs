using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Wires that reach the bank, and what they pay by what their payers wrote on them. Billing carries out what the hub proposes, or refuses it.</summary>
public sealed class CashApplicationTests : CashBench
{
    private const string Poll = "pollEvery: 1m";

    [Theory]
    [InlineData("for {0}, thank you")]
    [InlineData("payment of inv-{1}")]
    [InlineData("RE {2} / MARCH")]
    [InlineData("INV {3}")]
    [InlineData("invoice no. {3}")]
    public async Task A_wire_pays_the_invoice_that_its_text_names_in_billing_and_from_there_in_the_ledger(string text)
    {
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        Wire("Acme", 100.00m, Written(text, invoice));
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(invoice, 10_000L)], Paid("zuora"));
        Assert.Equal([(invoice, 10_000L)], Paid("netsuite"));
        Assert.Equal(CashVerdict.PaidInFull, (await ProposalAsync()).Verdict);
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task One_wire_pays_ten_invoices()
    {
        var account = await OpenAsync();
        var invoices = new List<string>();
        for (var month = 1; month <= 10; month++)
        {
            invoices.Add(await InvoiceAsync(account, month * 100));
        }

        Wire("Acme", 55.00m, string.Join(" ", invoices));
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(invoices.Select((number, at) => (number, (at + 1) * 100L)), Paid("zuora"));
        Assert.Equal(Paid("zuora"), Paid("netsuite"));
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task What_a_wire_brings_over_what_it_names_stays_unapplied_and_no_invoice_is_paid_twice_over()
    {
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        var other = await InvoiceAsync(account, 5_000);
        Wire("Acme", 120.00m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(invoice, 10_000L)], Paid("zuora"));
        Assert.Equal([(invoice, 10_000L)], Paid("netsuite"));
        Assert.DoesNotContain(other, Paid("zuora").Select(paid => paid.Number));
        Assert.Equal(CashVerdict.Overpaid, (await ProposalAsync()).Verdict);
    }

    [Fact]
    public async Task What_a_wire_lacks_stays_owed_of_what_is_due_last()
    {
        var account = await OpenAsync();
        var first = await InvoiceAsync(account, 10_000);
        var second = await InvoiceAsync(account, 5_000);
        Wire("Acme", 120.00m, $"{second} + {first}");
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(first, 10_000L), (second, 2_000L)], Paid("zuora"));
        Assert.Equal(Paid("zuora"), Paid("netsuite"));
        Assert.Equal(CashVerdict.Underpaid, (await ProposalAsync()).Verdict);
    }

    [Fact]
    public async Task A_wire_of_less_than_it_names_stays_unapplied_where_the_policy_leaves_that_to_a_person()
    {
        Use(
            new BooksBench(edit: text =>
                text.Replace("match: remittance", "match: remittance\n      underpaid: leave", StringComparison.Ordinal)
            )
        );
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Wire("Acme", 90.00m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Empty(Paid("zuora"));
        Assert.Equal(CashVerdict.LeftUnderpaid, (await ProposalAsync()).Verdict);
    }

    [Fact]
    public async Task The_number_of_another_customers_invoice_is_ignored_and_the_trace_says_so()
    {
        var acme = await OpenAsync();
        var own = await InvoiceAsync(acme, 10_000);
        var foreign = await InvoiceAsync(await OpenAsync("Globex"), 5_000);
        Wire("Acme", 150.00m, $"{own} and {foreign}");
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(own, 10_000L)], Paid("zuora"));
        var left = Assert.Single((await ProposalAsync()).LeftOut);
        Assert.Equal((await IdOfAsync(foreign), CashObjection.AnotherCustomer), (left.Document, left.Why));
        var told = await AuditAsync();
        Assert.Contains($"Overpaid: {left.Document} AnotherCustomer", told);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("thank you")]
    [InlineData("USD 100.00 as of 2026-03-02")]
    public async Task A_wire_whose_text_names_nothing_is_told_to_billing_at_once_and_stays_unapplied(string? text)
    {
        await InvoiceAsync(await OpenAsync(), 10_000);
        Wire("Acme", 100.00m, text);
        await Books.PassAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(10_000, Assert.Single(Books.Book("zuora").Payments).Amount);
        Assert.Empty(Paid("zuora"));
        Assert.Equal(CashVerdict.NamesNothing, (await ProposalAsync()).Verdict);
    }

    [Fact]
    public async Task A_wire_that_comes_before_its_invoice_waits_for_it_and_pays_it()
    {
        var account = await OpenAsync();
        var before = await InvoiceAsync(account, 5_000);
        Wire("Acme", 100.00m, Next(before));
        await Books.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Empty(Books.Book("zuora").Payments);

        var invoice = await InvoiceAsync(account, 10_000);
        await Books.PassAsync();
        Assert.Equal(Next(before), invoice);
        Assert.Equal([(invoice, 10_000L)], Paid("zuora"));
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task A_wire_whose_invoice_does_not_come_in_the_time_that_is_set_goes_to_billing_unapplied()
    {
        var account = await OpenAsync();
        var before = await InvoiceAsync(account, 5_000);
        Wire("Acme", 100.00m, Next(before));
        await Books.PassAsync(TimeSpan.FromMinutes(20));

        Assert.Equal(10_000, Assert.Single(Books.Book("zuora").Payments).Amount);
        await InvoiceAsync(account, 10_000);
        await Books.PassAsync(TimeSpan.FromHours(1));
        Assert.Empty(Paid("zuora"));
        Assert.Empty(await Books.LettersAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_answer_and_every_later_notice_of_a_wire_pay_nothing_twice(bool isCarriedOut)
    {
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        Books
            .Faults["zuora"]
            .Plan(
                new PlannedFault
                {
                    Method = "POST",
                    PathContains = "/v1/payments",
                    Status = 504,
                    DelayAfterCommit = isCarriedOut,
                }
            );
        Wire("Acme", 60.00m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal([(invoice, 6_000L)], Paid("zuora"));

        // Somebody corrects the text to one that would pay more, and everything is told again.
        Books.Vendor("netsuite").Put("customerPayment", new() { ["id"] = Latest, ["memo"] = $"{invoice} once more" });
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Single(Books.Book("zuora").Payments);
        Assert.Equal([(invoice, 6_000L)], Paid("zuora"));
        Assert.Equal([(invoice, 6_000L)], Paid("netsuite"));
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task Two_wires_of_one_moment_for_one_invoice_pay_it_once_and_the_second_stays_unapplied()
    {
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        Wire("Acme", 100.00m, invoice);
        Wire("Acme", 100.00m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(2, Books.Book("zuora").Payments.Count);
        Assert.Equal([(invoice, 10_000L)], Paid("zuora"));
        Assert.Empty(await Books.LettersAsync());
    }

    [Theory]
    [InlineData(null, 4_000, 6_000)]
    [InlineData(false, 4_000, 6_000)]
    [InlineData(true, 4_000, 6_000)]
    [InlineData(null, 6_000, 6_000)]
    [InlineData(false, 6_000, 6_000)]
    [InlineData(true, 6_000, 6_000)]
    public async Task Two_wires_of_one_moment_pay_an_invoice_together_whatever_becomes_of_the_answer_to_the_first(
        bool? isCarriedOut,
        long first,
        long second
    )
    {
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        if (isCarriedOut is { } carriedOut)
        {
            Books
                .Faults["zuora"]
                .Plan(
                    new PlannedFault
                    {
                        Method = "POST",
                        PathContains = "/v1/payments",
                        Status = 504,
                        DelayAfterCommit = carriedOut,
                    }
                );
        }

        Wire("Acme", first / 100m, invoice);
        Wire("Acme", second / 100m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(2));

        Assert.Empty(Books.Faults["zuora"].Planned);
        Assert.Equal(10_000, Paid("zuora").Sum(paid => paid.Item2));
        Assert.Equal(2, Books.Book("zuora").Payments.Count);
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task What_was_paid_in_billing_while_nobody_told_the_hub_is_refused_there_and_the_wire_stays_unapplied()
    {
        // Billing is not asked for an hour, and its webhooks are lost.
        Use(
            new BooksBench(edit: text =>
                text[..text.IndexOf(Poll, StringComparison.Ordinal)]
                + "pollEvery: 1h"
                + text[(text.IndexOf(Poll, StringComparison.Ordinal) + Poll.Length)..]
            )
        );
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        Billing.TakePayment(account, 10_000, "USD", [new PlayedApplication(Books.Book("zuora").Invoices[0].Id, 10_000)]);
        await Books.DeliverAsync("zuora", lost: true);
        Wire("Acme", 100.00m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal([], (await Books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}"));
        Assert.Equal(2, Books.Book("zuora").Payments.Count);
        Assert.Equal([(invoice, 10_000L)], Paid("zuora"));
        Assert.Equal(CashVerdict.Refused, (await ProposalAsync()).Verdict);
        Assert.Empty(await Books.LettersAsync());
    }

    [Theory]
    [InlineData(2_500, 2_500)]
    [InlineData(0, 0)]
    [InlineData(99_999, 10_000)]
    public async Task The_balance_that_billing_has_told_counts_where_it_is_less_than_what_the_known_applications_leave(long told, long paid)
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        await TellBalanceAsync(await IdOfAsync(invoice), told);
        Wire("Acme", 100.00m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(paid, Paid("zuora").Sum(one => one.Amount));
    }

    [Fact]
    public async Task What_was_applied_and_taken_back_in_billing_is_owed_again_and_a_wire_pays_it()
    {
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        var id = Books.Book("zuora").Invoices[0].Id;
        var cheque = Billing.TakePayment(account, 10_000, "USD", [new PlayedApplication(id, 10_000)]);
        await Books.PassAsync();
        Billing.UnapplyPayment(cheque, new PlayedApplication(id, 4_000));
        await Books.PassAsync();
        Wire("Acme", 100.00m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(invoice, 6_000L), (invoice, 4_000L)], Paid("zuora").OrderByDescending(one => one.Amount));
        Assert.Equal(
            (CashVerdict.Overpaid, 4_000L),
            ((await ProposalAsync()).Verdict, Assert.Single((await ProposalAsync()).Applications).Amount.MinorUnits)
        );
    }

    [Fact]
    public async Task A_wire_in_another_currency_than_the_invoice_pays_nothing()
    {
        await OpenAsync();
        var foreign = Billing.OpenAccount("Acme Europe", "ap@acme.example", "EUR", "US");
        await Books.PassAsync();
        var invoice = await InvoiceAsync(foreign, 10_000);
        Wire("Acme", 100.00m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Empty(Paid("zuora"));
        Assert.Equal(CashVerdict.NothingPayable, (await ProposalAsync()).Verdict);
    }

    /// <summary>What a system that tells of balances would have told.</summary>
    private async Task TellBalanceAsync(CanonicalId invoice, long balance)
    {
        var id = CanonicalId.Mint(RecordType.DocumentState, "zuora", "document-state", invoice.Value);
        var content = CanonicalJson.Write(
            new DocumentState
            {
                Entity = "us",
                Invoice = invoice,
                Balance = new Money(balance, Currency.Of("USD")),
                PaidStatus = balance == 0 ? "paid" : "partly-paid",
            }
        );
        var seen = new SourceSeen
        {
            System = "zuora",
            ExternalType = "document-state",
            ExternalId = invoice.Value,
            Marker = Connectors.Marker.AnyTime,
            ObservedHash = "",
        };
        var head = RecordHead.First(id, 1, CanonicalJson.HashOf(content), seen);
        var record = new Commit(
            Home.OfRecord(id),
            new Change.Insert(Rows.Of(head)),
            new Change.Insert(new Row(Rows.ContentKey(1), "content", "20260302", content))
        );
        Assert.Equal(CommitResult.Committed, await Books.Store.CommitAsync(record, CancellationToken.None));
        var note = new Commit(Home.OfRecord(invoice), new Change.Insert(Rows.Named(Rows.AboutPrefix, id)));
        Assert.Equal(CommitResult.Committed, await Books.Store.CommitAsync(note, CancellationToken.None));
    }

    private static string Written(string text, string number)
    {
        var digits = number["INV".Length..];
        return string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            text,
            number,
            digits,
            $"{digits[..4]} {digits[4..]}",
            digits.TrimStart('0')
        );
    }

    private static string Next(string number)
    {
        var digits = number["INV".Length..];
        var next = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) + 1;
        return $"INV{next.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(digits.Length, '0')}";
    }

    private async Task<IReadOnlyList<string?>> AuditAsync()
    {
        var rows = await Books.Store.ReadManyAsync(Home.OfRecord(await WireAsync()), Rows.AuditPrefix, 100, CancellationToken.None);
        return [.. rows.Select(row => Rows.Parse<Audit.AuditEntry>(row).Reason)];
    }
}
