using Microsoft.Extensions.Time.Testing;
using QtcHub.Hosting;
using QtcHub.Pipeline;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class SystemGateTests
{
    private static readonly PolicyOptions Policy = new() { ProbeEvery = TimeSpan.FromSeconds(15), PauseFor = TimeSpan.FromMinutes(1) };
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SystemGate gate;

    public SystemGateTests() =>
        gate = new SystemGate(
            new Dictionary<string, SystemOptions>(StringComparer.Ordinal) { ["a"] = System("a"), ["b"] = System("b") },
            Policy,
            clock
        );

    [Fact]
    public void No_more_calls_are_under_way_than_the_system_allows()
    {
        Assert.Null(gate.Enter("a"));
        Assert.Null(gate.Enter("a"));
        Assert.True(gate.Enter("a") > clock.GetUtcNow());
        Assert.Null(gate.Enter("b"));

        gate.Leave("a", null);

        Assert.Null(gate.Enter("a"));
    }

    [Fact]
    public void A_system_that_does_not_answer_opens_its_circuit_and_no_others()
    {
        gate.Enter("a");
        gate.Leave("a", new Fault.Unavailable("down"));

        Assert.Equal(clock.GetUtcNow() + Policy.ProbeEvery, gate.Enter("a"));
        Assert.Null(gate.Enter("b"));
        Assert.Equal([("a", "unavailable", clock.GetUtcNow() + Policy.ProbeEvery)], gate.Troubles());
    }

    [Fact]
    public void One_probe_goes_at_a_time_and_its_success_closes_the_circuit()
    {
        gate.Enter("a");
        gate.Leave("a", new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        Assert.Null(gate.Enter("a"));
        Assert.NotNull(gate.Enter("a"));

        gate.Leave("a", null);

        Assert.Null(gate.Enter("a"));
        Assert.Null(gate.Enter("a"));
        Assert.Empty(gate.Troubles());
    }

    [Fact]
    public void A_probe_that_fails_keeps_the_circuit_open()
    {
        gate.Enter("a");
        gate.Leave("a", new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        gate.Enter("a");
        gate.Leave("a", new Fault.Unavailable("down"));

        Assert.Equal(clock.GetUtcNow() + Policy.ProbeEvery, gate.Enter("a"));
    }

    [Fact]
    public void A_probe_that_was_not_used_leaves_room_for_another()
    {
        gate.Enter("a");
        gate.Leave("a", new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        gate.Enter("a");
        gate.LeaveUnused("a");

        Assert.Null(gate.Enter("a"));
        Assert.Single(gate.Troubles());
    }

    [Fact]
    public void A_refused_credential_pauses_the_system()
    {
        gate.Enter("a");
        gate.Leave("a", new Fault.Unauthorized("expired"));

        Assert.Equal(clock.GetUtcNow() + Policy.PauseFor, gate.Enter("a"));
        Assert.Equal("paused", Assert.Single(gate.Troubles()).Trouble);
    }

    [Fact]
    public void A_named_wait_for_quota_is_kept_and_is_no_trouble()
    {
        gate.Enter("a");
        gate.Leave("a", new Fault.RateLimited(TimeSpan.FromSeconds(3), "slow down"));

        Assert.Equal(clock.GetUtcNow().AddSeconds(3), gate.Enter("a"));
        Assert.Equal(clock.GetUtcNow().AddSeconds(3), gate.NotBefore("a"));
        Assert.Empty(gate.Troubles());
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(gate.Enter("a"));
    }

    [Fact]
    public void A_refused_record_is_no_trouble_of_the_system()
    {
        gate.Enter("a");
        gate.Leave("a", new Fault.Rejected("c", "t"));

        Assert.Null(gate.Enter("a"));
        Assert.Empty(gate.Troubles());
    }

    [Fact]
    public async Task A_call_that_throws_gives_its_place_back()
    {
        for (var times = 0; times < 10; times++)
        {
            Assert.Null(gate.Enter("a"));
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                gate.CallAsync<string>("a", () => throw new InvalidOperationException("a bug of the connector's"))
            );
        }
    }

    [Fact]
    public void A_shorter_wait_does_not_shorten_a_longer_one()
    {
        Assert.Null(gate.Enter("a"));
        Assert.Null(gate.Enter("a"));
        gate.Leave("a", new Fault.RateLimited(TimeSpan.FromMinutes(5), "later"));
        gate.Leave("a", new Fault.RateLimited(TimeSpan.FromSeconds(1), "soon"));

        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromMinutes(5), gate.Enter("a"));
    }

    [Fact]
    public void Who_leaves_without_having_entered_is_a_bug() => Assert.Throws<InvariantException>(() => gate.Leave("a", null));

    private static SystemOptions System(string name) =>
        new()
        {
            Name = name,
            Kind = "scripted",
            Roles = [],
            Entity = "us",
            BaseUrl = new Uri("https://x.test/"),
            Credentials = new Dictionary<string, string>(StringComparer.Ordinal),
            Concurrency = 2,
        };
}
