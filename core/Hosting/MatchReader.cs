using System.Reflection;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>Reads <c>match:</c>, the keys by which a record is known to be one that stands elsewhere already.</summary>
internal sealed class MatchReader(ErrorList errors, HubKnowledge known, IReadOnlyDictionary<string, SystemOptions> systems)
{
    private static readonly string[] Records = [.. Keyed.Select(record => $"{record}")];
    private static readonly Setting[] Known = [.. Records.Select(record => new Setting(record, SettingForm.Words, "Its match keys."))];

    /// <summary>The records that can have keys: an application or a document's state has nothing by which it is known.</summary>
    public static IEnumerable<RecordType> Keyed => Enum.GetValues<RecordType>().Where(record => KeysOf(record).Any());

    public IReadOnlyDictionary<RecordType, IReadOnlyList<string>> Read(Section file, IReadOnlyList<RouteOptions> routes)
    {
        var match = new Dictionary<RecordType, IReadOnlyList<string>>();
        if (file.Map("match", "a record") is not { } map)
        {
            return match;
        }

        var fields = new Section(map, errors, Known);
        foreach (var (name, _) in map.Entries.Where(entry => Records.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            var record = Enum.Parse<RecordType>(name.Text);
            match[record] = [.. fields.Words(name.Text, "number").Where(key => IsKey(record, key)).Select(key => key.Text)];
            if (routes.All(route => route.Record != record))
            {
                errors.Add(name, $"no route carries a {record}", "remove it, or add the route");
            }
        }

        return match;
    }

    /// <summary>By what a target could be asked for a record, where it can be asked by none of the record's keys; null where it can be asked, or is not written to.</summary>
    public IReadOnlyList<string>? Unasked(RecordType record, string target, IReadOnlyDictionary<RecordType, IReadOnlyList<string>> match) =>
        systems.TryGetValue(target, out var system)
        && known.Kinds.TryGetValue(system.Kind, out var facts)
        && facts.Targets.TryGetValue(record, out var written)
        && !match.GetValueOrDefault(record, []).Intersect(written.MatchedBy, StringComparer.Ordinal).Any()
            ? written.MatchedBy
            : null;

    /// <summary>The fields of a record that can be keys: what no two records of one company share.</summary>
    public static IEnumerable<string> KeysOf(RecordType record) =>
        CanonicalShapes
            .Properties(RecordKinds.Of(record).Json.Type)
            .Where(field => field.GetCustomAttribute<IdentifiesAttribute>() is not null)
            .Select(CanonicalShapes.NameOf);

    private bool IsKey(RecordType record, YamlScalar key)
    {
        var keys = KeysOf(record);
        if (keys.Contains(key.Text, StringComparer.Ordinal))
        {
            return true;
        }

        errors.Add(key, $"{key.Text} is no key of {record}", Nearest.Fix(key.Text, keys));
        return false;
    }
}
