using System.Globalization;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Asks what changed in a window with fixed ends, one kind of record after the other. Queries give accounts, contacts, subscriptions, bill runs and invoices, in no
/// order and by a locator that ends after a while; then the kind begins again. Invoice Settlement is no part of queries: memos, payments and refunds are
/// lists, latest change first, and read until the window's old end. A record that changes meanwhile moves to the front, and is of the next window.
/// </summary>
internal sealed class ZuoraChanges(ZuoraCalls calls)
{
    private const int MostRestarts = 3;

    public async Task<Outcome<ChangePage>> ReadAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var window = cursor is null ? Window.Between(from, until) : Window.Resume(cursor);
        var source = ZuoraSource.All[window.Kind];
        return source.IsQueried ? await QueryAsync(window, source, cancellationToken) : await ListAsync(window, source, cancellationToken);
    }

    private async Task<Outcome<ChangePage>> QueryAsync(Window window, ZuoraSource source, CancellationToken cancellationToken)
    {
        var condition = $"UpdatedDate >= '{ZuoraSource.Literal(window.Start)}' and UpdatedDate <= '{ZuoraSource.Literal(window.End)}'";
        var read = await source.QueryAsync(calls, condition, window.Next, cancellationToken);
        if (!read.TryGet(out var page, out var fault))
        {
            return fault is Fault.Rejected && window is { Next: not null, Restarts: < MostRestarts } ? Again(window) : fault;
        }

        return Page(Tell(window, source, page), page.Next is { } next ? window with { Next = next } : window.NextKind());
    }

    private async Task<Outcome<ChangePage>> ListAsync(Window window, ZuoraSource source, CancellationToken cancellationToken)
    {
        var read = await source.ListAsync(calls, window.Next, cancellationToken);
        if (!read.TryGet(out var page, out var fault))
        {
            return fault;
        }

        var deliveries = Tell(window, source, page);
        deliveries.Reverse();
        var isRead = page.Next is null || page.Rows.Any(row => row.Updated < window.Start);
        return Page(deliveries, isRead ? window.NextKind() : window with { Next = page.Next });
    }

    /// <summary>Each change of the window as the callout that should have told of it.</summary>
    private static List<PolledDelivery> Tell(Window window, ZuoraSource source, ZuoraRows page) =>
        [
            .. page
                .Rows.Where(row => row.Updated >= window.Start && row.Updated <= window.End)
                .Select(row => new PolledDelivery(
                    NameOf(source, row, page.Date, window),
                    ZuoraCallout.Write(source.Parameter, row.Id, source.IsStamped ? row.Updated : null)
                )),
        ];

    /// <summary>
    /// One name for one change, so that the next window, which reaches back, does not cause the read again. A record may change twice in a second, the
    /// only unit of its stamp: where that second is not surely over, the name is of this window alone.
    /// </summary>
    private static string NameOf(ZuoraSource source, ZuoraRow row, DateTimeOffset listedAt, Window window)
    {
        var second = row.Updated.ToUnixTimeSeconds();
        var name = string.Create(CultureInfo.InvariantCulture, $"changed-{source.Name}-{Uri.EscapeDataString(row.Id)}-{second}");
        return row.Updated + ZuoraSource.Settled <= listedAt ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{window.Until}");
    }

    private static ChangePage Again(Window window) =>
        new([], (window with { Next = null, Restarts = window.Restarts + 1 }).Write(), IsLast: false);

    private static ChangePage Page(IReadOnlyList<PolledDelivery> deliveries, Window next) =>
        next.Kind < ZuoraSource.All.Length
            ? new ChangePage(deliveries, next.Write(), IsLast: false)
            : new ChangePage(deliveries, null, IsLast: true);

    /// <summary>A cursor is <c>kind.from.until.restarts.next</c>: instants in Unix seconds, and the locator or page that comes next, if any.</summary>
    private sealed record Window(int Kind, long From, long Until, int Restarts, string? Next)
    {
        public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(From);

        public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds(Until);

        public static Window Between(DateTimeOffset from, DateTimeOffset until) =>
            new(0, from.ToUnixTimeSeconds(), Math.Max(from.ToUnixTimeSeconds(), until.ToUnixTimeSeconds()), 0, null);

        public static Window Resume(string cursor)
        {
            var parts = cursor.Split('.', 5);
            Invariant.Holds(parts.Length == 5, "a cursor of this connector");
            return new Window(
                int.Parse(parts[0], CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                long.Parse(parts[2], CultureInfo.InvariantCulture),
                int.Parse(parts[3], CultureInfo.InvariantCulture),
                parts[4].Length == 0 ? null : parts[4]
            );
        }

        public Window NextKind() => this with { Kind = Kind + 1, Restarts = 0, Next = null };

        public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Kind}.{From}.{Until}.{Restarts}.{Next}");
    }
}
