using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Short payments while answers are lost, processes die, stores are restored and payments come to nothing.</summary>
public sealed class ShortPayFaultTests : ShortPayBench
{
    // Everything that a short payment writes: payment and memo in billing; memo, application of the payment and application of the memo in the ledger.
    [Theory]
    [InlineData("zuora", "POST", "/v1/payments", true)]
    [InlineData("zuora", "POST", "/v1/payments", false)]
    [InlineData("zuora", "POST", "/creditmemos", true)]
    [InlineData("zuora", "POST", "/creditmemos", false)]
    [InlineData("netsuite", "PUT", "/creditMemo/", true)]
    [InlineData("netsuite", "PUT", "/creditMemo/", false)]
    [InlineData("netsuite", "PATCH", "/customerPayment/", true)]
    [InlineData("netsuite", "PATCH", "/customerPayment/", false)]
    [InlineData("netsuite", "PATCH", "/creditMemo/", true)]
    [InlineData("netsuite", "PATCH", "/creditMemo/", false)]
    public async Task A_lost_answer_to_any_write_pays_and_gives_up_nothing_twice(
        string system,
        string method,
        string path,
        bool isCarriedOut
    )
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Lose(system, method, path, isCarriedOut);
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));
        Assert.Empty(Books.Faults[system].Planned);

        // Somebody corrects the text of the wire, and everything is told once more.
        Books.Vendor("netsuite").Put("customerPayment", new() { ["id"] = Latest, ["memo"] = $"{invoice} less fees" });
        await Books.PassAsync(TimeSpan.FromHours(1));
        AssertPaidAndClosed(invoice);
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task A_process_that_dies_between_the_payment_and_its_write_off_leaves_it_to_the_next_one()
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Hold("/creditmemos");
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(250, Owed("zuora"));

        Books.Restart();
        Books.Faults["zuora"].Clear();
        await Books.PassAsync(TimeSpan.FromHours(1));
        AssertPaidAndClosed(invoice);
        Assert.Empty(await Books.LettersAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restored_store_gives_up_what_it_had_wanted_to_unless_it_finds_it_given_up(bool isGivenUp)
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Hold("/creditmemos");
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(3));
        var (backup, takenAt) = (Books.Backup(), Books.Clock.GetUtcNow());
        if (isGivenUp)
        {
            Books.Faults["zuora"].Clear();
            Hold("/creditMemo/", "netsuite", "PUT");
            await Books.PassAsync();
            Assert.Equal((0L, 250L), (Owed("zuora"), Owed("netsuite")));
        }

        await Books.RestoreAsync(backup, takenAt);
        Books.Faults["zuora"].Clear();
        Books.Faults["netsuite"].Clear();
        await Books.PassAsync(TimeSpan.FromHours(2));
        AssertPaidAndClosed(invoice);
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task What_a_wire_paid_and_what_was_given_up_for_it_is_owed_again_once_the_wire_is_taken_back()
    {
        Use(new BooksBench(edit: stack => Reversing(Lenient(stack))));
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));
        AssertPaidAndClosed(invoice);

        await TakeBackAsync(invoice);
        await AssertTakenBackAsync();
    }

    [Theory]
    [InlineData("/unapply", true)]
    [InlineData("/unapply", false)]
    [InlineData("/unpost", true)]
    [InlineData("/unpost", false)]
    [InlineData("/cancel", true)]
    [InlineData("/cancel", false)]
    public async Task A_lost_answer_while_a_write_off_is_taken_back_leaves_it_taken_back(string act, bool isCarriedOut)
    {
        Use(new BooksBench(edit: stack => Reversing(Lenient(stack))));
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));
        Lose("zuora", "PUT", $"/v1/creditmemos/{Assert.Single(Books.Book("zuora").Memos).Id}{act}", isCarriedOut);

        await TakeBackAsync(invoice);
        Assert.Empty(Books.Faults["zuora"].Planned);
        await AssertTakenBackAsync();
    }

    [Fact]
    public async Task A_wire_that_is_taken_back_before_anything_was_given_up_for_it_gives_nothing_up()
    {
        Use(new BooksBench(edit: stack => Reversing(Lenient(stack))));
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Hold("/creditmemos");
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(3));
        await TakeBackAsync(invoice);
        Books.Faults["zuora"].Clear();
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal((0, 10_000L), (Paid("zuora").Count, Owed("zuora")));
        Assert.Empty(Books.Book("zuora").Memos);
        Assert.Equal(0, BalanceOf(BadDebts));
    }

    /// <summary>The answer to the next such write is lost.</summary>
    private void Lose(string system, string method, string path, bool isCarriedOut) =>
        Books
            .Faults[system]
            .Plan(
                new PlannedFault
                {
                    Method = method,
                    PathContains = path,
                    Status = 504,
                    DelayAfterCommit = isCarriedOut,
                }
            );

    /// <summary>The wire is no more to be found in the ledger.</summary>
    private async Task TakeBackAsync(string invoice)
    {
        Books
            .Faults["netsuite"]
            .Plan(
                new PlannedFault
                {
                    Method = "GET",
                    PathContains = $"/customerPayment/{Latest}",
                    Status = 404,
                    Count = 1_000,
                }
            );
        Books.Vendor("netsuite").Put("customerPayment", new() { ["id"] = Latest, ["memo"] = $"{invoice} returned" });
        await Books.PassAsync(TimeSpan.FromHours(1));
        Books.Faults["netsuite"].Clear();
        await Books.PassAsync(TimeSpan.FromHours(1));
    }

    /// <summary>No memo stands in billing. In the ledger it is applied to nothing, and a person is asked what becomes of it, as of every credit note that has ended.</summary>
    private async Task AssertTakenBackAsync()
    {
        Assert.Equal((0, 10_000L), (Paid("zuora").Count, Owed("zuora")));
        Assert.Empty(Books.Book("zuora").Memos);
        Assert.Empty(Assert.Single(Books.Book("netsuite").Memos).Applications);
        var memo = (string)Assert.Single(Books.Vendor("zuora").Records("CreditMemo")!)!["id"]!;
        var note = await Books.Store.ClaimedAsync("zuora", "credit-memo", memo, CancellationToken.None);
        var lane = await Books.Store.LaneAsync(new LaneId(note!.Value, "netsuite", "credit-note"), CancellationToken.None);
        Assert.Equal(EffectState.Held, lane!.Value.Value.Current!.State);
        // Billing may have told of the memo while it was a draft again: of that a person is told as well.
        Assert.All(await Books.LettersAsync(), letter => Assert.Equal(lane.Value.Value.Id, ((WorkItem.OfLane)letter.Work).Lane));
    }

    private void AssertPaidAndClosed(string invoice)
    {
        Assert.Equal([(invoice, 9_750L)], Paid("zuora"));
        Assert.Equal([(invoice, 9_750L)], Paid("netsuite"));
        Assert.Single(Books.Book("zuora").Memos);
        Assert.Single(Books.Book("netsuite").Memos);
        AssertClosed(writtenOff: 250);
    }

    /// <summary>A wire that has ended is taken back in billing without asking a person.</summary>
    private static string Reversing(string stack) =>
        stack.Replace("    cashApplication:", "    gone: inactivate\n    cashApplication:", StringComparison.Ordinal);
}
