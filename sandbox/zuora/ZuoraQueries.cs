using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>
/// Queries over objects, page by page. Rows come by (UpdatedDate, Id), though Zuora promises no order; a locator holds what was found when the
/// query ran, for a quarter of an hour. Memos are not to be queried: Invoice Settlement is not part of ZOQL.
/// </summary>
internal sealed class ZuoraQueries(ZuoraState state, ZuoraBalances balances)
{
    private const int Most = 2000;
    private static readonly TimeSpan LocatorLife = TimeSpan.FromMinutes(15);

    private readonly OrderedDictionary<string, (DateTimeOffset Used, int Size, List<JsonObject> Rows)> open = new(StringComparer.Ordinal);
    private long locators;

    private static readonly Dictionary<string, string[]> Objects = new(StringComparer.Ordinal)
    {
        ["Account"] = Names(
            "AccountNumber Name Currency Status Batch BillCycleDay PaymentTerm ParentId CrmId Notes BillToId SoldToId TaxExemptStatus VATId Balance TotalInvoiceBalance"
        ),
        ["Contact"] = Names(
            "AccountId Address1 Address2 City Country County Fax FirstName HomePhone LastName MobilePhone NickName OtherPhone OtherPhoneType PersonalEmail PostalCode State TaxRegion WorkEmail WorkPhone"
        ),
        ["Subscription"] = Names(
            "Name AccountId InvoiceOwnerId CreatorAccountId OriginalId PreviousSubscriptionId Version Status TermType AutoRenew InitialTerm RenewalTerm ContractEffectiveDate SubscriptionStartDate SubscriptionEndDate TermStartDate TermEndDate CancelledDate OriginalCreatedDate"
        ),
        ["Invoice"] = Names(
            "InvoiceNumber AccountId Status InvoiceDate DueDate TargetDate PostedDate PostedBy Amount AmountWithoutTax TaxAmount TaxExemptAmount Balance PaymentAmount RefundAmount AdjustmentAmount Comments"
        ),
        ["InvoiceItem"] = Names(
            "InvoiceId AppliedToInvoiceItemId ChargeName ChargeAmount ChargeDate ProcessingType ProductName SKU Quantity UnitPrice UOM RatePlanChargeId SubscriptionId ServiceStartDate ServiceEndDate TaxAmount TaxExemptAmount TaxMode TaxCode"
        ),
        ["TaxationItem"] = Names("InvoiceItemId Name Jurisdiction LocationCode TaxCode TaxRate TaxRateType TaxAmount ExemptAmount TaxDate"),
        ["Payment"] = Names(
            "PaymentNumber AccountId Amount AppliedAmount UnappliedAmount RefundAmount Currency EffectiveDate ReferenceId Status Type"
        ),
        ["Refund"] = Names("RefundNumber AccountId Amount MethodType ReferenceID RefundDate Status Type"),
        ["BillRun"] = Names(
            "BillRunNumber AccountId Status TargetDate InvoiceDate ExecutedDate NumberOfAccounts NumberOfInvoices AutoPost"
        ),
        ["Product"] = Names("Name SKU Description Category EffectiveStartDate EffectiveEndDate"),
        ["ProductRatePlan"] = Names("Name Description ProductId EffectiveStartDate EffectiveEndDate"),
        ["ProductRatePlanCharge"] = Names("Name Description ProductRatePlanId ChargeType UOM DefaultQuantity"),
        ["Usage"] = Names("AccountId UOM Quantity StartDateTime RbeStatus"),
    };

    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["v1", "action", "query"]) => Query(call.Body),
            ("POST", ["v1", "action", "queryMore"]) => More(call.Body.Required("queryLocator")),
            _ => null,
        };

    private ZuoraReply Query(JsonObject body)
    {
        var query = Zoql.Parse(body.Required("queryString"));
        var size = body.Part("conf")?.Whole("batchSize") ?? Most;
        size = size is > 0 and <= Most ? size : Most;
        if (!Objects.TryGetValue(query.Object, out var names))
        {
            throw ZuoraRefusal.Malformed($"invalid type {query.Object}");
        }

        var fields = query.Fields.Concat(query.Groups.SelectMany(group => group).Select(condition => condition.Field));
        if (
            fields.FirstOrDefault(field => !names.Contains(field, StringComparer.OrdinalIgnoreCase) && !ZuoraJson.IsCustom(field)) is
            { } unknown
        )
        {
            throw ZuoraRefusal.Malformed($"There is no field named {unknown} in {query.Object}.");
        }

        var found = Rows(query.Object)
            .Where(row =>
                query.Groups.Count == 0
                || query.Groups.Exists(group => group.TrueForAll(condition => condition.Holds(Value(row, condition.Field).Value)))
            )
            .OrderBy(row => row.Text("UpdatedDate"), StringComparer.Ordinal)
            .ThenBy(row => row.Text("Id"), StringComparer.Ordinal)
            .Select(row => Selected(row, query.Fields))
            .ToList();
        return Page(found, 0, size, null);
    }

    private ZuoraReply More(string locator)
    {
        var parts = locator.Split('-');
        if (
            parts.Length != 2
            || !open.TryGetValue(parts[0], out var held)
            || held.Used + LocatorLife < state.Now
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || from > held.Rows.Count
        )
        {
            throw ZuoraRefusal.Invalid("The query locator is not valid or has expired.");
        }

        open[parts[0]] = held with { Used = state.Now };
        return Page(held.Rows, from, held.Size, parts[0]);
    }

    private ZuoraReply Page(List<JsonObject> rows, int from, int size, string? locator)
    {
        var done = from + size >= rows.Count;
        var page = new JsonObject
        {
            ["records"] = new JsonArray([.. rows.Skip(from).Take(size).Select(row => row.DeepClone())]),
            ["size"] = rows.Count,
            ["done"] = done,
        };
        if (!done)
        {
            locator ??= Hold(rows, size);
            page["queryLocator"] = $"{locator}-{(from + size).ToString(CultureInfo.InvariantCulture)}";
        }

        return new ZuoraReply(200, page);
    }

    private string Hold(List<JsonObject> rows, int size)
    {
        foreach (var expired in open.Where(held => held.Value.Used + LocatorLife < state.Now).Select(held => held.Key).ToArray())
        {
            open.Remove(expired);
        }

        var locator = $"8ad08c85{++locators:x24}";
        open[locator] = (state.Now, size, rows);
        return locator;
    }

    private IEnumerable<JsonObject> Rows(string name) =>
        name switch
        {
            "Account" => state.Accounts.All.Select(account => ZuoraObjects.Of(account, balances)),
            "Contact" => state.Contacts.All.Select(ZuoraObjects.Of),
            "Subscription" => state.Subscriptions.Values.SelectMany(known =>
                known.Versions.Select(version => ZuoraObjects.Of(known, version))
            ),
            "Invoice" => Invoices.Select(ZuoraObjects.Of),
            "InvoiceItem" => Invoices.SelectMany(invoice => invoice.Items.Select(item => ZuoraObjects.Of(invoice, item))),
            "TaxationItem" => Invoices
                .SelectMany(invoice => invoice.Items)
                .SelectMany(item => item.Taxes.Select(tax => ZuoraObjects.Of(item, tax))),
            "Payment" => state.Payments.All.Select(ZuoraObjects.Of),
            "Refund" => state.Refunds.All.Select(ZuoraObjects.Of),
            "Product" => state.Catalog.Products.Select(ZuoraObjects.Of),
            "ProductRatePlan" => state.Catalog.Plans.Values.Select(ZuoraObjects.Of),
            "ProductRatePlanCharge" => state.Catalog.Plans.Values.SelectMany(plan => plan.Charges).Select(ZuoraObjects.Of),
            "BillRun" => state.BillRuns.All.Select(ZuoraObjects.Of),
            _ => state.Usages.All.Select(ZuoraObjects.Of),
        };

    private IEnumerable<Document> Invoices => state.All(DocumentKind.Invoice);

    /// <summary>The asked fields that have a value, under the names they were asked by, and always the id.</summary>
    private static JsonObject Selected(JsonObject row, List<string> fields)
    {
        var selected = new JsonObject { ["Id"] = row["Id"]!.DeepClone() };
        foreach (var (name, value) in fields.Select(field => Value(row, field)).Where(field => field.Value is not null))
        {
            selected[name] = value!.DeepClone();
        }

        return selected;
    }

    private static (string Name, JsonNode? Value) Value(JsonObject row, string field)
    {
        var found = row.FirstOrDefault(known => known.Key.Equals(field, StringComparison.OrdinalIgnoreCase));
        return (found.Key ?? field, found.Value);
    }

    private static string[] Names(string names) => [.. names.Split(' '), "Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate"];
}
