using QtcHub.Ledger;

namespace QtcHub.Webhooks;

/// <summary>How a webhook request was received. Only <see cref="ReceiptKind.Accepted"/> and <see cref="ReceiptKind.Duplicate"/> are answered 2xx.</summary>
/// <param name="Kind">The kind of answer.</param>
/// <param name="Rule">The rule that decided, a fixed name such as <c>signature-mismatch</c>.</param>
/// <param name="Delivery">The delivery, where one was accepted now or before.</param>
public sealed record Receipt(ReceiptKind Kind, string Rule, DeliveryId? Delivery);

/// <summary>The kinds of answer to a webhook request.</summary>
public enum ReceiptKind
{
    /// <summary>Stored durably.</summary>
    Accepted,

    /// <summary>Stored before; nothing changed.</summary>
    Duplicate,

    /// <summary>Not authentic or too old (401).</summary>
    Unauthenticated,

    /// <summary>No such system, or one that sends no webhooks (404).</summary>
    UnknownSystem,

    /// <summary>Body over the limit (413).</summary>
    TooLarge,

    /// <summary>Media type not accepted (415).</summary>
    UnsupportedType,

    /// <summary>No readable envelope or event id (400).</summary>
    Unreadable,

    /// <summary>Too much is waiting; come back (503).</summary>
    Busy,

    /// <summary>The system's webhook secret is not set (503).</summary>
    NoSecret,
}
