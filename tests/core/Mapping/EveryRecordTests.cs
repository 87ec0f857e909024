using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Records;

namespace QtcHub.Tests.Core.Mapping;

/// <summary>For every canonical record, a mapping that fills every field, and one that sends every field.</summary>
public sealed class EveryRecordTests
{
    private static readonly EntityOptions Entity = new("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc);

    private static readonly MappingCatalog Catalog = Compiled([
        .. Enum.GetValues<RecordType>().SelectMany(type => (MappingFile[])[In(type), Out(type)]),
    ]);

    [Fact]
    public void Every_field_of_every_record_can_be_filled() =>
        GeneratedRecord.Mappable.Sample(
            (type, json) =>
            {
                var expected = CanonicalJson.Write(GeneratedRecord.Read(type, json));
                var mapped = Mapped(Catalog.In("shop", "thing", type)!, json.ToJsonString(), id => id);

                Assert.Equal(
                    Encoding.UTF8.GetString(expected),
                    Encoding.UTF8.GetString(CanonicalJson.Write(CanonicalJson.Read(type, mapped.Span).Value))
                );
            },
            iter: 2_000
        );

    [Fact]
    public void Every_field_of_every_record_can_be_sent() =>
        GeneratedRecord.Mappable.Sample(
            (type, json) =>
            {
                var sent = Mapped(Catalog.Out("books", type, "thing")!, json.ToJsonString(), id => $"x-{id}");
                var expected = Encoding.UTF8.GetBytes(Sent(CanonicalShapes.Of(type), json)!.ToJsonString());

                Assert.True(Covers.Request(expected, sent) && Covers.Request(sent, expected), Encoding.UTF8.GetString(sent.Span));
            },
            iter: 2_000
        );

    private static ReadOnlyMemory<byte> Mapped(CompiledMapping mapping, string input, Func<string, string> resolve)
    {
        var bytes = Encoding.UTF8.GetBytes(input);
        var resolved = mapping.ReferencesIn(bytes).Value.ToDictionary(reference => reference, reference => resolve(reference.Id));
        var made = mapping.Map(bytes, new MappingContext { Entity = Entity, Resolved = resolved });
        Assert.True(made.TryGet(out var output, out var fault), fault?.ToString());
        return output;
    }

    private static MappingCatalog Compiled(IReadOnlyList<MappingFile> files)
    {
        var loaded = MappingCatalog.Compile(files);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog;
    }

    private static MappingFile In(RecordType type) =>
        new(
            $"{type}.in.yaml",
            $"mapping: shop.thing -> {type}\nfields:\n"
                + Fields(
                    CanonicalShapes.Of(type),
                    "",
                    1,
                    (field, path) =>
                        field.Kind switch
                        {
                            Kind.Money => $"{path}.minorUnits | minor({path}.currency)",
                            Kind.Id => $"{path} | ref({field.Refers})",
                            _ => path,
                        }
                )
        );

    private static MappingFile Out(RecordType type) =>
        new(
            $"{type}.out.yaml",
            $"mapping: {type} -> books.thing\nfields:\n"
                + Fields(
                    CanonicalShapes.Of(type),
                    "",
                    1,
                    (field, path) =>
                        field.Kind switch
                        {
                            Kind.Money => $"{path} | major",
                            Kind.Id => $"{path} | xref",
                            _ => path,
                        }
                )
        );

    private static string Fields(FieldType type, string path, int depth, Func<FieldType, string, string> leaf)
    {
        var text = new StringBuilder();
        var indent = new string(' ', depth * 2);
        foreach (var (name, field) in type.Fields!)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}{name}:");
            text.Append(
                field.Kind switch
                {
                    Kind.Object => $"\n{When(field, $"{indent}  ", path + name)}{Fields(field, $"{path}{name}.", depth + 1, leaf)}",
                    Kind.List => $"\n{indent}  each: {path}{name}\n{Fields(field.Element!, "", depth + 1, leaf)}",
                    _ => $" {leaf(field, path + name)}\n",
                }
            );
        }

        return text.ToString();
    }

    // An object that may be absent and has required fields says when it is there.
    private static string When(FieldType field, string indent, string path) =>
        field.Required || field.Fields!.FirstOrDefault(inner => inner.Value.Required).Key is not { } first
            ? ""
            : $"{indent}when: {path}.{first} | present\n";

    // The expected request, made without the mapping language.
    private static JsonNode? Sent(FieldType type, JsonNode? value)
    {
        switch (type.Kind)
        {
            case Kind.Object:
                return new JsonObject(
                    value!.AsObject().Select(field => KeyValuePair.Create(field.Key, Sent(type.Fields![field.Key], field.Value)))
                );
            case Kind.List:
                return new JsonArray([.. value!.AsArray().Select(element => Sent(type.Element!, element))]);
            case Kind.Money:
                var minorPerMajor = value!["currency"]!.GetValue<string>() switch
                {
                    "JPY" => 1m,
                    "KWD" => 1000m,
                    _ => 100m,
                };
                return value["minorUnits"]!.GetValue<long>() / minorPerMajor;
            case Kind.Id:
                return $"x-{value!.GetValue<string>()}";
            default:
                return value!.DeepClone();
        }
    }
}
