using System.Runtime.InteropServices;
using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Event → notices: which records an event says may have changed.</summary>
internal static class StripeEvents
{
    /// <summary>Whether the hub reads events of this type.</summary>
    public static bool AreRead(string type) => Family(type) is not null;

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
        return family switch
        {
            StripeKind.Customer or StripeKind.Invoice => Of(family, subject.Text("id"), marker, Embedded(envelope, type, subject)),
            StripeKind.PaymentIntent => Of(family, subject.Text("id"), marker, null),
            "charge" => subject.Reference("payment_intent") is { } paid
                ? Of(StripeKind.PaymentIntent, paid, marker, null)
                : Outcome(Array.Empty<Notice>()),
            _ => OfInvoicePayment(subject, marker),
        };
    }

    /// <summary>
    /// The object an event type is about. Only a customer's own events are listed one by one: <c>customer.</c> also begins those of its
    /// subscriptions, tax ids and sources. <c>invoice.upcoming</c> previews an invoice that does not exist.
    /// </summary>
    private static string? Family(string type) =>
        type switch
        {
            "customer.created" or "customer.updated" or "customer.deleted" => StripeKind.Customer,
            "invoice.upcoming" => null,
            "invoice_payment.paid" => "invoice_payment",
            _ when type.StartsWith("invoice.", StringComparison.Ordinal) => StripeKind.Invoice,
            _ when type.StartsWith("payment_intent.", StringComparison.Ordinal) => StripeKind.PaymentIntent,
            _ when type.StartsWith("charge.", StringComparison.Ordinal) => "charge",
            _ => null,
        };

    private static Outcome<IReadOnlyList<Notice>> Of(string type, string? id, Marker marker, ReadOnlyMemory<byte>? embedded) =>
        id is null ? new Fault.Invalid("data.object.id", $"a {type} has an id") : Outcome(new Notice(type, id, marker, embedded));

    /// <summary>An application changes what a payment pays and what an invoice still owes.</summary>
    private static Outcome<IReadOnlyList<Notice>> OfInvoicePayment(JsonElement subject, Marker marker)
    {
        var notices = new List<Notice>();
        if (subject.Object("payment")?.Reference("payment_intent") is { } payment)
        {
            notices.Add(new Notice(StripeKind.PaymentIntent, payment, marker, null));
        }

        if (subject.Reference("invoice") is { } invoice)
        {
            notices.Add(new Notice(StripeKind.Invoice, invoice, marker, null));
        }

        return Outcome([.. notices]);
    }

    /// <summary>The object itself, where it is what a read would give: of the pinned version, complete, and not gone.</summary>
    private static ReadOnlyMemory<byte>? Embedded(JsonElement envelope, string type, JsonElement subject)
    {
        var usable =
            envelope.Text("api_version") == StripeOptions.ApiVersion
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
