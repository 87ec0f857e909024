using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// What is kept of a message, and the form of what a poll found: <c>{"told":[{"name":"04l…","object":"Account","id":"001…"}]}</c>. It says which rows may have
/// changed, never how, so the records that they belong to are read.
/// </summary>
internal static class SalesforceNotices
{
    private static readonly Dictionary<string, string[]> Types = new(StringComparer.Ordinal)
    {
        ["Contact"] = [SalesforceKind.Contact],
        ["Product2"] = [SalesforceKind.Product],
        [SalesforceKind.PriceProduct] = [SalesforceKind.PriceProduct],
        ["Order"] = [SalesforceKind.Order],
        [SalesforceKind.ItemOrder] = [SalesforceKind.ItemOrder],
        [SalesforceKind.Opportunity] = [SalesforceKind.Opportunity],
        [SalesforceKind.LineOpportunity] = [SalesforceKind.LineOpportunity],
    };

    /// <summary>The delivery of what a message or a poll tells.</summary>
    public static ReadOnlyMemory<byte> Write(params IEnumerable<SalesforceTold> told) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["told"] = told.Select(one => new Dictionary<string, string>
                    {
                        ["name"] = one.Name,
                        ["object"] = one.Object,
                        ["id"] = one.Id,
                    })
                    .ToList(),
            }
        );

    /// <summary>Each record that may have changed, once; rows of objects that the hub does not take are left aside.</summary>
    public static Outcome<IReadOnlyList<Notice>> Read(ReadOnlyMemory<byte> body, SalesforceOptions options)
    {
        if (!VendorJson.TryParse(body, out var kept) || kept.Array("told") is not { } told)
        {
            return new Fault.Invalid("told", "a delivery tells of records");
        }

        var notices = new List<Notice>();
        foreach (var one in told.EnumerateArray())
        {
            if (one.Text("object") is not { } type || one.Text("id") is not { Length: > 0 } id)
            {
                return new Fault.Invalid("told", "a record is told of by its object and id");
            }

            if (IsTaken(type, options))
            {
                notices.AddRange(TypesOf(type, options).Select(known => new Notice(known, id, Marker.AnyTime, null)));
            }
        }

        return notices.Distinct().ToList();
    }

    /// <summary>What is read where a row of an object may have changed. Where accounts under another make that a customer, a change of one may be its news.</summary>
    private static string[] TypesOf(string type, SalesforceOptions options) =>
        type != "Account" ? Types.GetValueOrDefault(type, [])
        : !options.Takes(RecordType.Customer) ? [SalesforceKind.AccountBilling]
        : options.AllAreCustomers ? [SalesforceKind.Account, SalesforceKind.AccountBilling]
        : [SalesforceKind.AccountCustomers, SalesforceKind.AccountBilling];

    /// <summary>What is no order here is none whoever tells of it.</summary>
    private static bool IsTaken(string type, SalesforceOptions options) =>
        type switch
        {
            "Order" or "OrderItem" => options.TakesOrders,
            "Opportunity" or "OpportunityLineItem" => options.TakesOpportunities,
            _ => true,
        };
}
