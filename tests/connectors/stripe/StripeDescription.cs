using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Tests.Connectors.Conformance;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>
/// Stripe's published description of requests, of 2023, and its published examples of objects, of 2026. A request is judged by the one, with listed
/// exceptions for what is newer; every object of an answer, however deep it lies, by the other. Counts what was judged by operation.
/// </summary>
internal sealed class StripeDescription
{
    private static readonly string[] ComparedWithin =
    [
        "address",
        "invoice_settings",
        "automatic_tax",
        "status_transitions",
        "lines",
        "period",
        "request",
        "refunds",
        "evidence",
        "evidence_details",
        "destination_details",
    ];

    private readonly string file;
    private readonly JsonObject examples;
    private readonly List<(string Path, string Parameter)> exceptions;
    private readonly Dictionary<string, Dictionary<string, HashSet<string>>> paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> optional = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (int Requests, int Responses)> counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> excused = new(StringComparer.Ordinal);

    private StripeDescription(string folder)
    {
        file = Path.Combine(folder, "spec3-2023-08-16.yaml");
        examples = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "fixtures3.json")))!["resources"]!.AsObject();
        exceptions = Exceptions();
    }

    public List<string> Problems { get; } = [];

    /// <summary>Bodies and parameters judged, by operation.</summary>
    public IReadOnlyDictionary<string, (int Requests, int Responses)> Counts => counts;

    /// <summary>Exceptions that no request needed.</summary>
    public IEnumerable<string> IdleExceptions => exceptions.Select(entry => entry.Path).Where(path => !excused.Contains(path));

    public static StripeDescription? Load() =>
        Bench.FindUp(Path.Combine("shared", "specs", "stripe")) is { } root
            ? new StripeDescription(Path.Combine(root, "shared", "specs", "stripe"))
            : null;

    /// <summary>Judges one exchange.</summary>
    public void Check(Exchange exchange)
    {
        var path = exchange.Path;
        if (Described(path) is not { } template || !paths[template].TryGetValue(exchange.Method, out var known))
        {
            (template, known) = (path, []);
        }

        var operation = $"{exchange.Method} {template}";
        foreach (var name in exchange.Query.Prepend("").Where(name => !known.Contains(name.Split('[')[0])))
        {
            var excuse = exceptions.FirstOrDefault(entry => entry.Path == path && (entry.Parameter == "*" || entry.Parameter == name));
            if (excuse == default)
            {
                Problems.Add($"{operation} has no '{name}'");
            }
            else
            {
                excused.Add(excuse.Path);
            }
        }

        var (requests, responses) = counts.GetValueOrDefault(operation);
        if (exchange.Status < 300)
        {
            CheckObjects(operation, exchange.Response!);
            responses++;
        }

        counts[operation] = (requests + 1, responses);
    }

    /// <summary>Every object within a body that says what it is.</summary>
    public void CheckObjects(string place, JsonNode body)
    {
        if (body is JsonArray items)
        {
            foreach (var item in items.OfType<JsonNode>())
            {
                CheckObjects(place, item);
            }
        }
        else if (body is JsonObject made)
        {
            var type = made["object"] is JsonValue named ? named.GetValue<string>() : "";
            type = made["deleted"] is not null ? $"deleted_{type}" : type;
            if (type.Length > 0 && type != "list")
            {
                if (examples[type] is JsonObject example)
                {
                    Compare($"{place}: {type}", example, made, Problems, Optional(type));
                }
                else
                {
                    Problems.Add($"{place}: Stripe publishes no example of a {type}");
                }
            }

            foreach (var value in made.Select(field => field.Value).Where(value => value is JsonObject or JsonArray))
            {
                CheckObjects(place, value!);
            }
        }
    }

    /// <summary>
    /// The example's placeholders for what an object may hold (a tax id, a discount) say nothing of when it is null, so null passes; so does a property
    /// that the description knows and does not require.
    /// </summary>
    public static void Compare(string path, JsonObject example, JsonObject made, List<string> problems, IReadOnlySet<string> optional)
    {
        problems.AddRange(
            example.Select(field => field.Key).Except(made.Select(field => field.Key)).Select(name => $"{path}.{name} is missing")
        );
        problems.AddRange(
            made.Select(field => field.Key)
                .Except(example.Select(field => field.Key))
                .Where(name => !optional.Contains(name))
                .Select(name => $"{path}.{name} is not Stripe's")
        );
        foreach (var (name, expected) in example)
        {
            // Where the example has an id, an answer may have been asked for the object.
            if (
                expected is null
                || made[name] is not { } value
                || (value is JsonObject asked && asked["object"] is not null && Kind(expected) == "String")
            )
            {
                continue;
            }

            if (Kind(expected) != Kind(value))
            {
                problems.Add($"{path}.{name} is {Kind(value)}, not {Kind(expected)}");
            }
            else if (expected is JsonObject inner && ComparedWithin.Contains(name, StringComparer.Ordinal))
            {
                Compare($"{path}.{name}", inner, value.AsObject(), problems, new HashSet<string>(StringComparer.Ordinal));
            }
        }
    }

    /// <summary>The counts as a table.</summary>
    public override string ToString() => ConformanceReport.Write("stripe", counts);

    private static string Kind(JsonNode node) =>
        node.GetValueKind() is var kind and not (JsonValueKind.True or JsonValueKind.False) ? kind.ToString() : "Boolean";

    /// <summary>The template of a path such as <c>/v1/customers/{customer}</c>, with the parameters of its methods read; null where none is described.</summary>
    private string? Described(string path)
    {
        if (paths.Keys.Where(template => Fits(template, path)).MinBy(Variables) is { } known)
        {
            return known;
        }

        var templates = Blocks(2, line => Fits(line.Trim(' ', ':', '\''), path))
            .ToDictionary(block => block.Name, block => block.Node, StringComparer.Ordinal);
        if (templates.Keys.MinBy(Variables) is not { } found)
        {
            return null;
        }

        paths[found] = ((YamlMappingNode)templates[found]).ToDictionary(
            method => ((YamlScalarNode)method.Key).Value!.ToUpperInvariant(),
            method => Parameters((YamlMappingNode)method.Value),
            StringComparer.Ordinal
        );
        return found;
    }

    private static HashSet<string> Parameters(YamlMappingNode method)
    {
        var names = method.Children.TryGetValue("parameters", out var query)
            ? ((YamlSequenceNode)query).Select(parameter => ((YamlScalarNode)parameter["name"]).Value!)
            : [];
        var form =
            method.Children.TryGetValue("requestBody", out var body)
            && body["content"] is YamlMappingNode content
            && content.Children.TryGetValue("application/x-www-form-urlencoded", out var encoded)
            && ((YamlMappingNode)encoded["schema"]).Children.TryGetValue("properties", out var properties)
                ? ((YamlMappingNode)properties).Select(property => ((YamlScalarNode)property.Key).Value!)
                : [];
        return [.. names, .. form, ""];
    }

    private HashSet<string> Optional(string type)
    {
        if (!optional.TryGetValue(type, out var names))
        {
            names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (_, node) in Blocks(4, line => line.Trim(' ', ':') == type).Where(block => IsSchema(block.Node)))
            {
                var schema = (YamlMappingNode)node;
                var required = schema.Children.TryGetValue("required", out var list)
                    ? ((YamlSequenceNode)list).Select(name => ((YamlScalarNode)name).Value!).ToHashSet(StringComparer.Ordinal)
                    : [];
                names.UnionWith(
                    ((YamlMappingNode)schema["properties"]).Select(property => ((YamlScalarNode)property.Key).Value!).Except(required)
                );
            }

            optional[type] = names;
        }

        return names;
    }

    private static bool IsSchema(YamlNode node) => node is YamlMappingNode schema && schema.Children.ContainsKey("properties");

    /// <summary>The named blocks of the description at a depth; only those that are wanted are parsed, for the file is large.</summary>
    private List<(string Name, YamlNode Node)> Blocks(int depth, Func<string, bool> wants)
    {
        var found = new List<(string, YamlNode)>();
        var block = new List<string>();
        var indent = new string(' ', depth);
        var wanted = false;
        foreach (var line in File.ReadLines(file))
        {
            var begins = line.StartsWith(indent, StringComparison.Ordinal) && line.Length > depth && line[depth] is not (' ' or '-');
            var ends = line.Length > 0 && !line.StartsWith(indent, StringComparison.Ordinal);
            if (begins || ends)
            {
                Take(block, found);
                wanted = begins && line.EndsWith(':') && wants(line);
            }

            if (wanted)
            {
                block.Add(line);
            }
        }

        Take(block, found);
        return found;
    }

    private static void Take(List<string> block, List<(string, YamlNode)> found)
    {
        if (block.Count == 0)
        {
            return;
        }

        var yaml = new YamlStream();
        yaml.Load(new StringReader(string.Join('\n', block)));
        var (name, node) = ((YamlMappingNode)yaml.Documents[0].RootNode).Children.Single();
        found.Add((((YamlScalarNode)name).Value!, node));
        block.Clear();
    }

    private static int Variables(string template) => template.Count(letter => letter == '{');

    private static bool Fits(string template, string path)
    {
        var (expected, given) = (template.Split('/'), path.Split('/'));
        return template is ['/', ..]
            && expected.Length == given.Length
            && expected.Zip(given).All(pair => pair.First == pair.Second || pair.First is ['{', .., '}']);
    }

    private static List<(string Path, string Parameter)> Exceptions()
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(Path.Combine(AppContext.BaseDirectory, "stripe-exceptions.yaml"));
        yaml.Load(text);
        return
        [
            .. ((YamlSequenceNode)yaml.Documents[0].RootNode).Select(entry =>
            {
                Assert.NotEmpty(((YamlScalarNode)entry["reason"]).Value!);
                return (((YamlScalarNode)entry["path"]).Value!, ((YamlScalarNode)entry["parameter"]).Value!);
            }),
        ];
    }
}
