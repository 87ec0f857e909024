using System.Buffers;
using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Reads records as they are now, each complete: every page of every list that belongs to it.</summary>
internal sealed class StripeRecords(StripeCalls calls)
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
            StripeKind.Invoice => await ReadInvoiceAsync(id, cancellationToken),
            StripeKind.PaymentIntent => await ReadPaymentAsync(id, cancellationToken),
            _ => throw new InvariantException($"a type that the kind declares, not {type}"),
        };
    }

    private async Task<Outcome<RecordReading>> ReadCustomerAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync((api, key, token) => api.GetCustomerAsync(id, key, token), cancellationToken);
        if (!read.TryGet(out var customer, out var fault))
        {
            return fault;
        }

        return customer.IsMissing ? new RecordReading.Missing()
            : customer.Body.IsTrue("deleted") ? new RecordReading.Deleted(MarkerOf(customer.Date, customer.Date))
            : new RecordReading.Found(StripeMerge.Write(customer.Body, null, null), MarkerOf(customer.Date, customer.Date));
    }

    private async Task<Outcome<RecordReading>> ReadInvoiceAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync((api, key, token) => api.GetInvoiceAsync(id, key, token), cancellationToken);
        if (!read.TryGet(out var invoice, out var fault))
        {
            return fault;
        }

        if (invoice.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (invoice.Body.Object("lines") is not { } first)
        {
            return new Fault.Rejected("unreadable-invoice", "an invoice without lines");
        }

        var lines = new StripePages();
        var failed =
            lines.Add(first, invoice.Date)
            ?? await ReadRestAsync(
                lines,
                (api, key, token) => api.ListInvoiceLinesAsync(id, StripeOptions.PageSize, lines.After, key, token),
                cancellationToken
            );
        return failed is not null
            ? failed
            : new RecordReading.Found(StripeMerge.Write(invoice.Body, "lines", lines.Items), MarkerOf(invoice.Date, lines.Date));
    }

    private async Task<Outcome<RecordReading>> ReadPaymentAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, key, token) => api.GetPaymentIntentAsync(id, "latest_charge", key, token),
            cancellationToken
        );
        if (!read.TryGet(out var payment, out var fault))
        {
            return fault;
        }

        if (payment.IsMissing)
        {
            return new RecordReading.Missing();
        }

        var applied = new StripePages();
        var failed = await ReadRestAsync(
            applied,
            (api, key, token) => api.ListInvoicePaymentsAsync(new InvoicePaymentsQuery(id, applied.After), key, token),
            cancellationToken
        );
        return failed is not null
            ? failed
            : new RecordReading.Found(
                StripeMerge.Write(payment.Body, "invoice_payments", applied.Items),
                MarkerOf(payment.Date, applied.Date)
            );
    }

    private async Task<Fault?> ReadRestAsync(StripePages pages, StripeCalls.Read next, CancellationToken cancellationToken)
    {
        while (pages.HasMore)
        {
            var read = await calls.ReadAsync(next, cancellationToken);
            if (!read.TryGet(out var page, out var fault))
            {
                return fault;
            }

            if (page.IsMissing)
            {
                // The record was there a moment ago: it, or the entry to start after, went away between two pages.
                return new Fault.Transient("a list changed while it was read");
            }

            if (pages.Add(page.Body, page.Date) is { } unreadable)
            {
                return unreadable;
            }
        }

        return null;
    }

    /// <summary>What was put together from several answers is as old as the first and may be as new as the last.</summary>
    private static Marker MarkerOf(DateTimeOffset first, DateTimeOffset last) =>
        new(first - StripeOptions.ReadMargin, last + StripeOptions.ReadMargin);
}

/// <summary>Writes a record with one list of it replaced by all of its pages.</summary>
internal static class StripeMerge
{
    public static ReadOnlyMemory<byte> Write(JsonElement record, string? list, List<JsonElement>? items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in record.EnumerateObject())
            {
                // A client secret lets its bearer act on the payment: the hub has no use for it and does not keep it.
                if (!property.NameEquals(list) && !property.NameEquals("client_secret"))
                {
                    property.WriteTo(writer);
                }
            }

            if (list is not null && items is not null)
            {
                writer.WriteStartObject(list);
                writer.WriteString("object", "list");
                writer.WriteStartArray("data");
                items.ForEach(item => item.WriteTo(writer));
                writer.WriteEndArray();
                writer.WriteBoolean("has_more", false);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
