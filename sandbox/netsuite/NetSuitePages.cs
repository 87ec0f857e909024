using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>The shapes of this vendor's answers; <c>samples/</c> holds one of each with the page that documents it.</summary>
internal static class NetSuitePages
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static HttpResponseMessage Json(HttpStatusCode status, JsonNode body, string mediaType = "application/vnd.oracle.resource+json")
    {
        var content = new StringContent(body.ToJsonString(Plain), Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return new HttpResponseMessage(status) { Content = content };
    }

    public static HttpResponseMessage Refused(Refusal refusal)
    {
        var detail = new JsonObject { ["detail"] = refusal.Detail };
        if (refusal.Path is { } path)
        {
            detail["o:errorPath"] = path;
        }

        detail["o:errorCode"] = refusal.Code;
        var body = new JsonObject
        {
            ["type"] =
                "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4."
                + (refusal.Status - 399).ToString(CultureInfo.InvariantCulture),
            ["title"] = refusal.Status switch
            {
                401 => "Unauthorized",
                404 => "Not Found",
                405 => "Method Not Allowed",
                _ => "Bad Request",
            },
            ["status"] = refusal.Status,
            ["o:errorDetails"] = new JsonArray(detail),
        };
        return Json((HttpStatusCode)refusal.Status, body, "application/vnd.oracle.resource+json; type=error");
    }

    /// <summary>204 with the record's address.</summary>
    public static HttpResponseMessage Saved(Uri root, NetSuiteRecord record)
    {
        var response = new HttpResponseMessage(HttpStatusCode.NoContent);
        response.Headers.Location = new Uri(Address(root, record.Form.Type, record.Id));
        return response;
    }

    public static JsonObject Collection(string self, JsonArray items, int offset, int total) =>
        new()
        {
            ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = self }),
            ["count"] = items.Count,
            ["hasMore"] = offset + items.Count < total,
            ["items"] = items,
            ["offset"] = offset,
            ["totalResults"] = total,
        };

    /// <summary>A record as GET gives it; sublists are links only unless expanded.</summary>
    public static JsonObject Record(Uri root, NetSuiteAccount account, NetSuiteRecord record, bool expand)
    {
        var self = Address(root, record.Form.Type, record.Id);
        var page = new JsonObject { ["links"] = Self(self), ["id"] = record.Id };
        if (record.ExternalId is { } externalId)
        {
            page["externalId"] = externalId;
        }

        foreach (var (name, field) in record.Form.Fields)
        {
            if (record.Fields[name] is { } value)
            {
                page[name] = field.Kind switch
                {
                    FieldKind.Reference => Pointer(root, account, record.Form, name, (string)value["id"]!),
                    FieldKind.Lines => Sublist(root, account, record, name, expand),
                    _ => value.DeepClone(),
                };
            }
        }

        Compute(page, account, record);
        return page;
    }

    private static void Compute(JsonObject page, NetSuiteAccount account, NetSuiteRecord record)
    {
        page["lastModifiedDate"] = Instant(record.Modified);
        page[record.Form == NetSuiteForms.Customer ? "dateCreated" : "createdDate"] = Instant(record.Created);
        switch (record.Form.Type)
        {
            case "customer":
                page["entityId"] = $"CUST{record.Id}";
                break;
            case "invoice":
                var total = Total(record.Fields);
                var paid = account.Applied(record.Id);
                page["total"] = total;
                page["amountPaid"] = paid;
                page["amountRemaining"] = total - paid;
                page["status"] = paid == total ? Named("Paid In Full") : Named("Open");
                break;
            case "customerRefund":
                page["total"] = AppliedBy(record.Fields);
                page["status"] = Named("Deposited");
                break;
            case "creditMemo" or "customerPayment":
                Settle(page, account, record);
                break;
        }
    }

    // Of a payment or credit memo, what has been refunded counts as applied.
    private static void Settle(JsonObject page, NetSuiteAccount account, NetSuiteRecord record)
    {
        var left = NetSuiteSettlement.Remaining(account, record);
        page["applied"] = AppliedBy(record.Fields) + account.Applied(record.Id);
        page["unapplied"] = left;
        if (record.Form == NetSuiteForms.Payment)
        {
            // What went into an account of its own needs no deposit any more.
            page["status"] = Named(record.Fields["account"] is null ? "Not Deposited" : "Deposited");
            return;
        }

        page["total"] = Total(record.Fields);
        page["status"] = Named(left == 0 ? "Fully Applied" : "Open");
    }

    private static JsonObject Sublist(Uri root, NetSuiteAccount account, NetSuiteRecord record, string name, bool expand)
    {
        var self = $"{Address(root, record.Form.Type, record.Id)}/{name}";
        var list = new JsonObject { ["links"] = Self(self) };
        if (!expand)
        {
            return list;
        }

        var items = new JsonArray();
        foreach (var line in Lines(record.Fields, name))
        {
            var item = new JsonObject { ["links"] = Self($"{self}/{(items.Count + 1).ToString(CultureInfo.InvariantCulture)}") };
            foreach (var (field, value) in line)
            {
                item[field] = value is JsonObject reference
                    ? Pointer(root, account, record.Form, field, (string)reference["id"]!)
                    : value?.DeepClone();
            }

            items.Add((JsonNode)item);
        }

        list["items"] = items;
        list["totalResults"] = items.Count;
        return list;
    }

    private static JsonObject Pointer(Uri root, NetSuiteAccount account, Form form, string field, string id)
    {
        var (type, name) = field switch
        {
            "entity" or "customer" or "parent" => ("customer", account.ById(NetSuiteForms.Customer, id)?.Text("companyName")),
            "currency" => ("currency", NetSuiteLists.Currencies[id].Code),
            "subsidiary" => ("subsidiary", NetSuiteLists.Subsidiaries[id].Name),
            "postingPeriod" => ("accountingperiod", account.Period(id)?.Name),
            "account" or "incomeAccount" or "deferredRevenueAccount" => (
                "account",
                $"{NetSuiteChart.Accounts[id].Number} {NetSuiteChart.Accounts[id].Name}"
            ),
            "item" => ("serviceSaleItem", NetSuiteLists.Items[id]),
            "doc" when account.Transaction(id, form.AppliesTo) is { } document => (document.Form.Type, document.Text("tranId")),
            _ => throw new InvalidOperationException($"{form.Type}.{field} is no reference"),
        };
        return new JsonObject
        {
            ["links"] = Self(Address(root, type, id)),
            ["id"] = id,
            ["refName"] = name,
        };
    }

    private static JsonObject Named(string status) => new() { ["id"] = status, ["refName"] = status };

    private static JsonArray Self(string href) => new(new JsonObject { ["rel"] = "self", ["href"] = href });

    private static string Address(Uri root, string type, string id) => $"{root.AbsoluteUri}record/v1/{type}/{id}";

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
