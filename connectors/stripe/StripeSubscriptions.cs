using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Reads subscriptions, each with every page of its items, their products, and their prices in the subscription's own currency.</summary>
internal sealed class StripeSubscriptions(StripeCalls calls)
{
    private static readonly string[] OfItem = ["price.product", "price.currency_options"];

    public async Task<Outcome<RecordReading>> ReadAsync(string id, CancellationToken cancellationToken)
    {
        string[] whole = [.. OfItem.Select(field => $"items.data.{field}")];
        var read = await calls.GetAsync("subscriptions", id, whole, cancellationToken);
        if (!read.TryGet(out var subscription, out var fault))
        {
            return fault;
        }

        if (subscription.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (subscription.Body.Object("items") is not { } first)
        {
            return Unreadable("a subscription without items");
        }

        var items = new StripePages();
        var ofSubscription = new StripeQuery { Subscription = id, Expand = [.. OfItem.Select(field => $"data.{field}")] };
        var failed =
            items.Add(first, subscription.Date)
            ?? await calls.ReadRestAsync(
                items,
                (api, key, token) => api.ListAsync("subscription_items", ofSubscription with { After = items.After }, key, token),
                cancellationToken
            );
        return failed is not null ? failed : Write(subscription, items);
    }

    private static Outcome<RecordReading> Write(StripeAnswer subscription, StripePages items)
    {
        var priced = new List<JsonElement>();
        foreach (var item in items.Items)
        {
            // A price of several currencies stands there in its first one, whatever the subscription is charged in.
            if (
                subscription.Body.Text("currency") is not { } currency
                || item.Object("price") is not { } price
                || StripePrices.In(price, currency) is not { } charged
            )
            {
                return Unreadable("an item without a price in the subscription's currency");
            }

            priced.Add(JsonElement.Parse(StripeForm.Write(item, StripeForm.Element("price", charged)).Span));
        }

        var fields = new List<StripeField> { StripeForm.List("items", priced) };
        if (EndsAt(subscription.Body, priced) is { } end)
        {
            fields.Add(StripeForm.Number("ends_at", end));
        }

        return new RecordReading.Found(StripeForm.Write(subscription.Body, fields), subscription.AsReadUntil(items.Date));
    }

    /// <summary>
    /// When it ended or is to end: <c>canceled_at</c> is only when somebody said so. At the end of its period is when the last period of its items ends,
    /// for a period is an item's own.
    /// </summary>
    private static long? EndsAt(JsonElement subscription, List<JsonElement> items) =>
        subscription.Integer("ended_at")
        ?? subscription.Integer("cancel_at")
        ?? (subscription.IsTrue("cancel_at_period_end") ? items.Max(item => item.Integer("current_period_end")) : null);

    private static Fault.Rejected Unreadable(string why) => new("unreadable-subscription", why);
}
