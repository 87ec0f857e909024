using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>JSON Schemas (draft 2020-12) of the files that people write, made from what the readers and the checker use themselves.</summary>
public static class EditorSchemas
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schemas there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hub", "mapping", "override", "lookup", "shape", "extend", "cases"];

    /// <summary>One schema as JSON text.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="kinds">What each kind of system declares.</param>
    public static string Print(string name, IReadOnlyDictionary<string, ConnectorFacts> kinds)
    {
        var schema = name switch
        {
            "hub" => HubSchema.Write(kinds),
            "mapping" => MappingSchema.Fields(FileForm.Mapping, isWhole: true),
            "override" => MappingSchema.Fields(FileForm.Override, isWhole: false),
            "lookup" => MappingSchema.Lookup(),
            "shape" => MappingSchema.Shape(FileForm.Shape),
            "extend" => MappingSchema.Shape(FileForm.Extension),
            "cases" => MappingSchema.Cases(),
            _ => throw new InvariantException("a known schema"),
        };
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", name);
        return schema.ToJsonString(Indented) + "\n";
    }
}
