using QtcHub.Canonical;
using QtcHub.DeadLetters;

namespace QtcHub.Hosting;

/// <summary>Money as documents print it.</summary>
public sealed record MoneyDocument(long MinorUnits, string Currency)
{
    /// <summary>As it is printed.</summary>
    public static MoneyDocument? Of(Money? money) =>
        money is { } amount ? new MoneyDocument(amount.MinorUnits, amount.Currency.Code) : null;
}

/// <summary>A dead letter in a list.</summary>
public sealed record LetterLine(
    string Id,
    DateTimeOffset At,
    string Cause,
    string Fault,
    string? Record,
    string? Affected,
    MoneyDocument? Amount
)
{
    /// <summary>As it is printed.</summary>
    public static LetterLine Of(DeadLetter letter) =>
        new(letter.Id, letter.At, letter.Cause, letter.Fault.Name, letter.Record?.Value, letter.Affected, MoneyDocument.Of(letter.Amount));
}

/// <summary>One attempt of an effect.</summary>
public sealed record AttemptDocument(DateTimeOffset At, string Outcome);

/// <summary>A dead letter in full: everything but content.</summary>
public sealed record LetterDocument
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The id of the work that ended so.</summary>
    public required string Work { get; init; }

    /// <summary>What it is grouped by.</summary>
    public required string Cause { get; init; }

    /// <summary>The fault's name.</summary>
    public required string Fault { get; init; }

    /// <summary>The fault's text.</summary>
    public required string Detail { get; init; }

    /// <summary>The canonical record, where it is of one.</summary>
    public string? Record { get; init; }

    /// <summary>The record's revision, 0 where it is of none.</summary>
    public int Revision { get; init; }

    /// <summary>What caused the work.</summary>
    public required string Origin { get; init; }

    /// <summary>Who is affected.</summary>
    public string? Affected { get; init; }

    /// <summary>How much money is.</summary>
    public MoneyDocument? Amount { get; init; }

    /// <summary>Whether the write may yet have been carried out.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>The mapping's version.</summary>
    public string? MappingVersion { get; init; }

    /// <summary>The configuration's version.</summary>
    public string? ConfigurationVersion { get; init; }

    /// <summary>What closed it, or null.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>The attempts made.</summary>
    public required IReadOnlyList<AttemptDocument> Attempts { get; init; }

    /// <summary>As it is printed.</summary>
    public static LetterDocument Of(DeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return new LetterDocument
        {
            Id = letter.Id,
            At = letter.At,
            Work = letter.Work.Id,
            Cause = letter.Cause,
            Fault = letter.Fault.Name,
            Detail = letter.Fault.Detail,
            Record = letter.Record?.Value,
            Revision = letter.Revision,
            Origin = letter.Origin,
            Affected = letter.Affected,
            Amount = MoneyDocument.Of(letter.Amount),
            OutcomeUnknown = letter.OutcomeUnknown,
            MappingVersion = letter.MappingVersion,
            ConfigurationVersion = letter.ConfigurationVersion,
            ClosedBy = letter.ClosedBy,
            Attempts = [.. letter.Attempts.Select(attempt => new AttemptDocument(attempt.At, attempt.Outcome))],
        };
    }
}
