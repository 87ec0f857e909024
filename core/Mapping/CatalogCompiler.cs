using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Compiles files of three kinds, told by their first key: <c>lookup:</c>, <c>shape:</c> and <c>mapping:</c>.</summary>
internal sealed class CatalogCompiler
{
    private readonly Dictionary<string, LookupTable> lookups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldType> shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledMapping> mappings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);
    private readonly List<ErrorList> errors = [];

    public LoadedMappings Compile(IReadOnlyList<MappingFile> files)
    {
        var parsed = files.Select(Parse).ToList();
        foreach (var (_, map, wrong) in parsed)
        {
            Tables(map, wrong);
        }

        foreach (var (file, map, wrong) in parsed)
        {
            if (
                map?.Find("mapping") is { Value: YamlScalar name }
                && Heading.Read(name, wrong) is { } heading
                && IsFirst(heading.Name, name, wrong)
            )
            {
                Mapping(file, map, heading, wrong);
            }
        }

        return new LoadedMappings(
            new MappingCatalog(mappings),
            [.. errors.SelectMany(list => list.All.OrderBy(error => error.Line).ThenBy(error => error.Column))]
        );
    }

    private (MappingFile, YamlMap?, ErrorList) Parse(MappingFile file)
    {
        var wrong = new ErrorList(file.Path);
        errors.Add(wrong);
        var map = YamlReader.Read(file.Text, wrong);
        if (map is null)
        {
            return (file, null, wrong);
        }

        string[] known =
            map.Find("lookup") is not null ? ["lookup", "values"]
            : map.Find("shape") is not null ? ["shape", "fields"]
            : ["mapping", "fields"];
        foreach (var (key, _) in map.Entries.Where(entry => !known.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            wrong.Add(key, $"unknown key {key.Text}", Nearest.Fix(key.Text, known));
        }

        if (map.Find(known[0]) is not { Value: YamlScalar { IsEmpty: false } })
        {
            wrong.Add(map, "the file does not say what it is", "begin it with mapping:, lookup: or shape:");
        }

        return (file, map, wrong);
    }

    private void Tables(YamlMap? map, ErrorList wrong)
    {
        if (map?.Find("lookup") is { Value: YamlScalar lookup } && IsFirst($"lookup {lookup.Text}", lookup, wrong))
        {
            Lookup(map, lookup, wrong);
        }
        else if (map?.Find("shape") is { Value: YamlScalar shape } && IsFirst($"shape {shape.Text}", shape, wrong))
        {
            if (map.Find("fields")?.Value is YamlMap fields)
            {
                shapes[shape.Text] = ShapeReader.Read(fields, wrong);
            }
            else
            {
                wrong.Add(shape, "a shape has fields", "add fields: and what the record looks like");
            }
        }
    }

    private void Lookup(YamlMap map, YamlScalar name, ErrorList wrong)
    {
        if (map.Find("values")?.Value is not YamlMap values)
        {
            wrong.Add(name, "a lookup has values", "add values: with one key and value a line");
            return;
        }

        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in values.Entries)
        {
            if (value is YamlScalar { IsEmpty: false } scalar)
            {
                table[key.Text] = scalar.Text;
            }
            else
            {
                wrong.Add(key, $"{key.Text} has no single value", "write key: value, or remove the line");
            }
        }

        var content = string.Concat(table.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}\n{pair.Value}\n"));
        lookups[name.Text] = new LookupTable(name.Text, Hash(content), table);
    }

    private void Mapping(MappingFile file, YamlMap map, Heading heading, ErrorList wrong)
    {
        if (map.Find("fields")?.Value is not YamlMap fields)
        {
            wrong.Add(map, "a mapping has fields", "add fields: and what each is made from");
            return;
        }

        var record = CanonicalShapes.Of(heading.Record);
        var vendor = shapes.GetValueOrDefault(heading.Vendor, FieldType.Any);
        var (input, output) = heading.Direction == Direction.In ? (vendor, record) : (record, vendor);
        var checker = new ExpressionChecker(wrong, lookups, heading.Direction, isFilter: false);
        var block = new BlockCompiler(wrong, checker).Root(fields, output, new ScopeShape(input, input, null));
        if (wrong.All.Count == 0)
        {
            var version = Hash(string.Concat(checker.Used.Values.Select(table => table.Hash).Prepend(file.Text)));
            mappings[heading.Name] = new CompiledMapping(heading, version[..16], block);
        }
    }

    private bool IsFirst(string name, YamlScalar at, ErrorList wrong)
    {
        if (places.TryAdd(name, wrong.File))
        {
            return true;
        }

        wrong.Add(at, $"{name} is already in {places[name]}", "keep one of them");
        return false;
    }

    private static string Hash(string text) => CanonicalJson.HashOf(System.Text.Encoding.UTF8.GetBytes(text));
}
