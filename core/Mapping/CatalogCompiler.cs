using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Compiles files of the forms of <see cref="FileForm"/>: tables and shapes first, then what is over them, then the mappings.</summary>
internal sealed class CatalogCompiler(CustomFieldTypes custom)
{
    private readonly Dictionary<string, LookupTable> lookups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldType> shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Source> overrides = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledMapping> mappings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);
    private readonly List<ErrorList> errors = [];

    public LoadedMappings Compile(IReadOnlyList<MappingFile> files)
    {
        var sources = files.Select(Parse).OfType<Source>().ToList();
        Each(sources, FileForm.Lookup, Lookup);
        Each(sources, FileForm.Shape, Shape);
        Each(sources, FileForm.Extension, Extension);
        Each(sources, FileForm.Override, Override);
        var headings = sources.Where(source => source.Form == FileForm.Mapping).Select(source => source.Name.Text).ToList();
        foreach (var (name, source) in overrides.Where(pair => !headings.Contains(pair.Key, StringComparer.Ordinal)))
        {
            source.Wrong.Add(source.Name, $"there is no mapping {name} to put fields over", Unmapped(name, headings));
        }

        Each(sources, FileForm.Mapping, Mapping);
        return new LoadedMappings(
            new MappingCatalog(mappings, custom),
            [
                .. errors.SelectMany(list =>
                    list.All.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line).ThenBy(error => error.Column)
                ),
            ]
        );
    }

    private static void Each(List<Source> sources, FileForm form, Action<Source> read)
    {
        foreach (var source in sources.Where(source => source.Form == form))
        {
            read(source);
        }
    }

    private Source? Parse(MappingFile file)
    {
        var wrong = new ErrorList(file.Path);
        errors.Add(wrong);
        if (YamlReader.Read(file.Text, wrong) is not { } map)
        {
            return null;
        }

        var form = FileForm.All.FirstOrDefault(form => map.Find(form.Key) is not null);
        var keys = form?.Keys ?? [.. FileForm.All.SelectMany(known => known.Keys).Distinct(StringComparer.Ordinal)];
        foreach (var (key, _) in map.Entries.Where(entry => !keys.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            wrong.Add(key, $"unknown key {key.Text}", Nearest.Fix(key.Text, keys));
        }

        if (form is null || map.Find(form.Key)!.Value is not YamlScalar { IsEmpty: false } name)
        {
            wrong.Add(map, "the file does not say what it is", $"begin it with {FileForm.Choice}");
            return null;
        }

        return new Source(file, form, name, map, wrong);
    }

    private void Lookup(Source source)
    {
        if (!IsFirst($"lookup {source.Name.Text}", source))
        {
            return;
        }

        if (source.Body is { } values)
        {
            lookups[source.Name.Text] = new LookupReader(source.Wrong).Read(source.Name.Text, values);
        }
        else
        {
            source.Wrong.Add(source.Name, "a lookup has values", "add values: with one key and value a line");
        }
    }

    private void Shape(Source source)
    {
        if (!IsFirst($"shape {source.Name.Text}", source))
        {
            return;
        }

        if (source.Body is { } fields)
        {
            shapes[source.Name.Text] = ShapeReader.Read(fields, source.Wrong);
        }
        else
        {
            source.Wrong.Add(source.Name, "a shape has fields", "add fields: and what the record looks like");
        }
    }

    private void Extension(Source source)
    {
        if (!shapes.TryGetValue(source.Name.Text, out var shape))
        {
            source.Wrong.Add(source.Name, $"unknown shape {source.Name.Text}", Nearest.Fix(source.Name.Text, shapes.Keys));
        }
        else if (source.Body is { } fields)
        {
            shapes[source.Name.Text] = ShapeReader.Extend(shape, fields, source.Wrong);
        }
        else
        {
            source.Wrong.Add(source.Name, "an extension has fields", "add fields: and what the record has besides");
        }
    }

    private void Override(Source source)
    {
        if (Heading.Read(source.Name, source.Wrong) is not { } heading || !IsFirst($"the override of {heading.Name}", source))
        {
            return;
        }

        if (source.Body is not null)
        {
            overrides[heading.Name] = source;
        }
        else
        {
            source.Wrong.Add(source.Name, "an override has fields", "add fields: with those that are added or replaced");
        }
    }

    // An override of the same path as the shipped file takes its place, and then there is nothing left to put it over.
    private static string Unmapped(string name, IReadOnlyList<string> headings) =>
        Nearest.Fix(name, headings) is var fix && fix.StartsWith("did you mean", StringComparison.Ordinal)
            ? fix
            : "correct the heading, or give this file a name that no shipped file has";

    private void Mapping(Source source)
    {
        var wrong = source.Wrong;
        if (Heading.Read(source.Name, wrong) is not { } heading || !IsFirst(heading.Name, source))
        {
            return;
        }

        if (source.Body is not { } fields)
        {
            wrong.Add(source.Map, "a mapping has fields", "add fields: and what each is made from");
            return;
        }

        var own = overrides.GetValueOrDefault(heading.Name);
        fields = own is null ? fields : FieldMerge.Over(fields, own.Body!);
        var record = CanonicalShapes.Of(heading.Record, custom);
        var vendor = shapes.GetValueOrDefault(heading.Vendor, FieldType.Any);
        var (input, output) = heading.Direction == Direction.In ? (vendor, record) : (record, vendor);
        var needed = Needed(source, heading, fields);
        var checker = new ExpressionChecker(wrong, lookups, heading.Direction, isFilter: false);
        var block = new BlockCompiler(wrong, checker).Root(fields, output, new ScopeShape(input, input, null));
        if (wrong.All.Count > 0 || own is { Wrong.All.Count: > 0 })
        {
            return;
        }

        IReadOnlyList<MappingFile> files = own is null ? [source.File] : [source.File, own.File];
        var version = Hash(string.Concat(files.Select(file => file.Text).Concat(checker.Used.Values.Select(table => table.Hash))));
        mappings[heading.Name] = new CompiledMapping(heading, version[..16], block, checker.Names)
        {
            Files = [.. files.Select(file => file.Path)],
            Lookups = [.. checker.Used.Values],
            Needed = needed,
        };
    }

    /// <summary>The list without which a mapping out has nothing to write, as the way to it; empty where none is named.</summary>
    private static string[] Needed(Source source, Heading heading, YamlMap fields)
    {
        if (source.Map.Find(FileForm.UnlessEmpty) is not { } option)
        {
            return [];
        }

        var path = (option.Value as YamlScalar)?.Text.Split('.') ?? [];
        YamlNode? at = fields;
        foreach (var step in path)
        {
            at = (at as YamlMap)?.Find(step)?.Value;
        }

        if (heading.Direction == Direction.In)
        {
            source.Wrong.Add(option.Key, $"{FileForm.UnlessEmpty}: is for mappings out", "remove it");
        }
        else if (at is not YamlList && (at as YamlMap)?.Find(BlockCompiler.Each) is null)
        {
            source.Wrong.Add(option.Key, $"{FileForm.UnlessEmpty}: names no list of the output", "write the path of a list below fields:");
        }

        return path;
    }

    private bool IsFirst(string name, Source source)
    {
        if (places.TryAdd(name, source.File.Path))
        {
            return true;
        }

        source.Wrong.Add(source.Name, $"{name} is already in {places[name]}", "keep one of them");
        return false;
    }

    private static string Hash(string text) => CanonicalJson.HashOf(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A file that says what it is.</summary>
    private sealed record Source(MappingFile File, FileForm Form, YamlScalar Name, YamlMap Map, ErrorList Wrong)
    {
        public YamlMap? Body => Map.Find(Form.Body)?.Value as YamlMap;
    }
}
