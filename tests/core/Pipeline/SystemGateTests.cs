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
        var first = Entered("a");
        Entered("a");
        Assert.True(Enter("a").Until > clock.GetUtcNow());
        Entered("b");

        first.Dispose();

        Entered("a");
    }

    [Fact]
    public async Task A_system_that_does_not_answer_opens_its_circuit_and_no_others()
    {
        await CallAsync(new Fault.Unavailable("down"));

        Assert.Equal(clock.GetUtcNow() + Policy.ProbeEvery, Enter("a").Until);
        Entered("b");
        Assert.Equal([("a", "unavailable", clock.GetUtcNow() + Policy.ProbeEvery)], gate.Troubles());
    }

    [Fact]
    public async Task One_probe_goes_at_a_time_and_its_success_closes_the_circuit()
    {
        await CallAsync(new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        var probe = Entered("a");
        Assert.NotNull(Enter("a").Until);

        await EndAsync(probe, null);

        Entered("a");
        Entered("a");
        Assert.Empty(gate.Troubles());
    }

    [Fact]
    public async Task A_probe_that_fails_keeps_the_circuit_open()
    {
        await CallAsync(new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        await CallAsync(new Fault.Unavailable("down"));

        Assert.Equal(clock.GetUtcNow() + Policy.ProbeEvery, Enter("a").Until);
    }

    [Fact]
    public async Task A_probe_that_was_not_used_leaves_room_for_another()
    {
        await CallAsync(new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        Entered("a").Dispose();

        Entered("a");
        Assert.Single(gate.Troubles());
    }

    [Fact]
    public async Task A_call_from_before_the_trouble_neither_ends_it_nor_counts_as_its_probe()
    {
        var early = Entered("a");
        await CallAsync(new Fault.Unauthorized("expired"));
        clock.Advance(Policy.PauseFor);
        Entered("a");

        await EndAsync(early, null);

        Assert.Equal("paused", Assert.Single(gate.Troubles()).Trouble);
        Assert.NotNull(Enter("a").Until);
    }

    [Fact]
    public async Task A_refused_credential_pauses_the_system()
    {
        await CallAsync(new Fault.Unauthorized("expired"));

        Assert.Equal(clock.GetUtcNow() + Policy.PauseFor, Enter("a").Until);
        Assert.Equal("paused", Assert.Single(gate.Troubles()).Trouble);
    }

    [Fact]
    public async Task A_named_wait_for_quota_is_kept_and_is_no_trouble()
    {
        await CallAsync(new Fault.RateLimited(TimeSpan.FromSeconds(3), "slow down"));

        Assert.Equal(clock.GetUtcNow().AddSeconds(3), Enter("a").Until);
        Assert.Equal(clock.GetUtcNow().AddSeconds(3), gate.NotBefore("a"));
        Assert.Empty(gate.Troubles());
        clock.Advance(TimeSpan.FromSeconds(3));
        Entered("a");
    }

    [Fact]
    public async Task A_wait_for_quota_of_no_seconds_is_one_of_less_than_a_second()
    {
        await CallAsync(new Fault.RateLimited(TimeSpan.Zero, "slow down"));

        Assert.Equal(clock.GetUtcNow().AddSeconds(1), Enter("a").Until);
    }

    [Fact]
    public async Task Who_finds_a_system_full_comes_back_in_a_turn_of_its_own_twice_as_fast_as_calls_end()
    {
        for (var call = 0; call < 30; call++)
        {
            var made = Entered("a");
            clock.Advance(TimeSpan.FromMilliseconds(120));
            await EndAsync(made, null);
        }

        Entered("a");
        Entered("a");
        var turns = Enumerable.Range(0, 1_000).Select(_ => Enter("a").Until!.Value).ToList();

        // Two calls at once of some 120 ms each end every 60 ms.
        Assert.All(turns.Zip(turns.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalMilliseconds, 29, 31));
        Assert.InRange((turns[0] - clock.GetUtcNow()).TotalMilliseconds, 1, 50);
    }

    [Fact]
    public async Task However_long_calls_take_a_turn_comes_four_times_a_second()
    {
        var made = Entered("a");
        clock.Advance(TimeSpan.FromMinutes(1));
        await EndAsync(made, null);
        Entered("a");
        Entered("a");

        var first = Enter("a").Until!.Value;
        Assert.Equal(first.AddMilliseconds(250), Enter("a").Until);
    }

    [Fact]
    public async Task A_refused_record_is_no_trouble_of_the_system()
    {
        await CallAsync(new Fault.Rejected("c", "t"));

        Entered("a");
        Assert.Empty(gate.Troubles());
    }

    [Fact]
    public async Task A_call_that_throws_gives_its_place_back()
    {
        for (var times = 0; times < 10; times++)
        {
            using var entry = Entered("a");
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                entry.CallAsync<string>(() => throw new InvalidOperationException("a bug of the connector's"), CancellationToken.None)
            );
        }
    }

    [Fact]
    public async Task A_shorter_wait_does_not_shorten_a_longer_one()
    {
        var (longer, shorter) = (Entered("a"), Entered("a"));
        await EndAsync(longer, new Fault.RateLimited(TimeSpan.FromMinutes(5), "later"));
        await EndAsync(shorter, new Fault.RateLimited(TimeSpan.FromSeconds(1), "soon"));

        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromMinutes(5), Enter("a").Until);
    }

    [Fact]
    public async Task An_entry_serves_one_call_and_is_left_once()
    {
        using var other = Entered("a");
        using (var entry = Entered("a"))
        {
            await EndAsync(entry, null);
            await Assert.ThrowsAsync<InvariantException>(() => EndAsync(entry, null));
        }

        Entered("a");
        Assert.NotNull(Enter("a").Until);
    }

    [Fact]
    public async Task Who_was_not_let_in_cannot_call()
    {
        await CallAsync(new Fault.Unavailable("down"));
        using var refused = Enter("a");

        await Assert.ThrowsAsync<InvariantException>(() => EndAsync(refused, null));
    }

    private GateEntry Enter(string system)
    {
        var entering = gate.EnterAsync(system, CancellationToken.None).AsTask();
        Assert.True(entering.IsCompletedSuccessfully, "a process that is alone asks nobody");
        return entering.Result;
    }

    private GateEntry Entered(string system)
    {
        var entry = Enter(system);
        Assert.Null(entry.Until);
        return entry;
    }

    private async Task CallAsync(Fault fault)
    {
        using var entry = Entered("a");
        await EndAsync(entry, fault);
    }

    private static Task<Outcome<string>> EndAsync(GateEntry entry, Fault? fault) =>
        entry.CallAsync(() => Task.FromResult<Outcome<string>>(fault is null ? "answer" : fault), CancellationToken.None);

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
