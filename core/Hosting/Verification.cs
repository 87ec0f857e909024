using QtcHub.Inbox;
using QtcHub.Ledger;

namespace QtcHub.Hosting;

/// <summary>Where every acknowledged delivery stands; the nine counts after the first add up to it.</summary>
public sealed record Verification
{
    /// <summary>Deliveries answered 2xx.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Written to every target.</summary>
    public long Applied { get; init; }

    /// <summary>Nothing needed to be written.</summary>
    public long Unchanged { get; init; }

    /// <summary>A newer revision took its place.</summary>
    public long Superseded { get; init; }

    /// <summary>Ignored by a named rule.</summary>
    public long Ignored { get; init; }

    /// <summary>Waiting for a reference.</summary>
    public long Parked { get; init; }

    /// <summary>Waiting for a person or a date.</summary>
    public long Held { get; init; }

    /// <summary>Dead-lettered.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Sent, and the answer not known yet.</summary>
    public long Unknown { get; init; }

    /// <summary>Under way.</summary>
    public long Open { get; init; }
}

/// <summary>Finds out where each delivery stands from the ledger alone.</summary>
public sealed class Verifier(IHubStore store)
{
    private const int PageSize = 500;

    /// <summary>Goes through every acknowledged delivery.</summary>
    public async Task<Verification> VerifyAsync(CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<Standing, long>();
        string? continuation = null;
        do
        {
            var page = await store.ListAsync("delivery", null, continuation, PageSize, cancellationToken);
            foreach (var row in page.Rows)
            {
                var delivery = Rows.Parse<Delivery>(row.Row);
                if (delivery.Acknowledged)
                {
                    var standing = await StandingAsync(delivery, cancellationToken);
                    counts[standing] = counts.GetValueOrDefault(standing) + 1;
                }
            }

            continuation = page.Continuation;
        } while (continuation is not null);

        long Of(Standing standing) => counts.GetValueOrDefault(standing);
        return new Verification
        {
            Acknowledged = counts.Values.Sum(),
            Applied = Of(Standing.Applied),
            Unchanged = Of(Standing.Unchanged),
            Superseded = Of(Standing.Superseded),
            Ignored = Of(Standing.Ignored),
            Parked = Of(Standing.Parked),
            Held = Of(Standing.Held),
            DeadLettered = Of(Standing.DeadLettered),
            Unknown = Of(Standing.Unknown),
            Open = Of(Standing.Open),
        };
    }

    /// <summary>Where one delivery stands: the least settled of its notices and their lanes.</summary>
    public async Task<Standing> StandingAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (!delivery.IsDone)
        {
            return Standing.Open;
        }

        var least = Standing.Ignored;
        foreach (var notice in delivery.Notices!.Value)
        {
            var standing = await StandingAsync(notice!, cancellationToken);
            least = standing < least ? standing : least;
        }

        return least;
    }

    private async Task<Standing> StandingAsync(NoticeResult notice, CancellationToken cancellationToken)
    {
        switch (notice.Kind)
        {
            case NoticeResultKind.DeadLettered:
                return Standing.DeadLettered;
            case NoticeResultKind.Ignored:
                return Standing.Ignored;
            case NoticeResultKind.Stale:
                return Standing.Superseded;
        }

        var lanes = await store.LanesAsync(notice.Record!.Value, cancellationToken);
        var least = Standing.Ignored;
        foreach (var lane in lanes)
        {
            var standing = await StandingAsync(lane.Value, notice, cancellationToken);
            least = standing < least ? standing : least;
        }

        return least;
    }

    private async Task<Standing> StandingAsync(Lane lane, NoticeResult notice, CancellationToken cancellationToken)
    {
        // A revision wants every lane of its route in the commit that makes it: one that does not want it is another source's.
        if (lane.WantedRevision < notice.Revision)
        {
            return Standing.Ignored;
        }

        if (lane.Current is { } current && current.Revision == notice.Revision)
        {
            return Of(current.State);
        }

        var ended = await EndedAsync(lane, notice.Revision, cancellationToken);
        if (ended is null)
        {
            // Of what was merged nothing is begun any more: what waited for a call to end made way.
            var madeWay = lane.WantedRevision > notice.Revision || lane.SettledRevision >= notice.Revision || lane.MergedInto is not null;
            return madeWay ? Standing.Superseded : Standing.Open;
        }

        return notice.Kind == NoticeResultKind.Unchanged && ended == EffectState.Applied ? Standing.Unchanged : Of(ended.Value);
    }

    /// <summary>How the last generation of a revision's effect ended, or null where none has left the lane.</summary>
    private async Task<EffectState?> EndedAsync(Lane lane, int revision, CancellationToken cancellationToken)
    {
        var ofRevision = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{lane.Id.Target}/{lane.Id.Part}/{revision:D8}."
        );
        foreach (var form in new[] { Rows.EndedPrefix, Rows.FormerEndedPrefix })
        {
            var home = Home.OfRecord(lane.Id.Record);
            if (await store.ReadManyAsync(home, form + ofRevision, Commit.MaxChanges, cancellationToken) is [.., var last])
            {
                return Enum.Parse<EffectState>(last.State);
            }
        }

        return null;
    }

    private static Standing Of(EffectState state) =>
        state switch
        {
            EffectState.Due or EffectState.InFlight => Standing.Open,
            EffectState.Unknown => Standing.Unknown,
            EffectState.DeadLettered => Standing.DeadLettered,
            EffectState.Held => Standing.Held,
            EffectState.Parked => Standing.Parked,
            EffectState.Applied => Standing.Applied,
            EffectState.Unchanged => Standing.Unchanged,
            EffectState.Superseded => Standing.Superseded,
            _ => throw new InvariantException("a known state"),
        };
}

/// <summary>Where a delivery stands, least settled first.</summary>
public enum Standing
{
    /// <summary>Under way.</summary>
    Open,

    /// <summary>Sent, and the answer not known yet.</summary>
    Unknown,

    /// <summary>Dead-lettered.</summary>
    DeadLettered,

    /// <summary>Waiting for a person or a date.</summary>
    Held,

    /// <summary>Waiting for a reference.</summary>
    Parked,

    /// <summary>Written.</summary>
    Applied,

    /// <summary>A newer revision took its place.</summary>
    Superseded,

    /// <summary>Nothing needed to be written.</summary>
    Unchanged,

    /// <summary>Ignored by a named rule.</summary>
    Ignored,
}
