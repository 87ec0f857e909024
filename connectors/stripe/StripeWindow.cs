using System.Globalization;

namespace QtcHub.Connectors.Stripe;

/// <summary>
/// A window with fixed ends over one of Stripe's lists, and the entry to go on after. As a cursor it is <c>until</c> where it is done, and
/// <c>collection.from.until.after</c> inside it; instants in Unix seconds.
/// </summary>
internal sealed record StripeWindow(string Collection, long From, long Until, string? After)
{
    public static StripeWindow Between(string collection, DateTimeOffset from, DateTimeOffset until) =>
        new(collection, from.ToUnixTimeSeconds(), Math.Max(from.ToUnixTimeSeconds(), until.ToUnixTimeSeconds()), null);

    public static StripeWindow Resume(string collection, string cursor, DateTimeOffset until, TimeSpan overlap)
    {
        var parts = cursor.Split('.', 4);
        Invariant.Holds(parts.Length is 1 or 3 or 4, "a cursor of this connector");
        if (parts.Length > 1)
        {
            // A cursor of an earlier program names no list, for there was but one.
            var (named, window) = parts.Length == 3 ? (collection, parts) : (parts[0], parts[1..]);
            return new StripeWindow(named, Number(window[0]), Number(window[1]), window[2].Length == 0 ? null : window[2]);
        }

        var mark = Number(parts[0]);
        // A clock that was set back must not move the mark back.
        return new StripeWindow(collection, mark - (long)overlap.TotalSeconds, Math.Max(mark, until.ToUnixTimeSeconds()), null);
    }

    public StripeQuery Query =>
        new()
        {
            From = From,
            Until = Until,
            After = After,
            // Without it those that were cancelled are left out.
            Status = Collection == StripeKind.Subscription + "s" ? "all" : null,
        };

    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Collection}.{From}.{Until}.{After}");

    public string Done() => Until.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
