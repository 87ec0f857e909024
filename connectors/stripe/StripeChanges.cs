using System.Runtime.InteropServices;
using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>
/// Polls Stripe's event log, and then, where they are taken, the balance's movements, which no event tells of. Stripe lists newest first, so a window with fixed ends is
/// walked backwards page by page, and only the page that reaches its old end moves the mark up to its new end: a crash between two pages resumes
/// inside the window, and what it skips is nothing. What Stripe shows late, after its second was read, lies in the overlap of the next window. Each
/// page is handed over oldest first.
/// </summary>
internal sealed class StripeChanges(StripeCalls calls, StripeOptions options)
{
    private const string Log = "events";
    private const string Movements = "balance_transactions";

    public async Task<Outcome<ChangePage>> ReadAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var window = cursor is null ? StripeWindow.Between(Log, from, until) : StripeWindow.Resume(Log, cursor, until, options.PollOverlap);
        var read = await ReadPageAsync(window, cancellationToken);
        return !read.TryGet(out var page, out var fault) ? fault
            : page.IsLast && window.Collection == Log && options.ListsMovements
                ? page with
                {
                    Cursor = (window with { Collection = Movements, After = null }).Write(),
                    IsLast = false,
                }
            : page;
    }

    /// <summary>One page of everything Stripe holds of a type that was made in a window: what was changed since, Stripe cannot be asked.</summary>
    public Task<Outcome<ChangePage>> ReadRecordsAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var collection = externalType + "s";
        return ReadPageAsync(
            cursor is null
                ? StripeWindow.Between(collection, from, until)
                : StripeWindow.Resume(collection, cursor, until, options.PollOverlap),
            cancellationToken
        );
    }

    private async Task<Outcome<ChangePage>> ReadPageAsync(StripeWindow window, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, key, token) => api.ListAsync(window.Collection, window.Query, key, token),
            cancellationToken
        );
        if (!read.TryGet(out var answer, out var fault))
        {
            // Stripe keeps events for 30 days: where the one to start after has gone meanwhile, the window begins again.
            return fault is Fault.Rejected { VendorCode: "resource_missing" } && window.After is not null ? Again(window) : fault;
        }

        if (answer.IsMissing)
        {
            return window.After is not null
                ? Again(window)
                : new Fault.Rejected("resource_missing", $"Stripe does not know its list of {window.Collection}");
        }

        var pages = new StripePages();
        if (pages.Add(answer.Body, answer.Date) is { } unreadable)
        {
            return unreadable;
        }

        var deliveries = new List<PolledDelivery>();
        foreach (var item in Enumerable.Reverse(pages.Items))
        {
            if (item.Text("id") is not { } id || item.Text(window.Collection == Log ? "type" : "object") is not { } type)
            {
                return new Fault.Rejected("unreadable-list", "an entry that does not say what it is");
            }

            if (window.Collection != Log)
            {
                deliveries.Add(StripeEvents.Listed(type, id, window, answer.Date));
            }
            else if (StripeEvents.AreRead(type))
            {
                deliveries.Add(new PolledDelivery(id, JsonMarshal.GetRawUtf8Value(item).ToArray()));
            }
        }

        return pages.HasMore
            ? new ChangePage(deliveries, (window with { After = pages.After }).Write(), IsLast: false)
            : new ChangePage(deliveries, window.Done(), IsLast: true);
    }

    private static ChangePage Again(StripeWindow window) => new([], (window with { After = null }).Write(), IsLast: false);
}
