using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What befalls a processor's balance after a charge: refunds, disputes, fees, payouts. Each act is false where there was nothing to do it to.</summary>
internal sealed class BooksProcessor(IPlaysPayments processor, Dice dice)
{
    public bool Refund()
    {
        if (Unsettled.Charges(processor.Book()) is not { Count: > 0 } payments)
        {
            return false;
        }

        var (payment, left) = dice.Pick(payments);
        processor.Refund(payment.Id, dice.OneIn(3) ? left : 1 + (left / 3));
        return true;
    }

    public bool Dispute()
    {
        if (Unsettled.Charges(processor.Book()) is not { Count: > 0 } payments)
        {
            return false;
        }

        var (payment, left) = dice.Pick(payments);
        processor.OpenDispute(payment.Id, dice.OneIn(2) ? left : 1 + (left / 2), inquiry: dice.OneIn(4));
        return true;
    }

    public bool Judge()
    {
        var open = processor.Book().Disputes.Where(dispute => dispute.Status is "open" or "inquiry").ToList();
        if (open.Count == 0)
        {
            return false;
        }

        var dispute = dice.Pick(open);
        var isInquiry = dispute.Status == "inquiry";
        if (isInquiry && dice.OneIn(2))
        {
            processor.EscalateDispute(dispute.Id);
        }
        else
        {
            processor.CloseDispute(dispute.Id, won: isInquiry || dice.OneIn(2));
        }

        return true;
    }

    public bool Reinstate()
    {
        if (processor.Book().Disputes.FirstOrDefault(dispute => dispute is { Status: "lost", Reinstated: 0 }) is not { } lost)
        {
            return false;
        }

        processor.ReinstateDispute(lost.Id);
        return true;
    }

    public bool Fee() => Moved(processor.ChargeFee(AnyBalance(), 100 + dice.Below(900), "monthly fee"));

    public bool Adjust() => Moved(processor.Adjust(AnyBalance(), dice.OneIn(2) ? 150 : -150, "correction"));

    public bool Reserve() => Moved(processor.Reserve(AnyBalance(), dice.OneIn(2) ? 2_000 : -1_000));

    private static bool Moved(string movement) => movement.Length > 0;

    public bool PayOut()
    {
        var currency = AnyBalance();
        if (processor.Book().SettlementItems.All(item => item.Currency != currency || item.PayoutId is not null))
        {
            return false;
        }

        processor.PayOut(currency);
        return true;
    }

    public bool PayOutByHand()
    {
        if (processor.Book().ProcessorBalances.FirstOrDefault(balance => balance.Amount > 1_000) is not { } balance)
        {
            return false;
        }

        processor.PayOutByHand(balance.Currency, 1 + (balance.Amount / 3));
        return true;
    }

    public bool EndPayout()
    {
        if (processor.Book().Payouts.Where(payout => payout.Status is "pending" or "in_transit").ToList() is not { Count: > 0 } under)
        {
            return false;
        }

        var payout = dice.Pick(under);
        switch (dice.Below(5))
        {
            case 0:
                processor.FailPayout(payout.Id);
                break;
            case 1 when payout is { IsAutomatic: false, Status: "pending" }:
                processor.CancelPayout(payout.Id);
                break;
            default:
                processor.CompletePayout(payout.Id);
                break;
        }

        return true;
    }

    private string AnyBalance() => dice.OneIn(3) ? "EUR" : "USD";
}
