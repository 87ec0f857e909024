using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Records;

/// <summary>Records of every type with every field, made from their shapes; their shape is right, their content may be nonsense.</summary>
internal static class GeneratedRecord
{
    private static readonly string[] Texts = ["a", "b", " ", "", "Ångström & \"Sons\"\n", "US", "DE", "l1", "l2"];
    private static readonly string[] Currencies = ["USD", "EUR", "JPY", "KWD"];
    private static readonly string[] Days = ["2026-01-01", "2026-02-28", "0001-01-01", "9999-12-31"];
    private static readonly Range Everything = new(
        [0m, 1m, 2.50m, -1m, 0.0000000001m, decimal.MaxValue, decimal.MinValue],
        [0, 1, 2, -1, 1099, long.MaxValue, long.MinValue]
    );

    // The mapping language carries 28 digits, and amounts whose negative is an amount; it refuses the rest.
    private static readonly Range Carried = new(
        [0m, 1m, 2.50m, -1m, 0.0000000001m, 9_999_999_999_999_999_999_999_999_999m],
        [0, 1, 2, -1, 1099, long.MaxValue, -long.MaxValue]
    );

    /// <summary>Everything that has the shape of a record.</summary>
    public static Gen<(RecordType Type, JsonObject Json)> Any { get; } = With(Everything);

    /// <summary>Everything that a mapping can carry.</summary>
    public static Gen<(RecordType Type, JsonObject Json)> Mappable { get; } = With(Carried);

    /// <summary>The record that a tape makes.</summary>
    public static JsonObject Of(RecordType type, Tape tape) => Of(type, tape, Carried);

    public static CanonicalRecord Read(RecordType type, JsonNode json) =>
        CanonicalJson.Read(type, Encoding.UTF8.GetBytes(json.ToJsonString())).Value;

    private static Gen<(RecordType Type, JsonObject Json)> With(Range range) =>
        Gen.Select(Gen.Enum<RecordType>(), Gen.Byte.Array[0, 300], (type, bytes) => (type, Of(type, new Tape(bytes), range)));

    private static JsonObject Of(RecordType type, Tape tape, Range range) =>
        Object(CanonicalShapes.Of(type), "", new Source(CanonicalReference.All.Single(record => record.Type == type), tape, range));

    private static JsonObject Object(FieldType type, string path, Source source)
    {
        var made = new JsonObject();
        foreach (var (name, field) in type.Fields!)
        {
            if ((field.Required || source.Tape.Next(3) > 0) && Value(field, path + name, source) is { } value)
            {
                made[name] = value;
            }
        }

        return made;
    }

    private static JsonNode? Value(FieldType field, string path, Source source)
    {
        var tape = source.Tape;
        switch (field.Kind)
        {
            case Kind.Object:
                return Object(field, $"{path}.", source) is { Count: > 0 } made ? made : null;
            case Kind.List:
                var count = tape.Next(4);
                return new JsonArray([.. Enumerable.Range(0, count).Select(_ => Object(field.Element!, $"{path}[].", source))]);
            case Kind.Money:
                return new JsonObject { ["minorUnits"] = tape.Pick(source.Range.Units), ["currency"] = tape.Pick(Currencies) };
            case Kind.Number:
                return source.Of(path).Type == "a whole number" ? tape.Next(9) : tape.Pick(source.Range.Numbers);
            case Kind.Flag:
                return tape.Next(2) == 1;
            case Kind.Date:
                return tape.Pick(Days);
            case Kind.Currency:
                return tape.Pick(Currencies);
            case Kind.Id:
                var prefix = CanonicalReference.All.Single(record => record.Type == field.Refers).Prefix;
                return $"{prefix}_{new string((char)('A' + tape.Next(3)), 22)}";
            default:
                return source.Of(path).Words is { Count: > 0 } words ? tape.Pick(words) : tape.Pick(Texts);
        }
    }

    private sealed record Range(decimal[] Numbers, long[] Units);

    private sealed record Source(CanonicalDocument Record, Tape Tape, Range Range)
    {
        public FieldDocument Of(string path) => Record.Fields.Single(field => field.Path == path);
    }
}
