using QtcHub.Server.Sandbox;

namespace QtcHub.Server.Demo.Post;

/// <summary>A bad post office between a vendor and the hub: it loses some webhooks, doubles others, and delivers them in whatever order.</summary>
internal sealed class PostOffice(SandboxedSystem from, WebhookSender sender, Random random)
{
    private const int LosesPercent = 4;
    private const int DoublesPercent = 6;
    private const int SlowestMilliseconds = 30;
    private const int MostTries = 20;
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(50);
    private readonly List<Task> underWay = [];
    private int acknowledged;

    /// <summary>The system whose post it takes.</summary>
    public string System => from.Name;

    /// <summary>How it works now.</summary>
    public Handling Handling { get; set; }

    /// <summary>Webhooks that the vendor made.</summary>
    public int Made { get; private set; }

    /// <summary>Webhooks that never arrive.</summary>
    public int Lost { get; private set; }

    /// <summary>Webhooks that are delivered more than once.</summary>
    public int Doubled { get; private set; }

    /// <summary>Deliveries answered 2xx.</summary>
    public int Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>Takes what the vendor has sent since and sends it on its way; how many webhooks there were.</summary>
    public int Collect(CancellationToken cancellationToken)
    {
        var webhooks = from.Played.TakeWebhooks();
        foreach (var webhook in webhooks)
        {
            Made++;
            var copies = Copies();
            if (copies == 0)
            {
                Lost++;
                webhook.Dispose();
                continue;
            }

            Doubled += copies > 1 ? 1 : 0;
            var delays = Enumerable.Range(0, copies).Select(_ => random.Next(SlowestMilliseconds)).ToList();
            underWay.AddRange(delays.Select(delay => DeliverAsync(webhook, delay, cancellationToken)));
        }

        return webhooks.Count;
    }

    /// <summary>Waits until everything was delivered.</summary>
    public async Task EmptyAsync()
    {
        await Task.WhenAll(underWay);
        underWay.Clear();
    }

    private int Copies() =>
        Handling switch
        {
            Handling.Careful => 1,
            Handling.None => 0,
            _ when random.Next(100) < LosesPercent => 0,
            _ => random.Next(100) < DoublesPercent ? 3 : 1,
        };

    private async Task DeliverAsync(HttpRequestMessage webhook, int delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, cancellationToken);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            using var copy = await CopyAsync(webhook, cancellationToken);
            if (await sender.SendAsync(from.Name, copy, cancellationToken) is >= 200 and < 300)
            {
                Interlocked.Increment(ref acknowledged);
                return;
            }

            await Task.Delay(TryAgain, cancellationToken);
        }
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage webhook, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(webhook.Method, webhook.RequestUri)
        {
            Content = new ByteArrayContent(await webhook.Content!.ReadAsByteArrayAsync(cancellationToken)),
        };
        foreach (var header in webhook.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        foreach (var header in webhook.Content.Headers)
        {
            copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return copy;
    }
}

/// <summary>How a post office works.</summary>
internal enum Handling
{
    /// <summary>It loses, doubles and reorders.</summary>
    Careless,

    /// <summary>It delivers everything once.</summary>
    Careful,

    /// <summary>It delivers nothing.</summary>
    None,
}
