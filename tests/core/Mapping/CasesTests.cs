using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class CasesTests
{
    public static TheoryData<string> Files() =>
        [
            .. Directory
                .EnumerateFiles(MappingFolder.Path, "*.cases.yaml", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(MappingFolder.Path, path))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_case_beside_a_mapping_passes(string file)
    {
        var path = Path.Combine(MappingFolder.Path, file);

        var results = MappingCases.Run(MappingFolder.Catalog, file, File.ReadAllText(path));

        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.True(result.Passed, $"{result.File}:{result.Line} {result.Name}: {result.Detail}"));
    }

    [Fact]
    public void Every_mapping_has_cases_beside_it()
    {
        var headings = Directory
            .EnumerateFiles(MappingFolder.Path, "*.cases.yaml", SearchOption.AllDirectories)
            .Select(path =>
                File.ReadLines(path).First(line => line.StartsWith("mapping: ", StringComparison.Ordinal))["mapping: ".Length..]
            );

        Assert.Equal(MappingFolder.Catalog.Mappings.Select(mapping => mapping.Name), headings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_case_that_expects_something_else_fails_and_says_what_differs()
    {
        const string text = """
            mapping: stripe.customer -> BillingAccount
            cases:
              - name: wrong on purpose
                input: {id: cus_1, name: One, tax_exempt: none}
                output: {entity: us, number: cus_1, name: Two, taxStatus: taxable}
            """;

        var result = Assert.Single(MappingCases.Run(MappingFolder.Catalog, "wrong.cases.yaml", text));

        Assert.False(result.Passed);
        Assert.Equal(3, result.Line);
        Assert.Contains("\"name\":\"Two\"", result.Detail, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"One\"", result.Detail, StringComparison.Ordinal);
    }
}
