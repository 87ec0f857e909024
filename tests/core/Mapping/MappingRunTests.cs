using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class MappingRunTests
{
    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")),
        Resolved = new Dictionary<Reference, string>(),
    };

    [Theory]
    [InlineData("a | upper", """{"a":"x"}""", "\"X\"")]
    [InlineData("a | lower", """{"a":"X"}""", "\"x\"")]
    [InlineData("a | trim", """{"a":" x "}""", "\"x\"")]
    [InlineData("a | truncate(2)", """{"a":"abc"}""", "\"ab\"")]
    [InlineData("a | truncate(2) | text", """{"a":"a\ud83d\ude00"}""", "\"a\"")]
    [InlineData("a | truncate(2) | text", """{"a":"éé"}""", "\"\\u00E9\\u00E9\"")]
    [InlineData("a | truncate(2) | text", """{"a":"ééé"}""", "\"\\u00E9\\u00E9\"")]
    [InlineData("a | truncate(2)", """{"a":"\u0061\u0062"}""", "\"ab\"")]
    [InlineData("a | truncate(2)", """{"a":"\u0061\u0062c"}""", "\"ab\"")]
    [InlineData("a | text", """{"a":1.50}""", "\"1.50\"")]
    [InlineData("a | decimal", """{"a":"12.340"}""", "12.340")]
    [InlineData("a | default('none')", """{"a":null}""", "\"none\"")]
    [InlineData("a | default(null)", "{}", "null")]
    [InlineData("a | default(null) | upper", "{}", "null")]
    [InlineData("first(a, b.c, 'z')", """{"b":{"c":"y"}}""", "\"y\"")]
    [InlineData("join(' ', a, b, c)", """{"a":"x","c":3}""", "\"x 3\"")]
    [InlineData("a | one-of(x, y, 1)", """{"a":1}""", "true")]
    [InlineData("a | one-of(x)", "{}", "false")]
    [InlineData("a | one-of(x) | not", """{"a":"x"}""", "false")]
    [InlineData("a | equals(b)", """{"a":1.0,"b":1}""", "true")]
    [InlineData("a | equals('1')", """{"a":"2"}""", "false")]
    [InlineData("a | present && b | present | not", """{"a":0}""", "true")]
    [InlineData("a | is-zero", """{"a":0.00}""", "true")]
    [InlineData("a | if-zero(b)", """{"a":0,"b":7}""", "7")]
    [InlineData("a | minus(b)", """{"a":1,"b":0.3}""", "0.7")]
    [InlineData("sum(a.b)", """{"a":[{"b":1},{"b":null},{},{"b":2.5}]}""", "3.5")]
    [InlineData("sum(a[k=x].b)", """{"a":[{"b":1,"k":"x"},{"b":2,"k":"y"}]}""", "1")]
    [InlineData("sum(a)", "{}", "0")]
    [InlineData("a[1]", """{"a":["x","y"]}""", "\"y\"")]
    [InlineData("a | unix-date", """{"a":1767229200}""", "\"2025-12-31\"")]
    [InlineData("a | unix-time", """{"a":1767229200}""", "\"2026-01-01T01:00:00Z\"")]
    [InlineData("a | unix-last-date(b)", """{"a":1769922000,"b":1767243600}""", "\"2026-01-31\"")]
    [InlineData("a | unix-last-date(b)", """{"a":1767243600,"b":1767243600}""", "\"2026-01-01\"")]
    [InlineData("a | minor('JPY') | major", """{"a":5000}""", "5000")]
    [InlineData("a | minor('KWD') | major", """{"a":-1}""", "-0.001")]
    [InlineData("a | minor('USD') | minus(b | minor('USD')) | major", """{"a":1000,"b":1}""", "9.99")]
    [InlineData("a | lookup(letters)", """{"a":"x"}""", "\"ex\"")]
    [InlineData("lookup(letters, 'x')", "{}", "\"ex\"")]
    [InlineData("$entity", "{}", "\"us\"")]
    [InlineData("1.50", "{}", "1.50")]
    [InlineData("a", """{"a":123456789012345678.12345678}""", "123456789012345678.12345678")]
    public void A_leaf_gives_its_value(string expression, string input, string value) =>
        Assert.Equal($$"""{"out":{{value}}}""", Run(expression, input));

    [Theory]
    [InlineData("a", "{}")]
    [InlineData("a.b", """{"a":"text"}""")]
    [InlineData("a | upper", """{"a":null}""")]
    [InlineData("a[3]", """{"a":[1]}""")]
    [InlineData("first(a, b)", "{}")]
    public void What_is_absent_is_left_out(string expression, string input) => Assert.Equal("{}", Run(expression, input));

    [Theory]
    [InlineData("a | lookup(letters)", """{"a":"q"}""", "out: 'q' is not in the lookup letters")]
    [InlineData("a | upper", """{"a":1}""", "out: upper takes text or a currency, not a number")]
    [InlineData("a", """{"a":{"b":1}}""", "out: one value is expected, and a is an object")]
    [InlineData("a.b", """{"a":[{"b":1}]}""", "out: one value is expected, and a.b is a list")]
    [InlineData("a | minor('USD') | major", """{"a":1.5}""", "out: not a whole number of minor units of USD")]
    [InlineData("a | minor('USD') | major", """{"a":9223372036854775808}""", "out: the amount is too large")]
    [InlineData("a | minor(b) | major", """{"a":1,"b":"USDX"}""", "out: minor needs an ISO 4217 currency")]
    [InlineData("a | minor-to-major(b)", """{"a":1,"b":"USDX"}""", "out: minor-to-major needs an ISO 4217 currency")]
    [InlineData("a | from-major(b) | major", """{"a":1,"b":"USDX"}""", "out: from-major needs an ISO 4217 currency")]
    [InlineData(
        "a | minor('USD') | minus(b | minor('EUR')) | major",
        """{"a":1,"b":1}""",
        "out: numbers go with numbers, and money with money of the same currency"
    )]
    [InlineData("a | decimal", """{"a":"1,000"}""", "out: this text is not a number")]
    [InlineData("a", """{"a":1e400}""", "out: the number has more digits than can be carried exactly")]
    [InlineData("a", """{"a":0.12345678901234567890123456789}""", "out: the number has more digits than can be carried exactly")]
    [InlineData("a | minus(b)", """{"a":1e27,"b":1e-27}""", "out: the number has more digits than can be carried exactly")]
    [InlineData("a | unix-date", """{"a":1767229200000000}""", "out: a time is whole seconds since 1970, of the years 1900 to 2999")]
    [InlineData("a | unix-date", """{"a":1.5}""", "out: a time is whole seconds since 1970, of the years 1900 to 2999")]
    [InlineData("sum(a)", """{"a":["x"]}""", "out: numbers go with numbers, and money with money of the same currency")]
    [InlineData("a", "[]", "$: the input is a JSON object in UTF-8")]
    [InlineData("a", """{"a":"\ud83d"}""", "$: the input is a JSON object in UTF-8")]
    [InlineData("a", """{"\ude00":1}""", "$: the input is a JSON object in UTF-8")]
    [InlineData("a", """{"a":"\ud83d-\ude00"}""", "$: the input is a JSON object in UTF-8")]
    public void What_cannot_be_made_is_MappingFailed_with_path_and_rule(string expression, string input, string detail) =>
        Assert.Equal($"MappingFailed {detail}", Run(expression, input));

    [Fact]
    public void Invalid_UTF8_is_MappingFailed()
    {
        var outcome = Leaf("a")
            .Map(
                new byte[] { (byte)'{', (byte)'"', (byte)'a', (byte)'"', (byte)':', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}' },
                Context
            );

        Assert.Equal(new Fault.MappingFailed("$", "the input is a JSON object in UTF-8"), outcome.Fault);
    }

    [Fact]
    public void References_are_known_before_they_are_resolved_and_only_those_that_will_be_asked_for()
    {
        var mapping = MappingFolder.Catalog.In("stripe", "payment_intent", RecordType.Payment)!;
        var input =
            """
            {"customer":"cus_1","invoice_payments":{"data":[
              {"invoice":"in_1","status":"paid"},{"invoice":"in_2","status":"open"},{"invoice":"in_1","status":"paid"}]}}
            """u8.ToArray();

        Assert.Equal(
            [new Reference(RecordType.BillingAccount, "cus_1"), new Reference(RecordType.Invoice, "in_1")],
            mapping.ReferencesIn(input).Value
        );
    }

    [Fact]
    public void What_is_left_out_asks_for_no_references()
    {
        var mapping = MappingFolder.Catalog.Out("netsuite", RecordType.Payment, "customerPayment")!;
        var input = """{"account":"acc_1","applications":[{"invoice":"inv_1"}]}"""u8.ToArray();

        Assert.Equal(
            [new Reference(RecordType.BillingAccount, "acc_1")],
            mapping.ReferencesIn(input, new HashSet<string>(StringComparer.Ordinal) { "applications" }).Value
        );
    }

    [Fact]
    public void References_on_the_way_out_are_canonical_ids_typed_by_their_field()
    {
        var mapping = MappingFolder.Catalog.Out("netsuite", RecordType.Payment, "customerPayment")!;
        var input = """{"account":"acc_1","applications":[{"invoice":"inv_1"}]}"""u8.ToArray();

        Assert.Equal(
            [new Reference(RecordType.BillingAccount, "acc_1"), new Reference(RecordType.Invoice, "inv_1")],
            mapping.ReferencesIn(input).Value
        );
    }

    [Theory]
    [InlineData("lines", """{"tax":1.00}""")]
    [InlineData("currency", """{"lines":[{"amount":2.00}],"tax":1.00}""")]
    [InlineData("tax", """{"lines":[{"amount":2.00}]}""")]
    public void An_output_fed_by_an_omitted_field_is_left_out(string omitted, string expected)
    {
        const string text = """
            mapping: Invoice -> books.bill
            fields:
              currency: currency
              lines:
                each: lines
                amount: amount | major
              tax: tax | major
            """;
        var mapping = MappingCatalog.Compile([new MappingFile("bill.yaml", text)]).Catalog.Out("books", RecordType.Invoice, "bill")!;
        var input =
            """{"currency":"USD","lines":[{"amount":{"minorUnits":200,"currency":"USD"}}],"tax":{"minorUnits":100,"currency":"USD"}}"""u8.ToArray();

        var all = mapping.Map(input, Context with { Omit = new HashSet<string>(["currency", omitted], StringComparer.Ordinal) });

        Assert.Equal(expected, Encoding.UTF8.GetString(all.Value.Span));
    }

    [Theory]
    [InlineData(null, "{}")]
    [InlineData("7", """{"note":"Prior period","period":"7"}""")]
    public void A_document_posted_late_says_so(string? period, string expected)
    {
        const string text = """
            mapping: Invoice -> books.bill
            fields:
              note: memo | mark-prior-period
              period: $postingPeriod
            """;
        var mapping = MappingCatalog.Compile([new MappingFile("bill.yaml", text)]).Catalog.Out("books", RecordType.Invoice, "bill")!;

        Assert.Equal(expected, Encoding.UTF8.GetString(mapping.Map("{}"u8.ToArray(), Context with { PostingPeriod = period }).Value.Span));
    }

    [Fact]
    public void The_version_changes_with_the_file_and_with_the_lookups_it_uses()
    {
        var before = Version("name | lookup(letters)", "ex");

        Assert.Equal(16, before.Length);
        Assert.Equal(before, Version("name | lookup(letters)", "ex"));
        Assert.NotEqual(before, Version("email | lookup(letters)", "ex"));
        Assert.NotEqual(before, Version("name | lookup(letters)", "why"));
        Assert.Equal(Version("name", "ex"), Version("name", "why"));
    }

    private static string Version(string expression, string lettered)
    {
        var loaded = MappingCatalog.Compile([
            new MappingFile("letters.yaml", $"lookup: letters\nvalues:\n  x: {lettered}\n"),
            new MappingFile("buyer.yaml", $"mapping: BillingAccount -> shop.buyer\nfields:\n  name: {expression}\n"),
        ]);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog.Out("shop", RecordType.BillingAccount, "buyer")!.Version;
    }

    private static string Run(string expression, string input) =>
        Leaf(expression).Map(Encoding.UTF8.GetBytes(input), Context).TryGet(out var output, out var fault)
            ? Encoding.UTF8.GetString(output.Span)
            : $"{fault.Name} {fault.Detail}";

    // One leaf between two ends that are not described, so that every function can be seen by itself.
    private static CompiledMapping Leaf(string expression)
    {
        var errors = new ErrorList("leaf.yaml");
        var letters = new LookupTable("letters", "", new Dictionary<string, string>(StringComparer.Ordinal) { ["x"] = "ex" });
        var checker = new ExpressionChecker(
            errors,
            new Dictionary<string, LookupTable>(StringComparer.Ordinal) { ["letters"] = letters },
            Direction.In,
            isFilter: false
        );
        var fields = YamlReader.Read($"out: {expression}", errors)!;
        var block = new BlockCompiler(errors, checker).Root(fields, FieldType.Any, new ScopeShape(FieldType.Any, FieldType.Any, null));
        Assert.Empty(errors.All);
        return new CompiledMapping(new Heading(Direction.In, "test", "leaf", RecordType.Invoice), "", block, checker.Names);
    }
}
