using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Server.Sandbox;

/// <summary>Sends a pretend vendor's webhooks to this server, over its socket like anybody else.</summary>
internal sealed class WebhookSender(Uri own) : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Sends one webhook; the answer's status, or 0 where none came.</summary>
    public async Task<int> SendAsync(string system, HttpRequestMessage webhook, CancellationToken cancellationToken)
    {
        webhook.RequestUri = new Uri(own, $"/webhooks/{system}{QueryOf(webhook)}");
        try
        {
            using var response = await client.SendAsync(webhook, cancellationToken);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>The address that a vendor was given may bear its secret.</summary>
    private static string QueryOf(HttpRequestMessage webhook)
    {
        var address = webhook.RequestUri?.OriginalString ?? "";
        var query = address.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? "" : address[query..];
    }

    /// <summary>Sends a record's latest webhook several times; null where the vendor has none for it.</summary>
    public async Task<WebhookSent?> SendLatestAsync(
        SandboxedSystem from,
        string entity,
        string id,
        Sending sending,
        CancellationToken cancellationToken
    )
    {
        var webhooks = Enumerable
            .Range(0, sending.Times)
            .Select(_ => from.Vendor.Webhook(entity, id))
            .OfType<HttpRequestMessage>()
            .ToList();
        if (webhooks.Count == 0)
        {
            return null;
        }

        var eventId = EventIdOf(await webhooks[0].Content!.ReadAsByteArrayAsync(cancellationToken));
        var statuses = new int[webhooks.Count];
        await Parallel.ForAsync(
            0,
            webhooks.Count,
            new ParallelOptions { MaxDegreeOfParallelism = sending.Parallel ? webhooks.Count : 1, CancellationToken = cancellationToken },
            async (index, token) => statuses[index] = await SendAsync(from.Name, webhooks[index], token)
        );
        foreach (var webhook in webhooks)
        {
            webhook.Dispose();
        }

        var counted = statuses.CountBy(status => status).OrderByDescending(pair => pair.Value).ToList();
        return new WebhookSent(
            counted[0].Key,
            eventId,
            counted.ToDictionary(pair => pair.Key.ToString(CultureInfo.InvariantCulture), pair => pair.Value, StringComparer.Ordinal)
        );
    }

    public void Dispose() => client.Dispose();

    /// <summary>The vendors' JSON webhooks name themselves by a top-level <c>id</c>; others have no id to tell.</summary>
    private static string? EventIdOf(byte[] body)
    {
        try
        {
            return (JsonNode.Parse(body) as JsonObject)?["id"]?.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How often to send a webhook, one after the other or all at once.</summary>
internal sealed record Sending(int Times, bool Parallel);
