using System.Globalization;

namespace QtcHub.Webhooks;

/// <summary>A webhook request whose body has not been read: how much of it may be depends on the system it is for.</summary>
/// <param name="Headers">Its headers as they came; several of one name are one, joined by commas.</param>
/// <param name="Body">Its body.</param>
/// <param name="Length">The announced length of the body, or null.</param>
public sealed record UnreadWebhook(IEnumerable<KeyValuePair<string, string>> Headers, Stream Body, long? Length)
{
    /// <summary>The query of its address as it came, or empty.</summary>
    public string Query { get; init; } = "";

    /// <summary>The request as the hub takes it.</summary>
    public WebhookRequest With(ReadOnlyMemory<byte> body, DateTimeOffset receivedAt) =>
        new(
            Headers.ToDictionary(
                header => header.Key.ToLower(CultureInfo.InvariantCulture),
                header => header.Value,
                StringComparer.Ordinal
            ),
            body,
            receivedAt
        )
        {
            Query = Query,
        };
}
