using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>What was answered under an <c>Idempotency-Key</c>: kept for a day, whether it succeeded or failed.</summary>
internal sealed class ZuoraReplays(Func<DateTimeOffset> now)
{
    public const int LongestKey = 255;
    public const string Header = "Idempotency-Key";

    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly OrderedDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <summary>How long a request under a key is in progress, by the vendor's clock: its repetition in that time is a conflict.</summary>
    public TimeSpan WorkTime { get; set; }

    /// <summary>Answers a request once per key.</summary>
    public ZuoraReply Once(string key, ZuoraCall call, Func<ZuoraReply> answer)
    {
        if (key.Length is 0 or > LongestKey)
        {
            return Refuse(400, "The idempotency key is empty or longer than 255 characters.");
        }

        Forget();
        var mark = Mark(call);
        if (kept.TryGetValue(key, out var known))
        {
            return known.Mark != mark ? Refuse(422, "The idempotency key was used with another request.")
                : now() < known.At + WorkTime ? Refuse(409, "A request with the same idempotency key is in progress.")
                : new ZuoraReply(known.Reply.Status, known.Reply.Body.DeepClone().AsObject());
        }

        var reply = answer();
        kept[key] = new Kept(mark, now(), new ZuoraReply(reply.Status, reply.Body.DeepClone().AsObject()));
        return reply;
    }

    // The oldest lie first.
    private void Forget()
    {
        while (kept.Count > 0 && kept.GetAt(0).Value.At + Life <= now())
        {
            kept.RemoveAt(0);
        }
    }

    private static string Mark(ZuoraCall call) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    $"{call.Method} {string.Join('/', call.Path)} {string.Join('&', call.Query.Select(pair => $"{pair.Key}={pair.Value}"))}\n{call.Text}"
                )
            )
        );

    private static ZuoraReply Refuse(int status, string message) =>
        new(
            status,
            new JsonObject
            {
                ["success"] = false,
                ["reasons"] = new JsonArray(new JsonObject { ["code"] = $"{status}00000", ["message"] = message }),
            }
        );

    private sealed record Kept(string Mark, DateTimeOffset At, ZuoraReply Reply);
}

/// <summary>
/// How many requests a tenant takes in a minute. Reads are counted apart from the rest: a journal repeats only the rest, and what it repeats
/// must be refused or not as it was then.
/// </summary>
internal sealed class ZuoraLimits(Func<DateTimeOffset> now)
{
    private readonly Dictionary<bool, (long Minute, int Used)> windows = [];

    public int PerMinute { get; set; } = 50_000;

    /// <summary>Takes one request off the minute's; gives what is left, negative where there was none, and the seconds to the next minute.</summary>
    public (int Left, long Reset) Take(bool read)
    {
        var seconds = now().ToUnixTimeSeconds();
        var minute = seconds / 60;
        var used = windows.TryGetValue(read, out var window) && window.Minute == minute ? window.Used : 0;
        windows[read] = (minute, Math.Min(used + 1, PerMinute));
        return (PerMinute - used - 1, 60 - (seconds % 60));
    }
}
