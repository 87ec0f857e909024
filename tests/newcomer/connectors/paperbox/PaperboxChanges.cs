using System.Runtime.InteropServices;

namespace QtcHub.Connectors.Paperbox;

/// <summary>
/// Polls the event log, which is oldest first. The cursor is the last event's id and not an offset: what is added or falls out meanwhile moves no page.
/// </summary>
internal sealed class PaperboxChanges(PaperboxCalls calls)
{
    public async Task<Outcome<ChangePage>> ReadAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var query = new EventQuery(from.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds(), cursor);
        var read = await calls.CallAsync(CallKind.Read, (api, key, token) => api.EventsAsync(query, key, token), cancellationToken);
        if (!read.TryGet(out var page, out var fault))
        {
            return fault;
        }

        if (page.Array("data") is not { } events)
        {
            return new Fault.Rejected("unreadable-list", "a page without data");
        }

        var deliveries = new List<PolledDelivery>();
        foreach (var told in events.EnumerateArray())
        {
            if (told.Text("id") is not { Length: > 0 } id)
            {
                return new Fault.Rejected("unreadable-list", "an event without an id");
            }

            deliveries.Add(new PolledDelivery(id, JsonMarshal.GetRawUtf8Value(told).ToArray()));
        }

        // "There is more" after nothing would be asked for ever.
        var hasMore = page.IsTrue("more");
        return hasMore && deliveries.Count == 0
            ? new Fault.Rejected("unreadable-list", "an empty page that is not the last")
            : new ChangePage(deliveries, hasMore ? deliveries[^1].EventId : null, IsLast: !hasMore);
    }
}
