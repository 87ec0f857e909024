using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>What Stripe itself does with invoices and payments: numbers, totals, statuses, events.</summary>
internal sealed class StripeLedger(StripeState state, StripeEventLog events, StripeTreasury treasury)
{
    /// <summary>Makes a draft of lines and tax, and logs it.</summary>
    public JsonObject Draft(JsonObject customer, IReadOnlyList<PlayedLine> lines, long tax)
    {
        var invoice = StripeForms.New("invoice");
        invoice["id"] = state.NextId("in");
        AddressTo(invoice, customer);
        var net = lines.Sum(line => line.Amount);
        var untaxed = tax;
        for (var index = 0; index < lines.Count; index++)
        {
            var share = index == lines.Count - 1 ? untaxed : (net == 0 ? 0 : (long)((Int128)tax * lines[index].Amount / net));
            untaxed -= share;
            invoice.Lines().Add(Line(invoice, lines[index], share));
        }

        invoice["total_taxes"] = Taxes(tax, net);
        Total(invoice, net, tax);
        state.Keep("invoice", invoice);
        events.Record("invoice.created", "invoice", invoice);
        return invoice;
    }

    /// <summary>Completes a draft made by hand: the lines it was given, and the totals it was not.</summary>
    public void Complete(JsonObject invoice, JsonObject given)
    {
        var customer = state.Get(
            "customer",
            given.TextOrNull("customer") ?? throw new ArgumentException("an invoice has a customer", nameof(given))
        );
        AddressTo(invoice, customer);
        invoice["currency"] = given.TextOrNull("currency") ?? invoice.Text("currency");
        var lines = (invoice["lines"] as JsonArray ?? invoice.Lines()).Select(line => line!.DeepClone().AsObject()).ToArray();
        invoice["lines"] = StripeForms.New("invoice")["lines"]!.DeepClone();
        invoice["lines"]!["url"] = $"/v1/invoices/{invoice.Text("id")}/lines";
        foreach (var fields in lines)
        {
            var line = Line(invoice, new PlayedLine("", 1, 0), 0);
            StripeForms.Merge(line, fields);
            line["subtotal"] = line.Number("amount");
            invoice.Lines().Add(line);
        }

        var net = invoice.Lines().Sum(line => line!.AsObject().Number("amount"));
        var tax = invoice["total_taxes"]!.AsArray().Sum(entry => entry!.AsObject().Number("amount"));
        Total(invoice, net, tax);
        StripeForms.Merge(invoice, new JsonObject(given.Where(field => field.Key != "lines").Select(Copy)));
    }

    /// <summary>Finalises a draft: it gets its number; where nothing is owed it is paid.</summary>
    public void Finalise(JsonObject invoice)
    {
        var customer = state.Get("customer", invoice.Text("customer"));
        var sequence = customer.Number("next_invoice_sequence");
        invoice["number"] ??= string.Create(CultureInfo.InvariantCulture, $"{customer.Text("invoice_prefix")}-{sequence:D4}");
        customer["next_invoice_sequence"] = sequence + 1;
        invoice["status"] = "open";
        invoice["effective_at"] = state.Now;
        invoice["status_transitions"]!["finalized_at"] ??= state.Now;
        events.Record("invoice.finalized", "invoice", invoice);
        if (invoice.Number("amount_remaining") <= 0)
        {
            MarkPaid(invoice);
        }
    }

    /// <summary>Voids an open invoice.</summary>
    public void Void(JsonObject invoice)
    {
        Require(invoice.Text("status") is "open" or "uncollectible", "only an open or uncollectible invoice can be voided");
        invoice["status"] = "void";
        invoice["status_transitions"]!["voided_at"] = state.Now;
        events.Record("invoice.voided", "invoice", invoice);
    }

    /// <summary>Changes the first line and with it the totals of an invoice that should not change any more.</summary>
    public void Revise(JsonObject invoice, long by)
    {
        var line = invoice.Lines()[0]!.AsObject();
        line["amount"] = line.Number("amount") + by;
        line["subtotal"] = line.Number("subtotal") + by;
        foreach (var sum in (string[])["subtotal", "subtotal_excluding_tax", "total_excluding_tax", "amount_due", "amount_remaining"])
        {
            invoice[sum] = invoice.Number(sum) + by;
        }

        Miscount(invoice, by);
    }

    /// <summary>Changes the total alone.</summary>
    public void Miscount(JsonObject invoice, long by)
    {
        invoice["total"] = invoice.Number("total") + by;
        events.Record("invoice.updated", "invoice", invoice);
    }

    /// <summary>Lowers what an invoice owes by what a credit note took before, and remembers what it gave back after it was paid.</summary>
    public void Credit(JsonObject invoice, long before, long after)
    {
        invoice["pre_payment_credit_notes_amount"] = invoice.Number("pre_payment_credit_notes_amount") + before;
        invoice["post_payment_credit_notes_amount"] = invoice.Number("post_payment_credit_notes_amount") + after;
        invoice["amount_due"] = invoice.Number("amount_due") - before;
        invoice["amount_remaining"] = invoice.Number("amount_remaining") - before;
        if (before > 0 && invoice.Number("amount_remaining") == 0)
        {
            MarkPaid(invoice);
        }
        else
        {
            events.Record("invoice.updated", "invoice", invoice);
        }
    }

    /// <summary>The charge behind a payment that succeeded.</summary>
    public void Charge(JsonObject payment)
    {
        var charge = StripeForms.New("charge");
        charge["id"] = state.NextId("ch");
        charge.Set(payment.Number("amount"), "amount", "amount_captured");
        charge["created"] = state.Now;
        charge["currency"] = payment.Text("currency");
        charge["customer"] = payment.TextOrNull("customer");
        charge["payment_intent"] = payment.Text("id");
        charge["payment_method"] = payment.TextOrNull("payment_method");
        charge["refunds"]!["url"] = $"/v1/charges/{charge.Text("id")}/refunds";
        state.Keep("charge", charge);
        treasury.Settle(charge);
        payment["latest_charge"] = charge.Text("id");
        payment["amount_received"] = payment.Number("amount");
        payment["status"] = "succeeded";
        events.Record("charge.succeeded", "charge", charge);
        events.Record("payment_intent.succeeded", "payment_intent", payment);
    }

    /// <summary>Refuses applications that a new payment could not make, before anything is made.</summary>
    public void RequireApplicable(long amount, string currency, IReadOnlyList<PlayedApplication> applications)
    {
        Require(applications.Sum(application => application.Amount) <= amount, "a payment pays no more than it is");
        foreach (var invoice in applications.GroupBy(application => application.Invoice, StringComparer.Ordinal))
        {
            RequireOpen(state.Get("invoice", invoice.Key), currency, invoice.Sum(application => application.Amount));
        }
    }

    /// <summary>Applies part of a payment to an invoice.</summary>
    public void Apply(JsonObject payment, PlayedApplication application)
    {
        var invoice = state.Get("invoice", application.Invoice);
        Require(application.Amount > 0, "an application is more than nothing");
        RequireOpen(invoice, payment.Text("currency"), application.Amount);
        Require(application.Amount <= payment.Number("amount_received") - Applied(payment), "a payment pays no more than it is");
        var applied = StripeForms.New("invoice_payment");
        applied["id"] = state.NextId("inpay");
        applied.Set(application.Amount, "amount_paid", "amount_requested");
        applied["created"] = state.Now;
        applied["currency"] = payment.Text("currency");
        applied["invoice"] = application.Invoice;
        applied["is_default"] = false;
        applied["payment"]!["payment_intent"] = payment.Text("id");
        applied["status"] = "paid";
        applied["status_transitions"]!["paid_at"] = state.Now;
        state.Keep("invoice_payment", applied);
        invoice["amount_paid"] = invoice.Number("amount_paid") + application.Amount;
        invoice["amount_remaining"] = invoice.Number("amount_remaining") - application.Amount;
        invoice["attempted"] = true;
        events.Record("invoice_payment.paid", "invoice_payment", applied);
        if (invoice.Number("amount_remaining") == 0)
        {
            MarkPaid(invoice);
        }
    }

    public static void Require(bool allowed, string rule)
    {
        if (!allowed)
        {
            throw new ArgumentException(rule, nameof(allowed));
        }
    }

    private void MarkPaid(JsonObject invoice)
    {
        invoice["status"] = "paid";
        invoice["status_transitions"]!["paid_at"] = state.Now;
        events.Record("invoice.paid", "invoice", invoice);
        events.Record("invoice.payment_succeeded", "invoice", invoice);
    }

    private long Applied(JsonObject payment) => state.Applications(payment.Text("id")).Sum(applied => applied.Number("amount_paid"));

    private void RequireOpen(JsonObject invoice, string currency, long amount)
    {
        Require(invoice.Text("status") is "open" or "uncollectible", "only an open invoice can be paid");
        Require(invoice.Text("currency") == currency, "a payment and its invoice have one currency");
        Require(amount <= invoice.Number("amount_remaining"), "an invoice takes no more than it is owed");
    }

    private void AddressTo(JsonObject invoice, JsonObject customer)
    {
        var id = invoice.Text("id");
        invoice["customer"] = customer.Text("id");
        invoice["currency"] = customer.TextOrNull("currency") ?? "eur";
        invoice["customer_address"] = customer["address"]?.DeepClone();
        invoice["customer_email"] = customer.TextOrNull("email");
        invoice["customer_name"] = customer.TextOrNull("name");
        invoice.Set(state.Now, "created", "period_start", "period_end");
        invoice["due_date"] = state.Now + (30 * 86_400);
        if (invoice["lines"] is JsonObject lines)
        {
            lines["url"] = $"/v1/invoices/{id}/lines";
        }
    }

    private JsonObject Line(JsonObject invoice, PlayedLine played, long tax)
    {
        var line = StripeForms.New("line_item");
        line["id"] = state.NextId("il");
        line.Set(played.Amount, "amount", "subtotal");
        line["currency"] = invoice.Text("currency");
        line["description"] = played.Description;
        line["invoice"] = invoice.Text("id");
        line["parent"]!["invoice_item_details"]!["invoice_item"] = state.NextId("ii");
        line["period"] = new JsonObject { ["start"] = state.Now, ["end"] = state.Now };
        line["quantity"] = played.Quantity;
        line["quantity_decimal"] = played.Quantity.ToString(CultureInfo.InvariantCulture);
        var unit = played.Quantity == 0 ? played.Amount : decimal.Round((decimal)played.Amount / played.Quantity, 12);
        line["pricing"]!["unit_amount_decimal"] = unit.ToString("0.############", CultureInfo.InvariantCulture);
        line["taxes"] = Taxes(tax, played.Amount);
        return line;
    }

    public static JsonArray Taxes(long tax, long taxable) =>
        tax == 0
            ? []
            :
            [
                new JsonObject
                {
                    ["amount"] = tax,
                    ["tax_behavior"] = "exclusive",
                    ["tax_rate_details"] = new JsonObject { ["tax_rate"] = "txr_00000000000001" },
                    ["taxability_reason"] = "standard_rated",
                    ["taxable_amount"] = taxable,
                    ["type"] = "tax_rate_details",
                },
            ];

    private static void Total(JsonObject invoice, long net, long tax)
    {
        invoice.Set(net, "subtotal", "subtotal_excluding_tax", "total_excluding_tax");
        invoice["total"] = net + tax;
        invoice.Set(Math.Max(0, net + tax), "amount_due", "amount_remaining");
    }

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> field) => new(field.Key, field.Value?.DeepClone());
}
