using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Records as the object API and queries show them: names in capitals, no lists within.</summary>
internal static class ZuoraObjects
{
    public static JsonObject Of(Account account, ZuoraBalances balances) =>
        Stamped(
            account,
            new JsonObject
            {
                ["AccountNumber"] = account.Number,
                ["Name"] = account.Name,
                ["Currency"] = account.Currency,
                ["Status"] = account.Status,
                ["Batch"] = account.Fields["batch"]?.DeepClone(),
                ["BillCycleDay"] = account.Fields["billCycleDay"]?.DeepClone(),
                ["PaymentTerm"] = account.Fields["paymentTerm"]?.DeepClone(),
                ["ParentId"] = account.Fields["parentId"]?.DeepClone(),
                ["CrmId"] = account.Fields["crmId"]?.DeepClone(),
                ["Notes"] = account.Fields["notes"]?.DeepClone(),
                ["BillToId"] = account.BillTo,
                ["SoldToId"] = account.SoldTo,
                ["TaxExemptStatus"] = account.TaxInfo.Text("exemptStatus") ?? "No",
                ["VATId"] = account.TaxInfo["VATId"]?.DeepClone(),
                ["Balance"] = balances.Open(account, DocumentKind.Invoice),
                ["TotalInvoiceBalance"] = balances.Open(account, DocumentKind.Invoice),
            }
        );

    public static JsonObject Of(Contact contact) =>
        Stamped(contact, new JsonObject { ["AccountId"] = contact.AccountId }.With(contact.Fields));

    public static JsonObject Of(Subscription subscription, SubscriptionVersion version) =>
        Stamped(
            version,
            new JsonObject
            {
                ["Name"] = subscription.Number,
                ["AccountId"] = subscription.AccountId,
                ["InvoiceOwnerId"] = subscription.AccountId,
                ["CreatorAccountId"] = subscription.AccountId,
                ["OriginalId"] = subscription.Versions[0].Id,
                ["PreviousSubscriptionId"] = version.Version > 1 ? subscription.Versions[version.Version - 2].Id : null,
                ["Version"] = version.Version,
                ["Status"] = version == subscription.Latest ? version.Status : "Expired",
                ["TermType"] = version.TermEnd is null ? "EVERGREEN" : "TERMED",
                ["AutoRenew"] = version.AutoRenew,
                ["InitialTerm"] = version.InitialTerm,
                ["RenewalTerm"] = version.RenewalTerm,
                ["ContractEffectiveDate"] = ZuoraJson.Of(version.Start),
                ["SubscriptionStartDate"] = ZuoraJson.Of(version.Start),
                ["SubscriptionEndDate"] = ZuoraJson.Of(version.TermEnd),
                ["TermStartDate"] = ZuoraJson.Of(version.TermStart),
                ["TermEndDate"] = ZuoraJson.Of(version.TermEnd),
                ["CancelledDate"] = ZuoraJson.Of(version.Cancelled),
                ["OriginalCreatedDate"] = ZuoraJson.Of(subscription.Versions[0].Created),
            }
        );

    public static JsonObject Of(Document invoice) =>
        Stamped(
            invoice,
            new JsonObject
            {
                ["InvoiceNumber"] = invoice.Number,
                ["AccountId"] = invoice.Account.Id,
                ["Status"] = invoice.Status,
                ["InvoiceDate"] = ZuoraJson.Of(invoice.Day),
                ["DueDate"] = ZuoraJson.Of(invoice.Due),
                ["TargetDate"] = ZuoraJson.Of(invoice.TargetDate),
                ["PostedDate"] = ZuoraJson.Of(invoice.Posted),
                ["PostedBy"] = invoice.Posted is null ? null : ZuoraState.User,
                ["Amount"] = invoice.Total,
                ["AmountWithoutTax"] = invoice.Net,
                ["TaxAmount"] = invoice.Tax,
                ["TaxExemptAmount"] = invoice.Exempt,
                ["Balance"] = invoice.Balance,
                ["PaymentAmount"] = invoice.Applied,
                ["RefundAmount"] = invoice.Refunded,
                ["AdjustmentAmount"] = 0m,
                ["Comments"] = invoice.Comment,
            }
        );

    public static JsonObject Of(Document invoice, DocumentItem item) =>
        Stamped(
            item,
            new JsonObject
            {
                ["InvoiceId"] = invoice.Id,
                ["AppliedToInvoiceItemId"] = item.AppliedTo,
                ["ChargeName"] = item.Name,
                ["ChargeAmount"] = item.Net,
                ["ChargeDate"] = ZuoraJson.Of(item.Created),
                ["ProcessingType"] = item.AppliedTo is null ? 0 : 1,
                ["ProductName"] = item.Catalog?.Plan.Product.Name,
                ["SKU"] = item.Catalog?.Plan.Product.Sku,
                ["Quantity"] = item.Quantity,
                ["UnitPrice"] = item.UnitPrice,
                ["UOM"] = item.Catalog?.Unit,
                ["RatePlanChargeId"] = item.ChargeId,
                ["SubscriptionId"] = item.SubscriptionId,
                ["ServiceStartDate"] = ZuoraJson.Of(item.ServiceStart),
                ["ServiceEndDate"] = ZuoraJson.Of(item.ServiceEnd),
                ["TaxAmount"] = item.Taxes.Sum(tax => tax.Amount),
                ["TaxExemptAmount"] = item.Taxes.Sum(tax => tax.Exempt),
                ["TaxMode"] = item.TaxInclusive ? "TaxInclusive" : "TaxExclusive",
                ["TaxCode"] = item.Taxes.FirstOrDefault()?.Rule.Code,
            }
        );

    public static JsonObject Of(DocumentItem item, TaxItem tax) =>
        new()
        {
            ["Id"] = tax.Id,
            ["InvoiceItemId"] = item.Id,
            ["Name"] = tax.Rule.Name,
            ["Jurisdiction"] = tax.Rule.Jurisdiction,
            ["LocationCode"] = tax.Rule.LocationCode,
            ["TaxCode"] = tax.Rule.Code,
            ["TaxRate"] = tax.Rule.Rate,
            ["TaxRateType"] = "Percentage",
            ["TaxAmount"] = tax.Amount,
            ["ExemptAmount"] = tax.Exempt,
            ["TaxDate"] = ZuoraJson.Of(tax.Day),
            ["CreatedDate"] = ZuoraJson.Of(item.Created),
            ["UpdatedDate"] = ZuoraJson.Of(item.Updated),
        };

    public static JsonObject Of(Payment payment) =>
        Stamped(
            payment,
            new JsonObject
            {
                ["PaymentNumber"] = payment.Number,
                ["AccountId"] = payment.AccountId,
                ["Amount"] = payment.Amount,
                ["AppliedAmount"] = payment.Applied,
                ["UnappliedAmount"] = payment.Unapplied,
                ["RefundAmount"] = payment.Refunded,
                ["Currency"] = payment.Currency,
                ["EffectiveDate"] = ZuoraJson.Of(payment.Day),
                ["ReferenceId"] = payment.Reference,
                ["Status"] = payment.Status,
                ["Type"] = payment.Type,
            }
        );

    public static JsonObject Of(Refund refund) =>
        Stamped(
            refund,
            new JsonObject
            {
                ["RefundNumber"] = refund.Number,
                ["AccountId"] = refund.Payment.AccountId,
                ["Amount"] = refund.Amount,
                ["MethodType"] = refund.MethodType,
                ["ReferenceID"] = refund.Reference,
                ["RefundDate"] = ZuoraJson.Of(refund.Day),
                ["Status"] = refund.Status,
                ["Type"] = refund.Type,
            }
        );

    public static JsonObject Of(BillRun run) =>
        Stamped(
            run,
            new JsonObject
            {
                ["BillRunNumber"] = run.Number,
                ["AccountId"] = run.AccountId,
                ["Status"] = run.Status,
                ["TargetDate"] = ZuoraJson.Of(run.TargetDate),
                ["InvoiceDate"] = ZuoraJson.Of(run.InvoiceDate),
                ["ExecutedDate"] = ZuoraJson.Of(run.Created),
                ["NumberOfAccounts"] = run.Documents.Select(document => document.Account.Id).Distinct(StringComparer.Ordinal).Count(),
                ["NumberOfInvoices"] = run.Documents.Count(document => document.Kind == DocumentKind.Invoice),
                ["AutoPost"] = run.Documents.Exists(document => document.Posted is not null),
                ["AutoEmail"] = false,
                ["AutoRenewal"] = false,
                ["InvoicesEmailed"] = false,
                ["NoEmailForZeroAmountInvoice"] = true,
                ["Batch"] = "Batch1",
                ["BillCycleDay"] = "AllBillCycleDays",
            }
        );

    public static JsonObject Of(Usage usage) =>
        Stamped(
            usage,
            new JsonObject
            {
                ["AccountId"] = usage.AccountId,
                ["UOM"] = usage.Unit,
                ["Quantity"] = usage.Quantity,
                ["StartDateTime"] = ZuoraJson.Of(new DateTimeOffset(usage.Day, TimeOnly.MinValue, TimeSpan.Zero)),
                ["RbeStatus"] = usage.Billed ? "Processed" : "Pending",
            }
        );

    public static JsonObject Of(CatalogProduct product) =>
        Stamped(
            product.Id,
            product.Created,
            product.Updated,
            new JsonObject
            {
                ["Name"] = product.Name,
                ["SKU"] = product.Sku,
                ["Description"] = product.Description,
                ["Category"] = "Base Products",
                ["EffectiveStartDate"] = ZuoraJson.Of(product.From),
                ["EffectiveEndDate"] = ZuoraJson.Of(product.Until),
            }.With(product.Custom)
        );

    public static JsonObject Of(CatalogPlan plan) =>
        Stamped(
            plan.Id,
            plan.Created,
            plan.Updated,
            new JsonObject
            {
                ["Name"] = plan.Name,
                ["Description"] = plan.Description,
                ["ProductId"] = plan.Product.Id,
                ["EffectiveStartDate"] = ZuoraJson.Of(plan.From),
                ["EffectiveEndDate"] = ZuoraJson.Of(plan.Until),
            }.With(plan.Custom)
        );

    public static JsonObject Of(CatalogCharge charge) =>
        Stamped(
            charge.Id,
            charge.Created,
            charge.Updated,
            new JsonObject
            {
                ["Name"] = charge.Name,
                ["ProductRatePlanId"] = charge.Plan.Id,
                ["ChargeType"] = charge.Type,
                ["UOM"] = charge.Unit,
                ["DefaultQuantity"] = charge.DefaultQuantity,
            }
        );

    private static JsonObject Stamped(ZuoraRecord record, JsonObject fields) =>
        Stamped(record.Id, record.Created, record.Updated, fields).With(record.Custom);

    private static JsonObject Stamped(string id, DateTimeOffset created, DateTimeOffset updated, JsonObject fields)
    {
        var view = new JsonObject
        {
            ["Id"] = id,
            ["CreatedById"] = ZuoraState.User,
            ["CreatedDate"] = ZuoraJson.Of(created),
            ["UpdatedById"] = ZuoraState.User,
            ["UpdatedDate"] = ZuoraJson.Of(updated),
        };
        // Zuora leaves a field without a value out.
        foreach (var (name, value) in fields.Where(field => field.Value is not null))
        {
            view[name] = value!.DeepClone();
        }

        return view;
    }
}
