using System.Globalization;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Lists the records of one type that were there at the end of a window and changed, or had a part changed, since its beginning. By id, which never changes, so
/// that nothing is skipped that changes while pages are read.
/// </summary>
internal sealed class SalesforceBackfill(SalesforceRows rows, SalesforceOptions options)
{
    public async Task<Outcome<ChangePage>> ReadAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var sources = SalesforceSource.Of(options, externalType);
        Invariant.Holds(sources.Length > 0, "a source type that the kind declares");
        var (at, after) = Resume(cursor);
        var source = sources[at];
        var read = await rows.ReadAsync(Query(source, after, from, until), alsoDeleted: false, cancellationToken);
        if (!read.TryGet(out var page, out var fault))
        {
            return fault;
        }

        if (page.Any(row => row.Text("Id") is null || row.Stamp() is null))
        {
            return new Fault.Rejected("unreadable-list", $"{source.Object} with a row without id or stamp");
        }

        // A name is of this listing: that a poll has told of the same change before is no reason to leave it out.
        var told = page.Select(row => (Id: source.IdIn(row), At: row.Stamp()!.Value))
            .Where(row => row.Id is not null)
            .GroupBy(row => row.Id!, row => row.At)
            .Select(row => Tell(source, row.Key, row.Max(), until))
            .ToList();
        var next =
            page.Count >= SalesforceChanges.PageSize ? Write(at, page[^1].Text("Id"))
            : at + 1 < sources.Length ? Write(at + 1, null)
            : null;
        return new ChangePage(told, next, IsLast: next is null);
    }

    private static PolledDelivery Tell(SalesforceSource source, string id, DateTimeOffset at, DateTimeOffset until)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"listed-{source.Object}-{id}-{at.ToUnixTimeSeconds()}-{until.ToUnixTimeSeconds()}"
        );
        return new PolledDelivery(name, SalesforceNotices.Write(new SalesforceTold(name, source.Told, id)));
    }

    /// <summary>Of parts only those are asked for whose record is not listed by itself.</summary>
    private static string Query(SalesforceSource source, string? after, DateTimeOffset from, DateTimeOffset until)
    {
        var (start, end) = (Soql.Instant(from), Soql.Instant(until));
        var select = source.Parent is { } parent ? $"Id, {parent}, SystemModstamp" : "Id, SystemModstamp";
        var whole = source.Relationship is { } of
            ? $" AND {of}.CreatedDate < {end} AND {of}.SystemModstamp < {start}"
            : $" AND CreatedDate < {end}";
        var place = after is null ? "" : $" AND Id > {Soql.Text(after)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {select} FROM {source.Object} WHERE SystemModstamp >= {start}{whole}{place} ORDER BY Id LIMIT {SalesforceChanges.PageSize}"
        );
    }

    /// <summary>A cursor is <c>at.id</c>: the place of the object among those of the type, and the last id that was listed, if any.</summary>
    private static string Write(int at, string? after) => string.Create(CultureInfo.InvariantCulture, $"{at}.{after}");

    private static (int At, string? After) Resume(string? cursor)
    {
        if (cursor is null)
        {
            return (0, null);
        }

        var parts = cursor.Split('.');
        Invariant.Holds(parts.Length == 2, "a cursor of this connector");
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1].Length == 0 ? null : parts[1]);
    }
}
