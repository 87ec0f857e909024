using QtcHub.Canonical;
using QtcHub.Ledger;
using static QtcHub.Ledger.EffectState;

namespace QtcHub.Tests.Core.Ledger;

public sealed class EffectTests
{
    private static readonly LaneId Lane = new(new CanonicalId("inv_0123456789012345678901"), "books", "entry");

    // The design's own sentence, written out.
    private static readonly (EffectState From, EffectState To)[] Design =
    [
        (Due, InFlight),
        (InFlight, Applied),
        (InFlight, Unchanged),
        (InFlight, Due),
        (InFlight, Parked),
        (InFlight, Held),
        (InFlight, DeadLettered),
        (InFlight, Unknown),
        (Unknown, Applied),
        (Unknown, Due),
        (Unknown, DeadLettered),
        (Due, Superseded),
        (Parked, Superseded),
        (Held, Superseded),
        (Parked, Due),
        (Held, Due),
        (DeadLettered, Due),
    ];

    [Fact]
    public void The_state_machine_is_the_designs() =>
        Assert.Equal(
            Design.OrderBy(move => move.From).ThenBy(move => move.To),
            EffectTransitions.All.OrderBy(move => move.From).ThenBy(move => move.To)
        );

    [Fact]
    public void An_effect_makes_every_move_of_the_design_and_refuses_every_other()
    {
        foreach (var from in Enum.GetValues<EffectState>())
        {
            foreach (var to in Enum.GetValues<EffectState>())
            {
                var effect = EffectIn(from);
                if (Design.Contains((from, to)))
                {
                    Assert.Equal(to, effect.To(to).State);
                }
                else
                {
                    Assert.Throws<InvariantException>(() => effect.To(to));
                }
            }
        }
    }

    [Fact]
    public void Only_what_was_applied_unchanged_or_superseded_has_ended() =>
        Assert.Equal([Applied, Unchanged, Superseded], Enum.GetValues<EffectState>().Where(state => state.IsSettled()));

    [Fact]
    public void A_key_is_43_characters_of_base64url_sha_256()
    {
        // printf 'books\nentry\ninv_0123456789012345678901\ncreate\n\n1' | openssl dgst -sha256 -binary | basenc --base64url
        Assert.Equal("0OWGpywYvnbUr46nKhenLOczuNHaoU3n4Jib2_byVy4", EffectKey.Of(Lane, isCreate: true, 7, 1));
        Assert.Equal("umtmU1XWQAyfXnpxMF4ujbEggvCRYlj0SwVaiol3Spo", EffectKey.Of(Lane, isCreate: false, 7, 2));
        Assert.Equal("Wa5EuNtD1oNEt2nFpECUi5E7lnaUyQW-eutF1HwbYnA", EffectKey.OfCall(EffectKey.Of(Lane, isCreate: true, 7, 1), 2));
    }

    [Fact]
    public void The_key_of_a_create_has_no_revision_and_that_of_an_update_has()
    {
        Assert.Equal(EffectKey.Of(Lane, isCreate: true, 1, 1), EffectKey.Of(Lane, isCreate: true, 2, 1));
        Assert.NotEqual(EffectKey.Of(Lane, isCreate: false, 1, 1), EffectKey.Of(Lane, isCreate: false, 2, 1));
    }

    [Fact]
    public void Whatever_else_differs_makes_another_key()
    {
        var record = new CanonicalId("inv_1123456789012345678901");
        string[] keys =
        [
            EffectKey.Of(Lane, isCreate: true, 1, 1),
            EffectKey.Of(Lane, isCreate: true, 1, 2),
            EffectKey.Of(Lane, isCreate: false, 1, 1),
            EffectKey.Of(Lane, isCreate: false, 1, 2),
            EffectKey.Of(Lane with { Target = "ledger" }, isCreate: true, 1, 1),
            EffectKey.Of(Lane with { Part = "fee" }, isCreate: true, 1, 1),
            EffectKey.Of(Lane with { Record = record }, isCreate: true, 1, 1),
            EffectKey.OfCall(EffectKey.Of(Lane, isCreate: true, 1, 1), 1),
            EffectKey.OfCall(EffectKey.Of(Lane, isCreate: true, 1, 1), 2),
        ];

        Assert.Equal(keys.Length, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.Matches("^[A-Za-z0-9_-]{43}$", key));
    }

    private static Effect EffectIn(EffectState state) =>
        new()
        {
            Revision = 1,
            Generation = 1,
            State = state,
            Origin = "delivery:shop:evt-1",
            Due = DateTimeOffset.UnixEpoch,
            Since = DateTimeOffset.UnixEpoch,
        };
}
