using QtcHub.Canonical;
using QtcHub.Ledger;
using static QtcHub.Ledger.EffectState;

namespace QtcHub.Tests.Core.Ledger;

public sealed class LaneMovesTests
{
    private static readonly LaneId Id = new(new CanonicalId("acc_0123456789012345678901"), "books", "customer");
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_wanted_revision_is_due_at_once()
    {
        var move = LaneMoves.Want(new Lane { Id = Id }, 1, "delivery:shop:e1", Now);

        Assert.Equal(
            (Due, 1, 1, "delivery:shop:e1"),
            (move.Lane.Current!.State, move.Lane.Current.Revision, move.Lane.Current.Generation, move.Lane.Current.Origin)
        );
        Assert.Equal(Now, move.WorkDue);
        Assert.Null(move.Left);
    }

    [Theory]
    [InlineData(Due)]
    [InlineData(Parked)]
    [InlineData(Held)]
    public void What_waits_is_superseded_by_a_newer_revision(EffectState state)
    {
        var move = LaneMoves.Want(LaneIn(state), 2, "o2", Now);

        Assert.Equal((Due, 2), (move.Lane.Current!.State, move.Lane.Current.Revision));
        Assert.Equal((Superseded, 1), (move.Left!.State, move.Left.Revision));
        Assert.Equal([$"{state}>Superseded"], move.Steps);
    }

    [Theory]
    [InlineData(InFlight)]
    [InlineData(Unknown)]
    public void What_may_be_under_way_is_waited_for(EffectState state)
    {
        var move = LaneMoves.Want(LaneIn(state), 2, "o2", Now);

        Assert.Equal((state, 1, 2), (move.Lane.Current!.State, move.Lane.Current.Revision, move.Lane.WantedRevision));
        Assert.Null(move.Left);
        Assert.Null(move.WorkDue);
    }

    [Fact]
    public void A_dead_letter_makes_way_and_stays_what_it_is()
    {
        var move = LaneMoves.Want(LaneIn(DeadLettered), 2, "o2", Now);

        Assert.Equal((Due, 2), (move.Lane.Current!.State, move.Lane.Current.Revision));
        Assert.Equal(DeadLettered, move.Left!.State);
        Assert.Empty(move.Steps);
    }

    [Theory]
    [InlineData(DeadLettered)]
    [InlineData(Due)]
    public void What_may_have_been_carried_out_keeps_its_lane(EffectState state)
    {
        var lane = LaneIn(state);
        var move = LaneMoves.Want(lane with { Current = lane.Current! with { OutcomeUnknown = true } }, 2, "o2", Now);

        Assert.Equal((state, 1, 2), (move.Lane.Current!.State, move.Lane.Current.Revision, move.Lane.WantedRevision));
        Assert.Null(move.Left);
    }

    [Fact]
    public void An_older_or_equal_revision_changes_nothing()
    {
        var lane = LaneIn(Held) with { WantedRevision = 3, Current = EffectIn(Held) with { Revision = 3 } };

        Assert.Same(lane, LaneMoves.Want(lane, 2, "late", Now).Lane);
        Assert.Same(lane, LaneMoves.Want(lane, 3, "again", Now).Lane);
    }

    [Fact]
    public void What_is_settled_is_not_wanted_again()
    {
        var lane = LaneIn(Held) with { Current = null, SettledRevision = 1 };

        Assert.Null(LaneMoves.Want(lane, 1, "again", Now).Lane.Current);
    }

    [Fact]
    public void Settling_makes_the_newest_wanted_revision_due_and_not_those_between()
    {
        var lane = LaneIn(InFlight) with { WantedRevision = 5, WantedOrigin = "o5" };
        var move = LaneMoves.Settle(lane, lane.Current!.To(Applied) with { RequestHash = "h" }, "t-1", Now);

        Assert.Equal((Due, 5, "o5"), (move.Lane.Current!.State, move.Lane.Current.Revision, move.Lane.Current.Origin));
        Assert.Equal(
            ("t-1", 1, 1, "h"),
            (move.Lane.ExternalId, move.Lane.SettledRevision, move.Lane.AppliedRevision, move.Lane.AppliedHash)
        );
        Assert.Equal(Applied, move.Left!.State);
    }

    [Fact]
    public void What_needed_no_write_leaves_what_was_last_written_as_it_was()
    {
        var lane = LaneIn(InFlight) with { ExternalId = "t-1", AppliedHash = "h0", AppliedRevision = 0 };
        var move = LaneMoves.Settle(lane, lane.Current!.To(Unchanged) with { RequestHash = "h1" }, null, Now);

        Assert.Equal(
            ("t-1", 1, 0, "h0"),
            (move.Lane.ExternalId, move.Lane.SettledRevision, move.Lane.AppliedRevision, move.Lane.AppliedHash)
        );
        Assert.Null(move.Lane.Current);
        Assert.Null(move.WorkDue);
    }

    [Fact]
    public void What_goes_back_to_waiting_is_displaced_by_what_came_meanwhile()
    {
        var lane = LaneIn(InFlight) with { WantedRevision = 2, WantedOrigin = "o2" };
        var move = LaneMoves.Stay(lane, lane.Current!.To(Held), Now);

        Assert.Equal((Due, 2), (move.Lane.Current!.State, move.Lane.Current.Revision));
        Assert.Equal(Superseded, move.Left!.State);
        Assert.Equal(Now, move.WorkDue);
    }

    [Fact]
    public void What_stays_is_looked_at_when_it_is_due()
    {
        var lane = LaneIn(InFlight);
        var later = Now.AddHours(1);

        Assert.Equal(later, LaneMoves.Stay(lane, lane.Current!.To(Due) with { Due = later }, Now).WorkDue);
        Assert.Null(LaneMoves.Stay(lane, lane.Current!.To(Parked), Now).WorkDue);
    }

    [Fact]
    public void A_create_that_was_sent_in_vain_has_used_its_key_up()
    {
        var sent = LaneIn(Due) with { Current = EffectIn(Due) with { FirstSentAt = Now, Generation = 3 } };
        var unsent = LaneIn(Due) with { Current = EffectIn(Due) with { Generation = 3 } };

        Assert.Equal(4, LaneMoves.Want(sent, 2, "o2", Now).Lane.Current!.Generation);
        Assert.Equal(3, LaneMoves.Want(unsent, 2, "o2", Now).Lane.Current!.Generation);
        Assert.Equal(1, LaneMoves.Want(sent with { ExternalId = "t-1" }, 2, "o2", Now).Lane.Current!.Generation);
    }

    [Fact]
    public void What_has_not_ended_cannot_leave_and_what_has_cannot_stay()
    {
        var lane = LaneIn(InFlight);

        Assert.Throws<InvariantException>(() => LaneMoves.Settle(lane, lane.Current!.To(Held), null, Now));
        Assert.Throws<InvariantException>(() => LaneMoves.Stay(lane, lane.Current!.To(Applied), Now));
    }

    private static Lane LaneIn(EffectState state) =>
        new()
        {
            Id = Id,
            WantedRevision = 1,
            WantedOrigin = "o1",
            Current = EffectIn(state),
        };

    private static Effect EffectIn(EffectState state) =>
        new()
        {
            Revision = 1,
            Generation = 1,
            State = state,
            Origin = "o1",
            Due = Now,
            Since = Now,
        };
}
