using System.Text.RegularExpressions;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>Reads <c>customFields:</c>, by record, then name, to a type.</summary>
internal sealed partial class CustomFieldsReader(ErrorList errors)
{
    /// <summary>How a name is written, as a regular expression.</summary>
    public const string NameForm = "^(?!(each|where|when)$)[a-z][A-Za-z0-9]{0,39}$";

    private const int Most = 100;
    private static readonly string[] Records = Enum.GetNames<RecordType>();

    /// <summary>The types that a field may be declared with.</summary>
    public static IReadOnlyDictionary<string, CustomType> Types { get; } =
        Enum.GetValues<CustomType>().ToDictionary(type => type.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public CustomFieldTypes Read(Section file)
    {
        var declared = new Dictionary<RecordType, IReadOnlyDictionary<string, CustomType>>();
        foreach (var (name, value) in file.Map("customFields", "a record")?.Entries ?? [])
        {
            if (!Records.Contains(name.Text, StringComparer.Ordinal))
            {
                errors.Add(name, $"unknown record {name.Text}", Nearest.Fix(name.Text, Records));
            }
            else if (value is not YamlMap { Entries.Count: <= Most } fields)
            {
                errors.Add(name, $"{name.Text} has no fields here, or more than {Most}", "write name: type below it");
            }
            else
            {
                declared[Enum.Parse<RecordType>(name.Text)] = Fields(fields);
            }
        }

        return new CustomFieldTypes(declared);
    }

    private Dictionary<string, CustomType> Fields(YamlMap fields)
    {
        var types = new Dictionary<string, CustomType>(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Entries)
        {
            if (!Name().IsMatch(name.Text))
            {
                errors.Add(name, $"{name.Text} is not a name for a custom field", "use letters and digits, the first a lower-case letter");
            }

            var written = (value as YamlScalar)?.Text ?? "";
            if (Types.TryGetValue(written, out var type))
            {
                types[name.Text] = type;
            }
            else
            {
                errors.Add(value, $"unknown type {written}", $"use one of {string.Join(", ", Types.Keys)}");
            }
        }

        return types;
    }

    [GeneratedRegex(NameForm, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
