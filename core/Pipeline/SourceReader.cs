using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;

namespace QtcHub.Pipeline;

/// <summary>Gets the record that a notice names: what the notice brings itself, where that is newer or known, else what the source says now.</summary>
internal sealed class SourceReader(HubContext hub, ListIntake lists)
{
    private const int MostLooks = 8;

    public async Task<Outcome<SourceReading>> ReadAsync(Observed state, CancellationToken cancellationToken)
    {
        if (Brought(state) is { } brought)
        {
            return new SourceReading(brought, null);
        }

        var arrival = state.Arrival;
        for (var look = 0; look < MostLooks; look++)
        {
            var began = hub.Now;
            var reading = await hub.Gate.CallAsync(arrival.System, () => AskAsync(arrival, cancellationToken), cancellationToken);
            if (!reading.TryGet(out var found, out var fault))
            {
                return fault;
            }

            if (found is not RecordReading.Found { SoByList: { } list })
            {
                return new SourceReading(found, began);
            }

            // Put on the list first and then read again: what changes after that reading is told of by the list.
            var wasOn = await lists.PutOnAsync(arrival, list, cancellationToken);
            if (!wasOn.TryGet(out var isOn, out fault))
            {
                return fault;
            }

            if (isOn)
            {
                return new SourceReading(found, began);
            }
        }

        return new Fault.Conflict("what it is by is changing faster than it can be read");
    }

    /// <summary>Asks the source for what the notice names.</summary>
    public static async Task<Outcome<RecordReading>> AskAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        using var call = HubTracing.Call("read", arrival.System);
        var reader = (IRecordReader)arrival.Source.Connector;
        return HubTracing.Answered(call, await reader.ReadAsync(arrival.Notice.ExternalType, arrival.Notice.ExternalId, cancellationToken));
    }

    /// <summary>
    /// The record as the notice brings it, where that is newer than what is known; or where it is the very thing that is known, and so no news, however new. Anything
    /// else that is not older has to be read.
    /// </summary>
    private static RecordReading.Found? Brought(Observed state)
    {
        var (notice, seen) = (state.Arrival.Notice, state.Seen);
        return notice.Embedded is not { } embedded || state.IsAnother ? null
            : seen is null || notice.Marker.IsNewerThan(seen.Marker) ? new RecordReading.Found(embedded, notice.Marker)
            : seen is { MissingSince: null, IsGone: false } && seen.ObservedHash == CanonicalJson.HashOf(embedded.Span)
                // Its marker says no more than that of what is known: made narrower by it, that would let an event from between pass for news.
                ? new RecordReading.Found(embedded, seen.Marker)
            : null;
    }
}

/// <summary>What a source says of a record, and when the hub began to ask; null where the notice brought it.</summary>
internal sealed record SourceReading(RecordReading Found, DateTimeOffset? Began);
