using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Tests.Server;

/// <summary>Delivers webhooks as vendors do, again and again until they are acknowledged, and keeps a synced list of those that were.</summary>
internal sealed class Deliverer(IReadOnlyList<Uri> hubs, string file) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly FileStream list = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    private readonly Lock writing = new();
    private readonly List<Task> underWay = [];
    private int sent;

    public string File => file;

    public void Deliver(HttpRequestMessage webhook) => underWay.Add(DeliverAsync(webhook));

    public Task EmptyAsync() => Task.WhenAll(underWay);

    public void Dispose()
    {
        client.Dispose();
        list.Dispose();
    }

    private async Task DeliverAsync(HttpRequestMessage webhook)
    {
        var body = await webhook.Content!.ReadAsStringAsync();
        var began = TimeProvider.System.GetTimestamp();
        while (!await TryAsync(body))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException("no hub has acknowledged a webhook for two minutes");
            }

            await Task.Delay(200);
        }

        lock (writing)
        {
            list.Write(Encoding.UTF8.GetBytes($"{JsonNode.Parse(body)!["id"]}\n"));
            list.Flush(flushToDisk: true);
        }
    }

    private async Task<bool> TryAsync(string body)
    {
        using var request = ServedHub.Signed(body);
        request.RequestUri = new Uri(hubs[Interlocked.Increment(ref sent) % hubs.Count], request.RequestUri!);
        try
        {
            using var answer = await client.SendAsync(request);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
