using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Event → notices: which records an event says may have changed.</summary>
internal static class StripeEvents
{
    /// <summary>The type of what was found on a list and no event tells of. Stripe has no such event.</summary>
    private const string FoundOnList = "hub.listed";

    private const string Price = "price";

    /// <summary>Whether the hub reads events of this type.</summary>
    public static bool AreRead(string type) => Family(type) is not null;

    /// <summary>A record found on a list, as the event that should have told of it: what it is, and when Stripe listed it.</summary>
    public static PolledDelivery Listed(string type, string id, StripeWindow window, DateTimeOffset date)
    {
        // A movement of the balance is found again by each overlapping poll and does not change: once is enough. A window over records of any other
        // type is a backfill's, and the next backfill reads them again.
        var eventId =
            type == StripeKind.BalanceTransaction
                ? $"{type}:{id}"
                : string.Create(CultureInfo.InvariantCulture, $"{type}:{id}:{window.Until}");
        var envelope = new Listing(eventId, FoundOnList, date.ToUnixTimeSeconds(), new ListedData(new ListedObject(id, type)));
        return new PolledDelivery(eventId, JsonSerializer.SerializeToUtf8Bytes(envelope, StripeJsonContext.Default.Listing));
    }

    /// <summary>The notices of an event; a type the hub does not read gives none.</summary>
    public static Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body)
    {
        if (!VendorJson.TryParse(body, out var envelope) || envelope.Text("type") is not { } type)
        {
            return new Fault.Invalid("type", "an event is a JSON object with a type");
        }

        if (Family(type) is not { } family)
        {
            return Outcome(Array.Empty<Notice>());
        }

        if (envelope.Integer("created") is not { } created || created is < 0 or > 253_402_300_799)
        {
            return new Fault.Invalid("created", "an event was created at a Unix time in seconds");
        }

        if (envelope.Object("data")?.Object("object") is not { } subject)
        {
            return new Fault.Invalid("data.object", "an event carries the object it is about");
        }

        var marker = Marker.At(DateTimeOffset.FromUnixTimeSeconds(created));
        if (family == "charge")
        {
            return Outcome([.. OfCharge(subject, marker)]);
        }

        if (family == Price)
        {
            return subject.Reference("product") is { } product
                ? Outcome(new Notice(StripeKind.Product, product, marker, null))
                : new Fault.Invalid("data.object.product", "a price is of a product");
        }

        if (family == "invoice_payment")
        {
            return Outcome([.. OfInvoicePayment(subject, marker)]);
        }

        if ((family == FoundOnList ? subject.Text("object") : family) is not { } about)
        {
            return new Fault.Invalid("data.object.object", "an object says what it is");
        }

        return subject.Text("id") is { } id
            ? Outcome([new Notice(about, id, marker, Embedded(envelope, type, subject)), .. Besides(about, id, subject, marker)])
            : new Fault.Invalid("data.object.id", $"a {about} has an id");
    }

    /// <summary>
    /// The object an event type is about. A customer's own events are listed one by one: <c>customer.</c> also begins those of its
    /// subscriptions, tax ids and sources. <c>invoice.upcoming</c> previews an invoice that does not exist.
    /// </summary>
    private static string? Family(string type) =>
        type switch
        {
            FoundOnList => FoundOnList,
            "customer.created" or "customer.updated" or "customer.deleted" => StripeKind.Customer,
            _ when type.StartsWith("customer.subscription.", StringComparison.Ordinal) => StripeKind.Subscription,
            _ when type.StartsWith("product.", StringComparison.Ordinal) => StripeKind.Product,
            _ when type.StartsWith("price.", StringComparison.Ordinal) => Price,
            "invoice.upcoming" => null,
            "invoice_payment.paid" => "invoice_payment",
            _ when type.StartsWith("invoice.", StringComparison.Ordinal) => StripeKind.Invoice,
            _ when type.StartsWith("credit_note.", StringComparison.Ordinal) => StripeKind.CreditNote,
            _ when type.StartsWith("payment_intent.", StringComparison.Ordinal) => StripeKind.PaymentIntent,
            _ when type.StartsWith("charge.dispute.", StringComparison.Ordinal) => StripeKind.Dispute,
            _ when type.StartsWith("charge.refund.", StringComparison.Ordinal) => StripeKind.Refund,
            _ when type.StartsWith("charge.", StringComparison.Ordinal) => "charge",
            _ when type.StartsWith("refund.", StringComparison.Ordinal) => StripeKind.Refund,
            _ when type.StartsWith("payout.", StringComparison.Ordinal) => StripeKind.Payout,
            _ => null,
        };

    /// <summary>What else an event about a record tells of: the balance's movements by it, which have no events of their own.</summary>
    private static IEnumerable<Notice> Besides(string about, string id, JsonElement subject, Marker marker)
    {
        if (about is not (StripeKind.Refund or StripeKind.Payout or StripeKind.Dispute))
        {
            return [];
        }

        var movements = new[] { subject.Reference("balance_transaction"), subject.Reference("failure_balance_transaction") }.Concat(
            subject.Array("balance_transactions") is { } several ? several.EnumerateArray().Select(movement => movement.Text("id")) : []
        );
        var notices = movements.OfType<string>().Select(movement => new Notice(StripeKind.BalanceTransaction, movement, marker, null));
        return about == StripeKind.Payout && subject.IsTrue("automatic")
            ? notices.Append(new Notice(StripeKind.PayoutItems, id, marker, null))
            : notices;
    }

    private static IEnumerable<Notice> OfCharge(JsonElement charge, Marker marker)
    {
        if (charge.Reference("payment_intent") is { } payment)
        {
            yield return new Notice(StripeKind.PaymentIntent, payment, marker, null);
        }

        foreach (var name in (string[])["balance_transaction", "failure_balance_transaction"])
        {
            if (charge.Reference(name) is { } movement)
            {
                yield return new Notice(StripeKind.BalanceTransaction, movement, marker, null);
            }
        }
    }

    /// <summary>An application changes what a payment pays and what an invoice still owes.</summary>
    private static IEnumerable<Notice> OfInvoicePayment(JsonElement applied, Marker marker)
    {
        if (applied.Object("payment")?.Reference("payment_intent") is { } payment)
        {
            yield return new Notice(StripeKind.PaymentIntent, payment, marker, null);
        }

        if (applied.Reference("invoice") is { } invoice)
        {
            yield return new Notice(StripeKind.Invoice, invoice, marker, null);
        }
    }

    /// <summary>
    /// The object itself, where it is what a read would give: a customer or an invoice, of the pinned version, complete, and not gone. Everything else
    /// is read with what belongs to it.
    /// </summary>
    private static ReadOnlyMemory<byte>? Embedded(JsonElement envelope, string type, JsonElement subject)
    {
        var usable =
            Family(type) is StripeKind.Customer or StripeKind.Invoice
            && envelope.Text("api_version") == StripeOptions.ApiVersion
            && !type.EndsWith(".deleted", StringComparison.Ordinal)
            && !subject.IsTrue("deleted")
            && IsComplete(type, subject);
        // Not "? : null": that null would be an array's, and an empty memory is not the absence of one.
        return usable ? new ReadOnlyMemory<byte>?(JsonMarshal.GetRawUtf8Value(subject).ToArray()) : default(ReadOnlyMemory<byte>?);
    }

    private static bool IsComplete(string type, JsonElement subject) =>
        (!type.StartsWith("invoice.", StringComparison.Ordinal) || subject.Object("lines")?.Array("data") is not null)
        && subject
            .EnumerateObject()
            .All(property => property.Value.ValueKind != JsonValueKind.Object || !property.Value.IsTrue("has_more"));

    private static Outcome<IReadOnlyList<Notice>> Outcome(params Notice[] notices) => notices;
}
