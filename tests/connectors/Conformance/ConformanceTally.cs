namespace QtcHub.Tests.Connectors.Conformance;

/// <summary>Checks a vendor's exchanges against its description, and counts what was checked by operation.</summary>
internal sealed class ConformanceTally(string vendor, ApiDescription description)
{
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

    /// <summary>Adds the counts to the report.</summary>
    public void Report() => ConformanceReport.Add(ToString());

    /// <summary>The counts, an operation a line, and their total.</summary>
    public override string ToString() => ConformanceReport.Write(vendor, counts);

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
