using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>What people do by hand in the dashboard: make records and change fields, with the events Stripe raises for it.</summary>
internal sealed class StripeHands(
    StripeState state,
    StripeEventLog events,
    StripeLedger ledger,
    StripeCatalog catalog,
    StripeSubscribing subscribing
)
{
    public JsonObject Put(string entity, JsonObject fields)
    {
        var record =
            fields.TextOrNull("id") is { } id && state.Find(entity, id) is { } known ? Change(entity, known, fields) : Make(entity, fields);
        return state.View(entity, record);
    }

    private JsonObject Make(string entity, JsonObject fields)
    {
        var record = StripeForms.New(entity);
        StripeForms.Merge(record, fields);
        record["id"] = fields.TextOrNull("id") ?? state.NextId(StripeState.Prefix(entity));
        record["created"] = fields.NumberOrNull("created") ?? state.Now;
        switch (entity)
        {
            case "customer":
                MakeCustomer(record);
                break;
            case "invoice":
                MakeInvoice(record, fields);
                break;
            case "payment_intent":
                MakePayment(record);
                break;
            case "product":
                catalog.MakeProduct(record);
                break;
            case "price":
                catalog.MakePrice(record);
                break;
            case "subscription":
                subscribing.Make(record, fields);
                break;
            default:
                state.Keep(entity, record);
                Tell(entity, record, "succeeded", []);
                break;
        }

        return record;
    }

    private void MakeCustomer(JsonObject customer)
    {
        var sequence = state.All("customer").Count + 1;
        customer["invoice_prefix"] = string.Create(CultureInfo.InvariantCulture, $"PRE{sequence:D5}");
        state.Keep("customer", customer);
        events.Record("customer.created", "customer", customer);
    }

    private void MakeInvoice(JsonObject invoice, JsonObject fields)
    {
        var asked = invoice.Text("status");
        ledger.Complete(invoice, fields);
        invoice["status"] = "draft";
        state.Keep("invoice", invoice);
        events.Record("invoice.created", "invoice", invoice);
        if (asked != "draft")
        {
            ledger.Finalise(invoice);
        }

        if (invoice.Text("status") != asked)
        {
            invoice["status"] = asked;
            Tell("invoice", invoice, asked, new JsonObject { ["status"] = "open" });
        }
    }

    private void MakePayment(JsonObject payment)
    {
        var succeeded = payment.Text("status") == "succeeded";
        payment["status"] = succeeded ? "requires_payment_method" : payment.Text("status");
        payment["client_secret"] = $"{payment.Text("id")}_secret_pretend";
        state.Keep("payment_intent", payment);
        events.Record("payment_intent.created", "payment_intent", payment);
        if (succeeded)
        {
            ledger.Charge(payment);
        }
    }

    private JsonObject Change(string entity, JsonObject record, JsonObject fields)
    {
        StripeLedger.Require(!state.IsDeleted(record.Text("id")), $"a deleted {entity} stays deleted");
        StripeLedger.Require(fields["lines"] is null, "the lines of an invoice that exists are not changed");
        StripeLedger.Require(fields["items"] is null, "the items of a subscription that exists are not changed by hand");
        StripeCatalog.RequireChangeable(entity, fields);
        var before = record.DeepClone().AsObject();
        StripeForms.Merge(record, fields);
        var previous = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (!JsonNode.DeepEquals(before[name], record[name]))
            {
                previous[name] = before[name]?.DeepClone();
            }
        }

        catalog.Complete(entity, record);
        if (entity == "subscription")
        {
            subscribing.Complete(record, previous);
        }

        var status = previous.ContainsKey("status") ? record.TextOrNull("status") : null;
        if (entity == "invoice" && status == "open" && before.Text("status") == "draft")
        {
            ledger.Finalise(record);
        }
        else if (entity == "payment_intent" && status == "succeeded" && record["latest_charge"] is null)
        {
            ledger.Charge(record);
        }
        else
        {
            Tell(entity, record, status, previous);
        }

        return record;
    }

    private void Tell(string entity, JsonObject record, string? status, JsonObject previous)
    {
        if (entity == "invoice" && status is not null)
        {
            var (stamp, type) = status switch
            {
                "void" => ("voided_at", "invoice.voided"),
                "uncollectible" => ("marked_uncollectible_at", "invoice.marked_uncollectible"),
                "paid" => ("paid_at", "invoice.paid"),
                _ => ("", "invoice.updated"),
            };
            if (stamp.Length > 0)
            {
                record["status_transitions"]![stamp] ??= state.Now;
            }

            events.Record(type, entity, record, previous);
        }
        else if (entity == "payment_intent")
        {
            TellOfPayment(record, status);
        }
        else if (EventOf(entity, status) is { } type)
        {
            events.Record(type, entity, record, previous);
        }
    }

    /// <summary>The event of an edit by hand; Stripe has none for a movement of the balance.</summary>
    private static string? EventOf(string entity, string? status) =>
        entity switch
        {
            "balance_transaction" => null,
            "invoice_payment" => "invoice_payment.paid",
            "charge" when status == "succeeded" => "charge.succeeded",
            "dispute" => "charge.dispute.updated",
            "subscription" when status == "canceled" => "customer.subscription.deleted",
            "subscription" when status == "paused" => "customer.subscription.paused",
            "subscription" => "customer.subscription.updated",
            "credit_note" when status == "void" => "credit_note.voided",
            _ => $"{entity}.updated",
        };

    /// <summary>Stripe has no event for a mere edit of a payment intent; one of its charge tells of it.</summary>
    private void TellOfPayment(JsonObject payment, string? status)
    {
        var type = status switch
        {
            "canceled" => "payment_intent.canceled",
            "processing" => "payment_intent.processing",
            "requires_action" => "payment_intent.requires_action",
            "requires_payment_method" => "payment_intent.payment_failed",
            "requires_capture" => "payment_intent.amount_capturable_updated",
            "succeeded" => "payment_intent.succeeded",
            _ => null,
        };
        if (type is not null)
        {
            events.Record(type, "payment_intent", payment);
        }
        else if (payment.TextOrNull("latest_charge") is { } charge)
        {
            events.Record("charge.updated", "charge", state.Get("charge", charge));
        }
    }
}
