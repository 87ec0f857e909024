using QtcHub.Canonical;
using QtcHub.DeadLetters;

namespace QtcHub.Server.Commands;

/// <summary>Money as documents print it.</summary>
internal sealed record MoneyDocument(long MinorUnits, string Currency)
{
    public static MoneyDocument? Of(Money? money) =>
        money is { } amount ? new MoneyDocument(amount.MinorUnits, amount.Currency.Code) : null;
}

/// <summary>A dead letter in a list.</summary>
internal sealed record LetterLine(
    string Id,
    DateTimeOffset At,
    string Cause,
    string Fault,
    string? Record,
    string? Affected,
    MoneyDocument? Amount
)
{
    public static LetterLine Of(DeadLetter letter) =>
        new(letter.Id, letter.At, letter.Cause, letter.Fault.Name, letter.Record?.Value, letter.Affected, MoneyDocument.Of(letter.Amount));
}

/// <summary>One attempt of an effect.</summary>
internal sealed record AttemptDocument(DateTimeOffset At, string Outcome);

/// <summary>A dead letter in full: everything but content.</summary>
internal sealed record LetterDocument
{
    public required string Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Work { get; init; }
    public required string Cause { get; init; }
    public required string Fault { get; init; }
    public required string Detail { get; init; }
    public string? Record { get; init; }
    public int Revision { get; init; }
    public required string Origin { get; init; }
    public string? Affected { get; init; }
    public MoneyDocument? Amount { get; init; }
    public bool OutcomeUnknown { get; init; }
    public string? MappingVersion { get; init; }
    public string? ConfigurationVersion { get; init; }
    public string? ClosedBy { get; init; }
    public required IReadOnlyList<AttemptDocument> Attempts { get; init; }

    public static LetterDocument Of(DeadLetter letter) =>
        new()
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

    /// <summary>The letter as lines of a table.</summary>
    public IEnumerable<(string Name, string? Value)> Lines() =>
        [
            ("id", Id),
            ("at", Output.When(At)),
            ("work", Work),
            ("fault", $"{Fault}: {Detail}"),
            ("cause", Cause),
            ("record", Record is null ? null : $"{Record}, revision {Revision}"),
            ("origin", Origin),
            ("affected", Affected),
            ("money", Amount is null ? null : new Money(Amount.MinorUnits, Currency.Of(Amount.Currency)).ToString()),
            ("outcome", OutcomeUnknown ? "unknown: it may have been carried out" : "certainly not carried out"),
            ("mapping", MappingVersion),
            ("configuration", ConfigurationVersion),
            ("closed by", ClosedBy),
            .. Attempts.Select(attempt => ("attempt", (string?)$"{Output.When(attempt.At)} {attempt.Outcome}")),
        ];
}
