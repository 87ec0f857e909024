using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Credit notes: what is credited lowers what the invoice still owes, and what is over that goes to the customer.</summary>
internal sealed class StripeCredits(StripeState state, StripeEventLog events, StripeLedger ledger)
{
    /// <summary>Credits a part of an invoice's first line, net, with its share of the line's tax.</summary>
    public JsonObject Credit(JsonObject invoice, long net)
    {
        var credited = invoice.Lines()[0]!.AsObject();
        var kept = Of(invoice.Text("id")).Sum(note => note.Number("subtotal"));
        StripeLedger.Require(invoice.Text("status") is "open" or "paid", "only an issued invoice is credited");
        StripeLedger.Require(net > 0 && net <= credited.Number("amount") - kept, "no more is credited than was charged");
        var lineTax = credited["taxes"]!.AsArray().Sum(tax => tax!.AsObject().Number("amount"));
        var tax = (long)((Int128)lineTax * net / credited.Number("amount"));
        var note = Issue(invoice, credited, net, tax);
        var before = Math.Min(net + tax, invoice.Number("amount_remaining"));
        note["pre_payment_amount"] = before;
        note["post_payment_amount"] = net + tax - before;
        note["type"] = before > 0 ? "pre_payment" : "post_payment";
        if (before < net + tax)
        {
            // What was paid already stands to the customer's credit for the next invoice.
            note["customer_balance_transaction"] = state.NextId("cbtxn");
            var customer = state.Get("customer", invoice.Text("customer"));
            customer["balance"] = customer.Number("balance") - (net + tax - before);
        }

        state.Keep("credit_note", note);
        events.Record("credit_note.created", "credit_note", note);
        ledger.Credit(invoice, before, net + tax - before);
        return note;
    }

    private JsonObject Issue(JsonObject invoice, JsonObject credited, long net, long tax)
    {
        var note = StripeForms.New("credit_note");
        var id = state.NextId("cn");
        note["id"] = id;
        note.Set(net + tax, "amount", "total");
        note.Set(net, "subtotal", "subtotal_excluding_tax", "total_excluding_tax");
        note.Set(state.Now, "created", "effective_at");
        note["currency"] = invoice.Text("currency");
        note["customer"] = invoice.Text("customer");
        note["invoice"] = invoice.Text("id");
        note["number"] = string.Create(
            CultureInfo.InvariantCulture,
            $"{invoice.Text("number")}-CN-{Of(invoice.Text("id")).Count() + 1:D2}"
        );
        note["reason"] = "order_change";
        note["total_taxes"] = StripeLedger.Taxes(tax, net);
        note["lines"]!["url"] = $"/v1/credit_notes/{id}/lines";
        var line = StripeForms.New("credit_note_line_item");
        line["id"] = state.NextId("cnli");
        line["amount"] = net;
        line["description"] = credited.TextOrNull("description");
        line["invoice_line_item"] = credited.Text("id");
        line["quantity"] = 1;
        line["taxes"] = StripeLedger.Taxes(tax, net);
        note.Lines().Add(line);
        return note;
    }

    private IEnumerable<JsonObject> Of(string invoice) =>
        state.All("credit_note").Values.Where(note => note.Text("invoice") == invoice && note.Text("status") != "void");
}
