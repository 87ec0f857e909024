using Microsoft.Extensions.Time.Testing;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Stores.Memory;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>Two processes before the same system, with their limits in the store that they share.</summary>
public sealed class SharedGateTests
{
    private const int Capacity = 5;
    private static readonly PolicyOptions Policy = new() { ProbeEvery = TimeSpan.FromSeconds(15), PauseFor = TimeSpan.FromMinutes(1) };
    private static readonly SystemOptions Books = new()
    {
        Name = "books",
        Kind = "scripted",
        Roles = [],
        Entity = "us",
        BaseUrl = new Uri("https://x.test/"),
        Credentials = new Dictionary<string, string>(StringComparer.Ordinal),
        Concurrency = Capacity,
        CallTimeout = TimeSpan.FromSeconds(10),
    };

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore store;
    private readonly SystemGate one;
    private readonly SystemGate other;

    public SharedGateTests()
    {
        store = new MemoryStore(clock);
        (one, other) = (GateOf("one"), GateOf("other"));
    }

    [Fact]
    public async Task A_process_that_is_alone_has_every_call()
    {
        Assert.Equal(Capacity, (await FillAsync(one)).Count);
    }

    [Fact]
    public async Task Two_processes_have_no_more_calls_under_way_than_the_system_allows_at_any_moment()
    {
        var inside = new List<GateEntry>(await FillAsync(one));
        var random = new Random(3);
        for (var step = 0; step < 400; step++)
        {
            if (random.Next(3) == 0 && inside.Count > 0)
            {
                var leaving = inside[random.Next(inside.Count)];
                inside.Remove(leaving);
                await EndAsync(leaving, null);
            }

            var entry = await EnterAsync(random.Next(2) == 0 ? one : other);
            if (entry.Until is null)
            {
                inside.Add(entry);
            }

            Assert.InRange(inside.Count, 0, Capacity);
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(900)));
        }
    }

    [Fact]
    public async Task A_second_process_gets_its_share_as_soon_as_the_first_has_seen_it_and_has_calls_to_spare()
    {
        var first = await FillAsync(one);
        Assert.Empty(await FillAsync(other));

        clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var entry in first)
        {
            await EndAsync(entry, null);
        }

        var again = await FillAsync(one);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(3, again.Count);
        Assert.Equal(2, (await FillAsync(other)).Count);
    }

    [Fact]
    public async Task What_a_dead_process_had_comes_back_when_its_lease_has_run_out()
    {
        (await FillAsync(one)).ForEach(entry => entry.Dispose());
        await FillAsync(other);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await FillAsync(one)).ForEach(entry => entry.Dispose());

        clock.Advance(Books.LongestCall + TimeSpan.FromMinutes(1));

        Assert.Equal(Capacity, (await FillAsync(one)).Count);
    }

    [Fact]
    public async Task Trouble_that_one_process_met_keeps_the_other_from_calling()
    {
        await ShareAsync();
        await CallAsync(one, new Fault.Unavailable("down"));
        clock.Advance(TimeSpan.FromSeconds(1));

        var refused = await EnterAsync(other);

        Assert.Equal(clock.GetUtcNow() - TimeSpan.FromSeconds(1) + Policy.ProbeEvery, refused.Until);
        Assert.Equal("unavailable", Assert.Single(other.Troubles()).Trouble);
    }

    [Fact]
    public async Task A_wait_that_one_process_was_asked_for_the_other_keeps_too()
    {
        await CallAsync(one, new Fault.RateLimited(TimeSpan.FromSeconds(30), "slow down"));

        Assert.Equal(clock.GetUtcNow().AddSeconds(30), (await EnterAsync(other)).Until);
        Assert.Empty(other.Troubles());
    }

    [Fact]
    public async Task Of_two_processes_one_probes()
    {
        await ShareAsync();
        await CallAsync(one, new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);

        using var probe = await EnterAsync(one);
        Assert.Null(probe.Until);
        Assert.NotNull((await EnterAsync(other)).Until);
    }

    [Fact]
    public async Task A_probe_that_went_well_lets_the_other_process_call_again()
    {
        await ShareAsync();
        await CallAsync(one, new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);

        await CallAsync(one, null);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null((await EnterAsync(other)).Until);
        Assert.Empty(other.Troubles());
    }

    [Fact]
    public async Task A_probe_of_a_process_that_died_is_left_to_the_other_in_time()
    {
        await ShareAsync();
        await CallAsync(one, new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        Assert.Null((await EnterAsync(one)).Until);

        clock.Advance(Books.LongestCall + TimeSpan.FromMinutes(1));

        Assert.Null((await EnterAsync(other)).Until);
    }

    [Fact]
    public async Task A_probe_that_was_not_used_is_still_this_process_s()
    {
        await CallAsync(one, new Fault.Unavailable("down"));
        clock.Advance(Policy.ProbeEvery);
        (await EnterAsync(one)).Dispose();

        Assert.Null((await EnterAsync(one)).Until);
    }

    [Fact]
    public async Task A_call_that_began_before_the_other_process_met_trouble_does_not_end_it()
    {
        await ShareAsync();
        var early = await EnterAsync(other);
        await CallAsync(one, new Fault.Unauthorized("expired"));

        await EndAsync(early, null);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull((await EnterAsync(one)).Until);
        Assert.NotNull((await EnterAsync(other)).Until);
        Assert.Equal("paused", Assert.Single(other.Troubles()).Trouble);
    }

    [Fact]
    public async Task A_process_that_stood_still_past_its_lease_asks_again_before_it_calls()
    {
        (await FillAsync(one)).ForEach(entry => entry.Dispose());
        clock.Advance(Books.LongestCall + TimeSpan.FromMinutes(1));
        var taken = await FillAsync(other);

        Assert.Equal(Capacity, taken.Count);
        Assert.NotNull((await EnterAsync(one)).Until);
    }

    private SystemGate GateOf(string process) =>
        new(
            new Dictionary<string, SystemOptions>(StringComparer.Ordinal) { ["books"] = Books },
            Policy,
            clock,
            new SharedGate(store, process)
        );

    private static ValueTask<GateEntry> EnterAsync(SystemGate gate) => gate.EnterAsync("books", CancellationToken.None);

    /// <summary>Both have seen each other and have their shares.</summary>
    private async Task ShareAsync()
    {
        for (var seconds = 0; seconds < 3; seconds++)
        {
            (await EnterAsync(one)).Dispose();
            (await EnterAsync(other)).Dispose();
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Enters as often as it is let in.</summary>
    private static async Task<List<GateEntry>> FillAsync(SystemGate gate)
    {
        var entries = new List<GateEntry>();
        while (entries.Count <= Capacity && await EnterAsync(gate) is { Until: null } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static async Task CallAsync(SystemGate gate, Fault? fault)
    {
        using var entry = await EnterAsync(gate);
        Assert.Null(entry.Until);
        await EndAsync(entry, fault);
    }

    private static Task<Outcome<string>> EndAsync(GateEntry entry, Fault? fault) =>
        entry.CallAsync(() => Task.FromResult<Outcome<string>>(fault is null ? "answer" : fault), CancellationToken.None);
}
