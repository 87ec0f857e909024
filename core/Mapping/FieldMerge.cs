using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>
/// Puts the fields of an override over those of a mapping: what is an object or an <c>each:</c> list in both is merged field by field, all else is
/// replaced whole. Every node keeps the file and place it was written in.
/// </summary>
internal static class FieldMerge
{
    public static YamlMap Over(YamlMap shipped, YamlMap own)
    {
        var entries = new List<YamlEntry>();
        foreach (var entry in shipped.Entries)
        {
            entries.Add(own.Find(entry.Key.Text) is { } replacing ? Merged(entry, replacing) : entry);
        }

        entries.AddRange(own.Entries.Where(entry => shipped.Find(entry.Key.Text) is null));
        return shipped with { Entries = entries };
    }

    private static YamlEntry Merged(YamlEntry shipped, YamlEntry own) =>
        (shipped.Value, own.Value) is (YamlMap under, YamlMap over) ? shipped with { Value = Over(under, over) } : own;
}
