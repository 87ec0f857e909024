using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Tests.Core.Records;

/// <summary>One record of each type that keeps every rule, written out; each list that holds words has an element.</summary>
internal static class SoundRecord
{
    private const string Core = """
        "entity": "de", "number": "D-1", "account": "acc_AAAAAAAAAAAAAAAAAAAAAA", "issuedOn": "2026-01-31", "dueOn": "2026-03-02", "currency": "EUR",
        "taxPointOn": "2026-01-31", "accountingOn": "2026-02-01", "status": "open", "exchangeRate": {"to": "USD", "rate": 1.0857, "source": "ECB", "on": "2026-01-30"},
        "lines": [
          {"id": "1", "kind": "charge", "description": "Seats", "quantity": 10, "unitPrice": 1.00, "gross": {"minorUnits": 1000, "currency": "EUR"},
           "amount": {"minorUnits": 1000, "currency": "EUR"}, "serviceStart": "2026-01-01", "serviceEnd": "2026-01-31",
           "taxes": [{"jurisdiction": "DE", "code": "S19", "rate": 0.19, "base": {"minorUnits": 900, "currency": "EUR"}, "amount": {"minorUnits": 171, "currency": "EUR"}}]},
          {"id": "2", "kind": "discount", "appliesTo": "1", "description": "Partner", "quantity": 1, "amount": {"minorUnits": -100, "currency": "EUR"}},
          {"id": "3", "kind": "rounding", "description": "Rounding", "quantity": 1, "amount": {"minorUnits": -1, "currency": "EUR"}}
        ],
        "tax": {"minorUnits": 171, "currency": "EUR"}, "total": {"minorUnits": 1070, "currency": "EUR"}
        """;

    public static JsonObject Of(RecordType type) => JsonNode.Parse(type is RecordType.Invoice ? $"{{{Core}}}" : Text(type))!.AsObject();

    private static string Text(RecordType type) => Parties(type) ?? Documents(type) ?? Movements(type) ?? Ledger(type);

    private static string? Parties(RecordType type) =>
        type switch
        {
            RecordType.Customer => """
                {"entity": "de", "number": "C-1", "name": "Acme GmbH", "taxRegistrations": [{"country": "DE", "number": "DE123456789"}],
                 "exemptions": [{"jurisdiction": "US-CA", "validFrom": "2026-01-01", "validUntil": "2026-12-31"}]}
                """,
            RecordType.BillingAccount => """
                {"entity": "de", "number": "A-1", "name": "Acme GmbH", "taxStatus": "taxable", "purchaseOrderRule": "required",
                 "invoiceContacts": [{"email": "billing@example.com"}], "dimensions": [{"name": "department", "value": "10"}, {"name": "class", "value": "B"}]}
                """,
            RecordType.Contact => """{"entity": "de", "name": "Ada", "customer": "cus_AAAAAAAAAAAAAAAAAAAAAA", "role": "billing"}""",
            RecordType.Product => """
                {"entity": "de", "sku": "SEAT", "name": "Seat", "prices": [
                  {"id": "p1", "currency": "EUR", "model": "per-unit", "amount": 1.00, "period": "month", "periodCount": 1, "timing": "advance"},
                  {"id": "p2", "currency": "EUR", "model": "tiered", "period": "month", "timing": "arrears", "tiers": [{"unitPrice": 0.5}, {"upTo": 10, "unitPrice": 1}]}]}
                """,
            _ => null,
        };

    private static string? Documents(RecordType type) =>
        type switch
        {
            RecordType.Order => """
                {"entity": "de", "number": "O-1", "account": "acc_AAAAAAAAAAAAAAAAAAAAAA", "quote": "Q-1", "currency": "EUR", "orderedOn": "2026-01-01", "status": "open", "lines": [
                  {"id": "1", "action": "new", "sku": "SEAT", "quantity": 10, "quantityChange": 10, "listPrice": 100, "discount": 10.00, "netPrice": 90, "effectiveOn": "2026-01-01",
                   "serviceStart": "2026-01-01", "serviceEnd": "2026-12-31", "term": {"kind": "termed", "length": 12, "unit": "month"}},
                  {"id": "2", "action": "add", "sku": "SEAT", "quantity": 12, "quantityChange": 2, "effectiveOn": "2026-01-01", "subscription": "sub_AAAAAAAAAAAAAAAAAAAAAA", "subscriptionVersion": 3}]}
                """,
            RecordType.Subscription => """
                {"entity": "de", "number": "S-1", "version": 1, "account": "acc_AAAAAAAAAAAAAAAAAAAAAA", "status": "active", "term": {"kind": "termed", "length": 1, "unit": "year"}, "lines": [
                  {"id": "1", "sku": "SEAT", "model": "per-unit", "quantity": 10, "unitPrice": 9.5, "currency": "EUR", "period": "month", "timing": "advance",
                   "startsOn": "2026-01-01", "endsOn": "2026-12-31"}]}
                """,
            RecordType.DebitMemo => $$"""{{{Core}}, "invoice": "inv_AAAAAAAAAAAAAAAAAAAAAA", "reason": "price was too low"}""",
            RecordType.CreditNote => $$"""{{{Core}}, "invoice": "inv_AAAAAAAAAAAAAAAAAAAAAA", "reason": "seats returned"}""",
            RecordType.DocumentState => """
                {"entity": "de", "invoice": "inv_AAAAAAAAAAAAAAAAAAAAAA", "balance": {"minorUnits": 500, "currency": "EUR"}, "paidStatus": "partly-paid", "dunningStage": "2"}
                """,
            _ => null,
        };

    private static string? Movements(RecordType type) =>
        type switch
        {
            RecordType.Payment => """
                {"entity": "de", "account": "acc_AAAAAAAAAAAAAAAAAAAAAA", "amount": {"minorUnits": 1000, "currency": "EUR"}, "receivedOn": "2026-02-01", "method": "card",
                 "processorReference": "p_1", "status": "succeeded", "madeBy": "bank", "remittanceText": "D-1",
                 "applications": [{"invoice": "inv_AAAAAAAAAAAAAAAAAAAAAA", "amount": {"minorUnits": 1000, "currency": "EUR"}, "appliedOn": "2026-02-01"}]}
                """,
            RecordType.Application => """
                {"entity": "de", "payment": "pay_AAAAAAAAAAAAAAAAAAAAAA", "invoice": "inv_AAAAAAAAAAAAAAAAAAAAAA", "amount": {"minorUnits": 980, "currency": "EUR"},
                 "appliedOn": "2026-02-01", "discount": {"minorUnits": 20, "currency": "EUR"}, "reason": "2 % for early payment", "reversed": true, "reversedOn": "2026-02-02"}
                """,
            RecordType.Refund => """
                {"entity": "de", "payment": "pay_AAAAAAAAAAAAAAAAAAAAAA", "amount": {"minorUnits": 100, "currency": "EUR"}, "refundedOn": "2026-02-03", "method": "card",
                 "processorReference": "r_1", "status": "succeeded", "madeBy": "processor"}
                """,
            RecordType.Dispute => """
                {"entity": "de", "payment": "pay_AAAAAAAAAAAAAAAAAAAAAA", "amount": {"minorUnits": 1000, "currency": "EUR"}, "openedOn": "2026-02-03", "processorReference": "d_1",
                 "status": "won", "withdrawn": {"minorUnits": 1000, "currency": "EUR"}, "withdrawnOn": "2026-02-03", "reinstated": {"minorUnits": 1000, "currency": "EUR"},
                 "reinstatedOn": "2026-03-03", "evidenceDueOn": "2026-02-20"}
                """,
            RecordType.SettlementItem => """
                {"entity": "de", "processorAccount": "pa_1", "processorReference": "t_1", "kind": "charge", "payment": "pay_AAAAAAAAAAAAAAAAAAAAAA",
                 "gross": {"minorUnits": 1000, "currency": "EUR"}, "fees": [{"kind": "processing", "amount": {"minorUnits": 40, "currency": "EUR"}},
                 {"kind": "tax", "amount": {"minorUnits": 10, "currency": "EUR"}}], "net": {"minorUnits": 950, "currency": "EUR"},
                 "original": {"minorUnits": 1086, "currency": "USD"}, "rate": 0.9208, "createdOn": "2026-02-01", "availableOn": "2026-02-03", "payoutReference": "po_1"}
                """,
            RecordType.Payout => """
                {"entity": "de", "processorAccount": "pa_1", "processorReference": "po_1", "amount": {"minorUnits": 950, "currency": "EUR"}, "arrivesOn": "2026-02-05", "status": "paid",
                 "initiation": "automatic", "itemCount": 1, "itemTotal": {"minorUnits": 950, "currency": "EUR"}}
                """,
            _ => null,
        };

    private static string Ledger(RecordType type) =>
        type switch
        {
            RecordType.JournalEntry => """
                {"entity": "de", "number": "J-1", "postedOn": "2026-01-31", "status": "posted", "lines": [
                  {"id": "1", "glAccount": "1200", "debit": {"minorUnits": 100, "currency": "EUR"}},
                  {"id": "2", "glAccount": "4400", "credit": {"minorUnits": 60, "currency": "EUR"}, "dimensions": [{"name": "department", "value": "10"}]},
                  {"id": "3", "glAccount": "4401", "credit": {"minorUnits": 40, "currency": "EUR"}}]}
                """,
            RecordType.BillRun => """
                {"entity": "de", "number": "R-1", "periodStart": "2026-01-01", "periodEnd": "2026-01-31", "expectedCount": 2, "status": "posted",
                 "expectedTotals": [{"total": {"minorUnits": 1000, "currency": "EUR"}}, {"total": {"minorUnits": 5, "currency": "JPY"}}]}
                """,
            RecordType.UsageBatch => """
                {"entity": "de", "number": "U-1", "periodStart": "2026-01-01", "periodEnd": "2026-01-31", "expected": 100, "received": 100, "rated": 97, "rejected": 3}
                """,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a sound record is written out"),
        };
}
