using System.Text.Json.Nodes;
using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>What the vendor refuses of an item.</summary>
internal static class NetSuiteItems
{
    /// <summary>Null where the item may stand as it is.</summary>
    public static Refusal? Check(NetSuiteAccount account, JsonObject fields, NetSuiteRecord? existing)
    {
        if (string.IsNullOrWhiteSpace(Text(fields, "itemId")))
        {
            return Refusal.Required("Item Name/Number", "itemId");
        }

        if (account.All(NetSuiteForms.ServiceItem).Any(other => other != existing && other.Text("itemId") == Text(fields, "itemId")))
        {
            return new Refusal(
                400,
                "DUP_ITEM",
                "Error while accessing a resource. An item with that name/number already exists.",
                "itemId"
            );
        }

        foreach (var subsidiary in Lines(fields, "subsidiary").Select(line => Text(line, "id")!))
        {
            if (!NetSuiteLists.Subsidiaries.ContainsKey(subsidiary))
            {
                return Refusal.Reference("subsidiary", subsidiary, "subsidiary");
            }
        }

        foreach (var field in (string[])["incomeAccount", "deferredRevenueAccount"])
        {
            if (Reference(fields, field) is { } id && !NetSuiteChart.Accounts.ContainsKey(id))
            {
                return Refusal.Reference(field, id, field);
            }
        }

        return null;
    }
}
