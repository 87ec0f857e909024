using System.Globalization;

namespace QtcHub.Tests.Connectors.Conformance;

/// <summary>Checks a vendor's exchanges against its description, and counts what was checked by operation.</summary>
internal sealed class ConformanceTally(string vendor, ApiDescription description)
{
    // Test classes run side by side and report to one file.
    private static readonly Lock Gate = new();

    private readonly SortedDictionary<string, (int Requests, int Responses)> counts = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];

    /// <summary>What did not fit, each with its operation.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The operations of which at least one body was checked.</summary>
    public IReadOnlyCollection<string> Operations => counts.Keys;

    /// <summary>Checks one exchange. <paramref name="refusal"/> names the schema of a refusal where the answer is one that its operation does not describe.</summary>
    public void Check(Exchange exchange, string? refusal)
    {
        if (description.Operation(exchange.Method, exchange.Path) is not { } operation)
        {
            problems.Add($"{exchange.Method} {exchange.Path} is not described");
            return;
        }

        var known = description.Parameters(operation);
        problems.AddRange(
            exchange.Query.Where(name => !known.Contains(name, StringComparer.Ordinal)).Select(name => $"{operation} takes no '{name}'")
        );
        var (requests, responses) = counts.GetValueOrDefault(operation);
        // What is refused may be wrong: only what was taken must fit.
        if (
            refusal is null
            && exchange.Status < 300
            && exchange.Request is { } request
            && description.RequestSchema(operation) is { } asked
        )
        {
            requests++;
            Note(operation, "request", description.Check(asked, request));
        }

        var answered = refusal is null ? description.ResponseSchema(operation, exchange.Status) : description.Component(refusal);
        if (answered is not null)
        {
            responses++;
            Note(operation, "response", description.Check(answered, exchange.Response));
        }

        counts[operation] = (requests, responses);
    }

    /// <summary>Operations that were used and of which neither a request body nor an answer was held against the description.</summary>
    public IReadOnlyList<string> Unchecked => [.. counts.Where(count => count.Value is (0, 0)).Select(count => count.Key)];

    /// <summary>Adds the counts to the file that the variable <c>QTC_CONFORMANCE_REPORT</c> names, if it does: CI prints it after the tests.</summary>
    public void Report()
    {
        if (Environment.GetEnvironmentVariable("QTC_CONFORMANCE_REPORT") is { Length: > 0 } file)
        {
            lock (Gate)
            {
                File.AppendAllText(file, $"{this}{Environment.NewLine}");
            }
        }
    }

    /// <summary>The counts, an operation a line, and their total.</summary>
    public override string ToString() =>
        string.Join(
            Environment.NewLine,
            counts
                .Select(count => Line(count.Key, count.Value.Requests, count.Value.Responses))
                .Append(Line("total", counts.Values.Sum(count => count.Requests), counts.Values.Sum(count => count.Responses)))
        );

    private string Line(string operation, int requests, int answers) =>
        string.Create(CultureInfo.InvariantCulture, $"conformance: {vendor}: {operation}: {requests} request bodies, {answers} answers");

    private void Note(string operation, string side, IReadOnlyList<string> found) =>
        problems.AddRange(found.Select(problem => $"{operation} {side}: {problem}"));
}

/// <summary>One request and its answer, as they were on the wire.</summary>
internal sealed record Exchange(
    string Method,
    string Path,
    IReadOnlyList<string> Query,
    System.Text.Json.Nodes.JsonNode? Request,
    int Status,
    System.Text.Json.Nodes.JsonNode? Response
);
