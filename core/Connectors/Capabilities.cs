using System.Runtime.InteropServices;
using QtcHub.Canonical;
using QtcHub.Webhooks;

namespace QtcHub.Connectors;

/// <summary>Deliveries tell of records: what a webhook brought, and what a poll found in the form of one.</summary>
public interface INoticeReader : IConnector
{
    /// <summary>Reads the notices from a stored body. Types the hub does not know give an empty list.</summary>
    Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body);
}

/// <summary>The vendor sends webhooks.</summary>
public interface IWebhookSource : INoticeReader
{
    /// <summary>Verifies the raw request and reads its event id, nothing more. Fails closed: constant time, tolerance, every listed signature.</summary>
    WebhookVerdict Verify(WebhookRequest request);
}

/// <summary>The vendor's records can be read one by one.</summary>
public interface IRecordReader : IConnector
{
    /// <summary>The record as it is now, in the vendor's form, complete (every page of every list the mapping reads).</summary>
    Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken);
}

/// <summary>The vendor's records bear the hub's reference: what the hub wrote is known again, though the answer to the write has not come, or never does.</summary>
public interface IStampReader : IRecordReader
{
    /// <summary>The hub's reference that a record of a source type bears, in the form it was read or told of; null where it bears none.</summary>
    string? ReferenceIn(string externalType, ReadOnlyMemory<byte> record);
}

/// <summary>The vendor can be asked what changed: the net under lost webhooks, and the only way to know where a vendor sends none.</summary>
public interface IChangeFeed : INoticeReader
{
    /// <summary>
    /// One page of changes after <paramref name="cursor"/> (null: from <paramref name="from"/>) up to <paramref name="until"/>, oldest first.
    /// Running a page twice is harmless.
    /// </summary>
    Task<Outcome<ChangePage>> ReadChangesAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    );
}

/// <summary>The hub can write records to the vendor.</summary>
public interface IRecordWriter : IConnector
{
    /// <summary>Sends one write. A definite answer is a <see cref="WriteReceipt"/> or a fault; a lost one is <see cref="Fault.Ambiguous"/>.</summary>
    Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken);

    /// <summary>Reads back what a lane has made: by the vendor's id where known, else by the hub's own reference.</summary>
    Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken);
}

/// <summary>The vendor can be asked for a record by what it says rather than by an id: how the hub finds what was there before it.</summary>
public interface IRecordMatcher : IRecordWriter
{
    /// <summary>
    /// The vendor's ids of the records that hold a value, consistently (a search index does not). Two are enough to know that there are several.
    /// Only for a field of the type's <see cref="TargetFacts.MatchedBy"/>.
    /// </summary>
    Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken);
}

/// <summary>The vendor can list all it holds of a type, so that a hub may begin with what was there before it.</summary>
public interface IBackfill : IChangeFeed
{
    /// <summary>
    /// One page of the records of a source type that were changed – or, where the vendor knows nothing else, made – from <paramref name="from"/> until
    /// <paramref name="until"/>, each as the delivery that would have told of it. Running a page twice is harmless.
    /// </summary>
    Task<Outcome<ChangePage>> ReadRecordsAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    );
}

/// <summary>"This record of this system may have changed."</summary>
/// <param name="ExternalType">The vendor's type name, one of the declared sources.</param>
/// <param name="ExternalId">The vendor's id.</param>
/// <param name="Marker">When the vendor says it happened.</param>
/// <param name="Embedded">The record itself, where the notice carries it whole and in the pinned API version; else null.</param>
public sealed record Notice(string ExternalType, string ExternalId, Marker Marker, ReadOnlyMemory<byte>? Embedded);

/// <summary>
/// How new a record is by its vendor's own account: it was as new as <paramref name="NotBefore"/> and may be as new as <paramref name="NotAfter"/>.
/// The two are equal where the record bears a modification stamp or the event a time.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Marker(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Says nothing of when: neither older nor newer than any other.</summary>
    public static Marker AnyTime { get; } = new(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    /// <summary>An exact instant, at the vendor's granularity.</summary>
    public static Marker At(DateTimeOffset instant) => new(instant, instant);

    /// <summary>Certainly newer than another.</summary>
    public bool IsNewerThan(Marker other) => NotBefore > other.NotAfter;

    /// <summary>Certainly older than another.</summary>
    public bool IsOlderThan(Marker other) => NotAfter < other.NotBefore;
}

/// <summary>A list of a source.</summary>
/// <param name="Type">Its type, one of <see cref="ConnectorFacts.Lists"/>.</param>
/// <param name="Id">Its id there.</param>
public sealed record SourceList(string Type, string Id);

/// <summary>What a read found.</summary>
public abstract record RecordReading
{
    private RecordReading() { }

    /// <summary>The record, in the vendor's form.</summary>
    public sealed record Found(ReadOnlyMemory<byte> Record, Marker Marker) : RecordReading
    {
        /// <summary>
        /// Where what was read is so only because of another record, which may change without a word of this one: a list by which that other one tells. This one is put on
        /// it, and is read again once it is no more.
        /// </summary>
        public SourceList? SoByList { get; init; }

        /// <summary>
        /// By the vendor's clock, less the connector's margin for slow answers and whole seconds: whatever the vendor has stamped until then with a marker of this kind is
        /// in what was read. Null where the marker does not cover all that a notice of the record may tell of; each such notice is then read.
        /// </summary>
        public DateTimeOffset? CompleteUntil { get; init; }
    }

    /// <summary>The vendor says it was deleted.</summary>
    public sealed record Deleted(Marker Marker) : RecordReading;

    /// <summary>
    /// The vendor says that it was merged into another record of the same type: <paramref name="Into"/> is that one's id, itself perhaps merged since. Told where the
    /// vendor still tells it, whether it shows what was merged as deleted or not at all; where it does not, such a record is just deleted.
    /// </summary>
    public sealed record Merged(string Into, Marker Marker) : RecordReading;

    /// <summary>The vendor does not know it (404 under a working credential).</summary>
    public sealed record Missing : RecordReading;

    /// <summary>Not a record but a list, as it is now: a notice of each record on it. Only for a type of <see cref="ConnectorFacts.Lists"/>.</summary>
    public sealed record Listed(IReadOnlyList<Notice> Members) : RecordReading
    {
        /// <summary>How new what the list belongs to is, where it says so.</summary>
        public Marker Marker { get; init; } = Marker.AnyTime;

        /// <summary>As of a record: until when whatever the vendor has stamped of it is in what was read.</summary>
        public DateTimeOffset? CompleteUntil { get; init; }
    }
}

/// <summary>One page of changes.</summary>
/// <param name="Deliveries">Each change as the delivery it would have been: event id and raw body.</param>
/// <param name="Cursor">Where the next page begins.</param>
/// <param name="IsLast">Whether the bound was reached.</param>
public sealed record ChangePage(IReadOnlyList<PolledDelivery> Deliveries, string? Cursor, bool IsLast);

/// <summary>A change found by polling, in the form of the webhook that should have told of it.</summary>
public sealed record PolledDelivery(string EventId, ReadOnlyMemory<byte> Body);

/// <summary>One write to a vendor.</summary>
/// <param name="Type">The canonical type.</param>
/// <param name="Key">The idempotency key, 43 characters of base64url.</param>
/// <param name="Reference">The hub's own reference of this part, to stamp on the record; stable over its life.</param>
/// <param name="ExternalId">The vendor's id where the record is known to exist, else null.</param>
/// <param name="Body">The mapped request, exactly as stored.</param>
public sealed record WriteRequest(RecordType Type, string Key, string Reference, string? ExternalId, ReadOnlyMemory<byte> Body)
{
    /// <summary>From this instant on no call that writes is sent any more, not even the last of several: the lane may be another's.</summary>
    public required DateTimeOffset SendBefore { get; init; }
}

/// <summary>Asks what stands at the vendor of one part.</summary>
/// <param name="Type">The canonical type.</param>
/// <param name="Reference">The hub's own reference of the part.</param>
/// <param name="ExternalId">The vendor's id where it is known, else null.</param>
/// <param name="Body">The request that was or would be sent, where it is known, else empty: what a record that bears no reference is found by.</param>
public sealed record LookupRequest(RecordType Type, string Reference, string? ExternalId, ReadOnlyMemory<byte> Body);

/// <summary>Asks for records by what they say.</summary>
/// <param name="Type">The canonical type.</param>
/// <param name="Field">A top-level canonical field, e.g. <c>number</c>.</param>
/// <param name="Value">Its value in the canonical record.</param>
public sealed record MatchRequest(RecordType Type, string Field, string Value)
{
    /// <summary>The request that would create it, which says whose it is, e.g. of which subsidiary; empty where it would not be created.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>The vendor's definite yes: the id it gave the record.</summary>
public sealed record WriteReceipt(string ExternalId);

/// <summary>What a read-back found.</summary>
public abstract record Lookup
{
    private Lookup() { }

    /// <summary>The record stands; its live content in the vendor's form.</summary>
    public sealed record Found(string ExternalId, ReadOnlyMemory<byte> Record) : Lookup;

    /// <summary>No record with that reference.</summary>
    public sealed record Absent : Lookup;
}
