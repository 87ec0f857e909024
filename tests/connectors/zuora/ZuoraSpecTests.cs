using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using QtcHub.Tests.Connectors.Conformance;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Every request against Zuora's own published description, where the variable <c>QTC_VENDOR_SPECS</c> names the folder it lies in.</summary>
public sealed class ZuoraSpecTests(ITestOutputHelper output)
{
    private static readonly string? File = Environment.GetEnvironmentVariable("QTC_VENDOR_SPECS") is { Length: > 0 } folder
        ? Path.Combine(folder, "zuora", "zuora.json")
        : null;

    [Fact]
    public async Task Every_request_is_one_the_description_knows_or_a_listed_exception()
    {
        Assert.SkipWhen(File is null, "QTC_VENDOR_SPECS names no folder of published descriptions");
        using var description = JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken));
        var spec = new Spec(description.RootElement);
        var allowed = Exceptions();
        var used = new HashSet<string>(StringComparer.Ordinal);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var request in (await ExchangesAsync()).Select(exchange => exchange.Request))
        {
            if (spec.Find(request) is not { } operation)
            {
                problems.Add($"{request.Method} {request.Path} is no operation");
                continue;
            }

            counts[operation.Id] = counts.GetValueOrDefault(operation.Id) + 1;
            foreach (var name in request.Names.Where(name => !operation.Names.Contains(name)))
            {
                if (allowed.Contains(name))
                {
                    used.Add(name);
                }
                else
                {
                    problems.Add($"{operation.Id} has no '{name}'");
                }
            }
        }

        foreach (var (operation, count) in counts)
        {
            output.WriteLine($"{count, 4} {operation}");
        }

        Assert.Empty(problems);
        Assert.Equal(allowed, used);
        Assert.True(counts.Count >= 14, $"{counts.Count} operations");
    }

    [Fact]
    public async Task Every_body_that_is_sent_and_every_answer_that_is_read_is_as_described_and_no_operation_goes_unchecked()
    {
        var description = ApiDescription.Load(Path.Combine("zuora", "zuora.json"), name => name.EndsWith("__c", StringComparison.Ordinal));
        Assert.SkipWhen(description is null, "QTC_VENDOR_SPECS names no folder of published descriptions");
        var tally = new ConformanceTally("zuora", description);
        foreach (var (_, said) in await ExchangesAsync())
        {
            tally.Check(said, said.Response is JsonObject answer && (bool?)answer["success"] == false ? "CommonResponseType" : null);
        }

        tally.Report();
        output.WriteLine(tally.ToString());
        var allowed = Exceptions();
        var unexcused = tally
            .Problems.Distinct(StringComparer.Ordinal)
            .Except(PretendZuoraSpecTests.Excused.Keys, StringComparer.Ordinal)
            .Where(problem => !allowed.Any(name => problem.EndsWith($"takes no '{name}'", StringComparison.Ordinal)));
        Assert.Empty(unexcused);
        Assert.Empty(tally.Unchecked);
        Assert.True(tally.Operations.Count >= 14, $"{tally.Operations.Count} operations");
    }

    [Fact]
    public void An_operation_of_which_no_body_was_checked_would_be_noticed()
    {
        var description = new ApiDescription(
            JsonNode.Parse("""{"paths":{"/v1/things/{id}":{"get":{"responses":{"200":{}}}}}}""")!,
            _ => false
        );
        var tally = new ConformanceTally("any", description);
        tally.Check(new Exchange("GET", "/v1/things/1", [], null, 200, new JsonObject()), null);
        Assert.Equal(["GET /v1/things/{id}"], tally.Unchecked);
        Assert.EndsWith("conformance: any: total: 0 requests, 0 answers", tally.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_a_parameter_or_a_field_that_is_not_described_would_be_noticed()
    {
        using var described = JsonDocument.Parse(
            """{"paths":{"/v1/things/{id}":{"get":{"operationId":"GET_Thing","parameters":[{"in":"query","name":"size"}]}}}}"""
        );
        var spec = new Spec(described.RootElement);
        Assert.Null(spec.Find(new Request("GET", "/v1/things", [])));
        Assert.Null(spec.Find(new Request("PUT", "/v1/things/1", [])));
        Assert.Equal(["size"], spec.Find(new Request("GET", "/v1/things/1", []))!.Names);
    }

    /// <summary>Every request the connector can make: first and later pages of each.</summary>
    private static async Task<IReadOnlyList<(Request Request, Exchange Said)>> ExchangesAsync()
    {
        var made = new List<(Request Request, Exchange Said)>();
        var bench = new ZuoraSourceBench();
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var lines = Enumerable.Range(1, 41).Select(n => new PlayedLine($"Line {n}", 1, 100)).ToList();
        var invoice = bench.Vendor.IssueInvoice(account, lines, 0);
        var memo = bench.Vendor.CreditInvoice(invoice, 50);
        var parts = Enumerable.Range(1, 41).Select(_ => bench.Vendor.IssueInvoice(account, [lines[0]], 0)).ToList();
        var payment = bench.Vendor.TakePayment(account, 4200, "EUR", [.. parts.Select(part => new PlayedApplication(part, 100))]);
        var subscription = bench.Vendor.Subscribe(account, "usage", 1, new DateOnly(2026, 8, 1));
        var run = bench.Vendor.RunBilling(new DateOnly(2026, 8, 1));
        var refund = bench.Vendor.RefundPayment(payment, 100);
        for (var n = 0; n < 201; n++)
        {
            bench.Vendor.IssueInvoice(account, [lines[0]], 0);
            bench.Vendor.TakePayment(account, 100, "EUR", []);
        }

        bench.Instead = request =>
        {
            // A vendor reads a body to its end: it is taken first.
            var (asked, sent) = (Request.Of(request), Request.JsonOf(request));
            var answer = bench.Vendor.Answer(request);
            made.Add((asked, asked.Said(request, sent, answer)));
            return answer;
        };
        foreach (
            var (type, id) in new[]
            {
                ("account", account),
                ("subscription", subscription),
                ("bill-run", run),
                ("invoice", invoice),
                ("document-state", $"invoice:{invoice}"),
                ("document-state", $"credit-memo:{memo}"),
                ("credit-memo", memo),
                ("credit-memo-parts", memo),
                ("payment", payment),
                ("payment-parts", payment),
                ("refund", refund),
            }
        )
        {
            Assert.IsNotType<RecordReading.Missing>(await bench.ReadAsync(type, id));
        }

        Assert.IsType<RecordReading.Missing>(await bench.ReadAsync("debit-memo", "none"));
        await bench.PollAsync(Bench.Noon, bench.Now);
        return made;
    }

    private static SortedSet<string> Exceptions()
    {
        var yaml = new YamlStream();
        using var text = System.IO.File.OpenText(Path.Combine(AppContext.BaseDirectory, "zuora-exceptions.yaml"));
        yaml.Load(text);
        return new SortedSet<string>(
            ((YamlSequenceNode)yaml.Documents[0].RootNode).Select(entry =>
            {
                Assert.NotEmpty(((YamlScalarNode)entry["reason"]).Value!);
                return ((YamlScalarNode)entry["parameter"]).Value!;
            }),
            StringComparer.Ordinal
        );
    }

    /// <summary>A request: its path, and the names of its query's parameters and of its body's fields.</summary>
    private sealed record Request(string Method, string Path, IReadOnlyList<string> Names)
    {
        public static Request Of(HttpRequestMessage request)
        {
            var query = Pairs(request.RequestUri!.Query.TrimStart('?'));
            var body = request.Content is null ? [] : BodyNames(request, ZuoraSourceBench.BodyOf(request));
            return new Request(request.Method.Method, request.RequestUri.AbsolutePath, [.. query, .. body]);
        }

        /// <summary>The request and its answer, as they were on the wire; a form has no body that the description knows.</summary>
        public static JsonNode? JsonOf(HttpRequestMessage request) =>
            request.Content?.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(ZuoraSourceBench.BodyOf(request)) : null;

        public Exchange Said(HttpRequestMessage request, JsonNode? sent, HttpResponseMessage answer) =>
            new(
                Method,
                Path,
                [.. Pairs(request.RequestUri!.Query.TrimStart('?'))],
                sent,
                (int)answer.StatusCode,
                JsonNode.Parse(ZuoraSourceBench.JsonOf(answer).GetRawText())
            );

        private static IEnumerable<string> BodyNames(HttpRequestMessage request, string body) =>
            request.Content!.Headers.ContentType!.MediaType == "application/json"
                ? JsonElement.Parse(body).EnumerateObject().Select(field => field.Name)
                : Pairs(body);

        private static IEnumerable<string> Pairs(string text) =>
            text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => Uri.UnescapeDataString(pair.Split('=')[0]));
    }

    private sealed record Operation(string Id, IReadOnlySet<string> Names);

    private sealed class Spec(JsonElement root)
    {
        public Operation? Find(Request request)
        {
            var candidates = root.GetProperty("paths").EnumerateObject().Where(path => Fits(path.Name, request.Path));
            foreach (var path in candidates.OrderBy(path => path.Name.Count(letter => letter == '{')))
            {
                if (path.Value.TryGetProperty(request.Method.ToLowerInvariant(), out var operation))
                {
                    return new Operation(operation.GetProperty("operationId").GetString()!, Names(operation));
                }
            }

            return null;
        }

        private HashSet<string> Names(JsonElement operation)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            if (operation.TryGetProperty("parameters", out var parameters))
            {
                names.UnionWith(
                    parameters
                        .EnumerateArray()
                        .Select(Resolve)
                        .Where(IsOfQuery)
                        .Select(parameter => parameter.GetProperty("name").GetString()!)
                );
            }

            if (operation.TryGetProperty("requestBody", out var body))
            {
                foreach (var content in Resolve(body).GetProperty("content").EnumerateObject())
                {
                    var schema = Resolve(content.Value.GetProperty("schema"));
                    names.UnionWith(schema.GetProperty("properties").EnumerateObject().Select(field => field.Name));
                }
            }

            return names;
        }

        private static bool IsOfQuery(JsonElement parameter) => parameter.GetProperty("in").GetString() == "query";

        private JsonElement Resolve(JsonElement element)
        {
            while (element.TryGetProperty("$ref", out var reference))
            {
                element = reference.GetString()!.Split('/').Skip(1).Aggregate(root, (at, name) => at.GetProperty(name));
            }

            return element;
        }

        private static bool Fits(string template, string path)
        {
            var (expected, given) = (template.Split('/'), path.Split('/'));
            return expected.Length == given.Length
                && expected.Zip(given).All(pair => pair.First == pair.Second || pair.First is ['{', .., '}']);
        }
    }
}
