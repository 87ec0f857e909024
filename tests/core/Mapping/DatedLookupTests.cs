using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class DatedLookupTests
{
    private const string Codes = """
        lookup: codes
        values:
          standard:
            - {value: S19, until: 2026-06-30}
            - {value: S21, from: 2026-07-01, until: 2026-12-31}
            - {value: S22, from: 2027-02-01}
          zero: Z

        """;

    private const string Plain = "lookup: plain\nvalues:\n  standard: P\n";

    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
        Resolved = new Dictionary<Reference, string>(),
    };

    [Theory]
    [InlineData("2026-06-30", "S19")]
    [InlineData("2026-07-01", "S21")]
    [InlineData("2026-12-31", "S21")]
    [InlineData("2027-02-01", "S22")]
    [InlineData("1999-01-01", "S19")]
    public void The_date_of_the_record_chooses_the_value(string day, string value) => Assert.Equal(value, Mapped("standard", day));

    [Theory]
    [InlineData("standard", "2027-01-15", "memo: 'standard' has no value on 2027-01-15 in the lookup codes")]
    [InlineData("reduced", "2026-01-01", "memo: 'reduced' is not in the lookup codes")]
    public void A_day_without_a_value_is_MappingFailed(string code, string day, string fault) => Assert.Equal(fault, Mapped(code, day));

    [Fact]
    public void A_record_without_the_date_is_MappingFailed() =>
        Assert.Equal("memo: the lookup codes needs a date, and dueOn has none", Mapped("standard", "2026-01-01", "dueOn"));

    [Fact]
    public void What_has_no_periods_holds_on_every_day() => Assert.Equal("Z", Mapped("zero", "2027-01-15"));

    [Fact]
    public void The_version_covers_the_periods()
    {
        var moved = Codes.Replace("2026-06-30", "2026-06-29", StringComparison.Ordinal);

        Assert.NotEqual(Compiled(Codes, "issuedOn").Version, Compiled(moved, "issuedOn").Version);
    }

    [Theory]
    [InlineData(
        "number | lookup(codes)",
        3,
        18,
        "the lookup codes has periods, and no date chooses one",
        "write lookup(codes, path) with the date that counts"
    )]
    [InlineData("number | lookup(plain, issuedOn)", 3, 32, "the lookup plain has no periods to choose from", "write lookup(plain)")]
    [InlineData(
        "number | lookup(codes, total)",
        3,
        32,
        "a date chooses the period, and this is money",
        "give it a date, e.g. issuedOn or created | unix-date"
    )]
    [InlineData(
        "number | lookup(codes, '2026-13-01')",
        3,
        32,
        "a date chooses the period, and this is text",
        "give it a date, e.g. issuedOn or created | unix-date"
    )]
    [InlineData("lookup(codes, 'standrd', issuedOn)", 3, 23, "'standrd' is not in the lookup codes", "did you mean standard?")]
    [InlineData("lookup(plain, 'other')", 3, 23, "'other' is not in the lookup plain", "use one of standard")]
    [InlineData(
        "lookup(codes, 'zero')",
        3,
        9,
        "the lookup codes has periods, and no date chooses one",
        "write lookup(codes, 'zero', path) with the date that counts"
    )]
    [InlineData("number | lookup(codes, issuedOn, dueOn)", 3, 18, "lookup has 3 arguments", "write lookup(table)")]
    public void A_lookup_without_the_date_it_needs_is_told_when_it_is_checked(
        string expression,
        int line,
        int column,
        string message,
        string fix
    )
    {
        var loaded = MappingCatalog.Compile([
            new MappingFile("codes.yaml", Codes),
            new MappingFile("plain.yaml", Plain),
            new MappingFile("bill.yaml", $"mapping: Invoice -> books.bill\nfields:\n  memo: {expression}\n"),
        ]);

        Assert.Equal(new ConfigurationError("bill.yaml", line, column, message, fix), Assert.Single(loaded.Errors));
    }

    [Theory]
    [InlineData(
        "    - {value: A, until: 2026-06-30}\n    - {value: B, from: 2026-06-30}\n",
        5,
        7,
        "x is both A and B on some days",
        "end A with until: 2026-06-29"
    )]
    [InlineData(
        "    - {value: B, from: 2026-06-30}\n    - {value: A, until: 2026-06-30}\n",
        5,
        7,
        "x is both B and A on some days",
        "end A with until: 2026-06-29"
    )]
    [InlineData(
        "    - {value: A}\n    - {value: B}\n",
        5,
        7,
        "x is both A and B on some days",
        "give each value days of its own with from: and until:"
    )]
    [InlineData(
        "    - {value: A, from: 2026-07-01, until: 2026-06-30}\n",
        4,
        7,
        "A is never the value of x: it ends before it begins",
        "put until: on or after from:"
    )]
    [InlineData("    - {value: A, from: 1.7.2026}\n", 4, 24, "from is not a date", "write from: 2026-01-31")]
    [InlineData("    - {value: A, until: 2026-02-30}\n", 4, 25, "until is not a date", "write until: 2026-01-31")]
    [InlineData("    - {value: A, untill: 2026-02-28}\n", 4, 18, "unknown key untill", "did you mean until?")]
    [InlineData(
        "    - {from: 2026-02-28}\n",
        4,
        7,
        "a value of x says what it is and when",
        "write {value: x, from: 2026-01-01, until: 2026-12-31}"
    )]
    [InlineData("    - A\n", 4, 7, "a value of x says what it is and when", "write {value: x, from: 2026-01-01, until: 2026-12-31}")]
    [InlineData("    value: A\n", 3, 3, "x has no single value", "write key: value, or remove the line")]
    public void Periods_that_make_no_sense_are_told(string periods, int line, int column, string message, string fix)
    {
        var loaded = MappingCatalog.Compile([new MappingFile("x.yaml", $"lookup: x\nvalues:\n  x:\n{periods}")]);

        Assert.Equal(new ConfigurationError("x.yaml", line, column, message, fix), Assert.Single(loaded.Errors));
    }

    private static string Mapped(string code, string day, string on = "issuedOn")
    {
        var input = $$"""{"number":"{{code}}","issuedOn":"{{day}}"}""";
        return Compiled(Codes, on).Map(Encoding.UTF8.GetBytes(input), Context).TryGet(out var output, out var fault)
            ? Encoding.UTF8.GetString(output.Span)["{\"memo\":\"".Length..^2]
            : fault.Detail;
    }

    private static CompiledMapping Compiled(string codes, string on)
    {
        var loaded = MappingCatalog.Compile([
            new MappingFile("codes.yaml", codes),
            new MappingFile("bill.yaml", $"mapping: Invoice -> books.bill\nfields:\n  memo: number | lookup(codes, {on})\n"),
        ]);
        Assert.Empty(loaded.Errors);
        return Assert.Single(loaded.Catalog.Mappings);
    }
}
