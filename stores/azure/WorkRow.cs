using System.Globalization;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>One item of the table's queue, in the row that orders it by its due time; an item under lease is due when the lease ends.</summary>
internal sealed record WorkRow(WorkItem Item, long Due)
{
    private const int MostPartition = 400;
    private const int MostId = 480;
    private const string ItemColumn = "B";
    private const string TicketColumn = "T";
    private const string AttemptColumn = "A";
    private const string SinceColumn = "N";
    private const string AgainColumn = "G";
    private const string DueColumn = "D";

    private const string IdPrefix = "i!";
    private const string DuePrefix = "d!";

    /// <summary>The lease's proof, 0 where it waits.</summary>
    public long Ticket { get; init; }

    public int Attempt { get; init; }

    /// <summary>When it was first enqueued, in ticks.</summary>
    public long Since { get; init; }

    /// <summary>When it was asked for again during the lease, 0 where it was not.</summary>
    public long Again { get; init; }

    public string ETag { get; init; } = "";

    public string DueKey => $"{DuePrefix}{Time(Due)}!{IdIn(Item.Id)}";

    public static string IdKey(string id) => $"{IdPrefix}{IdIn(id)}";

    public static CloudRange Ids(string partition, string from, int limit) =>
        new(partition, from.Length == 0 ? IdPrefix : from, IdPrefix + CloudKey.Last, limit, KeysOnly: true);

    /// <summary>The earliest items due before an instant.</summary>
    public static CloudRange DueBefore(string partition, long ticks, int limit) =>
        new(partition, DuePrefix, ticks == long.MaxValue ? DuePrefix + CloudKey.Last : DuePrefix + Time(ticks), limit);

    public static string DueKeyOf(string id, long due) => $"{DuePrefix}{Time(due)}!{IdIn(id)}";

    public static string Partition(string shard, string share) => $"w!{shard}!{CloudKey.Fit(CloudKey.Escape(share), MostPartition)}";

    public static long DueOf(CloudRow idRow) => idRow.Number(DueColumn);

    public CloudRow IdRow(string partition) => new CloudRow(partition, IdKey(Item.Id)).With(DueColumn, Due);

    public CloudRow DueRow(string partition) =>
        new CloudRow(partition, DueKey)
            .With(ItemColumn, Item.Write())
            .With(DueColumn, Due)
            .With(TicketColumn, Ticket)
            .With(AttemptColumn, Attempt)
            .With(SinceColumn, Since)
            .With(AgainColumn, Again);

    public static WorkRow Read(CloudRow row) =>
        new(WorkItem.Read(row.Bytes(ItemColumn)), row.Number(DueColumn))
        {
            Ticket = row.Number(TicketColumn),
            Attempt = (int)row.Number(AttemptColumn),
            Since = row.Number(SinceColumn),
            Again = row.Number(AgainColumn),
            ETag = row.ETag,
        };

    /// <summary>The writes that put another in its place; its ETag is the condition.</summary>
    public IReadOnlyList<CloudWrite> To(WorkRow other, string partition) =>
        DueKey == other.DueKey
            ? [new CloudWrite.Replace(other.DueRow(partition), ETag)]
            :
            [
                new CloudWrite.Delete(DueKey, ETag),
                new CloudWrite.Insert(other.DueRow(partition)),
                new CloudWrite.Put(other.IdRow(partition)),
            ];

    /// <summary>The writes that remove it.</summary>
    public IReadOnlyList<CloudWrite> Away() => [new CloudWrite.Delete(DueKey, ETag), new CloudWrite.Delete(IdKey(Item.Id))];

    /// <summary>The writes that add it, refused where its id is there.</summary>
    public IReadOnlyList<CloudWrite> New(string partition) =>
        [new CloudWrite.Insert(IdRow(partition)), new CloudWrite.Insert(DueRow(partition))];

    private static string Time(long ticks) => ticks.ToString("D19", CultureInfo.InvariantCulture);

    private static string IdIn(string id) => CloudKey.Fit(CloudKey.Escape(id), MostId);
}
