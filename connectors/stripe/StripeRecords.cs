using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Reads records as they are now, each complete: every page of every list that belongs to it.</summary>
internal sealed class StripeRecords(
    StripeCalls calls,
    StripeSettlement settlement,
    StripeProducts products,
    StripeSubscriptions subscriptions
)
{
    private const int MaxId = 255;

    public async Task<Outcome<RecordReading>> ReadAsync(string type, string id, CancellationToken cancellationToken)
    {
        // The id becomes part of a path: escaping keeps its other characters, but nothing escapes a dot.
        if (id is "" or "." or ".." || id.Length > MaxId)
        {
            return new Fault.Invalid("id", "a Stripe id has 1 to 255 characters and is no path");
        }

        return type switch
        {
            StripeKind.Customer => await ReadCustomerAsync(id, cancellationToken),
            StripeKind.Invoice => await ReadDocumentAsync("invoices", id, cancellationToken),
            StripeKind.CreditNote => await ReadDocumentAsync("credit_notes", id, cancellationToken),
            StripeKind.PaymentIntent => await ReadPaymentAsync(id, cancellationToken),
            StripeKind.Refund => await ReadRefundAsync(id, cancellationToken),
            StripeKind.Dispute => await ReadDisputeAsync(id, cancellationToken),
            StripeKind.Product => await products.ReadAsync(id, cancellationToken),
            StripeKind.Subscription => await subscriptions.ReadAsync(id, cancellationToken),
            StripeKind.BalanceTransaction => await settlement.ReadItemAsync(id, cancellationToken),
            StripeKind.Payout => await settlement.ReadPayoutAsync(id, cancellationToken),
            StripeKind.PayoutItems => await settlement.ListAsync(id, cancellationToken),
            _ => throw new InvariantException($"a type that the kind declares, not {type}"),
        };
    }

    private async Task<Outcome<RecordReading>> ReadCustomerAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("customers", id, [], cancellationToken);
        if (!read.TryGet(out var customer, out var fault))
        {
            return fault;
        }

        return customer.IsMissing ? new RecordReading.Missing()
            : customer.Body.IsTrue("deleted") ? new RecordReading.Deleted(customer.AsRead)
            : new RecordReading.Found(StripeForm.Write(customer.Body), customer.AsRead);
    }

    /// <summary>An invoice or a credit note.</summary>
    private async Task<Outcome<RecordReading>> ReadDocumentAsync(string collection, string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync(collection, id, [], cancellationToken);
        if (!read.TryGet(out var document, out var fault))
        {
            return fault;
        }

        if (document.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (document.Body.Object("lines") is not { } first)
        {
            return new Fault.Rejected("unreadable-document", "a document without lines");
        }

        var lines = new StripePages();
        var failed =
            lines.Add(first, document.Date)
            ?? await calls.ReadRestAsync(
                lines,
                (api, key, token) => api.ListOfAsync(collection, id, "lines", new StripeQuery { After = lines.After }, key, token),
                cancellationToken
            );
        return failed is not null
            ? failed
            : new RecordReading.Found(
                StripeForm.Write(document.Body, StripeForm.List("lines", lines.Items)),
                document.AsReadUntil(lines.Date)
            );
    }

    private async Task<Outcome<RecordReading>> ReadPaymentAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("payment_intents", id, ["latest_charge"], cancellationToken);
        if (!read.TryGet(out var payment, out var fault))
        {
            return fault;
        }

        if (payment.IsMissing)
        {
            return new RecordReading.Missing();
        }

        var applied = new StripePages();
        var ofPayment = new StripeQuery { PaymentType = "payment_intent", PaymentIntent = id };
        var failed = await calls.ReadRestAsync(
            applied,
            (api, key, token) => api.ListAsync("invoice_payments", ofPayment with { After = applied.After }, key, token),
            cancellationToken
        );
        return failed is not null
            ? failed
            : new RecordReading.Found(
                StripeForm.Write(payment.Body, StripeForm.List("invoice_payments", applied.Items)),
                payment.AsReadUntil(applied.Date)
            );
    }

    /// <summary>With its charge, which tells how the money came and, of a payment that is no payment intent, whose it was.</summary>
    private async Task<Outcome<RecordReading>> ReadRefundAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("refunds", id, ["charge"], cancellationToken);
        return !read.TryGet(out var refund, out var fault) ? fault
            : refund.IsMissing ? new RecordReading.Missing()
            : new RecordReading.Found(StripeForm.Write(refund.Body), refund.AsRead);
    }

    private async Task<Outcome<RecordReading>> ReadDisputeAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("disputes", id, [], cancellationToken);
        if (!read.TryGet(out var dispute, out var fault))
        {
            return fault;
        }

        if (dispute.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (dispute.Body.Array("balance_transactions") is not { } movements)
        {
            return new Fault.Rejected("unreadable-dispute", "a dispute without its balance transactions");
        }

        JsonElement[] moved = [.. movements.EnumerateArray()];
        StripeField[] funds = [.. Moved(moved, "withdrawn", "dispute", -1), .. Moved(moved, "reinstated", "dispute_reversal", 1)];
        return new RecordReading.Found(StripeForm.Write(dispute.Body, StripeForm.Object("funds", funds)), dispute.AsRead);
    }

    /// <summary>
    /// What of a dispute's movements went one way, as one positive amount since its first day; nothing where nothing moved. A second withdrawal, after
    /// the payer's bank tried again, adds to the first.
    /// </summary>
    private static IEnumerable<StripeField> Moved(JsonElement[] movements, string name, string category, int sign)
    {
        JsonElement[] moved = [.. movements.Where(movement => movement.Text("reporting_category") == category)];
        if (moved.Length == 0)
        {
            return [];
        }

        var amount = sign * StripeForm.Sum(moved, "amount");
        var since = moved.Min(movement => movement.Integer("created") ?? 0);
        return
        [
            StripeForm.Object(
                name,
                StripeForm.Number("amount", amount),
                StripeForm.Text("currency", moved[0].Text("currency")),
                StripeForm.Number("created", since)
            ),
        ];
    }
}
