using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>The schemas of mapping files, from the forms, functions and canonical records that the checker uses.</summary>
internal static class MappingSchema
{
    private const string Vendor = "[^.> ]+\\.[^> ]+";

    /// <summary>A mapping, or what is put over one. On the way in the fields are those of the canonical record.</summary>
    public static JsonObject Fields(FileForm form, bool isWhole)
    {
        var choices = Enum.GetValues<RecordType>()
            .Select(record => (JsonNode)File(form, $"^{Vendor} *-> *{record}$", SchemaNode.Ref(record.ToString())))
            .Append(File(form, $"^({string.Join('|', Enum.GetNames<RecordType>())}) *-> *{Vendor}$", SchemaNode.Ref("fields")));
        var schema = SchemaNode.AnyOf(choices).Described(form.Does);
        schema["$defs"] = Definitions(isWhole);
        return schema;
    }

    public static JsonObject Lookup()
    {
        var value = Scalar();
        var period = SchemaNode.Object(
            LookupReader.PeriodKeys.Select(key =>
                (key, (JsonNode)(key == "value" ? Scalar() : SchemaNode.Text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))
            ),
            ["value"]
        );
        return File(FileForm.Lookup, ".", SchemaNode.Map(SchemaNode.AnyOf(value, SchemaNode.List(period, least: 1))))
            .Described(FileForm.Lookup.Does);
    }

    public static JsonObject Shape(FileForm form)
    {
        var schema = File(form, $"^{Vendor}$", SchemaNode.Map(SchemaNode.Ref("type"))).Described(form.Does);
        var list = SchemaNode.List(SchemaNode.Ref("type"), least: 1);
        list["maxItems"] = 1;
        schema["$defs"] = new JsonObject
        {
            ["type"] = SchemaNode.AnyOf(
                SchemaNode.OneOf(ShapeReader.Names.SelectMany(name => (string[])[name, $"{name}!"])),
                SchemaNode.Map(SchemaNode.Ref("type")),
                list
            ),
        };
        return schema;
    }

    public static JsonObject Cases()
    {
        var one = SchemaNode.Object(MappingCases.Keys.Select(key => (key, (JsonNode)Case(key))), ["name", "input"]);
        return SchemaNode.Object(
            MappingCases.FileKeys.Select(key => (key, key == "cases" ? SchemaNode.List(one, least: 1) : (JsonNode)SchemaNode.Text("->"))),
            MappingCases.FileKeys
        );
    }

    /// <summary>An expression whose pipes lead to functions that there are. One that holds a quote is left to <c>qtc check</c>.</summary>
    public static JsonObject Expression(bool onlyFilters)
    {
        var known = Functions
            .All.Values.Where(function => !onlyFilters || function.InFilters)
            .Select(function => function.Name)
            .Order(StringComparer.Ordinal);
        return SchemaNode.Text($"^(.*'.*|(?!.*\\|\\s*(?!({string.Join('|', known)})(?![a-z0-9-]))[a-z]).*)$");
    }

    private static JsonObject File(FileForm form, string name, JsonNode body) =>
        SchemaNode.Object(
            form.Keys.Select(key =>
                (
                    key,
                    key == form.Key ? (JsonNode)SchemaNode.Text(name)
                    : key == form.Body ? body
                    : SchemaNode.Text(".")
                )
            ),
            form.Required
        );

    private static JsonObject Definitions(bool isWhole)
    {
        var definitions = new JsonObject
        {
            ["leaf"] = SchemaNode.AnyOf(
                Expression(onlyFilters: false),
                SchemaNode.Type("number"),
                SchemaNode.Type("boolean"),
                SchemaNode.Type("null")
            ),
            ["condition"] = SchemaNode.AnyOf(Expression(onlyFilters: false), SchemaNode.List(Expression(onlyFilters: false), least: 1)),
            ["fields"] = SchemaNode.Map(
                SchemaNode.AnyOf(
                    SchemaNode.Ref("leaf"),
                    SchemaNode.Ref("fields"),
                    SchemaNode.List(SchemaNode.AnyOf(SchemaNode.Ref("fields"), SchemaNode.Ref("leaf")))
                )
            ),
        };
        foreach (var record in Enum.GetValues<RecordType>())
        {
            var form = Object(CanonicalShapes.Of(record), isWhole, []);
            // Which ones there are is declared in hub.yaml, which an editor does not see from here.
            form["properties"]![CanonicalShapes.Custom] = SchemaNode.Map(CustomFieldsReader.NameForm, SchemaNode.Ref("leaf"));
            definitions[record.ToString()] = form;
        }

        return definitions;
    }

    private static JsonObject Object(FieldType type, bool isWhole, IEnumerable<string> words) =>
        SchemaNode.Object(
            words
                .Select(word => (word, (JsonNode)SchemaNode.Ref(word == BlockCompiler.Each ? "leaf" : "condition")))
                .Concat(type.Fields!.Select(field => (field.Key, (JsonNode)Field(field.Value, isWhole)))),
            isWhole ? type.Fields!.Where(field => field.Value.HasToBeMapped).Select(field => field.Key) : []
        );

    private static JsonObject Field(FieldType type, bool isWhole) =>
        type switch
        {
            { Kind: Kind.Object } => Object(type, isWhole, [BlockCompiler.When]),
            { Kind: Kind.List, Element: { } element } => SchemaNode.AnyOf(
                Object(element, isWhole, [BlockCompiler.Each, BlockCompiler.Where]),
                SchemaNode.List(Object(element, isWhole, [BlockCompiler.Each, BlockCompiler.Where, BlockCompiler.When]))
            ),
            _ => SchemaNode.Ref("leaf"),
        };

    private static JsonObject Case(string key) =>
        key switch
        {
            "name" or "entity" or "timeZone" or "postingPeriod" or "fault" => SchemaNode.Type("string"),
            "omit" => SchemaNode.List(SchemaNode.Type("string")),
            "resolved" => SchemaNode.Object(
                Enum.GetNames<RecordType>().Select(record => (record, (JsonNode)SchemaNode.Map(SchemaNode.Type("string")))),
                []
            ),
            _ => [],
        };

    private static JsonObject Scalar() =>
        SchemaNode.AnyOf(SchemaNode.Type("string"), SchemaNode.Type("number"), SchemaNode.Type("boolean"));
}
