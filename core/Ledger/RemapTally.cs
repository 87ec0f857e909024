using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>What today's mapping would make of what was applied at one target: counts, ids and field paths, never a value.</summary>
public sealed record RemapTally
{
    /// <summary>Most examples that are kept.</summary>
    public const int MostExamples = 5;

    /// <summary>The target.</summary>
    public required string Target { get; init; }

    /// <summary>The version of the mapping that was asked.</summary>
    public required string Mapping { get; init; }

    /// <summary>Lanes that were looked at; the counts below add up to it.</summary>
    public int Lanes { get; init; }

    /// <summary>Those that the mapping gives what was applied.</summary>
    public int Unchanged { get; init; }

    /// <summary>Those that it gives something else; where it is applied, those that are wanted again.</summary>
    public int Changed { get; init; }

    /// <summary>Posted documents whose posted fields it gives something else, or may: never written.</summary>
    public int Posted { get; init; }

    /// <summary>Those that cannot be mapped, by fault and path.</summary>
    public ImmutableArray<RemapCount> CannotBeMapped { get; init; } = [];

    /// <summary>Those that were left alone, by what they wait for or why nothing of them stands there to be compared.</summary>
    public ImmutableArray<RemapCount> LeftAlone { get; init; } = [];

    /// <summary>The first that would change or must not.</summary>
    public ImmutableArray<RemapExample> Examples { get; init; } = [];

    /// <summary>The tally with one more lane left alone.</summary>
    internal RemapTally Leave(string why) => this with { Lanes = Lanes + 1, LeftAlone = Count(LeftAlone, why) };

    /// <summary>The tally with one more lane that cannot be mapped.</summary>
    internal RemapTally Refuse(string fault) => this with { Lanes = Lanes + 1, CannotBeMapped = Count(CannotBeMapped, fault) };

    /// <summary>The tally with an example, as long as few are kept.</summary>
    internal RemapTally Show(RemapExample example) =>
        Examples.Length < MostExamples ? this with { Examples = Examples.Add(example) } : this;

    /// <summary>Adds the tally of another page.</summary>
    public RemapTally Plus(RemapTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with
        {
            Lanes = Lanes + other.Lanes,
            Unchanged = Unchanged + other.Unchanged,
            Changed = Changed + other.Changed,
            Posted = Posted + other.Posted,
            CannotBeMapped = other.CannotBeMapped.Aggregate(CannotBeMapped, (all, one) => Count(all, one.Name, one.Lanes)),
            LeftAlone = other.LeftAlone.Aggregate(LeftAlone, (all, one) => Count(all, one.Name, one.Lanes)),
            Examples = [.. Examples.Concat(other.Examples).Take(MostExamples)],
        };
    }

    private static ImmutableArray<RemapCount> Count(ImmutableArray<RemapCount> all, string name, int lanes = 1) =>
        all.FirstOrDefault(one => one.Name == name) is { } known
            ? all.Replace(known, known with { Lanes = known.Lanes + lanes })
            : [.. all.Add(new RemapCount(name, lanes)).OrderBy(one => one.Name, StringComparer.Ordinal)];
}

/// <summary>How many lanes have something in common.</summary>
public sealed record RemapCount(string Name, int Lanes);

/// <summary>A record that the mapping gives something else at a target.</summary>
/// <param name="Record">Its canonical id.</param>
/// <param name="IsPosted">Whether it must not change.</param>
/// <param name="Paths">The fields of the request that differ; null where the one that was applied is no longer kept.</param>
public sealed record RemapExample(string Record, bool IsPosted, ImmutableArray<string>? Paths);
