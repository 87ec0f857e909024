namespace QtcHub.Stores.Azure;

/// <summary>Where the cloud store lies and how it is spread. Shard counts belong to the data: the same for its whole life.</summary>
public sealed record AzureStoreOptions
{
    /// <summary>A connection string, for development; null where a managed identity and the endpoints are used.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The account's table endpoint, e.g. <c>https://qtchub.table.core.windows.net</c>; asked under the managed identity.</summary>
    public Uri? TableEndpoint { get; init; }

    /// <summary>The account's blob endpoint, e.g. <c>https://qtchub.blob.core.windows.net</c>; asked under the managed identity.</summary>
    public Uri? BlobEndpoint { get; init; }

    /// <summary>The table: 3–63 letters and digits.</summary>
    public string Table { get; init; } = "qtchub";

    /// <summary>The container of large bodies: 3–63 lower-case letters, digits and hyphens.</summary>
    public string Container { get; init; } = "qtchub";

    /// <summary>Partitions over which each list is spread (1–256).</summary>
    public int ListShards { get; init; } = 8;

    /// <summary>Partitions over which the due index is spread (1–256).</summary>
    public int DueShards { get; init; } = 8;

    /// <summary>Partitions over which the work of each share is spread (1–256).</summary>
    public int WorkShards { get; init; } = 2;

    /// <summary>How old an unfinished commit is before the relay takes it for abandoned by its process.</summary>
    public TimeSpan RelayAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the trace of an abandoned commit, and a blob that no row names, are kept.</summary>
    public TimeSpan KeepAbandoned { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Most retries of a call that storage did not take.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>Longest time that one call may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The table and the container, without the connection string: it holds the account's key.</summary>
    public override string ToString() => $"table {Table}, container {Container}";

    /// <summary>Everything that is wrong with the options, by name.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Check(
            ConnectionString is not null != (TableEndpoint is not null && BlobEndpoint is not null),
            "give ConnectionString, or TableEndpoint and BlobEndpoint, not both"
        );
        Check(ConnectionString is not null || IsSafe(TableEndpoint), "TableEndpoint is an https address");
        Check(ConnectionString is not null || IsSafe(BlobEndpoint), "BlobEndpoint is an https address");
        Check(Table.Length is >= 3 and <= 63 && Table.All(char.IsAsciiLetterOrDigit), "Table is 3 to 63 letters and digits");
        Check(char.IsAsciiLetter(Table.FirstOrDefault()), "Table begins with a letter");
        Check(
            Container.Length is >= 3 and <= 63
                && Container.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-'),
            "Container is 3 to 63 lower-case letters, digits and hyphens"
        );
        Check(ListShards is >= 1 and <= 256, "ListShards is 1 to 256");
        Check(DueShards is >= 1 and <= 256, "DueShards is 1 to 256");
        Check(WorkShards is >= 1 and <= 256, "WorkShards is 1 to 256");
        Check(RelayAfter >= TimeSpan.FromSeconds(10) && RelayAfter <= TimeSpan.FromHours(1), "RelayAfter is 10 seconds to an hour");
        Check(KeepAbandoned >= TimeSpan.FromHours(4), "KeepAbandoned is at least 4 hours");
        Check(Retries is >= 0 and <= 10, "Retries is 0 to 10");
        Check(CallTimeout >= TimeSpan.FromSeconds(1) && CallTimeout <= TimeSpan.FromMinutes(2), "CallTimeout is 1 second to 2 minutes");
        return faults;

        void Check(bool holds, string rule)
        {
            if (!holds)
            {
                faults.Add(rule);
            }
        }
    }

    private static bool IsSafe(Uri? endpoint) => endpoint is { IsAbsoluteUri: true } && endpoint.Scheme == Uri.UriSchemeHttps;
}
