using System.Globalization;
using System.Net.Http.Headers;

namespace QtcHub.Connectors;

/// <summary>Reads from an answer's headers what is left of a quota.</summary>
public static class VendorQuota
{
    // Of what several drafts of a standard have made common, the figures alone: <c>RateLimit-Remaining: 98</c>, with a policy after it perhaps.
    private static readonly string[] Families = ["RateLimit-", "X-RateLimit-", "X-Rate-Limit-"];
    private const int MostDigits = 13;

    // A reset is in seconds from now, or the instant as seconds or milliseconds since 1970: no vendor's window lasts thirty years.
    private const long FirstInstant = 1_000_000_000;
    private const long FirstInstantInMilliseconds = 100_000_000_000;

    /// <summary>The quota under the names that vendors have in common, or nothing.</summary>
    public static IEnumerable<Quota> Standard(HttpResponseHeaders headers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(headers);
        foreach (var family in Families)
        {
            if (Number(headers, $"{family}Remaining") is { } left)
            {
                yield return new Quota(
                    Quota.Only,
                    left,
                    Number(headers, $"{family}Limit"),
                    Instant(Number(headers, $"{family}Reset"), now)
                );
                yield break;
            }
        }
    }

    /// <summary>The whole number that a header begins with, or null.</summary>
    public static long? Number(HttpResponseHeaders headers, string name)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (!headers.TryGetValues(name, out var values))
        {
            return null;
        }

        var text = values.First().AsSpan().Trim();
        var end = text.IndexOfAny(',', ';');
        var first = (end < 0 ? text : text[..end]).Trim();
        return first.Length <= MostDigits && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    private static DateTimeOffset? Instant(long? reset, DateTimeOffset now) =>
        reset switch
        {
            null => null,
            < FirstInstant => now.AddSeconds(reset.Value),
            < FirstInstantInMilliseconds => DateTimeOffset.FromUnixTimeSeconds(reset.Value),
            _ => DateTimeOffset.FromUnixTimeMilliseconds(reset.Value),
        };
}
