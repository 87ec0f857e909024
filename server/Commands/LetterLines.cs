using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Server.Commands;

/// <summary>A dead letter as lines of a table.</summary>
internal static class LetterLines
{
    public static IEnumerable<(string Name, string? Value)> Of(LetterDocument letter) =>
        [
            ("id", letter.Id),
            ("at", Output.When(letter.At)),
            ("work", letter.Work),
            ("fault", $"{letter.Fault}: {letter.Detail}"),
            ("cause", letter.Cause),
            ("record", letter.Record is null ? null : $"{letter.Record}, revision {letter.Revision}"),
            ("origin", letter.Origin),
            ("affected", letter.Affected),
            ("money", letter.Amount is { } money ? new Money(money.MinorUnits, Currency.Of(money.Currency)).ToString() : null),
            ("outcome", letter.OutcomeUnknown ? "unknown: it may have been carried out" : "certainly not carried out"),
            ("mapping", letter.MappingVersion),
            ("configuration", letter.ConfigurationVersion),
            ("closed by", letter.ClosedBy),
            .. letter.Attempts.Select(attempt => ("attempt", (string?)$"{Output.When(attempt.At)} {attempt.Outcome}")),
        ];
}
