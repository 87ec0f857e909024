using System.Globalization;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Lists the records of one type that were there at the end of a window and changed since its beginning. Nothing is skipped that changes while pages are
/// read: a query holds what it found when it was asked, and has no upper end; of a list, where what changes moves to the front of the pages that were read
/// already, the front is read once more for what changed meanwhile, until one page holds all of it.
/// </summary>
internal sealed class ZuoraBackfill(ZuoraCalls calls)
{
    private const int MostRestarts = 3;

    public async Task<Outcome<ChangePage>> ReadAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        ZuoraSource[] sources = [.. ZuoraSource.All.Where(source => ZuoraCallout.Tells(source.Parameter, externalType))];
        Invariant.Holds(sources.Length > 0, "a source type that the kind declares");
        var pass = cursor is null ? Pass.Between(from, until) : Pass.Resume(cursor);
        var source = sources[pass.At];
        var read = source.IsQueried ? await QueryAsync(pass, source, cancellationToken) : await ListAsync(pass, source, cancellationToken);
        return !read.TryGet(out var step, out var fault) ? fault
            : step.Next.At < sources.Length ? new ChangePage(step.Told, step.Next.Write(), IsLast: false)
            : new ChangePage(step.Told, null, IsLast: true);
    }

    private async Task<Outcome<Step>> QueryAsync(Pass pass, ZuoraSource source, CancellationToken cancellationToken)
    {
        var condition = $"UpdatedDate >= '{ZuoraSource.Literal(pass.Start)}' and CreatedDate <= '{ZuoraSource.Literal(pass.End)}'";
        var read = await source.QueryAsync(calls, condition, pass.Next, cancellationToken);
        if (read.TryGet(out var page, out var fault))
        {
            return new Step(Tell(pass, source, page), page.Next is { } next ? pass with { Next = next } : pass.NextSource());
        }

        return fault is Fault.Rejected && pass is { Next: not null, Restarts: < MostRestarts }
            ? new Step([], pass with { Next = null, Restarts = pass.Restarts + 1 })
            : fault;
    }

    private async Task<Outcome<Step>> ListAsync(Pass pass, ZuoraSource source, CancellationToken cancellationToken)
    {
        var read = await source.ListAsync(calls, pass.Next, cancellationToken);
        if (!read.TryGet(out var page, out var fault))
        {
            return fault;
        }

        var told = Tell(pass, source, page);
        var begun = pass.Next is null ? (page.Date - ZuoraSource.Settled).ToUnixTimeSeconds() : pass.Begun;
        if (page.Next is not null && page.Rows.All(row => row.Updated >= pass.Start))
        {
            return new Step(told, pass with { Begun = begun, Next = page.Next });
        }

        return new Step(
            told,
            pass.Next is null ? pass.NextSource() : pass with { Since = Math.Max(begun, pass.Since), Begun = 0, Next = null }
        );
    }

    /// <summary>Each record as the callout about it. Its name is of this listing: that a poll has told of the same change before is no reason to leave it out.</summary>
    private static List<PolledDelivery> Tell(Pass pass, ZuoraSource source, ZuoraRows page) =>
        [
            .. page
                .Rows.Where(row => row.Updated >= pass.Start && (row.Created is not { } created || created <= pass.End))
                .Select(row => new PolledDelivery(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"listed-{source.Name}-{Uri.EscapeDataString(row.Id)}-{row.Updated.ToUnixTimeSeconds()}-{pass.Since}-{pass.Until}"
                    ),
                    ZuoraCallout.Write(source.Parameter, row.Id)
                )),
        ];

    private sealed record Step(IReadOnlyList<PolledDelivery> Told, Pass Next);

    /// <summary>
    /// One reading of one source. A cursor is <c>at.from.since.until.begun.restarts.next</c>: the place of the source among those of the type, instants in
    /// Unix seconds, and the locator or page that comes next, if any.
    /// </summary>
    /// <param name="At">The source's place.</param>
    /// <param name="From">The window's beginning.</param>
    /// <param name="Since">What changed from here on is told of: the window's beginning, in a later pass that of the pass before.</param>
    /// <param name="Until">The window's end: what was made later is no part of it.</param>
    /// <param name="Begun">When, by Zuora's clock and less a margin, the first page of this pass was read.</param>
    /// <param name="Restarts">How often a locator had ended.</param>
    /// <param name="Next">What the next page is asked for by; null for the first.</param>
    private sealed record Pass(int At, long From, long Since, long Until, long Begun, int Restarts, string? Next)
    {
        public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(Since);

        public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds(Until);

        public static Pass Between(DateTimeOffset from, DateTimeOffset until)
        {
            // A stamp of creation may bear parts of a second: the last one counts whole.
            var (start, end) = (from.ToUnixTimeSeconds(), until.ToUnixTimeSeconds() + 1);
            return new Pass(0, start, start, Math.Max(start, end), 0, 0, null);
        }

        public static Pass Resume(string cursor)
        {
            var parts = cursor.Split('.', 7);
            Invariant.Holds(parts.Length == 7, "a cursor of this connector");
            return new Pass(
                int.Parse(parts[0], CultureInfo.InvariantCulture),
                Seconds(parts[1]),
                Seconds(parts[2]),
                Seconds(parts[3]),
                Seconds(parts[4]),
                int.Parse(parts[5], CultureInfo.InvariantCulture),
                parts[6].Length == 0 ? null : parts[6]
            );
        }

        public Pass NextSource() => new(At + 1, From, From, Until, 0, 0, null);

        public string Write() => string.Create(CultureInfo.InvariantCulture, $"{At}.{From}.{Since}.{Until}.{Begun}.{Restarts}.{Next}");

        private static long Seconds(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
