using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>Write-offs against the pretend account: credit memos of the write-off item, applied to what is given up.</summary>
public sealed class NetSuiteWriteOffTests : IDisposable
{
    private readonly NetSuiteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_write_off_is_a_credit_memo_of_the_documents_own_customer()
    {
        var invoice = await bench.InvoiceAsync(await bench.CustomerAsync());

        var id = await bench.SaveAsync(RecordType.Application, "app_1", WriteOff(invoice, "3.00"));
        await bench.SaveAsync(RecordType.Application, "app_1", WriteOff(invoice, "3.00"), id);

        var memo = Assert.Single(bench.Account.Book().Memos);
        Assert.Equal($"creditMemo:{memo.Id}:{invoice}:app_1", id);
        Assert.Equal(("A-1", 300L, "applied"), (memo.AccountNumber, memo.Total, memo.Status));
        Assert.Equal([new BookApplication("IN-1", 300)], memo.Applications);
    }

    [Fact]
    public async Task A_write_off_that_is_taken_back_leaves_neither_an_application_nor_a_credit()
    {
        var invoice = await bench.InvoiceAsync(await bench.CustomerAsync());
        var id = await bench.SaveAsync(RecordType.Application, "app_1", WriteOff(invoice, "119.00"));
        Assert.Equal("paid", Assert.Single(bench.Account.Book().Invoices).Status);

        await bench.SaveAsync(RecordType.Application, "app_1", TakenBack(invoice), id);

        Assert.Equal("open", Assert.Single(bench.Account.Book().Invoices).Status);
        var memo = Assert.Single(bench.Account.Book().Memos);
        Assert.Equal((0L, 0), (memo.Total, memo.Applications.Count));
        Assert.True(Covers.Request(Encoding.UTF8.GetBytes(TakenBack(invoice)), (await FoundAsync(TakenBack(invoice), id)).Record));
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_write_off_whose_answer_was_lost_is_found_by_its_reference(Cut cut)
    {
        var invoice = await bench.InvoiceAsync(await bench.CustomerAsync());
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "PUT",
                PathContains = "creditMemo",
                Cut = cut,
            }
        );

        var outcome = await bench.WriteAsync(RecordType.Application, "app_1", WriteOff(invoice, "3.00"));

        Assert.IsType<Fault.Ambiguous>(outcome.Fault);
        var request = new LookupRequest(RecordType.Application, "app_1", null, Encoding.UTF8.GetBytes(WriteOff(invoice, "3.00")));
        var found = (await bench.Connector.FindAsync(request, CancellationToken.None)).Value;
        Assert.Equal(cut == Cut.AfterCommit, found is Lookup.Found);
        if (found is Lookup.Found written)
        {
            Assert.True(Covers.Request(request.Body, written.Record));
            Assert.False(Covers.Request(Encoding.UTF8.GetBytes(WriteOff(invoice, "4.00")), written.Record));
        }
    }

    [Fact]
    public async Task A_write_off_of_a_closed_period_says_which_is_open()
    {
        var invoice = await bench.InvoiceAsync(await bench.CustomerAsync());
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));

        var outcome = await bench.WriteAsync(RecordType.Application, "app_1", WriteOff(invoice, "3.00"));

        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "81"), outcome.Fault);
    }

    [Fact]
    public async Task A_write_off_of_what_is_not_there_or_of_more_than_is_due_is_refused()
    {
        var invoice = await bench.InvoiceAsync(await bench.CustomerAsync());

        Assert.Equal(
            "no-customer",
            Assert
                .IsType<Fault.Rejected>((await bench.WriteAsync(RecordType.Application, "app_1", WriteOff("42", "3.00"))).Fault)
                .VendorCode
        );
        Assert.Equal(
            "USER_ERROR",
            Assert
                .IsType<Fault.Rejected>((await bench.WriteAsync(RecordType.Application, "app_1", WriteOff(invoice, "119.01"))).Fault)
                .VendorCode
        );
        Assert.Empty(bench.Account.Book().Memos);
    }

    private async Task<Lookup.Found> FoundAsync(string body, string id) =>
        Assert.IsType<Lookup.Found>(
            (
                await bench.Connector.FindAsync(
                    new LookupRequest(RecordType.Application, "app_1", id, Encoding.UTF8.GetBytes(body)),
                    CancellationToken.None
                )
            ).Value
        );

    private static string WriteOff(string document, string amount) =>
        Body(amount, $$$"""{"doc":{"id":"{{{document}}}"},"apply":true,"amount":{{{amount}}} }""");

    private static string TakenBack(string document) => Body("0", $$$"""{"doc":{"id":"{{{document}}}"},"apply":false}""");

    private static string Body(string amount, string line) =>
        $$$"""
            {"writeOff":{"tranDate":"2026-08-04","currency":{"id":"4"},"subsidiary":{"id":"2"},"memo":"short paid",
             "item":{"items":[{"item":{"id":"107"},"description":"short paid","quantity":1,"amount":{{{amount}}} }]}},"apply":{"items":[{{{line}}}]}}
            """;
}
