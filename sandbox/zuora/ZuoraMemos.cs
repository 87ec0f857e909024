using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Credit and debit memos.</summary>
internal sealed class ZuoraMemos(ZuoraState state, ZuoraLedger ledger)
{
    private static readonly string[] Filters =
    [
        "accountId",
        "amount",
        "appliedAmount",
        "balance",
        "beAppliedAmount",
        "createdById",
        "createdDate",
        "creditMemoDate",
        "currency",
        "debitMemoDate",
        "dueDate",
        "number",
        "referredInvoiceId",
        "refundAmount",
        "status",
        "targetDate",
        "taxAmount",
        "totalTaxExemptAmount",
        "unappliedAmount",
        "updatedById",
        "updatedDate",
    ];

    public ZuoraReply? Answer(ZuoraCall call)
    {
        DocumentKind? kind = call.Path switch
        {
            ["v1", "creditmemos", ..] => DocumentKind.CreditMemo,
            ["v1", "debitmemos", ..] => DocumentKind.DebitMemo,
            _ => null,
        };
        return kind is { } known ? Answer(call, known) : null;
    }

    private ZuoraReply? Answer(ZuoraCall call, DocumentKind kind)
    {
        var isCredit = kind == DocumentKind.CreditMemo;
        return (call.Method, call.Path[2..]) switch
        {
            ("GET", []) => ZuoraPages.Filtered(call, isCredit ? "creditmemos" : "debitmemos", state.All(kind).Select(View), Filters),
            ("GET", [var key]) => ZuoraPages.Done(View(Find(kind, key))),
            ("GET", [var key, "items"]) => ZuoraPages.Page(call, "items", [.. Find(kind, key).Items.Select(item => Item(kind, item))]),
            ("GET", [var key, "items", var item, "taxation-items"]) => ZuoraPages.Page(
                call,
                "data",
                [
                    .. (
                        Find(kind, key).Items.Find(known => known.Id == item) ?? throw ZuoraRefusal.NotFound("memo item", item)
                    ).Taxes.Select(ZuoraInvoices.Tax),
                ]
            ),
            ("GET", [var key, "parts"]) when isCredit => ZuoraPages.Page(
                call,
                "parts",
                [.. ledger.PartsOf(Find(kind, key).Id).Select(Part)]
            ),
            ("PUT", [var key]) when !isCredit => Changed(Find(kind, key), memo => ledger.Extend(memo, call.Body)),
            ("PUT", [var key, "post"]) => Changed(Find(kind, key), ledger.Post),
            ("PUT", [var key, "unpost"]) => Changed(Find(kind, key), ledger.Unpost),
            ("PUT", [var key, "cancel"]) => Changed(Find(kind, key), ledger.Cancel),
            ("PUT", [var key, "apply"]) when isCredit => Changed(
                Find(kind, key),
                memo => ledger.Apply(memo.Id, false, ledger.Applications(call.Body, memo.Currency))
            ),
            ("PUT", [var key, "unapply"]) when isCredit => Changed(
                Find(kind, key),
                memo => ledger.Unapply(memo.Id, false, ledger.Applications(call.Body, memo.Currency))
            ),
            _ => null,
        };
    }

    /// <summary>Makes a memo about an invoice: its items name the invoice's. Posted and applied at once where that is asked for.</summary>
    public ZuoraReply Create(Document invoice, DocumentKind kind, JsonObject body)
    {
        var memo = ledger.Memo(invoice, kind, body.Day("effectiveDate") ?? state.Today, body);
        var items = body.Parts("items");
        ZuoraRefusal.Require(items.Count > 0, "A memo has items.");
        foreach (var item in items)
        {
            memo.Items.Add(ItemOf(invoice, memo, item, body.Flag("taxAutoCalculation") != false));
        }

        ZuoraRefusal.Require(kind == DocumentKind.DebitMemo || memo.Total <= invoice.Total, "A credit memo does not exceed its invoice.");
        ledger.Keep(memo);
        if (body.Flag("autoPost") == true)
        {
            ledger.Post(memo);
            if (kind == DocumentKind.CreditMemo && body.Flag("autoApplyToInvoiceUponPosting") == true && invoice.Balance > 0)
            {
                ledger.Apply(memo.Id, false, [(invoice, Math.Min(invoice.Balance, memo.Balance))]);
            }
        }

        return ZuoraPages.Done(View(memo));
    }

    private DocumentItem ItemOf(Document invoice, Document memo, JsonObject body, bool isTaxed)
    {
        var id = body.Required("invoiceItemId");
        body.Required("skuName");
        var source = invoice.Items.Find(item => item.Id == id) ?? throw ZuoraRefusal.NotFound("invoice item", id);
        var net = ZuoraLedger.Positive(
            body.Amount("amount") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'amount'."),
            invoice.Currency
        );
        ZuoraRefusal.Require(
            memo.Kind == DocumentKind.DebitMemo || net <= Math.Max(source.Net, 0),
            "The amount exceeds what can be credited of the item."
        );
        return ledger.Mirror(source, net, isTaxed && source.Net != 0 ? SharesOf(source, net / source.Net, invoice.Currency) : []);
    }

    /// <summary>A share of every tax of an item; of a tax that was charged, a share that comes to nothing is none.</summary>
    private static IEnumerable<TaxItem> SharesOf(DocumentItem item, decimal share, string currency) =>
        from tax in item.Taxes
        let part = Share(tax, share, currency)
        where tax.Amount == 0 || part.Amount != 0
        select part;

    private static TaxItem Share(TaxItem tax, decimal share, string currency) =>
        tax with
        {
            Amount = ZuoraState.Round(tax.Amount * share, currency),
            Exempt = ZuoraState.Round(tax.Exempt * share, currency),
        };

    private Document Find(DocumentKind kind, string key) => state.Document(kind, key);

    private static ZuoraReply Changed(Document memo, Action<Document> change)
    {
        change(memo);
        return ZuoraPages.Done(View(memo));
    }

    public static JsonObject View(Document memo)
    {
        var view = new JsonObject
        {
            ["id"] = memo.Id,
            ["number"] = memo.Number,
            ["accountId"] = memo.Account.Id,
            ["status"] = memo.Status,
            ["amount"] = memo.Total,
            ["taxAmount"] = memo.Tax,
            ["totalTaxExemptAmount"] = memo.Exempt,
            ["targetDate"] = ZuoraJson.Of(memo.TargetDate),
            ["comment"] = memo.Comment,
            ["reasonCode"] = memo.Reason,
            ["referredInvoiceId"] = memo.Referred?.Id,
            ["postedById"] = memo.Posted is null ? null : ZuoraState.User,
            ["postedOn"] = ZuoraJson.Of(memo.Posted),
            ["cancelledById"] = memo.Cancelled is null ? null : ZuoraState.User,
            ["cancelledOn"] = ZuoraJson.Of(memo.Cancelled),
            ["taxStatus"] = "Complete",
            ["transferredToAccounting"] = "No",
            ["createdById"] = ZuoraState.User,
            ["createdDate"] = ZuoraJson.Of(memo.Created),
            ["updatedById"] = ZuoraState.User,
            ["updatedDate"] = ZuoraJson.Of(memo.Updated),
        };
        var own =
            memo.Kind == DocumentKind.CreditMemo
                ? new JsonObject
                {
                    ["creditMemoDate"] = ZuoraJson.Of(memo.Day),
                    ["currency"] = memo.Currency,
                    ["source"] = memo.Source,
                    ["sourceId"] = memo.SourceId,
                    ["appliedAmount"] = memo.Applied,
                    ["refundAmount"] = memo.Refunded,
                    ["unappliedAmount"] = memo.Balance,
                }
                : new JsonObject
                {
                    ["debitMemoDate"] = ZuoraJson.Of(memo.Day),
                    ["dueDate"] = ZuoraJson.Of(memo.Due),
                    ["balance"] = memo.Balance,
                    ["beAppliedAmount"] = memo.Applied,
                };
        return view.With(own).With(memo.Custom);
    }

    private static JsonObject Item(DocumentKind kind, DocumentItem item)
    {
        var taxes = item.Taxes.Select(ZuoraInvoices.Tax).ToArray();
        return new JsonObject
        {
            ["id"] = item.Id,
            ["amount"] = item.Net + item.Taxes.Sum(tax => tax.Amount),
            ["amountWithoutTax"] = item.Net,
            ["skuName"] = item.Name,
            ["sku"] = item.Catalog?.Plan.Product.Sku,
            ["description"] = "",
            ["quantity"] = item.Quantity,
            ["unitPrice"] = item.UnitPrice,
            ["unitOfMeasure"] = item.Catalog?.Unit ?? "",
            ["serviceStartDate"] = ZuoraJson.Of(item.ServiceStart),
            ["serviceEndDate"] = ZuoraJson.Of(item.ServiceEnd),
            ["sourceItemId"] = item.SourceItem ?? item.ChargeId,
            ["sourceItemType"] = item.SourceItem is null ? "SubscriptionComponent" : "InvoiceDetail",
            ["subscriptionId"] = item.SubscriptionId,
            ["taxMode"] = item.TaxInclusive ? "TaxInclusive" : "TaxExclusive",
            ["financeInformation"] = new JsonObject
            {
                ["deferredRevenueAccountingCode"] = "Deferred Revenue",
                ["recognizedRevenueAccountingCode"] = "Subscription Revenue",
                ["revenueRecognitionRuleName"] = "Recognize daily over time",
            },
            [kind == DocumentKind.CreditMemo ? "creditTaxItems" : "taxItems"] = new JsonArray([.. taxes.Select(tax => tax.DeepClone())]),
            ["taxationItems"] = new JsonObject { ["data"] = new JsonArray([.. taxes]) },
            ["createdById"] = ZuoraState.User,
            ["createdDate"] = ZuoraJson.Of(item.Created),
            ["updatedById"] = ZuoraState.User,
            ["updatedDate"] = ZuoraJson.Of(item.Updated),
        };
    }

    /// <summary>What of a payment or credit memo stands applied to a document.</summary>
    public static JsonObject Part(Part part) =>
        new()
        {
            ["id"] = part.Id,
            ["amount"] = part.Amount,
            ["invoiceId"] = part.To.Kind == DocumentKind.Invoice ? part.To.Id : null,
            ["debitMemoId"] = part.To.Kind == DocumentKind.DebitMemo ? part.To.Id : null,
            ["createdById"] = ZuoraState.User,
            ["createdDate"] = ZuoraJson.Of(part.Created),
            ["updatedById"] = ZuoraState.User,
            ["updatedDate"] = ZuoraJson.Of(part.Updated),
        };
}
