using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>
/// Polls Stripe's event log. Stripe lists newest first, so a window with fixed ends is walked backwards page by page, and only the page that reaches
/// its old end moves the mark up to its new end: a crash between two pages resumes inside the window, and what it skips is nothing. What Stripe shows
/// late, after its second was read, lies in the overlap of the next window. Each page is handed over oldest first.
/// </summary>
internal sealed class StripeChanges(StripeCalls calls, StripeOptions options)
{
    public async Task<Outcome<ChangePage>> ReadAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var window = cursor is null ? Window.Between(from, until) : Window.Resume(cursor, until, options.PollOverlap);
        var query = new EventsQuery(window.From, window.Until, window.After);
        var read = await calls.ReadAsync((api, key, token) => api.ListEventsAsync(query, key, token), cancellationToken);
        if (!read.TryGet(out var answer, out var fault))
        {
            // Stripe keeps events for 30 days: where the one to start after has gone meanwhile, the window begins again.
            return fault is Fault.Rejected { VendorCode: "resource_missing" } && window.After is not null ? Again(window) : fault;
        }

        if (answer.IsMissing)
        {
            return window.After is not null ? Again(window) : new Fault.Rejected("resource_missing", "Stripe does not know its event log");
        }

        var pages = new StripePages();
        if (pages.Add(answer.Body, answer.Date) is { } unreadable)
        {
            return unreadable;
        }

        var deliveries = new List<PolledDelivery>();
        foreach (var item in Enumerable.Reverse(pages.Items))
        {
            if (item.Text("id") is not { } id || item.Text("type") is not { } type)
            {
                return new Fault.Rejected("unreadable-list", "an event without id or type");
            }

            if (StripeEvents.AreRead(type))
            {
                deliveries.Add(new PolledDelivery(id, JsonMarshal.GetRawUtf8Value(item).ToArray()));
            }
        }

        return pages.HasMore
            ? new ChangePage(deliveries, (window with { After = pages.After }).Write(), IsLast: false)
            : new ChangePage(deliveries, window.Done(), IsLast: true);
    }

    private static ChangePage Again(Window window) => new([], (window with { After = null }).Write(), IsLast: false);

    /// <summary>A cursor is <c>until</c> where a window is done, and <c>from.until.after</c> inside one; instants in Unix seconds.</summary>
    private sealed record Window(long From, long Until, string? After)
    {
        public static Window Between(DateTimeOffset from, DateTimeOffset until) =>
            new(from.ToUnixTimeSeconds(), Math.Max(from.ToUnixTimeSeconds(), until.ToUnixTimeSeconds()), null);

        public static Window Resume(string cursor, DateTimeOffset until, TimeSpan overlap)
        {
            var parts = cursor.Split('.', 3);
            Invariant.Holds(parts.Length is 1 or 3, "a cursor of this connector");
            if (parts.Length == 3)
            {
                return new Window(Number(parts[0]), Number(parts[1]), parts[2].Length == 0 ? null : parts[2]);
            }

            var mark = Number(parts[0]);
            // A clock that was set back must not move the mark back.
            return new Window(mark - (long)overlap.TotalSeconds, Math.Max(mark, until.ToUnixTimeSeconds()), null);
        }

        public string Write() => string.Create(CultureInfo.InvariantCulture, $"{From}.{Until}.{After}");

        public string Done() => Until.ToString(CultureInfo.InvariantCulture);

        private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }
}
