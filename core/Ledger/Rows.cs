using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.DeadLetters;
using QtcHub.Inbox;

namespace QtcHub.Ledger;

/// <summary>A stored document with the version it was read at; version 0 means it is not stored yet.</summary>
public readonly record struct Stored<T>(T Value, long Version);

/// <summary>How the hub's documents lie in rows: keys, kinds, states, and their JSON.</summary>
public static class Rows
{
    /// <summary>The kind of rows that no list asks for.</summary>
    public const string Unlisted = "";

    /// <summary>The key of a record's head.</summary>
    public const string HeadKey = "head";

    /// <summary>The key of a delivery's document.</summary>
    public const string DeliveryKey = "delivery";

    /// <summary>The key of a delivery's raw body.</summary>
    public const string BodyKey = "body";

    /// <summary>The key of a claim.</summary>
    public const string ClaimKey = "claim";

    /// <summary>The key of a timed job's document.</summary>
    public const string JobKey = "job";

    /// <summary>What the keys begin with of the parts of a linking's report.</summary>
    public const string LeafPrefix = "leaf/";

    /// <summary>What the keys begin with of the rows that say a target may be written to since everything was linked.</summary>
    public const string OpeningPrefix = "opened/";

    /// <summary>The key of what was on a list.</summary>
    public const string ListKey = "list";

    /// <summary>The key of a system's gate.</summary>
    public const string GateKey = "gate";

    /// <summary>What the keys of audit entries begin with.</summary>
    public const string AuditPrefix = "audit/";

    /// <summary>What the keys begin with of the entries that carry an effect which left its lane; the state of such a row is the effect's.</summary>
    public const string EndedPrefix = "audit/effect/";

    /// <summary>Where the first programs wrote an effect that left its lane, as a row of its own beside the entry: read, and no longer written.</summary>
    public const string FormerEndedPrefix = "effect/";

    /// <summary>What the keys of stored requests begin with.</summary>
    public const string RequestPrefix = "request/";

    /// <summary>What the keys of waiters begin with.</summary>
    public const string WaiterPrefix = "waiter/";

    /// <summary>What the keys begin with of the rows that name records about this home's: what settles a document, and what it stands at.</summary>
    public const string AboutPrefix = "about/";

    /// <summary>What the keys begin with of the documents of a number.</summary>
    public const string NumberedPrefix = "document/";

    /// <summary>The key of a lane.</summary>
    public static string LaneKey(LaneId lane) => $"lane/{lane.Target}/{lane.Part}";

    /// <summary>The key of a revision's canonical content.</summary>
    public static string ContentKey(int revision) => string.Create(CultureInfo.InvariantCulture, $"content/{revision:D8}");

    /// <summary>The key of an effect's stored request.</summary>
    public static string RequestKey(LaneId lane, Effect effect) => $"{RequestPrefix}{Suffix(lane, effect)}";

    /// <summary>The key of an effect's dead letter.</summary>
    public static string LetterKey(LaneId lane, Effect effect) => $"letter/{Suffix(lane, effect)}";

    /// <summary>The key of the letter about what stands at a target of a record that was merged into another.</summary>
    public static string MergedLetterKey(LaneId lane) => $"letter/{lane.Target}/{lane.Part}/merged";

    /// <summary>What the keys go on with of a lane's rows about every generation of a revision; the generation itself follows.</summary>
    public static string OfRevision(LaneId lane, int revision) =>
        string.Create(CultureInfo.InvariantCulture, $"{lane.Target}/{lane.Part}/{revision:D8}.");

    /// <summary>The row of a record's head.</summary>
    public static Row Of(RecordHead head) => new(HeadKey, "record", head.Id.Type.ToString(), Bytes(head, LedgerJson.Default.RecordHead));

    /// <summary>The row of a lane; its state is that of its current effect. A lane at rest, as most are, is in no list.</summary>
    public static Row Of(Lane lane) =>
        new(
            LaneKey(lane.Id),
            lane.Current is null ? Unlisted : "lane",
            lane.Current?.State.ToString() ?? "Idle",
            Bytes(lane, LedgerJson.Default.Lane)
        );

    /// <summary>The row of a delivery.</summary>
    public static Row Of(Delivery delivery) =>
        new(DeliveryKey, "delivery", StateOf(delivery), Bytes(delivery, LedgerJson.Default.Delivery));

    /// <summary>The row of a dead letter under its key.</summary>
    public static Row Of(string key, DeadLetter letter) =>
        new(key, "letter", letter.ClosedBy is null ? "Open" : "Closed", Bytes(letter, LedgerJson.Default.DeadLetter));

    /// <summary>The row of a timed job.</summary>
    public static Row Of(JobState job) => new(JobKey, "job", "", Bytes(job, LedgerJson.Default.JobState));

    /// <summary>The row of a backfill.</summary>
    public static Row Of(BackfillJob job) => new(JobKey, "job", "", Bytes(job, LedgerJson.Default.BackfillJob));

    /// <summary>The row of a mapping that is being applied to the past.</summary>
    public static Row Of(RemapJob job) => new(JobKey, "job", "", Bytes(job, LedgerJson.Default.RemapJob));

    /// <summary>The row of a linking in bulk.</summary>
    public static Row Of(LinkJob job) => new(JobKey, "job", "", Bytes(job, LedgerJson.Default.LinkJob));

    /// <summary>The key of a part of a linking's report, numbered from 1.</summary>
    public static string LeafKey(int number) => string.Create(CultureInfo.InvariantCulture, $"{LeafPrefix}{number:D8}");

    /// <summary>The row of a part of a linking's report.</summary>
    public static Row Of(int number, LinkLeaf leaf) => new(LeafKey(number), Unlisted, "", Bytes(leaf, LedgerJson.Default.LinkLeaf));

    /// <summary>The key of what was found at a target; a vendor's id may be longer than a key.</summary>
    public static string HitKey(string target, string externalId) =>
        $"hit/{target}/{CanonicalJson.HashOf(System.Text.Encoding.UTF8.GetBytes(externalId))}";

    /// <summary>The row of what was found at a target.</summary>
    public static Row Of(string target, string externalId, LinkHit hit) =>
        new(HitKey(target, externalId), Unlisted, "", Bytes(hit, LedgerJson.Default.LinkHit));

    /// <summary>The row that says a target may be written to.</summary>
    public static Row Of(string target, LinkOpening opening) =>
        new($"{OpeningPrefix}{target}", Unlisted, "", Bytes(opening, LedgerJson.Default.LinkOpening));

    /// <summary>The row of what was on a list.</summary>
    public static Row Of(ListSeen list) => new(ListKey, Unlisted, "", Bytes(list, LedgerJson.Default.ListSeen));

    /// <summary>The row of a system's gate.</summary>
    public static Row Of(GateState gate) => new(GateKey, Unlisted, "", Bytes(gate, LedgerJson.Default.GateState));

    /// <summary>The row of the store's epoch.</summary>
    public static Row Of(StoreEpoch epoch) => new(StoreEpoch.Key, "epoch", "", Bytes(epoch, LedgerJson.Default.StoreEpoch));

    /// <summary>The state of rows that retention may delete one day: the day they were written, e.g. <c>20261122</c>.</summary>
    public static string Day(DateTimeOffset at) => Day(DayOf(at));

    /// <summary>A day as the state of such rows.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The day on which rows of an instant are written: UTC's.</summary>
    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    /// <summary>Reads the day back that such a row bears.</summary>
    public static DateOnly DayOf(string state) => DateOnly.ParseExact(state, "yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The row of an audit entry about the change of a row; its key names that row and the version it became, so it is unique.</summary>
    public static Row Of(string changedKey, AuditEntry entry) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{AuditPrefix}{changedKey}/{entry.Version:D8}"),
            Unlisted,
            entry.Action,
            Bytes(entry, LedgerJson.Default.AuditEntry)
        );

    /// <summary>The row of an audit entry with the effect that left its lane: an effect leaves once, and is found by its revision.</summary>
    public static Row Of(LaneId lane, Effect ended, AuditEntry entry) =>
        new(
            $"{EndedPrefix}{Suffix(lane, ended)}",
            Unlisted,
            ended.State.ToString(),
            Bytes(entry with { Ended = ended }, LedgerJson.Default.AuditEntry)
        );

    /// <summary>The row that says a lane waits for this home's record.</summary>
    public static Row Waiter(LaneId lane) =>
        new($"{WaiterPrefix}{lane}", Unlisted, "", System.Text.Encoding.UTF8.GetBytes(lane.ToString()));

    /// <summary>The lane named by a waiter row.</summary>
    public static LaneId WaiterOf(Row row) => LaneId.Parse(System.Text.Encoding.UTF8.GetString(row.Body.Span));

    /// <summary>The row that names a record under a prefix; its key says all.</summary>
    public static Row Named(string prefix, CanonicalId record) =>
        new($"{prefix}{record}", Unlisted, "", System.Text.Encoding.UTF8.GetBytes(record.Value));

    /// <summary>The record that such a row names.</summary>
    public static CanonicalId NamedBy(Row row) => new(System.Text.Encoding.UTF8.GetString(row.Body.Span));

    /// <summary>The row of a claim.</summary>
    public static Row Claim(CanonicalId id) => new(ClaimKey, Unlisted, "", System.Text.Encoding.UTF8.GetBytes(id.Value));

    /// <summary>Reads a document back with its row's version.</summary>
    public static Stored<T>? Read<T>(Row? row)
        where T : class => row is null ? null : new Stored<T>(Parse<T>(row), row.Version);

    /// <summary>Reads a document.</summary>
    public static T Parse<T>(Row row)
        where T : class =>
        JsonSerializer.Deserialize(row.Body.Span, (JsonTypeInfo<T>)LedgerJson.Default.GetTypeInfo(typeof(T))!)
        ?? throw new InvariantException("a stored document is an object");

    private static string StateOf(Delivery delivery) =>
        !delivery.IsDone ? "Received"
        : delivery.Notices!.Value.Any(notice => notice!.Kind == NoticeResultKind.DeadLettered) ? "DeadLettered"
        : "Done";

    private static string Suffix(LaneId lane, Effect effect) =>
        string.Create(CultureInfo.InvariantCulture, $"{OfRevision(lane, effect.Revision)}{effect.Generation:D4}");

    private static byte[] Bytes<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RecordHead))]
[JsonSerializable(typeof(Lane))]
[JsonSerializable(typeof(Effect))]
[JsonSerializable(typeof(Delivery))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(GateState))]
[JsonSerializable(typeof(JobState))]
[JsonSerializable(typeof(BackfillJob))]
[JsonSerializable(typeof(RemapJob))]
[JsonSerializable(typeof(LinkJob))]
[JsonSerializable(typeof(LinkLeaf))]
[JsonSerializable(typeof(LinkHit))]
[JsonSerializable(typeof(LinkOpening))]
[JsonSerializable(typeof(ListSeen))]
[JsonSerializable(typeof(StoreEpoch))]
internal sealed partial class LedgerJson : JsonSerializerContext;
