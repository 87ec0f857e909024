using System.Collections.Immutable;
using QtcHub.Canonical;

namespace QtcHub.Ledger;

/// <summary>The moves of a lane as pure functions: what a lane becomes, and what must be written beside it.</summary>
internal static class LaneMoves
{
    /// <summary>A revision is wanted: the newest becomes Due where the lane is free, and else waits for it to be.</summary>
    public static LaneMove Want(Lane lane, int revision, string origin, DateTimeOffset now)
    {
        var wanted = lane.WantedRevision >= revision ? lane : lane with { WantedRevision = revision, WantedOrigin = origin };
        return Advance(new LaneMove(wanted), now);
    }

    /// <summary>Makes the newest wanted revision Due where the lane is free and it is not there yet; what it displaces is superseded.</summary>
    private static LaneMove Advance(LaneMove move, DateTimeOffset now)
    {
        var lane = move.Lane;
        if (
            lane.MergedInto is not null
            || !lane.IsFree
            || lane.Current?.Revision >= lane.WantedRevision
            || lane.SettledRevision >= lane.WantedRevision
        )
        {
            return move;
        }

        var displaced = lane.Current;
        if (displaced is not null)
        {
            Invariant.Holds(move.Left is null, "a lane has one effect, so one leaves it at a time");
            move =
                displaced.State == EffectState.DeadLettered
                    ? move with
                    {
                        Left = displaced,
                    }
                    : move with
                    {
                        Left = displaced.To(EffectState.Superseded),
                        Steps = [Step(displaced.State, EffectState.Superseded)],
                    };
        }

        // A create that was sent in vain has used its key up; one that was not sent yet hands its own on, for those before it may have been.
        var unused = displaced is null || lane.ExternalId is not null ? 0 : displaced.Generation + (displaced.FirstSentAt is null ? 0 : 1);
        var createGeneration = Math.Max(lane.CreateGeneration, unused);
        // What was sent and is then displaced may stand at the target in part or in another form: what was applied before proves nothing any more.
        var appliedHash = displaced?.FirstSentAt is null ? lane.AppliedHash : null;
        var due = new Effect
        {
            Revision = lane.WantedRevision,
            Generation = lane.ExternalId is null ? createGeneration : 1,
            State = EffectState.Due,
            Origin = lane.WantedOrigin,
            Due = now,
            Since = now,
        };
        var advanced = lane with { Current = due, CreateGeneration = createGeneration, AppliedHash = appliedHash };
        return move with { Lane = advanced, WorkDue = now };
    }

    /// <summary>What stands at the target is wanted once more, as a new generation of its revision.</summary>
    public static LaneMove Again(Lane lane, string origin, int generation, DateTimeOffset due)
    {
        Invariant.Holds(lane is { Current: null, ExternalId: not null }, "only what stands there at rest is wanted again");
        var again = new Effect
        {
            Revision = lane.WantedRevision,
            Generation = generation,
            State = EffectState.Due,
            Origin = origin,
            Due = due,
            Since = due,
        };
        return new LaneMove(lane with { Current = again }) { WorkDue = due };
    }

    /// <summary>
    /// Its record was merged into another: what has not been sent makes way, and so does a letter whose write was not carried out; what may be or may have been
    /// settles first.
    /// </summary>
    public static LaneMove Bury(Lane lane, CanonicalId into)
    {
        var buried = lane with { MergedInto = into };
        if (lane.Current is not { } open || !lane.IsFree)
        {
            return new LaneMove(buried);
        }

        var ended = new LaneMove(buried with { Current = null });
        return open.State == EffectState.DeadLettered
            ? ended with
            {
                Left = open,
            }
            : ended with
            {
                Left = open.To(EffectState.Superseded),
                Steps = [Step(open.State, EffectState.Superseded)],
            };
    }

    /// <summary>A step of the state machine as the audit writes it.</summary>
    public static string Step(EffectState from, EffectState to) => $"{from}>{to}";

    /// <summary>The current effect has ended well: it leaves, and a newer revision becomes Due.</summary>
    public static LaneMove Settle(Lane lane, Effect ended, string? externalId, DateTimeOffset now)
    {
        Invariant.Holds(ended.State.IsSettled(), "what leaves a lane has ended");
        var settled = lane with
        {
            Current = null,
            ExternalId = externalId ?? lane.ExternalId,
            SettledRevision = Math.Max(lane.SettledRevision, ended.Revision),
            AppliedRevision = ended.State == EffectState.Applied ? ended.Revision : lane.AppliedRevision,
            AppliedHash = ended.State == EffectState.Applied ? ended.RequestHash : lane.AppliedHash,
        };
        return Advance(new LaneMove(settled) { Left = ended }, now);
    }

    /// <summary>The current effect stays in the lane in a new state; a newer revision takes its place where it may.</summary>
    public static LaneMove Stay(Lane lane, Effect current, DateTimeOffset now)
    {
        Invariant.Holds(!current.State.IsSettled(), "what has ended leaves its lane");
        var stays = new LaneMove(lane with { Current = current })
        {
            WorkDue = current.State is EffectState.Due or EffectState.Unknown ? current.Due : null,
        };
        return Advance(stays, now);
    }
}

/// <summary>A lane as it becomes, the effect that leaves it, and when it is to be looked at next.</summary>
internal sealed record LaneMove(Lane Lane)
{
    public Effect? Left { get; init; }

    public DateTimeOffset? WorkDue { get; init; }

    /// <summary>Steps of the state machine that the move itself took.</summary>
    public ImmutableArray<string> Steps { get; init; } = [];
}
