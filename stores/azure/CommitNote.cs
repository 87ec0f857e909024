using System.Text.Json;
using System.Text.Json.Serialization;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>A row of a list.</summary>
internal sealed record ListEntry(string Partition, string RowKey);

/// <summary>Work of a commit that is to be sent.</summary>
internal sealed record OutgoingWork(byte[] Item, long Due)
{
    public static OutgoingWork Of(ScheduledWork work) => new(work.Item.Write(), work.Due.UtcTicks);

    [JsonIgnore]
    public ScheduledWork Work => new(WorkItem.Read(Item), new DateTimeOffset(Due, TimeSpan.Zero));
}

/// <summary>
/// What a commit leaves to be done around its transaction. In the due row: what to take back where the transaction never came. In the marker, which the
/// transaction writes: what to carry out.
/// </summary>
/// <param name="Home">The home's partition.</param>
/// <param name="Entries">Rows of lists that go: those entered too early, or those left.</param>
/// <param name="Blobs">Blobs that go.</param>
/// <param name="Work">Work to send.</param>
internal sealed record CommitNote(
    string Home,
    IReadOnlyList<ListEntry> Entries,
    IReadOnlyList<string> Blobs,
    IReadOnlyList<OutgoingWork> Work
)
{
    private const string Column = "B";

    public CloudRow On(CloudRow row) => row.With(Column, JsonSerializer.SerializeToUtf8Bytes(this, CommitNoteJson.Default.CommitNote));

    public static CommitNote Of(CloudRow row) =>
        JsonSerializer.Deserialize(row.Bytes(Column), CommitNoteJson.Default.CommitNote)
        ?? throw new InvariantException("a note is an object");
}

[JsonSerializable(typeof(CommitNote))]
internal sealed partial class CommitNoteJson : JsonSerializerContext;

/// <summary>The row that a commit's transaction writes beside its changes: whoever finds it knows that the commit is durable.</summary>
internal static class Marker
{
    /// <summary>Committed; what its note says is still to be done.</summary>
    public const string Open = "open";

    /// <summary>Committed and carried out by the relay; kept for a while, for its own process may still ask.</summary>
    public const string Settled = "settled";

    /// <summary>Written by the relay where the transaction had not come, so that it never can.</summary>
    public const string Void = "void";

    private const string State = "S";

    // No escaped key begins with a separator, so markers stand outside every read of a home's rows.
    public static string KeyOf(string commitId) => $"{CloudKey.Separator}{commitId}";

    public static CloudRow Row(string home, string commitId, string state) => new CloudRow(home, KeyOf(commitId)).With(State, state);

    public static string StateOf(CloudRow marker) => marker.Text(State);

    public static CloudRow To(CloudRow marker, string state) => marker.With(State, state);
}
