using System.Globalization;

namespace QtcHub.Mapping;

/// <summary>Instants are seconds since 1970 UTC; dates are days of the entity's calendar.</summary>
internal static class DateFunctions
{
    private static readonly long First = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long Last = new DateTimeOffset(2999, 12, 31, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public static readonly IReadOnlyList<Function> All =
    [
        new Function
        {
            Name = "date",
            Signature = "text → date",
            Does =
                "The day of an instant that is written as text, in the entity's calendar; of one without an offset from UTC, the day that is written.",
            Examples =
            [
                new("created | date", """{"created":"2026-01-01T01:00:00.000Z"}""", "\"2025-12-31\""),
                new("created | date", """{"created":"2026-01-01T01:00:00+09:00"}""", "\"2025-12-31\""),
                new("created | date", """{"created":"2026-01-01 01:00:00"}""", "\"2026-01-01\""),
                new("created | date", """{"created":"2026-01-01"}""", "\"2026-01-01\""),
                new("created | date", """{"created":"01/02/2026"}""", "fails: not a date, or an instant, that begins yyyy-MM-dd"),
            ],
            Takes = [Kind.Text],
            NeedsContext = true,
            Gives = Functions.Always(FieldType.Date),
            Run = static (Value input, BoundArguments _, in Scope scope) => DayOf(((Value.Text)input).Content, scope),
        },
        new Function
        {
            Name = "last-date",
            Signature = "date → date",
            Does =
                "The last day of a period that ends before this day; the argument is its first day, and the last is never before that one. For vendors that write the day after as the end.",
            Examples =
            [
                new("end | date | last-date(start | date)", """{"start":"2026-02-01","end":"2026-03-01"}""", "\"2026-02-28\""),
                new("end | date | last-date(start | date)", """{"start":"2024-02-01","end":"2024-03-01"}""", "\"2024-02-29\""),
                new("end | date | last-date(start | date)", """{"start":"2026-02-01","end":"2026-02-01"}""", "\"2026-02-01\""),
                new("end | date | last-date(start | date)", """{"start":"2026-02-01"}""", "left out"),
                new("end | date | last-date(start | date)", """{"end":"2026-03-01"}""", "fails: last-date needs the period's first day"),
            ],
            Takes = [Kind.Date],
            Arguments = [Argument.Expression],
            Gives = static (_, arguments) => arguments.Expressions[0].Type.Fits(FieldType.Date) ? FieldType.Date : null,
            Run = static (Value input, BoundArguments arguments, in Scope scope) =>
                DayBefore((Value.Day)input, arguments.Expressions[0].Evaluate(scope)),
        },
        new Function
        {
            Name = "unix-date",
            Signature = "number → date",
            Does = "The day of an instant, in seconds since 1970 UTC, in the entity's calendar.",
            Examples =
            [
                new("created | unix-date", """{"created":1767229200}""", "\"2025-12-31\""),
                new("created | unix-date", """{"created":1.5}""", "fails: a time is whole seconds since 1970, of the years 1900 to 2999"),
            ],
            Takes = [Kind.Number],
            NeedsContext = true,
            Gives = Functions.Always(FieldType.Date),
            Run = static (Value input, BoundArguments _, in Scope scope) => Day(input, 0, scope),
        },
        new Function
        {
            Name = "unix-last-date",
            Signature = "number → date",
            Does =
                "The last day of a period that ends before this instant; the argument is its start, and the day is never before that one.",
            Examples =
            [
                new("end | unix-last-date(start)", """{"start":1767243600,"end":1769922000}""", "\"2026-01-31\""),
                new("end | unix-last-date(start)", """{"start":1767243600,"end":1767243600}""", "\"2026-01-01\""),
            ],
            Takes = [Kind.Number],
            Arguments = [Argument.Expression],
            NeedsContext = true,
            Gives = Functions.Always(FieldType.Date),
            Run = LastDay,
        },
        new Function
        {
            Name = "unix-time",
            Signature = "number → text",
            Does = "An instant, in seconds since 1970 UTC, as text.",
            Examples = [new("created | unix-time", """{"created":1767229200}""", "\"2026-01-01T01:00:00Z\"")],
            Takes = [Kind.Number],
            Gives = Functions.Always(FieldType.Text),
            Run = static (Value input, BoundArguments _, in Scope _) => Time(input),
        },
    ];

    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz"];
    private static readonly string[] Written = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    private static Value DayOf(string text, in Scope scope)
    {
        if (DateTime.TryParseExact(text, Written, CultureInfo.InvariantCulture, DateTimeStyles.None, out var written))
        {
            return new Value.Day(DateOnly.FromDateTime(written));
        }

        var offset = text.EndsWith('Z') ? $"{text[..^1]}+00:00" : text;
        return !DateTimeOffset.TryParseExact(offset, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
                ? new Value.Failed("not a date, or an instant, that begins yyyy-MM-dd")
            : scope.Context is { } context
                ? new Value.Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, context.Entity.TimeZone).DateTime))
            : Value.Absent;
    }

    private static Value.Failed OutOfRange { get; } = new("a time is whole seconds since 1970, of the years 1900 to 2999");

    private static DateTimeOffset? Instant(Value seconds) =>
        seconds is Value.Number { Exact: var exact } && exact == decimal.Truncate(exact) && exact >= First && exact <= Last
            ? DateTimeOffset.FromUnixTimeSeconds((long)exact)
            : null;

    private static Value Time(Value seconds) =>
        Instant(seconds) is { } instant
            ? new Value.Text(instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            : OutOfRange;

    private static Value Day(Value seconds, int shift, in Scope scope) =>
        Instant(seconds) is not { } instant ? OutOfRange
        : scope.Context is { } context
            ? new Value.Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant.AddSeconds(shift), context.Entity.TimeZone).DateTime))
        : Value.Absent;

    private static Value DayBefore(Value.Day next, Value start) =>
        start.IsFault ? start
        : start is not Value.Day first ? new Value.Failed("last-date needs the period's first day")
        : next.Date > first.Date ? new Value.Day(next.Date.AddDays(-1))
        : first;

    // A period ends where the next begins, so its last day is that of the second before; a period of no length ends on its first day.
    private static Value LastDay(Value input, BoundArguments arguments, in Scope scope)
    {
        var start = arguments.Expressions[0].Evaluate(scope);
        if (start is not Value.Number)
        {
            return start.IsFault ? start : new Value.Failed("unix-last-date needs the period's start");
        }

        var first = Day(start, 0, scope);
        var last = Day(input, -1, scope);
        return first is Value.Day from && last is Value.Day to && to.Date < from.Date ? first
            : first.IsFault ? first
            : last;
    }
}
