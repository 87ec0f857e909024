using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Invoices: read, posted, canceled, reversed; their items, taxes, and what was applied to them.</summary>
internal sealed class ZuoraInvoices(ZuoraState state, ZuoraLedger ledger, ZuoraMemos memos)
{
    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("GET", ["v1", "object", "invoice", var id]) => new ZuoraReply(200, ZuoraObjects.Of(ById(id))),
            ("PUT", ["v1", "object", "invoice", var id]) => Change(ById(id), call.Body),
            ("PUT", ["v1", "invoices", var key]) => Update(Find(key), call.Body),
            ("GET", ["v1", "object", "invoice-item", var id]) => new ZuoraReply(200, ItemObject(id)),
            ("GET", ["v1", "invoices", var key, "items"]) => ZuoraPages.Page(
                call,
                "invoiceItems",
                [.. Find(key).Items.Select(item => Item(Find(key), item))]
            ),
            ("GET", ["v1", "invoices", var key, "items", var item, "taxation-items"]) => ZuoraPages.Page(
                call,
                "data",
                [.. ItemOf(key, item).Taxes.Select(Tax)]
            ),
            ("GET", ["v1", "invoices", var key, "application-parts"]) => ZuoraPages.Page(call, "applicationParts", [.. Parts(Find(key))]),
            ("PUT", ["v1", "invoices", var key, "reverse"]) => Reverse(Find(key), call.Text.Length == 0 ? [] : call.Body),
            ("POST", ["v1", "invoices", var key, "creditmemos"]) => memos.Create(Find(key), DocumentKind.CreditMemo, call.Body),
            ("POST", ["v1", "invoices", var key, "debitmemos"]) => memos.Create(Find(key), DocumentKind.DebitMemo, call.Body),
            ("GET", ["v1", "transactions", "invoices", "accounts", var key]) => ZuoraPages.Page(
                call,
                "invoices",
                [.. OfAccount(state.Account(key)).Select(Summary)]
            ),
            _ => null,
        };

    private Document Find(string key) => state.Document(DocumentKind.Invoice, key);

    private Document ById(string id) =>
        state.Documents.ById(id) is { Kind: DocumentKind.Invoice } found ? found : throw ZuoraRefusal.NotFound("invoice", id);

    private IEnumerable<Document> OfAccount(Account account) =>
        state.All(DocumentKind.Invoice).Where(invoice => invoice.Account == account).Reverse();

    private DocumentItem ItemOf(string key, string id) =>
        Find(key).Items.Find(item => item.Id == id) ?? throw ZuoraRefusal.NotFound("invoice item", id);

    private JsonObject ItemObject(string id)
    {
        var invoice = state.All(DocumentKind.Invoice).FirstOrDefault(known => known.Items.Exists(item => item.Id == id));
        return ZuoraObjects.Of(invoice ?? throw ZuoraRefusal.NotFound("invoice item", id), state.Items.Get(id));
    }

    private ZuoraReply Change(Document invoice, JsonObject body)
    {
        if (
            body.FirstOrDefault(field =>
                field.Key is not ("Status" or "TransferredToAccounting" or "RegenerateInvoicePDF") && !ZuoraJson.IsCustom(field.Key)
            ) is
            { Key: { } unknown }
        )
        {
            throw ZuoraRefusal.Invalid($"The field '{unknown}' of an invoice is not changed.");
        }

        switch (body.Text("Status"))
        {
            case null:
                break;
            case "Posted":
                ledger.Post(invoice);
                break;
            case "Draft":
                ledger.Unpost(invoice);
                break;
            case "Canceled":
                ledger.Cancel(invoice);
                break;
            default:
                throw ZuoraRefusal.Invalid("The status becomes Posted, Draft or Canceled.");
        }

        invoice.Custom.KeepCustom(body);
        ledger.Tell(invoice);
        return new ZuoraReply(200, new JsonObject { ["Success"] = true, ["Id"] = invoice.Id });
    }

    private ZuoraReply Update(Document invoice, JsonObject body)
    {
        ledger.Extend(invoice, body);
        return ZuoraPages.Done(
            new JsonObject
            {
                ["id"] = invoice.Id,
                ["number"] = invoice.Number,
                ["accountId"] = invoice.Account.Id,
                ["status"] = invoice.Status,
                ["invoiceDate"] = ZuoraJson.Of(invoice.Day),
                ["dueDate"] = ZuoraJson.Of(invoice.Due),
                ["amount"] = invoice.Total,
                ["balance"] = invoice.Balance,
            }.With(invoice.Custom)
        );
    }

    private ZuoraReply Reverse(Document invoice, JsonObject body)
    {
        var memo = ledger.Reverse(invoice, body.Day("memoDate") ?? state.Today);
        return ZuoraPages.Done(new JsonObject { ["creditMemo"] = new JsonObject { ["id"] = memo.Id } });
    }

    public static JsonObject Item(Document invoice, DocumentItem item) =>
        new JsonObject
        {
            ["id"] = item.Id,
            ["itemType"] = item.AppliedTo is null ? "Charge" : "Discount",
            ["appliedToItemId"] = item.AppliedTo,
            ["subscriptionId"] = item.SubscriptionId,
            ["subscriptionName"] = item.Subscription,
            ["chargeId"] = item.ChargeId,
            ["chargeName"] = item.Name,
            ["chargeDescription"] = "",
            ["description"] = "",
            ["productName"] = item.Catalog?.Plan.Product.Name,
            ["productRatePlanChargeId"] = item.Catalog?.Id,
            ["sku"] = item.Catalog?.Plan.Product.Sku,
            ["chargeAmount"] = item.Net,
            ["taxAmount"] = item.Taxes.Sum(tax => tax.Amount),
            ["taxCode"] = item.Taxes.FirstOrDefault()?.Rule.Code,
            ["taxMode"] = item.TaxInclusive ? "TaxInclusive" : "TaxExclusive",
            ["quantity"] = item.Quantity,
            ["unitOfMeasure"] = item.Catalog?.Unit ?? "",
            ["unitPrice"] = item.UnitPrice,
            ["availableToCreditAmount"] = invoice.Status == "Posted" ? item.Net : 0,
            ["serviceStartDate"] = ZuoraJson.Of(item.ServiceStart),
            ["serviceEndDate"] = ZuoraJson.Of(item.ServiceEnd),
            ["deferredRevenueAccountingCode"] = "Deferred Revenue",
            ["recognizedRevenueAccountingCode"] = "Subscription Revenue",
            ["revenueRecognitionRuleName"] = "Recognize daily over time",
            ["taxationItems"] = new JsonObject { ["data"] = new JsonArray([.. item.Taxes.Select(Tax)]) },
        }.With(item.Custom);

    public static JsonObject Tax(TaxItem tax) =>
        new()
        {
            ["id"] = tax.Id,
            ["name"] = tax.Rule.Name,
            ["jurisdiction"] = tax.Rule.Jurisdiction,
            ["locationCode"] = tax.Rule.LocationCode,
            ["taxCode"] = tax.Rule.Code,
            ["taxCodeDescription"] = tax.Rule.Rate == 0 ? "Reverse charge: tax liability transfers to the recipient" : "",
            ["taxRate"] = tax.Rule.Rate,
            ["taxRateType"] = "Percentage",
            ["taxAmount"] = tax.Amount,
            ["exemptAmount"] = tax.Exempt,
            ["taxDate"] = ZuoraJson.Of(tax.Day),
        };

    private IEnumerable<JsonObject> Parts(Document document) =>
        state
            .Parts.All.Where(part => part.To == document && part.Amount != 0)
            .Select(part => new JsonObject
            {
                ["appliedAmount"] = part.Amount,
                ["paymentId"] = part.FromPayment ? part.From : null,
                ["creditMemoId"] = part.FromPayment ? null : part.From,
                ["createdById"] = ZuoraState.User,
                ["createdDate"] = ZuoraJson.Of(part.Created),
                ["updatedById"] = ZuoraState.User,
                ["updatedDate"] = ZuoraJson.Of(part.Updated),
            });

    private static JsonObject Summary(Document invoice) =>
        new()
        {
            ["id"] = invoice.Id,
            ["invoiceNumber"] = invoice.Number,
            ["accountId"] = invoice.Account.Id,
            ["accountNumber"] = invoice.Account.Number,
            ["accountName"] = invoice.Account.Name,
            ["invoiceDate"] = ZuoraJson.Of(invoice.Day),
            ["dueDate"] = ZuoraJson.Of(invoice.Due),
            ["invoiceTargetDate"] = ZuoraJson.Of(invoice.TargetDate),
            ["amount"] = invoice.Total,
            ["balance"] = invoice.Balance,
            ["status"] = invoice.Status,
            ["createdBy"] = ZuoraState.User,
        };
}
