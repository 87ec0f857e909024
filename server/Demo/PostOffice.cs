using QtcHub.Server.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>A bad post office between a vendor and the hub: it loses some webhooks, doubles others, and delivers them in whatever order.</summary>
internal sealed class PostOffice(SandboxedSystem from, WebhookSender sender, Random random)
{
    private const int LosesPercent = 8;
    private const int DoublesPercent = 20;
    private const int SlowestMilliseconds = 400;
    private const int MostTries = 20;
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(250);
    private readonly List<Task> underWay = [];
    private int acknowledged;
    private int refused;

    /// <summary>Webhooks that the vendor made.</summary>
    public int Made { get; private set; }

    /// <summary>Webhooks that never arrive.</summary>
    public int Lost { get; private set; }

    /// <summary>Webhooks that are delivered more than once.</summary>
    public int Doubled { get; private set; }

    /// <summary>Deliveries answered 2xx.</summary>
    public int Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>Deliveries never answered 2xx.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <summary>Takes what the vendor has sent since and sends it on its way.</summary>
    public void Collect(CancellationToken cancellationToken)
    {
        foreach (var webhook in from.Played.TakeWebhooks())
        {
            Made++;
            if (random.Next(100) < LosesPercent)
            {
                Lost++;
                webhook.Dispose();
                continue;
            }

            var copies = random.Next(100) < DoublesPercent ? 3 : 1;
            Doubled += copies > 1 ? 1 : 0;
            var delays = Enumerable.Range(0, copies).Select(_ => random.Next(SlowestMilliseconds)).ToList();
            underWay.AddRange(delays.Select(delay => DeliverAsync(webhook, delay, cancellationToken)));
        }
    }

    /// <summary>Waits until everything was delivered.</summary>
    public Task EmptyAsync() => Task.WhenAll(underWay);

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

        Interlocked.Increment(ref refused);
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
