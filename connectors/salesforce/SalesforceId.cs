namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Ids of records and of the org: fifteen characters in which case matters, or the same with three more that tell which are capitals. Answers bear eighteen, so
/// that is how the hub knows a record.
/// </summary>
internal static class SalesforceId
{
    private const int Short = 15;
    private const int Long = 18;
    private const int Chunk = 5;
    private const string Suffixes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    /// <summary>What the ids of opportunities begin with.</summary>
    public const string Opportunity = "006";

    /// <summary>An id in its long form, or null where a text is none.</summary>
    public static string? Read(string? text) =>
        text?.Trim() is not { Length: Short or Long } id || !id.All(char.IsAsciiLetterOrDigit) ? null
        : id.Length == Long ? id
        : id + Suffix(id);

    /// <summary>Whether two ids, long or short, are of the same.</summary>
    public static bool AreSame(string left, string right) =>
        Read(left) is { } one && Read(right) is { } other && one.AsSpan(0, Short).SequenceEqual(other.AsSpan(0, Short));

    private static string Suffix(string id) =>
        string.Create(
            Long - Short,
            id,
            static (suffix, id) =>
            {
                for (var at = 0; at < suffix.Length; at++)
                {
                    var capitals = 0;
                    for (var within = 0; within < Chunk; within++)
                    {
                        capitals |= char.IsAsciiLetterUpper(id[(at * Chunk) + within]) ? 1 << within : 0;
                    }

                    suffix[at] = Suffixes[capitals];
                }
            }
        );
}
