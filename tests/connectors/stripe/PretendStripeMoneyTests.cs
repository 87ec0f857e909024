using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Stripe;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>What the pretend Stripe does with money: how it writes amounts, and what it refuses.</summary>
public sealed class PretendStripeMoneyTests
{
    private readonly StripeBench bench = new();

    private PretendStripe Vendor => bench.Vendor;

    /// <summary>ISO 4217's minor units, and how Stripe writes them.</summary>
    public static TheoryData<string, long, long> Amounts { get; } =
        new()
        {
            { "BIF", 500, 500 },
            { "CLP", 500, 500 },
            { "DJF", 500, 500 },
            { "GNF", 500, 500 },
            { "JPY", 500, 500 },
            { "KMF", 500, 500 },
            { "KRW", 500, 500 },
            { "MGA", 50_000, 500 },
            { "PYG", 500, 500 },
            { "RWF", 500, 500 },
            { "VND", 500, 500 },
            { "VUV", 500, 500 },
            { "XAF", 500, 500 },
            { "XOF", 500, 500 },
            { "XPF", 500, 500 },
            { "ISK", 500, 50_000 },
            { "UGX", 500, 50_000 },
            { "BHD", 5120, 5120 },
            { "JOD", 5120, 5120 },
            { "KWD", 5120, 5120 },
            { "OMR", 5120, 5120 },
            { "TND", 5120, 5120 },
            { "HUF", 51_234, 51_234 },
            { "TWD", 51_234, 51_234 },
            { "EUR", 51_234, 51_234 },
        };

    [Theory]
    [MemberData(nameof(Amounts))]
    public void An_amount_is_written_as_Stripe_writes_it_and_comes_back_in_the_book(string currency, long iso, long stripe)
    {
        var account = Vendor.OpenAccount("Ada", null, currency, "DE");
        var payment = Vendor.TakeCharge(account, iso, currency, currency);
        Assert.Equal(stripe, Vendor.Records("payment_intent")![0]!["amount"]!.GetValue<long>());
        Assert.Equal((payment, iso), (Vendor.Book().Payments[0].Id, Vendor.Book().Payments[0].Amount));
        Assert.Equal(iso, Vendor.Book().SettlementItems[0].Gross);
    }

    [Theory]
    [InlineData("MGA", 50_050)]
    [InlineData("BHD", 5125)]
    [InlineData("JOD", 5125)]
    [InlineData("KWD", 5125)]
    [InlineData("OMR", 5125)]
    [InlineData("TND", 5125)]
    public void An_amount_that_Stripe_cannot_write_is_refused(string currency, long iso)
    {
        var account = Vendor.OpenAccount("Ada", null, currency, "DE");
        Assert.Throws<ArgumentException>(() => Vendor.TakeCharge(account, iso, currency, currency));
        Assert.Empty(Vendor.Records("payment_intent")!);
    }

    [Theory]
    [InlineData("HUF", 51_234, 51_200)]
    [InlineData("TWD", 51_234, 51_200)]
    [InlineData("UGX", 512, 512)]
    [InlineData("ISK", 512, 512)]
    public void What_is_paid_out_is_whole(string currency, long there, long paid)
    {
        Vendor.Adjust(currency, there, "Gift");
        if (there != paid)
        {
            Assert.Throws<ArgumentException>(() => Vendor.PayOutByHand(currency, there));
        }

        var payout = Vendor.PayOutByHand(currency, paid);
        Assert.Equal((payout, paid), (Vendor.Book().Payouts[0].Id, Vendor.Book().Payouts[0].Amount));
        Assert.Equal([new BookBalance(currency, there - paid)], Vendor.Book().ProcessorBalances);
    }

    [Fact]
    public void A_charge_is_settled_less_its_fee_in_the_currency_of_the_balance()
    {
        var account = Vendor.OpenAccount("Ada", null, "EUR", "DE");
        Vendor.TakeCharge(account, 11_000, "USD", "EUR");
        var item = Assert.Single(Vendor.Book().SettlementItems);
        Assert.Equal(("charge", "EUR", 10_000, 175, 9825), (item.Kind, item.Currency, item.Gross, item.Fee, item.Net));
    }

    [Fact]
    public void No_more_is_given_back_than_was_taken()
    {
        var payment = Vendor.TakeCharge(Vendor.OpenAccount("Ada", null, "EUR", "DE"), 1000, "EUR", "EUR");
        var refund = Vendor.Refund(payment, 600);
        Assert.Throws<ArgumentException>(() => Vendor.Refund(payment, 401));
        Vendor.FailRefund(refund);
        Assert.Throws<ArgumentException>(() => Vendor.FailRefund(refund));
        Vendor.Refund(payment, 1000);
        Assert.True(Vendor.Records("charge")![0]!["refunded"]!.GetValue<bool>());
        Assert.Equal(["failed", "succeeded"], Vendor.Book().Refunds.Select(one => one.Status));
    }

    [Fact]
    public void A_dispute_takes_a_fee_besides_and_gives_both_back_only_where_it_is_won()
    {
        var payment = Vendor.TakeCharge(Vendor.OpenAccount("Ada", null, "EUR", "DE"), 10_000, "EUR", "EUR");
        var before = Vendor.Book().ProcessorBalances[0].Amount;
        var won = Vendor.OpenDispute(payment, 1000, inquiry: false);
        Vendor.CloseDispute(won, won: true);
        Assert.Equal(before, Vendor.Book().ProcessorBalances[0].Amount);
        var lost = Vendor.OpenDispute(payment, 1000, inquiry: false);
        Vendor.CloseDispute(lost, won: false);
        Assert.Equal(before - 2500, Vendor.Book().ProcessorBalances[0].Amount);
        Vendor.ReinstateDispute(lost);
        Assert.Equal(before - 1500, Vendor.Book().ProcessorBalances[0].Amount);
        Assert.Throws<ArgumentException>(() => Vendor.ReinstateDispute(lost));
        Assert.Throws<ArgumentException>(() => Vendor.CloseDispute(lost, won: true));
        Assert.Throws<ArgumentException>(() => Vendor.EscalateDispute(won));
        var asked = Vendor.OpenDispute(payment, 500, inquiry: true);
        Assert.Throws<ArgumentException>(() => Vendor.CloseDispute(asked, won: false));
        Vendor.AnswerDispute(asked);
        Assert.Equal("inquiry", Vendor.Book().Disputes[2].Status);
        Assert.Equal(before - 1500, Vendor.Book().ProcessorBalances[0].Amount);
    }

    [Fact]
    public void A_payout_holds_what_no_other_holds_and_a_failed_one_comes_back()
    {
        Vendor.Adjust("EUR", 1000, "Gift");
        var first = Vendor.PayOut("EUR");
        Assert.Throws<ArgumentException>(() => Vendor.PayOut("EUR"));
        Assert.Throws<ArgumentException>(() => Vendor.CancelPayout(first));
        Vendor.CompletePayout(first);
        Vendor.FailPayout(first);
        Assert.Throws<ArgumentException>(() => Vendor.FailPayout(first));
        var second = Vendor.PayOut("EUR");
        Assert.Equal(
            [(first, 1000, "failed"), (second, 1000, "in_transit")],
            Vendor.Book().Payouts.Select(one => (one.Id, one.Amount, one.Status))
        );
        Assert.Equal(0, Vendor.Book().ProcessorBalances[0].Amount);
    }

    [Fact]
    public void A_record_made_by_hand_is_told_of_and_a_movement_of_the_balance_is_not()
    {
        var refund = Vendor.Put("refund", new JsonObject { ["amount"] = 5, ["status"] = "requires_action" })!["id"]!.GetValue<string>();
        Vendor.Put("refund", new JsonObject { ["id"] = refund, ["status"] = "canceled" });
        Vendor.Put(
            "settlementItem",
            new JsonObject
            {
                ["amount"] = 5,
                ["net"] = 5,
                ["type"] = "topup",
                ["reporting_category"] = "topup",
            }
        );
        Assert.Equal(2, Vendor.TakeWebhooks().Count);
        Assert.Equal("canceled", Assert.Single(Vendor.Book().Refunds).Status);
        Assert.Equal("topup", Assert.Single(Vendor.Book().SettlementItems).Kind);
    }
}
