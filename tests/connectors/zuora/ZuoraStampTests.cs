using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>What a poll says of when a record changed, and what a reading says of how much of that it has seen.</summary>
public sealed class ZuoraStampTests
{
    private readonly ZuoraSourceBench bench = new();
    private readonly string account;
    private readonly string invoice;

    public ZuoraStampTests()
    {
        account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0);
    }

    [Fact]
    public async Task Whatever_a_polled_record_is_read_as_bears_the_stamp_that_it_was_told_with()
    {
        var memo = bench.Vendor.CreditInvoice(invoice, 100);
        bench.Debit(invoice);
        var payment = bench.Vendor.TakePayment(account, 500, "EUR", [new PlayedApplication(invoice, 400)]);
        bench.Vendor.RefundPayment(payment, 100);
        bench.Vendor.Subscribe(account, "monthly-arrears", 10, new DateOnly(2026, 8, 1));
        bench.Vendor.RunBilling(new DateOnly(2026, 8, 1));
        bench.Now = bench.Now.AddMinutes(1);
        var notices = await ToldAsync();

        Assert.Equal(
            [
                "bill-run",
                "credit-memo",
                "credit-memo-parts",
                "debit-memo",
                "document-state",
                "invoice",
                "payment",
                "payment-parts",
                "refund",
            ],
            notices.Where(IsStamped).Select(notice => notice.ExternalType).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
        Assert.Contains(notices, notice => notice.ExternalId == memo);
        foreach (var notice in notices.Where(IsStamped))
        {
            Assert.Equal(notice.Marker, MarkerOf(await bench.ReadAsync(notice.ExternalType, notice.ExternalId)));
        }
    }

    [Fact]
    public async Task What_has_no_stamp_of_its_own_or_may_change_without_it_is_told_without_one()
    {
        bench.Vendor.Subscribe(account, "monthly-arrears", 10, new DateOnly(2026, 8, 1));
        var notices = await ToldAsync();

        Assert.Equal(
            ["account", "subscription"],
            notices
                .Where(notice => !IsStamped(notice))
                .Select(notice => notice.ExternalType)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );
        Assert.Null(Assert.IsType<RecordReading.Found>(await bench.ReadAsync("account", account)).CompleteUntil);
    }

    [Theory]
    [InlineData("invoice", "")]
    [InlineData("document-state", "invoice:")]
    public async Task A_reading_is_complete_until_three_seconds_before_it_was_asked_for_however_late_the_answer(string type, string before)
    {
        // Signing in is the first request, and the invoice the second; Zuora's Date is that of its answer.
        bench.Before = (2, () => bench.Now = bench.Now.AddSeconds(9));
        var asked = bench.Now = Bench.Noon.AddSeconds(60);
        var found = Assert.IsType<RecordReading.Found>(await bench.ReadAsync(type, $"{before}{invoice}"));

        Assert.Equal(asked.AddSeconds(-3), found.CompleteUntil);
    }

    [Fact]
    public async Task A_second_change_within_the_second_is_later_than_what_a_reading_says_it_has_seen()
    {
        var first = Assert.IsType<RecordReading.Found>(await bench.ReadAsync("document-state", $"invoice:{invoice}"));
        bench.Vendor.TakePayment(account, 400, "EUR", [new PlayedApplication(invoice, 400)]);
        var second = Assert.IsType<RecordReading.Found>(await bench.ReadAsync("document-state", $"invoice:{invoice}"));

        Assert.Equal(first.Marker, second.Marker);
        Assert.False(first.Record.Span.SequenceEqual(second.Record.Span));
        Assert.True(first.Marker.NotAfter > first.CompleteUntil);
    }

    private static bool IsStamped(Notice notice) => notice.Marker != Marker.AnyTime;

    private static Marker MarkerOf(RecordReading reading) =>
        reading is RecordReading.Listed listed ? listed.Marker : Assert.IsType<RecordReading.Found>(reading).Marker;

    private async Task<List<Notice>> ToldAsync() =>
        [
            .. (await bench.PollAsync(Bench.Noon, bench.Now)).SelectMany(change =>
                ((INoticeReader)bench.Connector).ReadNotices(change.Body).Value
            ),
        ];
}
