using QtcHub.Ledger;

namespace QtcHub.Webhooks;

/// <summary>How a webhook request was received. Only <see cref="ReceiptKind.Accepted"/> and <see cref="ReceiptKind.Duplicate"/> are answered 2xx.</summary>
/// <param name="Kind">The kind of answer.</param>
/// <param name="Rule">The rule that decided, a fixed name such as <c>signature-mismatch</c>.</param>
/// <param name="Delivery">The delivery, where one was accepted now or before.</param>
public sealed record Receipt(ReceiptKind Kind, string Rule, DeliveryId? Delivery)
{
    /// <summary>After how many seconds a sender may come back that was answered 503.</summary>
    public const int RetryAfterSeconds = 5;

    /// <summary>The store has failed: nothing was stored, and the sender comes back.</summary>
    public static Receipt StoreFailed { get; } = new(ReceiptKind.Busy, "store-failed", null);

    /// <summary>What the vendor has to read in the answer to what was accepted, or null: the delivery's id and the result.</summary>
    public Acknowledgement? Acknowledgement { get; init; }

    /// <summary>The HTTP status of the answer.</summary>
    public int Status =>
        Kind switch
        {
            ReceiptKind.Accepted or ReceiptKind.Duplicate => 200,
            ReceiptKind.Unreadable => 400,
            ReceiptKind.Unauthenticated => 401,
            ReceiptKind.UnknownSystem => 404,
            ReceiptKind.TooLarge => 413,
            ReceiptKind.UnsupportedType => 415,
            ReceiptKind.Busy or ReceiptKind.NoSecret => 503,
            _ => throw new InvariantException("a known kind of receipt"),
        };
}

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
