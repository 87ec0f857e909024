using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What befalls subscriptions that billing itself sells, and the bill runs, month after month. Each act is false where there was nothing to do it to.</summary>
internal sealed class BooksSubscriptions(IPlaysSubscriptions billing, Dice dice)
{
    private const string Metered = "usage";
    private readonly List<(string Number, string Plan)> subscriptions = [];
    private int months;

    /// <summary>The first day that is not billed yet.</summary>
    public DateOnly FirstOfMonth => new DateOnly(2026, 3, 1).AddMonths(months);

    public bool Subscribe(BooksAccount account)
    {
        var plan = dice.Pick(billing.Plans);
        subscriptions.Add((billing.Subscribe(account.BilledId!, plan, 1 + dice.Below(20), FirstOfMonth), plan));
        account.IsBusy = true;
        return true;
    }

    public bool Amend()
    {
        if (
            subscriptions.Where(subscription => subscription.Plan.StartsWith("monthly", StringComparison.Ordinal)).ToList()
            is not { Count: > 0 } seats
        )
        {
            return false;
        }

        billing.ChangeQuantity(dice.Pick(seats).Number, 1 + dice.Below(30), FirstOfMonth.AddDays(10));
        return true;
    }

    public bool Use()
    {
        if (subscriptions.Where(subscription => subscription.Plan == Metered).ToList() is not { Count: > 0 } metered)
        {
            return false;
        }

        billing.ReportUsage(dice.Pick(metered).Number, 1 + dice.Below(300), FirstOfMonth.AddDays(3));
        return true;
    }

    public bool Cancel()
    {
        if (subscriptions.Count < 3)
        {
            return false;
        }

        var left = dice.Pick(subscriptions);
        billing.CancelSubscription(left.Number, FirstOfMonth.AddDays(15));
        return subscriptions.Remove(left);
    }

    /// <summary>Bills a month of every subscription, those that sales has sold included.</summary>
    public bool Bill()
    {
        if (billing.Book().Subscriptions.Count == 0)
        {
            return false;
        }

        months++;
        billing.RunBilling(FirstOfMonth);
        return true;
    }
}
