namespace QtcHub.Mapping;

/// <summary>A form that a file of mappings may have, told by its first key.</summary>
/// <param name="Key">The key that says so.</param>
/// <param name="Body">The key of its content.</param>
/// <param name="Does">What it is, for people.</param>
internal sealed record FileForm(string Key, string Body, string Does)
{
    /// <summary>The key of a mapping that names the list without which there is nothing to write.</summary>
    public const string UnlessEmpty = "unless-empty";

    public static readonly FileForm Mapping = new("mapping", "fields", "Turns a vendor's record into a canonical one, or back.")
    {
        Option = UnlessEmpty,
    };
    public static readonly FileForm Override = new("override", "fields", "Adds or replaces single fields of a mapping.");
    public static readonly FileForm Lookup = new("lookup", "values", "A table of known values.");
    public static readonly FileForm Shape = new("shape", "fields", "What a vendor's record looks like.");
    public static readonly FileForm Extension = new("extend", "fields", "Adds fields to a shape.");

    public static readonly IReadOnlyList<FileForm> All = [Mapping, Override, Lookup, Shape, Extension];

    /// <summary>A key that one may hold besides.</summary>
    public string? Option { get; init; }

    /// <summary>The keys that one holds.</summary>
    public IReadOnlyList<string> Required => [Key, Body];

    /// <summary>The keys that one may hold.</summary>
    public IReadOnlyList<string> Keys => Option is null ? Required : [Key, Option, Body];

    /// <summary>How a person tells the computer which form it is.</summary>
    public static string Choice => string.Join(", ", All.SkipLast(1).Select(form => $"{form.Key}:")) + $" or {All[^1].Key}:";
}
