using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.NetSuite;

/// <summary>Runs a query; at most so many rows.</summary>
internal delegate Task<Outcome<List<JsonObject>>> RunQuery((string Sql, int Limit) query, CancellationToken cancellationToken);

/// <summary>
/// Asks which customer payments changed in a window with fixed ends, oldest change first, by the last change and then the id. A page begins after the last
/// row of the one before, so what changes meanwhile moves behind it and is told again, and nothing is passed over. Payments that the hub has written bear
/// its reference as external id and are no news; all others are receipts, entered or imported from the bank.
/// </summary>
internal sealed class NetSuiteChanges(RunQuery query, TimeZoneInfo zone, TimeProvider time)
{
    /// <summary>The type of the receipts, which is that of the payments the hub writes.</summary>
    public const string Receipt = "customerPayment";

    /// <summary>Rows of a page.</summary>
    public const int PageSize = 200;

    private const string SqlForm = "YYYY-MM-DD HH24:MI:SS";
    private const string ClockForm = "yyyy-MM-dd HH:mm:ss";

    // A change stamped in a second that may not be over, by either clock, can be followed by one of the same stamp.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    public async Task<Outcome<ChangePage>> ReadAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var (first, last) = WallClock(from, until);
        var after = cursor is null ? null : Place.Read(cursor);
        var queried = await query((Query(first, last, after), PageSize), cancellationToken);
        if (!queried.TryGet(out var rows, out var fault))
        {
            return fault;
        }

        var deliveries = new List<PolledDelivery>();
        Place? end = null;
        foreach (var row in rows)
        {
            if (Place.Of(row) is not { } place || (end ?? after) is { } before && place.CompareTo(before) <= 0)
            {
                return new Fault.Rejected("unreadable-list", "payments listed without id or time of change, or not in their order");
            }

            end = place;
            if (!IsOurs(NetSuiteRecords.Text(row, "externalid")))
            {
                deliveries.Add(new PolledDelivery(NameOf(place, until), Notice(place.Id)));
            }
        }

        return rows.Count < PageSize
            ? new ChangePage(deliveries, null, IsLast: true)
            : new ChangePage(deliveries, end!.Write(), IsLast: false);
    }

    /// <summary>Reads a delivery of this feed.</summary>
    public static Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) =>
        NetSuiteRecords.Parse(body) is { } told && NetSuiteRecords.Text(told, Receipt) is { } id && IsId(id)
            ? (Notice[])[new Notice(Receipt, id, Marker.AnyTime, null)]
            : new Fault.Invalid(Receipt, "a change names a payment by its internal id");

    /// <summary>Whether a text is an internal id.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit);

    /// <summary>The instant of a record's last change, which the record itself bears in UTC; null where it does not.</summary>
    public static DateTimeOffset? ChangedAt(JsonObject record) =>
        DateTimeOffset.TryParse(
            NetSuiteRecords.Text(record, "lastModifiedDate"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
            ? at
            : null;

    private static byte[] Notice(long id) =>
        Encoding.UTF8.GetBytes(new JsonObject { [Receipt] = id.ToString(CultureInfo.InvariantCulture) }.ToJsonString());

    private static bool IsOurs(string? externalId) => externalId is not null && CanonicalId.IsOne(externalId);

    /// <summary>
    /// The window on the wall clock of the hub's user, by which NetSuite writes and compares times. Where the clock is set back within the window, an hour has
    /// two meanings: both are asked for.
    /// </summary>
    private (DateTime First, DateTime Last) WallClock(DateTimeOffset from, DateTimeOffset until)
    {
        TimeSpan[] offsets = [zone.GetUtcOffset(from), zone.GetUtcOffset(until)];
        return (from.UtcDateTime + offsets.Min(), until.UtcDateTime + offsets.Max());
    }

    private static string Query(DateTime first, DateTime last, Place? after)
    {
        var begin = after is null
            ? $"lastmodifieddate >= {Literal(first)}"
            : $"(lastmodifieddate > {Literal(after.Changed)} OR (lastmodifieddate = {Literal(after.Changed)} AND id > {after.Id.ToString(CultureInfo.InvariantCulture)}))";
        return $"SELECT id, externalid, TO_CHAR(lastmodifieddate, '{SqlForm}') AS changed FROM transaction "
            + $"WHERE type = 'CustPymt' AND {begin} AND lastmodifieddate <= {Literal(last)} ORDER BY lastmodifieddate, id";
    }

    private static string Literal(DateTime at) => $"TO_DATE('{at.ToString(ClockForm, CultureInfo.InvariantCulture)}', '{SqlForm}')";

    /// <summary>One name for one change, so that the next window, which reaches back, does not cause the read again.</summary>
    private string NameOf(Place place, DateTimeOffset until)
    {
        var name = $"changed-{Receipt}-{place.Write()}";
        var isOver = place.Changed + Settled <= WallClock(time.GetUtcNow(), time.GetUtcNow()).First;
        return isOver ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{until.ToUnixTimeSeconds()}");
    }

    /// <summary>A row's place in the order of the list; as a cursor <c>yyyyMMddHHmmss.id</c>.</summary>
    private sealed record Place(DateTime Changed, long Id) : IComparable<Place>
    {
        private const string CursorForm = "yyyyMMddHHmmss";

        public static Place? Of(JsonObject row) =>
            NetSuiteRecords.Text(row, "id") is { } id
            && IsId(id)
            && DateTime.TryParseExact(
                NetSuiteRecords.Text(row, "changed"),
                ClockForm,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var changed
            )
                ? new Place(changed, long.Parse(id, CultureInfo.InvariantCulture))
                : null;

        public static Place Read(string cursor)
        {
            var parts = cursor.Split('.');
            Invariant.Holds(parts.Length == 2, "a cursor of this connector");
            return new Place(
                DateTime.ParseExact(parts[0], CursorForm, CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture)
            );
        }

        public int CompareTo(Place? other) => other is null ? 1 : (Changed, Id).CompareTo((other.Changed, other.Id));

        public string Write() =>
            $"{Changed.ToString(CursorForm, CultureInfo.InvariantCulture)}.{Id.ToString(CultureInfo.InvariantCulture)}";
    }
}
