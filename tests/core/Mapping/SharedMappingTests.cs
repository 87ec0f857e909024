using System.Globalization;
using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

/// <summary>One compiled mapping is run by many at once, and after runs that failed half way.</summary>
public sealed class SharedMappingTests
{
    private const string Bill = """
        mapping: Invoice -> books.bill
        fields:
          number: number
          lines:
            each: lines
            where: quantity | is-zero | not
            id: id
            note:
              text: description
            amount: amount | major
        """;

    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
        Resolved = new Dictionary<Reference, string>(),
    };

    private readonly CompiledMapping mapping = MappingCatalog
        .Compile([new MappingFile("bill.yaml", Bill)])
        .Catalog.Out("books", RecordType.Invoice, "bill")!;

    [Fact]
    public void Many_who_map_at_once_each_get_their_own_output() =>
        Parallel.For(
            0,
            20_000,
            number =>
            {
                var id = number.ToString("D40", CultureInfo.InvariantCulture);
                var line = $$$"""{"id":"{{{id}}}","quantity":1,"description":"{{{id}}}"}""";
                var lines = string.Join(',', Enumerable.Repeat(line, number % 40));
                var wrong = number % 3 == 0 ? """,{"id":{},"quantity":1}""" : "";
                var written = string.Join(',', Enumerable.Repeat($$$"""{"id":"{{{id}}}","note":{"text":"{{{id}}}"}}""", number % 40));
                Assert.Equal(
                    wrong.Length == 0
                        ? $$"""{"number":"{{id}}","lines":[{"id":"{{id}}"}{{(written.Length == 0 ? "" : "," + written)}}]}"""
                        : $"MappingFailed lines[{(number % 40) + 1}].id: one value is expected, and id is an object",
                    Map(
                        $$"""{"number":"{{id}}","lines":[{"id":"{{id}}","quantity":1}{{(lines.Length == 0 ? "" : "," + lines)}}{{wrong}}]}"""
                    )
                );
            }
        );

    [Fact]
    public void A_fault_names_the_element_as_it_would_stand_in_the_output()
    {
        const string left = """{"id":"0","quantity":0}""";
        const string made = """{"id":"1","quantity":1,"description":"x"}""";
        const string wrong = """{"id":"2","quantity":1,"amount":7}""";

        Assert.StartsWith(
            "MappingFailed lines[2].amount: ",
            Map($$"""{"lines":[{{left}},{{made}},{{left}},{{made}},{{wrong}}]}"""),
            StringComparison.Ordinal
        );
        Assert.Equal("""{"lines":[{"id":"1","note":{"text":"x"}}]}""", Map($$"""{"lines":[{{left}},{{made}}]}"""));
        Assert.Equal("""{"lines":[]}""", Map($$"""{"lines":[{{left}}]}"""));
    }

    private string Map(string input)
    {
        var outcome = mapping.Map(Encoding.UTF8.GetBytes(input), Context);
        return outcome.Fault is { } fault ? $"{fault.Name} {fault.Detail}" : Encoding.UTF8.GetString(outcome.Value.Span);
    }
}
