using QtcHub.Canonical;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>The status of a period is read before a document is posted into it.</summary>
public sealed class NetSuitePeriodTests : IDisposable
{
    private readonly NetSuiteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData(RecordType.Invoice)]
    [InlineData(RecordType.DebitMemo)]
    [InlineData(RecordType.CreditNote)]
    public async Task A_document_of_a_closed_period_is_not_even_sent(RecordType type)
    {
        var customer = await bench.CustomerAsync();
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));

        var outcome = await bench.WriteAsync(type, "doc_1", NetSuiteBench.Invoice(customer));

        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "81"), outcome.Fault);
        Assert.DoesNotContain(bench.Wire.Seen, call => call.Uri.AbsolutePath.EndsWith("doc_1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Documents_of_a_day_share_one_reading_of_its_period_for_five_minutes()
    {
        var customer = await bench.CustomerAsync();
        for (var number = 0; number < 20; number++)
        {
            await bench.InvoiceAsync(customer, $"inv_{number}", $"IN-{number}");
        }

        Assert.Equal(1, Readings());
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        await bench.InvoiceAsync(customer, "inv_20", "IN-20");
        Assert.Equal(2, Readings());
    }

    [Fact]
    public async Task Changes_customers_and_documents_that_name_their_period_ask_for_none()
    {
        var customer = await bench.CustomerAsync();
        var invoice = await bench.SaveAsync(
            RecordType.Invoice,
            "inv_1",
            NetSuiteBench.Invoice(customer, extra: ""","postingPeriod":{"id":"80"}""")
        );
        await bench.SaveAsync(RecordType.Invoice, "inv_1", NetSuiteBench.Invoice(customer), invoice);
        Assert.Equal(0, Readings());
    }

    [Fact]
    public async Task A_period_that_was_closed_a_moment_ago_refuses_the_document_itself()
    {
        var customer = await bench.CustomerAsync();
        await bench.InvoiceAsync(customer);
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));

        var outcome = await bench.WriteAsync(RecordType.Invoice, "inv_2", NetSuiteBench.Invoice(customer, "IN-2"));

        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "81"), outcome.Fault);
        Assert.Single(bench.Account.Book().Invoices);
    }

    [Fact]
    public async Task A_period_that_is_opened_again_is_open_at_once()
    {
        var customer = await bench.CustomerAsync();
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));
        Assert.IsType<Fault.ClosedPeriod>((await bench.WriteAsync(RecordType.Invoice, "inv_1", NetSuiteBench.Invoice(customer))).Fault);

        bench.Account.OpenAllPeriods();

        await bench.InvoiceAsync(customer);
    }

    [Theory]
    [InlineData(403, true)]
    [InlineData(503, false)]
    [InlineData(429, false)]
    public async Task A_role_that_may_not_see_periods_posts_all_the_same_and_a_period_that_cannot_be_read_now_sends_nothing(
        int status,
        bool posts
    )
    {
        var customer = await bench.CustomerAsync();
        bench.Faults.Plan(
            new Sandbox.PlannedFault
            {
                PathContains = "suiteql",
                Status = status,
                Count = 5,
            }
        );

        // A reading is tried again after a while, and the clock stands still.
        var writing = bench.WriteAsync(RecordType.Invoice, "inv_1", NetSuiteBench.Invoice(customer));
        for (var second = 0; second < 100 && !writing.IsCompleted; second++)
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        var outcome = await writing.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(posts, outcome.Fault is null);
        Assert.Equal(posts ? 1 : 0, bench.Account.Book().Invoices.Count);
        Assert.True(posts || outcome.Fault is Fault.Unavailable or Fault.RateLimited);
    }

    private int Readings() => bench.Wire.Seen.Count(call => call.Uri.AbsolutePath.EndsWith("suiteql", StringComparison.Ordinal));
}
