using System.Net;
using System.Text.Json;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraSubscriptionTests
{
    private static readonly DateOnly Start = new(2026, 8, 1);

    private readonly ZuoraSourceBench bench = new();
    private readonly string account;
    private readonly string number;

    public ZuoraSubscriptionTests()
    {
        account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        number = bench.Vendor.Subscribe(account, "monthly-arrears", 10, Start);
    }

    [Fact]
    public async Task A_subscription_is_read_with_the_count_of_its_versions_and_every_charge_bears_its_rate_plan()
    {
        var record = await bench.FindAsync("subscription", number);
        Assert.Equal(1, record.GetProperty("object").GetProperty("Version").GetInt32());
        Assert.Equal("EUR", record.GetProperty("account").GetProperty("Currency").GetString());
        Assert.Equal("2027-08-01", record.GetProperty("term").GetProperty("termEndDate").GetString());
        Assert.False(record.TryGetProperty("ratePlans", out _));
        Assert.Equal(
            [("Seats", "monthly-arrears"), ("Support", "monthly-arrears")],
            Charges(record)
                .Select(charge =>
                    (charge.GetProperty("name").GetString(), charge.GetProperty("ratePlan").GetProperty("ratePlanName").GetString())
                )
        );
    }

    [Fact]
    public async Task Whichever_version_is_told_of_the_latest_is_read_under_one_id()
    {
        bench.Vendor.TakeWebhooks();
        bench.Now = bench.Now.AddMinutes(1);
        bench.Vendor.ChangeQuantity(number, 14, Start.AddMonths(1));
        var source = (IWebhookSource)bench.Connector;
        var told = bench
            .Vendor.TakeWebhooks()
            .SelectMany(callout => source.ReadNotices(System.Text.Encoding.UTF8.GetBytes(ZuoraSourceBench.BodyOf(callout))).Value);
        var polled = (await bench.PollAsync(Bench.Noon, bench.Now)).SelectMany(change => source.ReadNotices(change.Body).Value);
        Assert.All(
            [.. told.Concat(polled).Where(notice => notice.ExternalType == "subscription")],
            notice => Assert.Equal(number, notice.ExternalId)
        );
        Assert.Equal(2, (await bench.FindAsync("subscription", number)).GetProperty("object").GetProperty("Version").GetInt32());
    }

    [Fact]
    public async Task A_change_that_is_agreed_for_a_later_day_does_not_hide_what_holds_until_then()
    {
        bench.Vendor.ChangeQuantity(number, 14, Start.AddMonths(1));
        Assert.Equal(
            [(10m, "2026-08-01", "2026-09-01"), (14m, "2026-09-01", "2027-08-01")],
            Charges(await bench.FindAsync("subscription", number))
                .Where(charge => charge.GetProperty("name").GetString() == "Seats")
                .Select(charge =>
                    (
                        charge.GetProperty("quantity").GetDecimal(),
                        charge.GetProperty("effectiveStartDate").GetString()!,
                        charge.GetProperty("effectiveEndDate").GetString()!
                    )
                )
        );
    }

    [Fact]
    public async Task A_cancellation_tells_the_day_on_which_it_takes_effect()
    {
        bench.Vendor.CancelSubscription(number, Start.AddMonths(2));
        var record = await bench.FindAsync("subscription", number);
        Assert.Equal(
            ("Cancelled", "2026-10-01"),
            (record.GetProperty("status").GetString(), record.GetProperty("object").GetProperty("CancelledDate").GetString())
        );
    }

    [Fact]
    public async Task A_version_s_object_that_is_not_there_any_more_is_asked_for_again()
    {
        bench.Instead = request =>
        {
            if (!request.RequestUri!.AbsolutePath.Contains("/object/subscription/", StringComparison.Ordinal))
            {
                return null;
            }

            var response = new HttpResponseMessage(HttpStatusCode.NotFound)
            {
                Content = new StringContent("""{"records":[],"size":0,"done":true}"""),
            };
            response.Headers.Date = Bench.Noon;
            return response;
        };
        Assert.IsType<Fault.Transient>((await bench.Reader.ReadAsync("subscription", number, CancellationToken.None)).Fault);
    }

    private static IReadOnlyList<JsonElement> Charges(JsonElement record) => [.. record.GetProperty("charges").EnumerateArray()];
}
