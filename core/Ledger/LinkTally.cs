using System.Collections.Immutable;
using System.Text.Json.Serialization;
using QtcHub.Canonical;

namespace QtcHub.Ledger;

/// <summary>What a linking found at one target: how many records of each verdict, and how much money they are.</summary>
public sealed record LinkTally
{
    /// <summary>The target.</summary>
    public required string Target { get; init; }

    /// <summary>The match keys that it was asked by, in that order.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>The verdicts that there were.</summary>
    public ImmutableArray<LinkCount> Verdicts { get; init; } = [];

    /// <summary>The tally with one more finding.</summary>
    internal LinkTally Count(LinkFinding finding)
    {
        var known = Verdicts.FirstOrDefault(one => one.Verdict == finding.Verdict) ?? new LinkCount(finding.Verdict, 0, []);
        var others = Verdicts.Where(one => one.Verdict != finding.Verdict);
        return this with { Verdicts = [.. others.Append(known.Plus(finding.Amount)).OrderBy(one => one.Verdict)] };
    }
}

/// <summary>How many records have a verdict, and their amounts by currency; records without an amount add none.</summary>
public sealed record LinkCount(LinkVerdict Verdict, int Records, ImmutableArray<Money> Amounts)
{
    internal LinkCount Plus(Money? amount) => this with { Records = Records + 1, Amounts = amount is { } money ? Plus(money) : Amounts };

    private ImmutableArray<Money> Plus(Money money)
    {
        var others = Amounts.Where(one => one.Currency != money.Currency);
        var sum = Amounts.Where(one => one.Currency == money.Currency).Aggregate(money, (all, one) => all + one);
        return [.. others.Append(sum).OrderBy(one => one.Currency.Code, StringComparer.Ordinal)];
    }
}

/// <summary>What a linking found of one record at one target: ids and field names, never a value.</summary>
public sealed record LinkFinding
{
    /// <summary>The target.</summary>
    public required string Target { get; init; }

    /// <summary>The source's id of the record.</summary>
    public required string SourceId { get; init; }

    /// <summary>What it comes to.</summary>
    public required LinkVerdict Verdict { get; init; }

    /// <summary>The canonical record, where the hub knows it.</summary>
    public string? Record { get; init; }

    /// <summary>The target's ids: of the one that was found, or of the candidates, of which two are enough.</summary>
    public ImmutableArray<string> Ids { get; init; } = [];

    /// <summary>The match key by which it was found.</summary>
    public string? Key { get; init; }

    /// <summary>Fields of the target's form in which the two differ.</summary>
    public ImmutableArray<string> Differs { get; init; } = [];

    /// <summary>Whether they differ in what must not change once it is posted.</summary>
    public bool IsPosted { get; init; }

    /// <summary>Why it was not linked, or not compared.</summary>
    public string? Why { get; init; }

    /// <summary>The record's amount, where it has one.</summary>
    public Money? Amount { get; init; }
}

/// <summary>What a record of the source comes to at a target.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkVerdict>))]
public enum LinkVerdict
{
    /// <summary>It was linked before.</summary>
    AlreadyLinked,

    /// <summary>One record was found, and it stands there as it should.</summary>
    Matched,

    /// <summary>One record was found, and it differs, or could not be compared yet.</summary>
    MatchedWithDifferences,

    /// <summary>Several records were found: a person decides.</summary>
    SeveralCandidates,

    /// <summary>Nothing was found: it would be created.</summary>
    NothingFound,

    /// <summary>The route does not select it, or it has ended: it would not be created.</summary>
    LeftOut,

    /// <summary>A write to it is under way.</summary>
    UnderWay,

    /// <summary>It cannot be linked: it cannot be mapped, or what was found is another record's.</summary>
    Refused,
}
