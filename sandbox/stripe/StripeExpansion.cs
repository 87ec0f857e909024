using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Puts an object in the place of its id, and into a view what it is shown without unless it is asked for.</summary>
internal sealed class StripeExpansion(StripeState state)
{
    private const string OfItems = "items.data.";
    private const string OfPrice = "price.";

    /// <summary>Expands one field of a view; false where it cannot be.</summary>
    public bool Expand(string entity, string field, JsonObject view)
    {
        switch (entity, field)
        {
            case ("payment_intent", "latest_charge") or ("refund", "charge") or ("balance_transaction", "source") or ("price", "product"):
                Replace(field, view);
                return true;
            case ("price", "tiers" or "currency_options"):
                Add(field, view);
                return true;
            case ("subscription", _) when field.StartsWith(OfItems, StringComparison.Ordinal):
                return StripeSubscribing.Items(view).All(item => Expand("subscription_item", field[OfItems.Length..], item));
            case ("subscription_item", _) when field.StartsWith(OfPrice, StringComparison.Ordinal):
                return Expand("price", field[OfPrice.Length..], view["price"]!.AsObject());
            default:
                return false;
        }
    }

    private void Replace(string field, JsonObject view)
    {
        if (view.TextOrNull(field) is { } id)
        {
            var type = field == "product" ? field : StripeState.EntityOf(id);
            view[field] = state.View(type, state.Get(type, id));
        }
    }

    private void Add(string field, JsonObject view)
    {
        if (state.Get("price", view.Text("id"))[field]?.DeepClone() is not { } kept)
        {
            return;
        }

        if (kept is JsonObject options)
        {
            // The tiers of a currency are shown only where they are asked for in their turn.
            foreach (var option in options.Select(option => option.Value!.AsObject()))
            {
                option.Remove("tiers");
            }
        }

        view[field] = kept;
    }
}
