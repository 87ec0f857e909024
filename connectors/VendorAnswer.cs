using System.Net;
using System.Net.Http.Headers;

namespace QtcHub.Connectors;

/// <summary>What a vendor answered, read to its end. Whether the status is good or bad is for the connector to say.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Headers">The response headers.</param>
/// <param name="Body">The body, bounded by <see cref="VendorHttp.MaxBody"/>.</param>
public sealed record VendorAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether an earlier try of the same call may have arrived, too: a refusal of this one says nothing of that.</summary>
    public bool FollowsLost { get; init; }

    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The vendor's clock when it answered, in whole seconds, where it says.</summary>
    public DateTimeOffset? Date => Headers.Date;

    /// <summary>How long the vendor asks to wait, where it says; never negative.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now)
    {
        var asked = Headers.RetryAfter?.Delta ?? (Headers.RetryAfter?.Date is { } date ? date - now : null);
        return asked is { } wait && wait < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}

/// <summary>What a call may do at the vendor: whether it may go again when its connection breaks, and until when it may go at all.</summary>
public sealed record CallKind
{
    private CallKind() { }

    /// <summary>It changes nothing: send it again.</summary>
    public static CallKind Read { get; } = new();

    /// <summary>Whether it may change something.</summary>
    public bool IsWrite => SendBefore is not null;

    /// <summary>Whether sending it again does not double it.</summary>
    public bool IsKeyed { get; private init; }

    /// <summary>From this instant on a call that writes is not sent any more.</summary>
    public DateTimeOffset? SendBefore { get; private init; }

    /// <summary>It may have happened: never send it again from here.</summary>
    public static CallKind Write(DateTimeOffset sendBefore) => new() { SendBefore = sendBefore };

    /// <summary>It carries an idempotency key that is still alive at the vendor.</summary>
    public static CallKind KeyedWrite(DateTimeOffset sendBefore) => new() { SendBefore = sendBefore, IsKeyed = true };
}
