using QtcHub.Sandbox;
using QtcHub.Webhooks;

namespace QtcHub.Simulation;

/// <summary>Carries webhooks as the internet does: late, twice, out of order, damaged, or never; and again where nobody acknowledged.</summary>
internal sealed class Postman(World world, Dice dice)
{
    private const int MostTries = 6;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    /// <summary>Deliveries answered 2xx, by their text form.</summary>
    public SortedSet<string> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes the webhooks that are due and sends them on their way.</summary>
    public void Collect(string system, IPretendVendor vendor, bool isFair)
    {
        foreach (var request in vendor.TakeWebhooks())
        {
            var letter = new Envelope(system, Headers(request), Body(request)) { Query = Query(request) };
            request.Dispose();
            if (!isFair && dice.OneIn(12))
            {
                world.Faults.Add("webhook lost");
                continue;
            }

            Send(letter, dice.Wait(dice.OneIn(6) ? Late : Usual), 1);
            if (!isFair && dice.OneIn(5))
            {
                world.Faults.Add("webhook doubled");
                Send(letter, dice.Wait(Late), 1);
            }

            // What its sender lets in by a password alone nobody can tell from what was sent.
            if (!isFair && dice.OneIn(40) && letter.IsSigned)
            {
                world.Faults.Add("webhook damaged");
                Send(letter with { Body = Damaged(letter.Body) }, dice.Wait(Usual), MostTries);
            }
        }
    }

    private void Send(Envelope letter, TimeSpan after, int attempt) =>
        world.Scheduler.In(after, $"webhook to {letter.System}", null, () => Arrive(letter, attempt));

    private void Arrive(Envelope letter, int attempt)
    {
        if (world.AnyProcess() is not { } process)
        {
            Again(letter, attempt);
            return;
        }

        var sent = new Sent();
        world.Run(process, ReceiveAsync(process, letter, sent, attempt));
        world.Scheduler.In(
            AnswerWithin,
            "webhook patience ends",
            null,
            () =>
            {
                if (!sent.IsAnswered)
                {
                    sent.IsAnswered = true;
                    Again(letter, attempt);
                }
            }
        );
    }

    private async Task ReceiveAsync(HubProcess process, Envelope letter, Sent sent, int attempt)
    {
        var request = new WebhookRequest(letter.Headers, letter.Body, world.Scheduler.Now) { Query = letter.Query };
        var receipt = await process.Hub.ReceiveAsync(letter.System, request, CancellationToken.None);
        if (sent.IsAnswered)
        {
            return;
        }

        sent.IsAnswered = true;
        switch (receipt.Kind)
        {
            case ReceiptKind.Accepted or ReceiptKind.Duplicate:
                if (letter.IsDamaged)
                {
                    world.Failures.Add("a damaged webhook was acknowledged");
                }

                Acknowledged.Add(receipt.Delivery!.Value.ToString());
                world.PumpAll();
                break;
            case ReceiptKind.Busy:
                Again(letter, attempt);
                break;
        }
    }

    private void Again(Envelope letter, int attempt)
    {
        if (attempt < MostTries)
        {
            Send(letter, TimeSpan.FromSeconds(10) + dice.Wait(Usual), attempt + 1);
        }
    }

    private static byte[] Damaged(byte[] body)
    {
        var damaged = body.ToArray();
        damaged[damaged.Length / 2] ^= 1;
        return damaged;
    }

    private static SortedDictionary<string, string> Headers(HttpRequestMessage request)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in request.Headers.Concat(request.Content!.Headers))
        {
            headers[header.Key.ToLowerInvariant()] = string.Join(',', header.Value);
        }

        return headers;
    }

    private static string Query(HttpRequestMessage request)
    {
        var address = request.RequestUri?.OriginalString ?? "";
        var query = address.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? "" : address[query..];
    }

    private static byte[] Body(HttpRequestMessage request)
    {
        using var body = new MemoryStream();
        request.Content!.CopyTo(body, null, CancellationToken.None);
        return body.ToArray();
    }

    private sealed record Envelope(string System, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        private readonly byte[] original = Body;

        public string Query { get; init; } = "";

        /// <summary>Whether its sender signs what it sends, and does not only say a password.</summary>
        public bool IsSigned => Query.Length == 0 && !Headers.ContainsKey("authorization");

        public bool IsDamaged => !ReferenceEquals(original, Body);
    }

    private sealed class Sent
    {
        public bool IsAnswered { get; set; }
    }
}
