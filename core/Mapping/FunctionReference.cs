using System.Text;

namespace QtcHub.Mapping;

/// <summary>A function at work.</summary>
/// <param name="Expression">What a leaf says.</param>
/// <param name="Input">The record, as JSON.</param>
/// <param name="Gives">The output as JSON, <c>left out</c>, or <c>fails: …</c> with the rule.</param>
public sealed record FunctionExample(string Expression, string Input, string Gives);

/// <summary>What a function is, for people.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Usage">How it is written.</param>
/// <param name="Signature">What it takes and gives.</param>
/// <param name="Does">What it does.</param>
/// <param name="InFilters">Whether it may stand in a route's filter.</param>
/// <param name="Examples">It at work; each is a test.</param>
public sealed record FunctionDocument(
    string Name,
    string Usage,
    string Signature,
    string Does,
    bool InFilters,
    IReadOnlyList<FunctionExample> Examples
);

/// <summary>Every function of the mapping language, as documented where it is defined.</summary>
public static class FunctionReference
{
    /// <summary>The lookup tables that the examples use.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        """
            lookup: states
            values:
              billed: open
              settled: paid
            """,
        """
            lookup: digits               # of the minor unit, where a vendor's differ from ISO 4217
            values:
              ISK: 2
            """,
        """
            lookup: tax-codes
            values:
              standard:
                - {value: S19, until: 2026-06-30}
                - {value: S21, from: 2026-07-01}
              reduced:
                - {value: R7, from: 2026-01-01}
              zero: Z
            """,
    ];

    /// <summary>Every function, by name.</summary>
    public static IReadOnlyList<FunctionDocument> All { get; } =
    [
        .. Functions
            .All.Values.OrderBy(function => function.Name, StringComparer.Ordinal)
            .Select(function => new FunctionDocument(
                function.Name,
                function.Usage,
                function.Signature,
                function.Does,
                function.InFilters,
                function.Examples
            )),
    ];

    /// <summary>All of it as a page.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder(
            """
            # Functions of the mapping language

            Printed by `qtc mappings functions --markdown` from the functions themselves; every example is a test. How expressions are written is told in
            [mapping.md](mapping.md).

            What is absent passes through a function and leaves the output out, unless the function says otherwise. A function that may stand in a route's
            filter is marked with *.

            The examples belong to the entity `us` (New York), whose documents are posted late, and use these lookups:


            """
        );
        page.Append("```yaml\n").AppendJoin("\n---\n", Tables).Append("\n```\n\n| function | takes → gives |\n|---|---|\n");
        foreach (var function in All)
        {
            page.Append($"| [`{function.Usage}`](#{function.Name}){(function.InFilters ? " *" : "")} | {function.Signature} |\n");
        }

        foreach (var function in All)
        {
            page.Append($"\n## {function.Name}\n\n{function.Does}\n\n| expression | record | gives |\n|---|---|---|\n");
            foreach (var example in function.Examples)
            {
                page.Append($"| {Code(example.Expression)} | {Code(example.Input)} | {Given(example.Gives)} |\n");
            }
        }

        return page.ToString();
    }

    // A bar would end the cell.
    private static string Code(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Given(string gives) =>
        gives.StartsWith("fails: ", StringComparison.Ordinal) || gives == "left out" ? gives : Code(gives);
}
