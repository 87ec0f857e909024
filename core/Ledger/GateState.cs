using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>A system's circuit and calls as the processes that share a store see them: one row, changed by compare-and-set.</summary>
public sealed record GateState
{
    /// <summary>What is wrong with the system, or null.</summary>
    public string? Trouble { get; init; }

    /// <summary>How often there was trouble: a call that began before the latest tells nothing of now.</summary>
    public long Troubles { get; init; }

    /// <summary>Nothing is sent before this instant.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>The process that may probe a system in trouble.</summary>
    public string? ProbeBy { get; init; }

    /// <summary>Until when it may.</summary>
    public DateTimeOffset ProbeUntil { get; init; }

    /// <summary>Who may make how many calls at once; a lease that has run out counts for nothing.</summary>
    public ImmutableArray<SlotLease> Leases { get; init; } = [];

    /// <summary>There was trouble, or only a wait that the system asked for.</summary>
    public GateState Hurt(string? trouble, DateTimeOffset notBefore) =>
        (trouble is null ? this : this with { Trouble = trouble, Troubles = Troubles + 1, ProbeBy = null }) with
        {
            // Whoever asked for the longest wait is heard.
            NotBefore = notBefore > NotBefore ? notBefore : NotBefore,
        };

    /// <summary>A call went well that began when there had been so many troubles.</summary>
    public GateState Mended(long troublesBefore) =>
        Trouble is null || troublesBefore != Troubles ? this : this with { Trouble = null, ProbeBy = null };

    /// <summary>A process asks to probe; where another one may, nothing changes.</summary>
    public GateState Probed(string process, DateTimeOffset now, DateTimeOffset until) =>
        ProbeBy is null || ProbeBy == process || ProbeUntil <= now ? this with { ProbeBy = process, ProbeUntil = until } : this;

    /// <summary>How many calls a process may make at once when each that holds a lease, itself included, has an equal share.</summary>
    public int ShareOf(string process, int capacity, DateTimeOffset now)
    {
        var others = Others(process, now);
        var rank = others.Count(other => string.CompareOrdinal(other.Process, process) < 0);
        return (capacity / (others.Count + 1)) + (rank < capacity % (others.Count + 1) ? 1 : 0);
    }

    /// <summary>
    /// A process takes its share, as far as the others have left it free, and never gives up places of calls that it has under way. A share of nothing is kept, too: the
    /// others see by it that somebody waits.
    /// </summary>
    public GateState Leased(SlotLease asked, int capacity, int inside, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var others = Others(asked.Process, now);
        var free = Math.Max(0, capacity - others.Sum(other => other.Slots));
        var slots = Math.Max(inside, Math.Min(ShareOf(asked.Process, capacity, now), free));
        return this with { Leases = [.. others, asked with { Slots = slots }] };
    }

    /// <summary>What a process has leased, or null.</summary>
    public SlotLease? LeaseOf(string process) => Leases.FirstOrDefault(lease => lease.Process == process);

    private List<SlotLease> Others(string process, DateTimeOffset now) =>
        [.. Leases.Where(lease => lease.Process != process && lease.Until > now)];
}

/// <summary>Calls that a process may make at once.</summary>
/// <param name="Process">The process.</param>
/// <param name="Slots">How many.</param>
/// <param name="Until">Until when; a call begins only where it ends before.</param>
public sealed record SlotLease(string Process, int Slots, DateTimeOffset Until);
