using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class BrokenFileTests : IDisposable
{
    private const string Fields =
        "mapping: shop.buyer -> BillingAccount\nfields:\n  entity: $entity\n  number: id\n  taxStatus: 'taxable'\n";
    private readonly string folder = Directory.CreateTempSubdirectory("broken").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("\tname: name\n", 6, 1, "a tab indents this line", "indent it with spaces")]
    [InlineData("  billTo:\n  \tcity: a\n", 7, 3, "a tab indents this line", "indent it with spaces")]
    [InlineData("  name: &a name\n", 6, 9, "anchors and aliases are not used here", "write the value out in each place")]
    [InlineData("  name: &a [&b [x, x], *b, *b]\n", 6, 9, "anchors and aliases are not used here", "write the value out in each place")]
    [InlineData("  name: !!binary aGk=\n", 6, 9, "tags are not used here", "remove the word that begins with !")]
    [InlineData("  name: name\n---\nfields: {}\n", 7, 1, "a file holds one document", "move the second document to a file of its own")]
    [InlineData("  name: na\0me\n", 6, 11, "this character is not text", "remove it")]
    [InlineData("  name: 12.x\n", 6, 12, "unexpected 'x'", "join steps with | and conditions with &&")]
    [InlineData(
        "  name: 123456789012345678901234567890\n",
        6,
        9,
        "the number has more digits than can be carried exactly",
        "write a plain number such as 0.5"
    )]
    [InlineData("  name: first(a, b\n", 6, 14, "the bracket is not closed", "close it with )")]
    [InlineData("  name: $.\n", 6, 11, "a field name is expected", "write a path such as lines.data")]
    [InlineData("  name: a | one-of(x) &&\n", 6, 25, "a path or value is expected", "write a path, 'text', a number, true, false or null")]
    [InlineData("  name: a | default\n", 6, 13, "default has 0 arguments", "write default(path)")]
    [InlineData("  name: a | upper(1)\n", 6, 13, "upper has 1 arguments", "write upper")]
    [InlineData("  name: a | unix-dat | text\n", 6, 13, "unknown function unix-dat", "did you mean unix-date?")]
    [InlineData(
        "  name: a\n  currency: b | lookup(nowhere)\n",
        7,
        24,
        "unknown lookup nowhere",
        "add a file that begins with lookup: nowhere"
    )]
    public void A_file_that_cannot_be_read_or_parsed_is_told_with_its_place_and_fix(
        string added,
        int line,
        int column,
        string message,
        string fix
    )
    {
        var loaded = MappingCatalog.Compile([new MappingFile("buyer.yaml", Fields + added)]);

        Assert.Contains(new ConfigurationError("buyer.yaml", line, column, message, fix), loaded.Errors);
        Assert.Empty(loaded.Catalog.Mappings);
    }

    [Fact]
    public void Deep_nesting_is_told_and_does_not_end_the_process()
    {
        var deep = $"mapping: shop.buyer -> BillingAccount\nfields: {new string('[', 100_000)}";
        var closed = $"mapping: shop.buyer -> BillingAccount\nfields: {new string('[', 5_000)}{new string(']', 5_000)}\n";

        var loaded = MappingCatalog.Compile([new MappingFile("deep.yaml", deep), new MappingFile("closed.yaml", closed)]);

        Assert.Contains(new ConfigurationError("closed.yaml", 2, 49, "nested deeper than 40 levels", "take levels away"), loaded.Errors);
        Assert.Contains(loaded.Errors, error => error is { File: "deep.yaml", Line: 2 });
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'m', 0 }, 1, 1)]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0xC3, 0x28 }, 2, 2)]
    public void A_file_that_is_not_UTF8_is_told_at_the_first_wrong_byte(byte[] content, int line, int column)
    {
        var path = Path.Combine(folder, "x.yaml");
        File.WriteAllBytes(path, content);

        var loaded = MappingCatalog.Load([folder]);

        Assert.Equal(
            new ConfigurationError(path, line, column, "the file is not UTF-8 from here on", "save it as UTF-8"),
            Assert.Single(loaded.Errors)
        );
    }

    [Fact]
    public void A_byte_order_mark_is_no_mistake()
    {
        File.WriteAllBytes(Path.Combine(folder, "x.yaml"), [0xEF, 0xBB, 0xBF, .. "lookup: x\nvalues: {a: b}\n"u8]);

        Assert.Empty(MappingCatalog.Load([folder]).Errors);
    }

    [Theory]
    [InlineData("mapping: shop.byer\ncases: []\n", 1, 10, "there is no mapping shop.byer", "use one of shop.buyer -> BillingAccount")]
    [InlineData(
        "cases:\n  - {name: a, input: {}, fault: x}\n",
        1,
        1,
        "the file does not say which mapping it is about",
        "add mapping: with its heading"
    )]
    [InlineData("mapping: shop.buyer -> BillingAccount\n", 1, 1, "there are no cases", "add cases: with at least one")]
    [InlineData("mapping: shop.buyer -> BillingAccount\ncase: []\n", 2, 1, "unknown key case", "did you mean cases?")]
    [InlineData(
        "mapping: shop.buyer -> BillingAccount\ncases:\n  - {input: {}, fault: x}\n",
        3,
        5,
        "a case has a name and an input",
        "add name: and input:"
    )]
    [InlineData(
        "mapping: shop.buyer -> BillingAccount\ncases:\n  - {name: a, input: {}}\n",
        3,
        5,
        "a case expects an output or a fault",
        "add output:, or fault: with its name and detail"
    )]
    [InlineData(
        "mapping: shop.buyer -> BillingAccount\ncases:\n  - {name: a, input: {}, ouput: {}, fault: x}\n",
        3,
        26,
        "unknown key ouput",
        "did you mean output?"
    )]
    [InlineData(
        "mapping: shop.buyer -> BillingAccount\ncases:\n  - {name: a, input: {}, timeZone: Mars/Base, fault: x}\n",
        3,
        36,
        "unknown time zone Mars/Base",
        "use an IANA name such as Europe/Berlin"
    )]
    [InlineData(
        "mapping: shop.buyer -> BillingAccount\ncases:\n  - {name: a, input: {}, resolved: {Invoce: {a: b}}, fault: x}\n",
        3,
        37,
        "unknown record type Invoce",
        "did you mean Invoice?"
    )]
    public void A_mistake_in_a_file_of_cases_is_a_failed_case_at_its_place(string text, int line, int column, string message, string fix)
    {
        var catalog = MappingCatalog.Compile([new MappingFile("buyer.yaml", Fields + "  name: id\n")]).Catalog;

        var results = MappingCases.Run(catalog, "buyer.cases.yaml", text);

        var failed = Assert.Single(results, result => result.Detail.StartsWith(message, StringComparison.Ordinal));
        Assert.Equal(("buyer.cases.yaml", line, column), (failed.File, failed.Line, failed.Column));
        Assert.Equal($"{message}. Fix: {fix}", failed.Detail);
    }
}
