using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class OverlayTests
{
    private const string RecordTypes =
        "use one of Application, BillRun, BillingAccount, Contact, CreditNote, Customer, DebitMemo, Dispute, DocumentState, "
        + "Invoice, JournalEntry, Order, Payment, Payout, Product, Refund, SettlementItem, Subscription, UsageBatch";

    private static readonly MappingFile Shape = new(
        "bill.shape.yaml",
        """
        shape: books.bill
        fields:
          who: text!
          memo: text
          lines:
            - text: text
              amount: number!
        """
    );

    private static readonly MappingFile Shipped = new(
        "bill.yaml",
        """
        mapping: Invoice -> books.bill
        fields:
          who: entity
          memo: memo
          lines:
            each: lines
            text: description
            amount: amount | major
        """
    );

    private static readonly MappingFile Extension = new(
        "own/bill.yaml",
        """
        extend: books.bill
        fields:
          custom_po: text
          lines:
            - custom_line: text
        """
    );

    private static readonly MappingFile Own = new(
        "own/bill.fields.yaml",
        """
        override: Invoice -> books.bill
        fields:
          memo: join(' / ', number, memo)
          custom_po: memo | upper
          lines:
            custom_line: id
        """
    );

    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
        Resolved = new Dictionary<Reference, string>(),
    };

    private static readonly byte[] Invoice =
        """{"entity":"us","number":"1","memo":"thanks","lines":[{"id":"il_1","description":"Plan","amount":{"minorUnits":100,"currency":"USD"}}]}"""u8.ToArray();

    [Fact]
    public void A_company_s_own_fields_are_added_and_replaced_and_the_rest_stays() =>
        Assert.Equal(
            """{"who":"us","memo":"1 / thanks","lines":[{"text":"Plan","amount":1.00,"custom_line":"il_1"}],"custom_po":"THANKS"}""",
            Mapped(Shape, Shipped, Extension, Own)
        );

    [Fact]
    public void Files_come_in_any_order() => Assert.Equal(Mapped(Shape, Shipped, Extension, Own), Mapped(Own, Extension, Shipped, Shape));

    [Fact]
    public void An_override_that_says_each_anew_goes_through_another_list() =>
        Assert.Contains(
            "\"lines\":[]",
            Mapped(
                Shape,
                Shipped,
                Own with
                {
                    Text = "override: Invoice -> books.bill\nfields:\n  lines:\n    where: id | one-of(il_2)\n",
                }
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void The_version_covers_the_override()
    {
        var shipped = Compiled(Shape, Shipped).Version;
        var own = Compiled(Shape, Shipped, Extension, Own).Version;

        Assert.NotEqual(shipped, own);
        Assert.Equal(shipped, Compiled(Shape, Shipped, Extension).Version);
        Assert.NotEqual(
            own,
            Compiled(Shape, Shipped, Extension, Own with { Text = Own.Text.Replace("upper", "lower", StringComparison.Ordinal) }).Version
        );
    }

    [Fact]
    public void Every_field_tells_from_which_file_it_comes()
    {
        var described = Compiled(Shape, Shipped, Extension, Own).Describe();

        Assert.Equal(["bill.yaml", "own/bill.fields.yaml"], described.Files);
        Assert.Equal(
            [
                "who bill.yaml:3",
                "memo own/bill.fields.yaml:3",
                "lines[].text bill.yaml:7",
                "lines[].amount bill.yaml:8",
                "lines[].custom_line own/bill.fields.yaml:6",
                "custom_po own/bill.fields.yaml:4",
            ],
            described.Leaves.Select(leaf => $"{leaf.Output} {leaf.File}:{leaf.Line}")
        );
    }

    [Theory]
    [InlineData(
        "override: Invoice -> books.bil\nfields: {memo: memo}\n",
        1,
        11,
        "there is no mapping Invoice -> books.bil to put fields over",
        "did you mean Invoice -> books.bill?"
    )]
    [InlineData(
        "override: Payment -> till.receipt\nfields: {memo: memo}\n",
        1,
        11,
        "there is no mapping Payment -> till.receipt to put fields over",
        "correct the heading, or give this file a name that no shipped file has"
    )]
    [InlineData("override: Invoice -> books.bill\n", 1, 11, "an override has fields", "add fields: with those that are added or replaced")]
    [InlineData("override: Invoice -> books.bill\nfields:\n  memmo: memo\n", 3, 3, "unknown output field memmo", "did you mean memo?")]
    [InlineData("override: Invoice -> books.bill\nfields:\n  memo: mem\n", 3, 9, "unknown field mem", "did you mean memo?")]
    [InlineData(
        "override: Invoice -> books.bill\nfields:\n  lines:\n    amount: amount\n",
        4,
        13,
        "amount is a number, and this is money",
        "add | major"
    )]
    [InlineData(
        "override: Invoice -> books.bill\nfields:\n  lines: lines\n",
        3,
        3,
        "lines is a list",
        "write each: and the fields of one element below it"
    )]
    [InlineData("override: Invoice -> books.bill\nfield:\n  memo: memo\n", 2, 1, "unknown key field", "did you mean fields?")]
    [InlineData("override: Bill -> books.bill\nfields: {memo: memo}\n", 1, 11, "unknown record type Bill", RecordTypes)]
    [InlineData("extend: books.bil\nfields: {x: text}\n", 1, 9, "unknown shape books.bil", "did you mean books.bill?")]
    [InlineData("extend: books.bill\n", 1, 9, "an extension has fields", "add fields: and what the record has besides")]
    [InlineData(
        "extend: books.bill\nfields:\n  memo: number\n",
        3,
        3,
        "memo is text already",
        "remove it; to change a field, replace the file of the shape"
    )]
    [InlineData("extend: books.bill\nfields:\n  custom: txt\n", 3, 11, "unknown type txt", "use one of text, number, flag, any")]
    [InlineData(
        "extend: books.bill\nfields:\n  lines:\n    - amount: text\n",
        4,
        7,
        "amount is a number already",
        "remove it; to change a field, replace the file of the shape"
    )]
    [InlineData(
        "extend: books.bill\nfields:\n  custom: text!\n",
        2,
        3,
        "the required field custom is missing",
        "add custom: and where it comes from"
    )]
    public void A_mistake_in_a_company_s_own_file_is_told_at_its_place_there(string text, int line, int column, string message, string fix)
    {
        var loaded = MappingCatalog.Compile([Shape, Shipped, new MappingFile("own.yaml", text)]);

        var place = message.StartsWith("the required field", StringComparison.Ordinal) ? "bill.yaml" : "own.yaml";
        var expected = new ConfigurationError(place, line, column, message, fix);
        Assert.Contains(place == "own.yaml" ? expected : expected with { Line = 3 }, loaded.Errors);
    }

    [Fact]
    public void Two_overrides_of_one_mapping_are_told_at_the_second()
    {
        var loaded = MappingCatalog.Compile([Shape, Shipped, Extension, Own, Own with { Path = "own/more.yaml" }]);

        Assert.Equal(
            new ConfigurationError(
                "own/more.yaml",
                1,
                11,
                "the override of Invoice -> books.bill is already in own/bill.fields.yaml",
                "keep one of them"
            ),
            Assert.Single(loaded.Errors)
        );
    }

    private static string Mapped(params MappingFile[] files) => Encoding.UTF8.GetString(Compiled(files).Map(Invoice, Context).Value.Span);

    private static CompiledMapping Compiled(params MappingFile[] files)
    {
        var loaded = MappingCatalog.Compile(files);
        Assert.Empty(loaded.Errors);
        return Assert.Single(loaded.Catalog.Mappings);
    }
}
