namespace QtcHub.Sandbox.Salesforce;

/// <summary>The rules of orders: written while they are drafts, with a line when they are activated, and reduced only by an order that says of what.</summary>
internal static class SalesforceOrders
{
    private static readonly string[] FixedOnceActive = ["AccountId", "Pricebook2Id", "EffectiveDate"];

    public static void CheckOrder(SalesforceOrg org, Row order, IReadOnlyDictionary<string, object>? before)
    {
        var isActive = order.Text("StatusCode") == "A";
        var wasActive = before is not null && before["StatusCode"] is "A";
        SalesforceRefusal.Require(
            before is not null || !isActive,
            "Choose a valid order status and save your changes. Ask your Salesforce admin for details.: Status",
            "Status"
        );
        SalesforceRefusal.Require(
            !order.Flag("IsReductionOrder") || order["OriginalOrderId"] is not null,
            "A reduction order names the order that it reduces.",
            "OriginalOrderId"
        );
        if (isActive && !wasActive && !org.Bearing("OrderItem", "OrderId", order.Id).Any())
        {
            throw SalesforceRefusal.Record("FAILED_ACTIVATION", "An order must have at least one product.");
        }

        foreach (var field in wasActive && isActive ? FixedOnceActive : [])
        {
            SalesforceRefusal.Require(Equals(before!.GetValueOrDefault(field), order[field]), "The order is activated.", field);
        }

        SalesforceRefusal.Require(
            order.Day("EndDate") is not { } end || end >= order.Day("EffectiveDate"),
            "The end of an order is not before its start.",
            "EndDate"
        );
    }

    public static void CheckItem(SalesforceOrg org, Row item, IReadOnlyDictionary<string, object>? before)
    {
        var order = org.Follow(item, "OrderId")!;
        SalesforceRules.CheckCurrency(item, order);
        SalesforceRefusal.Require(
            order.Text("StatusCode") == "D" || (before is not null && !IsPriced(item, before)),
            "The record is part of an activated order and cannot be changed.",
            "OrderId"
        );
        var entry = org.Follow(item, "PricebookEntryId")!;
        SalesforceRefusal.Require(
            order["Pricebook2Id"] is null || order.Text("Pricebook2Id") == entry.Text("Pricebook2Id"),
            "The pricebook entry is in a different pricebook than the one assigned to the order",
            "PricebookEntryId"
        );
        var quantity = item.Number("Quantity");
        if (!order.Flag("IsReductionOrder"))
        {
            SalesforceRefusal.Require(quantity > 0, "The quantity of an order product is positive.", "Quantity");
            return;
        }

        var original = org.Follow(item, "OriginalOrderItemId");
        SalesforceRefusal.Require(
            original is not null && original.Text("OrderId") == order.Text("OriginalOrderId"),
            "A reduction names the order product that it reduces.",
            "OriginalOrderItemId"
        );
        SalesforceRefusal.Require(
            quantity < 0 && -quantity <= original!.Number("AvailableQuantity"),
            "A reduction is negative, and not of more than is available.",
            "Quantity"
        );
    }

    /// <summary>A reduction that is activated takes what it reduces from what is available.</summary>
    public static void Reduce(SalesforceOrg org, Row order)
    {
        foreach (var item in org.Bearing("OrderItem", "OrderId", order.Id))
        {
            if (item.Number("Quantity") < 0 && org.Follow(item, "OriginalOrderItemId") is { } original)
            {
                org.Adjust(original, "AvailableQuantity", original.Number("AvailableQuantity") + item.Number("Quantity"));
            }
        }
    }

    private static bool IsPriced(Row item, IReadOnlyDictionary<string, object> before) =>
        !Equals(before.GetValueOrDefault("Quantity"), item["Quantity"])
        || !Equals(before.GetValueOrDefault("UnitPrice"), item["UnitPrice"]);
}
