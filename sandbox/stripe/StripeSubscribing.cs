using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Subscriptions: their items with a period each, and what Stripe does when one is to end.</summary>
internal sealed class StripeSubscribing(StripeState state, StripeEventLog events)
{
    public void Make(JsonObject subscription, JsonObject given)
    {
        var id = subscription.Text("id");
        StripeLedger.Require(
            given["items"] is JsonArray { Count: > 0 },
            "a subscription has items: a list, each with a price and how many of it"
        );
        var customer = state.Get("customer", given.TextOrNull("customer") ?? "");
        var items = given["items"]!.AsArray().Select(item => item!.AsObject()).ToArray();
        subscription["currency"] =
            given.TextOrNull("currency") ?? customer.TextOrNull("currency") ?? state.Get("price", items[0].Text("price")).Text("currency");
        subscription["items"] = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. items.Select(item => Item(subscription, item))]),
            ["has_more"] = false,
            ["url"] = $"/v1/subscription_items?subscription={id}",
        };
        subscription["start_date"] ??= state.Now;
        subscription["billing_cycle_anchor"] = state.Now;
        state.Keep("subscription", subscription);
        events.Record("customer.subscription.created", "subscription", subscription);
    }

    /// <summary>What follows from a change by hand.</summary>
    public void Complete(JsonObject subscription, JsonObject previous)
    {
        if (previous.ContainsKey("cancel_at_period_end"))
        {
            var isToEnd = subscription["cancel_at_period_end"]!.GetValue<bool>();
            subscription["canceled_at"] = isToEnd ? state.Now : null;
            subscription["cancel_at"] = isToEnd ? Items(subscription).Max(item => item.Number("current_period_end")) : null;
        }

        if (previous.ContainsKey("status") && subscription.Text("status") == "canceled")
        {
            subscription["ended_at"] = state.Now;
            subscription["canceled_at"] ??= state.Now;
        }
    }

    public static IEnumerable<JsonObject> Items(JsonObject subscription) =>
        subscription["items"]!["data"]!.AsArray().Select(item => item!.AsObject());

    private JsonObject Item(JsonObject subscription, JsonObject given)
    {
        var price = state.Get("price", given.Text("price"));
        var currency = subscription.Text("currency");
        StripeLedger.Require(
            price.Text("currency") == currency || price["currency_options"]?[currency] is not null,
            "every price of a subscription is set in its currency"
        );
        StripeLedger.Require(price["recurring"] is not null, "what is charged once is no part of a subscription");
        var item = StripeForms.New("subscription_item");
        item["id"] = state.NextId("si");
        item["created"] = state.Now;
        item["subscription"] = subscription.Text("id");
        item["price"] = price.Text("id");
        item["current_period_start"] = state.Now;
        item["current_period_end"] = End(price["recurring"]!.AsObject());
        if (price["recurring"]!.AsObject().Text("usage_type") == "metered")
        {
            item.Remove("quantity");
        }
        else
        {
            item["quantity"] = given.NumberOrNull("quantity") ?? 1;
        }

        return item;
    }

    private long End(JsonObject recurring)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(state.Now);
        var count = (int)recurring.Number("interval_count");
        return (
            recurring.Text("interval") switch
            {
                "day" => now.AddDays(count),
                "week" => now.AddDays(7 * count),
                "month" => now.AddMonths(count),
                "year" => now.AddYears(count),
                var other => throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"no such interval: {other}"),
                    nameof(recurring)
                ),
            }
        ).ToUnixTimeSeconds();
    }
}
