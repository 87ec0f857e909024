using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>Against Stripe's own published description and examples, where they lie beside the source tree.</summary>
public sealed class StripeSpecTests
{
    private const string Absent = "Stripe's published specs are not beside the source tree";

    private static readonly string? Folder = Bench.FindUp(Path.Combine("shared", "specs", "stripe")) is { } root
        ? Path.Combine(root, "shared", "specs", "stripe")
        : null;

    [Fact]
    public async Task Every_request_is_one_the_description_knows_or_a_listed_exception()
    {
        Assert.SkipWhen(Folder is null, Absent);
        var allowed = Exceptions();
        var used = new HashSet<string>(StringComparer.Ordinal);
        var requests = await RequestsAsync();
        var paths = DescribedPaths(Path.Combine(Folder, "spec3-2023-08-16.yaml"), [.. requests.Select(uri => uri.AbsolutePath)]);
        var problems = new List<string>();
        foreach (var uri in requests)
        {
            var known = paths.FirstOrDefault(path => Fits(path.Key, uri.AbsolutePath)).Value ?? [];
            foreach (var name in EventQuery(uri).Prepend("").Select(Described).Where(name => !known.Contains(name)))
            {
                var excuse = allowed.FirstOrDefault(entry =>
                    entry.Path == uri.AbsolutePath && (entry.Parameter == "*" || entry.Parameter == name)
                );
                if (excuse == default)
                {
                    problems.Add($"{uri.AbsolutePath} '{name}'");
                }
                else
                {
                    used.Add(excuse.Path);
                }
            }
        }

        Assert.Empty(problems);
        Assert.Equal(allowed.Select(entry => entry.Path), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_object_has_the_properties_and_types_of_the_published_example()
    {
        Assert.SkipWhen(Folder is null, Absent);
        var examples = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "fixtures3.json")))!["resources"]!.AsObject();
        var bench = new StripeBench();
        var account = bench.Vendor.OpenAccount("Ada", "ada@example.com", "EUR", "DE");
        var invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 3, 1000), new PlayedLine("Travel", 1, 500)], 285);
        bench.Vendor.TakePayment(account, 2000, "EUR", [new PlayedApplication(invoice, 1785)]);
        var problems = new List<string>();
        foreach (var entity in bench.Vendor.Entities)
        {
            Compare(entity, examples[entity]!.AsObject(), Assert.Single(bench.Vendor.Records(entity)!)!.AsObject(), problems);
        }

        var line = bench.Vendor.Records("invoice")![0]!["lines"]!["data"]![1]!.AsObject();
        Compare("line_item", examples["line_item"]!.AsObject(), line, problems);
        using var sent = bench.Vendor.TakeWebhooks()[0];
        using var reader = new StreamReader(sent.Content!.ReadAsStream());
        Compare("event", examples["event"]!.AsObject(), JsonNode.Parse(reader.ReadToEnd())!.AsObject(), problems);
        bench.Vendor.CloseAccount(account);
        Compare("deleted_customer", examples["deleted_customer"]!.AsObject(), bench.Vendor.Records("customer")![0]!.AsObject(), problems);
        Assert.Empty(problems);
    }

    [Fact]
    public void A_missing_property_would_be_noticed()
    {
        var problems = new List<string>();
        Compare("x", new JsonObject { ["a"] = 1, ["b"] = "t" }, new JsonObject { ["b"] = 2, ["c"] = 3 }, problems);
        Assert.Equal(3, problems.Count);
    }

    /// <summary>The example's placeholders for what an object may hold (a tax id, a discount) say nothing of when it is null, so null passes.</summary>
    private static void Compare(string path, JsonObject example, JsonObject made, List<string> problems)
    {
        problems.AddRange(
            example.Select(field => field.Key).Except(made.Select(field => field.Key)).Select(name => $"{path}.{name} is missing")
        );
        problems.AddRange(
            made.Select(field => field.Key).Except(example.Select(field => field.Key)).Select(name => $"{path}.{name} is not Stripe's")
        );
        foreach (var (name, expected) in example)
        {
            if (expected is not null && made[name] is { } value && Kind(expected) != Kind(value))
            {
                problems.Add($"{path}.{name} is {Kind(value)}, not {Kind(expected)}");
            }
        }

        foreach (
            var name in new[]
            {
                "address",
                "invoice_settings",
                "automatic_tax",
                "status_transitions",
                "lines",
                "period",
                "request",
                "refunds",
            }
        )
        {
            if (example[name] is JsonObject inner && made[name] is JsonObject own)
            {
                Compare($"{path}.{name}", inner, own, problems);
            }
        }
    }

    private static string Kind(JsonNode node) =>
        node.GetValueKind() is var kind and not (JsonValueKind.True or JsonValueKind.False) ? kind.ToString() : "Boolean";

    /// <summary>Every request the connector can make: first and later pages of each.</summary>
    private static async Task<IReadOnlyList<Uri>> RequestsAsync()
    {
        var asked = new List<Uri>();
        var handler = new AnsweringHandler(request =>
        {
            asked.Add(request.RequestUri!);
            var more = asked.Count(uri => uri.AbsolutePath == request.RequestUri!.AbsolutePath) == 1 ? "true" : "false";
            var list = $$"""{"data":[{"id":"x_{{asked.Count}}","type":"invoice.paid"}],"has_more":{{more}}}""";
            var body = request.RequestUri!.AbsolutePath.EndsWith("in_1", StringComparison.Ordinal) ? $$"""{"lines":{{list}}}""" : list;
            var response = new HttpResponseMessage { Content = new StringContent(body) };
            response.Headers.Date = Bench.Noon;
            return response;
        });
        var connector = StripeBench.Over(handler);
        foreach (var (type, id) in new[] { ("customer", "cus_1"), ("invoice", "in_1"), ("payment_intent", "pi_1") })
        {
            Assert.Null((await ((IRecordReader)connector).ReadAsync(type, id, CancellationToken.None)).Fault);
        }

        var feed = (IChangeFeed)connector;
        var page = (await feed.ReadChangesAsync(null, Bench.Noon, Bench.Noon, CancellationToken.None)).Value;
        Assert.True((await feed.ReadChangesAsync(page.Cursor, Bench.Noon, Bench.Noon, CancellationToken.None)).Value.IsLast);
        Assert.Equal(9, asked.Count);
        return asked;
    }

    private static IEnumerable<string> EventQuery(Uri uri) =>
        uri
            .Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => Uri.UnescapeDataString(pair.Split('=')[0]));

    private static string Described(string parameter) => parameter.Split('[')[0];

    /// <summary>Whether a path is one of a template such as <c>/v1/customers/{customer}</c>.</summary>
    private static bool Fits(string template, string path)
    {
        var (expected, given) = (template.Split('/'), path.Split('/'));
        return expected.Length == given.Length
            && expected.Zip(given).All(pair => pair.First == pair.Second || pair.First is ['{', .., '}']);
    }

    /// <summary>Path → the names of its GET parameters, with an empty name for the path itself. Only the paths asked for are parsed: the file is large.</summary>
    private static Dictionary<string, HashSet<string>> DescribedPaths(string file, IReadOnlyList<string> asked)
    {
        var described = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var block = new List<string>();
        var wanted = false;
        foreach (var line in File.ReadLines(file))
        {
            if (line is [not ' ', ..] or [' ', ' ', not ' ', ..])
            {
                Parse(block, described);
                block.Clear();
                wanted = asked.Any(path => Fits(line.Trim(' ', ':', '\''), path));
            }

            if (wanted)
            {
                block.Add(line);
            }
        }

        Parse(block, described);
        return described;
    }

    private static void Parse(List<string> block, Dictionary<string, HashSet<string>> described)
    {
        if (block.Count == 0)
        {
            return;
        }

        var yaml = new YamlStream();
        yaml.Load(new StringReader(string.Join('\n', block)));
        var (path, operations) = ((YamlMappingNode)yaml.Documents[0].RootNode).Children.Single();
        if (operations is YamlMappingNode methods && methods.Children.TryGetValue("get", out var get))
        {
            var names = ((YamlSequenceNode)get["parameters"]).Select(parameter => ((YamlScalarNode)parameter["name"]).Value!);
            described[((YamlScalarNode)path).Value!] = [.. names, ""];
        }
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
