using System.Globalization;
using System.Text.Json;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Asks which rows changed in a window with fixed ends, one object after the other, oldest change first, by stamp and then id. A page begins after the last row of
/// the one before, so what changes meanwhile moves behind it, and nothing is passed over. Rows that were deleted or merged are told of too.
/// </summary>
internal sealed class SalesforceChanges(SalesforceRows rows, SalesforceOptions options, TimeProvider time)
{
    /// <summary>Rows of a page: as many deliveries are stored before the cursor moves.</summary>
    public const int PageSize = 200;

    // A change stamped in a second that may not be over, by either clock, can be followed by one of the same stamp.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    private readonly SalesforceSource[] sources = SalesforceSource.Of(options);

    public async Task<Outcome<ChangePage>> ReadAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var window = cursor is null ? Window.Between(from, until) : Window.Resume(cursor);
        // Where the configuration has changed meanwhile, what is left of the window begins again.
        var source = window.Object is null ? sources.FirstOrDefault() : Array.Find(sources, known => known.Object == window.Object);
        if (source is null)
        {
            return new ChangePage([], null, IsLast: true);
        }

        var read = await rows.ReadAsync(Query(source, window), alsoDeleted: true, cancellationToken);
        if (!read.TryGet(out var page, out var fault))
        {
            return fault;
        }

        return Places(page, source, window.After) is { } places
            ? Page(Tell(places, source, window), Next(places, source, window))
            : new Fault.Rejected("unreadable-list", $"{source.Object} with a row without id or stamp, or not in order");
    }

    private static string Query(SalesforceSource source, Window window)
    {
        var select = source.Parent is { } parent ? $"Id, {parent}, SystemModstamp" : "Id, SystemModstamp";
        var begin = window.After is { } after
            ? $"(SystemModstamp > {Soql.Instant(after.At)} OR (SystemModstamp = {Soql.Instant(after.At)} AND Id > {Soql.Text(after.Id)}))"
            : $"SystemModstamp >= {Soql.Instant(window.Start)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {select} FROM {source.Object} WHERE {begin} AND SystemModstamp <= {Soql.Instant(window.End)} ORDER BY SystemModstamp, Id LIMIT {PageSize}"
        );
    }

    private static List<Place>? Places(List<JsonElement> page, SalesforceSource source, Place? after)
    {
        var places = new List<Place>(page.Count);
        foreach (var row in page)
        {
            var before = places.Count > 0 ? places[^1] : after;
            if (row.Text("Id") is not { } id || row.Stamp() is not { } at || before is { } last && (at < last.At || id == last.Id))
            {
                return null;
            }

            places.Add(new Place(at, id, source.IdIn(row)));
        }

        return places;
    }

    /// <summary>
    /// Each change as the message that should have told of it; many changed parts of one record are one. It has one name, so that the next window, which reaches back,
    /// does not cause the read again. A row may change twice in a second: where that second is not surely over, the name is of this window alone.
    /// </summary>
    private List<PolledDelivery> Tell(List<Place> places, SalesforceSource source, Window window)
    {
        var told = new List<PolledDelivery>();
        foreach (
            var (id, at) in places.Where(place => place.Told is not null).GroupBy(place => place.Told!, place => place.At).Select(Last)
        )
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"changed-{source.Object}-{id}-{at.ToUnixTimeSeconds()}");
            name = at + Settled <= time.GetUtcNow() ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{window.Until}");
            told.Add(new PolledDelivery(name, SalesforceNotices.Write(new SalesforceTold(name, source.Told, id))));
        }

        return told;

        static (string Id, DateTimeOffset At) Last(IGrouping<string, DateTimeOffset> of) => (of.Key, of.Max());
    }

    private Window? Next(List<Place> places, SalesforceSource source, Window window)
    {
        if (places.Count >= PageSize)
        {
            return window with { Object = source.Object, After = places[^1] };
        }

        var next = Array.IndexOf(sources, source) + 1;
        return next < sources.Length ? window with { Object = sources[next].Object, After = null } : null;
    }

    private static ChangePage Page(IReadOnlyList<PolledDelivery> deliveries, Window? next) =>
        new(deliveries, next?.Write(), IsLast: next is null);

    /// <summary>A row's place in the order of the list, and the row that it is told as.</summary>
    private sealed record Place(DateTimeOffset At, string Id, string? Told);

    /// <summary>A cursor is <c>object.from.until.stamp.id</c>: instants in Unix seconds, and the place after which the next page begins, if any.</summary>
    private sealed record Window(string? Object, long From, long Until, Place? After)
    {
        public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(From);

        public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds(Until);

        public static Window Between(DateTimeOffset from, DateTimeOffset until) =>
            new(null, from.ToUnixTimeSeconds(), Math.Max(from.ToUnixTimeSeconds(), until.ToUnixTimeSeconds()), null);

        public static Window Resume(string cursor)
        {
            var parts = cursor.Split('.');
            Invariant.Holds(parts.Length == 5, "a cursor of this connector");
            var after = parts[4].Length == 0 ? null : new Place(DateTimeOffset.FromUnixTimeSeconds(Seconds(parts[3])), parts[4], null);
            return new Window(parts[0], Seconds(parts[1]), Seconds(parts[2]), after);
        }

        public string Write() =>
            string.Create(CultureInfo.InvariantCulture, $"{Object}.{From}.{Until}.{After?.At.ToUnixTimeSeconds()}.{After?.Id}");

        private static long Seconds(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
