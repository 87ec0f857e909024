using System.Globalization;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Mapping;
using QtcHub.Routing;

namespace QtcHub.Inbox;

/// <summary>What is to be listed of a source, and taken in.</summary>
/// <param name="System">The source.</param>
/// <param name="Record">The type of record.</param>
/// <param name="From">The first instant.</param>
/// <param name="Until">The first instant that is no more part of it: windows that follow each other neither overlap nor leave a gap.</param>
public sealed record BackfillRequest(string System, RecordType Record, DateTimeOffset From, DateTimeOffset Until)
{
    private static readonly string[] Instants =
    [
        "yyyy-MM-dd'T'HH:mm'Z'",
        "yyyy-MM-dd'T'HH:mmzzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    /// <summary>
    /// Reads what a person writes: a system, a record type, and two days or instants. A day is its first instant in the calendar of the system's entity.
    /// <see cref="Fault.Invalid"/> names what is wrong and what would do.
    /// </summary>
    internal static Outcome<BackfillRequest> Read(Router router, string system, string entity, string from, string to)
    {
        var can = Of(router);
        var named = can.Where(source =>
                source.System == system && string.Equals(source.Record.ToString(), entity, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        if (named.Count == 0)
        {
            var others = can.Count == 0 ? "nothing here" : string.Join(", ", can.Select(source => $"{source.System} {source.Record}"));
            return new Fault.Invalid($"{system} {entity}", $"cannot be backfilled; what can: {others}");
        }

        var zone = router.Systems[system].Entity.TimeZone;
        if (Instant(from, zone) is not { } first)
        {
            return new Fault.Invalid("from", Wrong(from));
        }

        if (Instant(to, zone) is not { } until)
        {
            return new Fault.Invalid("to", Wrong(to));
        }

        return first < until
            ? new BackfillRequest(system, named[0].Record, first, until)
            : new Fault.Invalid("to", "ends where it begins, or before: the day or instant of --to is no more part of it");
    }

    /// <summary>What can be listed: the records of every route whose source can be asked for all it holds.</summary>
    internal static IReadOnlyList<(string System, RecordType Record)> Of(Router router) =>
        [
            .. router
                .Routes.Where(route => route.Source.Connector is IBackfill)
                .Select(route => (route.Options.From, route.Options.Record))
                .OrderBy(source => source.From, StringComparer.Ordinal)
                .ThenBy(source => source.Record),
        ];

    private static DateTimeOffset? Instant(string text, TimeZoneInfo zone)
    {
        if (CalendarDate.TryRead(text, out var day))
        {
            return Start(day, zone);
        }

        return DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUniversalTime()
            : null;
    }

    /// <summary>A day begins where its date does: after the gap where clocks are put forward over midnight, at the earlier of two midnights where they are put back.</summary>
    private static DateTimeOffset Start(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUniversalTime();
    }

    private static string Wrong(string text) =>
        $"'{text}' is neither a day (2026-01-31) nor an instant (2026-01-31T08:00:00Z, or with an offset such as +01:00)";
}
