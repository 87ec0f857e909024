using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>What running one case of a mapping gave; <paramref name="Detail"/> says what differs, and is empty where it passed.</summary>
public sealed record CaseResult(string File, int Line, string Name, string Detail)
{
    /// <summary>The column of the line, from 1.</summary>
    public int Column { get; init; } = 1;

    /// <summary>The mapping's heading, where the file names one that exists.</summary>
    public string Mapping { get; init; } = "";

    /// <summary>What the case expects, where it was run and failed.</summary>
    public string? Expected { get; init; }

    /// <summary>What the mapping gave, where the case was run and failed.</summary>
    public string? Actual { get; init; }

    /// <summary>Whether the mapping did what the case says.</summary>
    public bool Passed => Detail.Length == 0;
}

/// <summary>
/// Runs the cases beside a mapping (<c>*.cases.yaml</c>): an input with what is known besides, and the expected output or fault. The output is compared
/// exactly, order and digits included.
/// </summary>
public sealed class MappingCases
{
    /// <summary>The keys of a file of cases.</summary>
    internal static readonly IReadOnlyList<string> FileKeys = ["mapping", "cases"];

    /// <summary>The keys of a case.</summary>
    internal static readonly IReadOnlyList<string> Keys =
    [
        "name",
        "entity",
        "timeZone",
        "postingPeriod",
        "omit",
        "resolved",
        "input",
        "output",
        "fault",
    ];
    private readonly MappingCatalog catalog;
    private readonly ErrorList errors;
    private readonly List<CaseResult> results = [];
    private string name = "";

    private MappingCases(MappingCatalog catalog, string path)
    {
        this.catalog = catalog;
        errors = new ErrorList(path);
    }

    /// <summary>Runs every case of a file. A case that cannot be read counts as failed.</summary>
    public static IReadOnlyList<CaseResult> Run(MappingCatalog catalog, string path, string text) =>
        new MappingCases(catalog, path).Run(text);

    private List<CaseResult> Run(string text)
    {
        if (YamlReader.Read(text, errors) is { } file)
        {
            foreach (var (key, _) in file.Entries.Where(entry => !FileKeys.Contains(entry.Key.Text, StringComparer.Ordinal)))
            {
                errors.Add(key, $"unknown key {key.Text}", Nearest.Fix(key.Text, FileKeys));
            }

            var mapping = Mapping(file);
            if (file.Find("cases") is not { Value: YamlList { Items.Count: > 0 } cases })
            {
                errors.Add(file, "there are no cases", "add cases: with at least one");
            }
            else
            {
                foreach (var item in cases.Items.Where(_ => mapping is not null))
                {
                    One(mapping!, item);
                }
            }
        }

        return
        [
            .. errors.All.Select(error => new CaseResult(error.File, error.Line, "the file", $"{error.Message}. Fix: {error.Fix}")
            {
                Mapping = name,
                Column = error.Column,
            }),
            .. results,
        ];
    }

    private CompiledMapping? Mapping(YamlMap file)
    {
        if (file.Find("mapping")?.Value is not YamlScalar { IsEmpty: false } heading)
        {
            errors.Add(file, "the file does not say which mapping it is about", "add mapping: with its heading");
            return null;
        }

        name = heading.Text;
        var mapping = catalog.Mappings.FirstOrDefault(mapping => mapping.Name == name);
        if (mapping is null)
        {
            errors.Add(heading, $"there is no mapping {name}", Nearest.Fix(name, catalog.Mappings.Select(known => known.Name)));
        }

        return mapping;
    }

    private void One(CompiledMapping mapping, YamlNode item)
    {
        if (item is not YamlMap map || map.Find("name")?.Value is not YamlScalar title || map.Find("input") is not { } input)
        {
            errors.Add(item, "a case has a name and an input", "add name: and input:");
            return;
        }

        foreach (var (key, _) in map.Entries.Where(entry => !Keys.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            errors.Add(key, $"unknown key {key.Text}", Nearest.Fix(key.Text, Keys));
        }

        if (Context(map) is { } context && Expected(map) is { } expected)
        {
            var outcome = mapping.Map(YamlJson.Write(input.Value), context);
            var actual = outcome.TryGet(out var json, out var fault) ? Encoding.UTF8.GetString(json.Span) : $"{fault.Name}: {fault.Detail}";
            results.Add(Result(title, expected, actual));
        }
    }

    private CaseResult Result(YamlScalar title, string expected, string actual) =>
        actual == expected
            ? new CaseResult(errors.File, title.Line, title.Text, "") { Mapping = name, Column = title.Column }
            : new CaseResult(errors.File, title.Line, title.Text, $"expected {expected}, and it gave {actual}")
            {
                Mapping = name,
                Column = title.Column,
                Expected = expected,
                Actual = actual,
            };

    private string? Expected(YamlMap map)
    {
        switch (map.Find("output")?.Value, map.Find("fault")?.Value)
        {
            case ({ } output, null):
                return Encoding.UTF8.GetString(YamlJson.Write(output).Span);
            case (null, YamlScalar fault):
                return fault.Text;
            default:
                errors.Add(map, "a case expects an output or a fault", "add output:, or fault: with its name and detail");
                return null;
        }
    }

    private MappingContext? Context(YamlMap map)
    {
        var zone = Text(map, "timeZone") ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var calendar))
        {
            errors.Add(map.Find("timeZone")!.Value, $"unknown time zone {zone}", "use an IANA name such as Europe/Berlin");
            return null;
        }

        return new MappingContext
        {
            Entity = new EntityOptions(Text(map, "entity") ?? "us", "A company", Currency.Of("USD"), calendar),
            Resolved = Resolved(map),
            Omit = new HashSet<string>(
                (map.Find("omit")?.Value as YamlList)?.Items.OfType<YamlScalar>().Select(item => item.Text) ?? [],
                StringComparer.Ordinal
            ),
            PostingPeriod = Text(map, "postingPeriod"),
        };
    }

    private static string? Text(YamlMap map, string key) => (map.Find(key)?.Value as YamlScalar)?.Text;

    private Dictionary<Reference, string> Resolved(YamlMap map)
    {
        var resolved = new Dictionary<Reference, string>();
        foreach (var (type, ids) in (map.Find("resolved")?.Value as YamlMap)?.Entries ?? [])
        {
            if (!Enum.TryParse<RecordType>(type.Text, out var record) || ids is not YamlMap known)
            {
                errors.Add(type, $"unknown record type {type.Text}", Nearest.Fix(type.Text, Enum.GetNames<RecordType>()));
                continue;
            }

            foreach (var (id, value) in known.Entries)
            {
                resolved[new Reference(record, id.Text)] = (value as YamlScalar)?.Text ?? "";
            }
        }

        return resolved;
    }
}
