using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>What a commit must know of a row that it replaces or removes.</summary>
/// <param name="Version">The contract's counter.</param>
/// <param name="ETag">The service's own mark of this very writing.</param>
/// <param name="Kind">The row's kind.</param>
/// <param name="State">The row's state.</param>
/// <param name="ListedBy">The commit that entered it in the list of its kind and state; empty where it is in none.</param>
/// <param name="Blob">The blob that holds its body, or null.</param>
internal sealed record Header(long Version, string ETag, string Kind, string State, string ListedBy, string? Blob);

/// <summary>The hub's rows as rows of the table.</summary>
internal static class HomeRows
{
    /// <summary>Bodies above this lie in a blob.</summary>
    public const int MostInline = 32 * 1024;

    /// <summary>Most bytes of bodies that one transaction holds: in base64 and with their keys they stay under the service's 4 MiB.</summary>
    public const int MostInlineTogether = 2 * 1024 * 1024;

    // A blob is named by partition, key, version and commit: together they stay under the service's 1024 characters.
    private const int MostPartition = 400;
    private const string Kind = "K";
    private const string State = "S";
    private const string Version = "V";
    private const string CommitId = "C";
    private const string ListedBy = "L";
    private const string Body = "B";
    private const string InBlob = "X";
    private const string HomeText = "H";

    private const string PartitionPrefix = "h!";

    public static string Partition(Home home) => PartitionPrefix + CloudKey.Fit(CloudKey.Escape(home.Value), MostPartition);

    public static string RowKey(string key)
    {
        var escaped = CloudKey.Escape(key);
        Invariant.Holds(escaped.Length <= CloudKey.MaxLength, "256 characters of any kind fit");
        return escaped;
    }

    public static CloudRange All(Home home, string keyPrefix, int limit)
    {
        var prefix = RowKey(keyPrefix);
        // The empty prefix leaves the markers out, which begin with a separator.
        return new CloudRange(
            Partition(home),
            prefix.Length == 0 ? CloudKey.AfterSeparator.ToString() : prefix,
            prefix + CloudKey.Last,
            limit
        );
    }

    public static string BlobName(string partition, string rowKey, long version, string commitId) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{partition}/{rowKey}/{version:D10}.{commitId}");

    /// <summary>The row that stands or falls with a blob.</summary>
    public static (string Partition, string RowKey) RowOfBlob(string name)
    {
        var parts = name.Split('/');
        return (parts[0], parts[1]);
    }

    public static CloudRow Write(Home home, Row row, Header header, (string CommitId, bool Inline) how)
    {
        var written = new CloudRow(Partition(home), RowKey(row.Key))
            .With(Kind, row.Kind)
            .With(State, row.State)
            .With(Version, header.Version)
            .With(CommitId, how.CommitId)
            .With(ListedBy, header.ListedBy);
        written = how.Inline ? written.With(Body, row.Body) : written.With(InBlob, 1);
        // A partition that holds only the beginning of its home's text is no way back to it.
        return written.Partition.Contains(CloudKey.Separator, 2) ? written.With(HomeText, home.Value) : written;
    }

    public static Header HeaderOf(CloudRow row) =>
        new(
            row.Number(Version),
            row.ETag,
            row.Text(Kind),
            row.Text(State),
            row.Text(ListedBy),
            row.Number(InBlob) == 0 ? null : BlobName(row.Partition, row.RowKey, row.Number(Version), row.Text(CommitId))
        );

    public static Row Read(CloudRow row, ReadOnlyMemory<byte> body) =>
        new(CloudKey.Unescape(row.RowKey), row.Text(Kind), row.Text(State), body) { Version = row.Number(Version) };

    public static byte[] InlineBody(CloudRow row) => row.Bytes(Body);

    public static Home HomeOf(CloudRow row) =>
        Home.Parse(row.Text(HomeText) is { Length: > 0 } text ? text : CloudKey.Unescape(row.Partition[PartitionPrefix.Length..]));

    private static bool Contains(this string text, char character, int from) => text.IndexOf(character, from) >= 0;
}
