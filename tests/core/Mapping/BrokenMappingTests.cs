using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class BrokenMappingTests
{
    private const string RecordTypes =
        "use one of Application, BillRun, BillingAccount, Contact, CreditNote, Customer, DebitMemo, Dispute, DocumentState, "
        + "Invoice, JournalEntry, Order, Payment, Payout, Product, Refund, SettlementItem, Subscription, UsageBatch";

    internal const string Good = """
        mapping: shop.buyer -> BillingAccount
        fields:
          entity: $entity
          number: id
          name: name
          taxStatus: 'taxable'

        """;

    internal const string Out = """
        mapping: Invoice -> books.bill
        fields:

        """;

    private static readonly MappingFile Shape = new(
        "bill.shape.yaml",
        """
        shape: books.bill
        fields:
          who: text
          total: number
          paid: flag
          lines:
            - amount: number!
        """
    );

    private static readonly MappingFile Lookup = new(
        "colours.yaml",
        """
        lookup: colours
        values:
          red: 1
          USD: cents
        """
    );

    [Theory]
    [InlineData("  email: email | uper\n", 7, 18, "unknown function uper", "did you mean upper?")]
    [InlineData("  email: email | truncate\n", 7, 18, "truncate has 0 arguments", "write truncate(n)")]
    [InlineData("  email: email | truncate(0)\n", 7, 27, "truncate takes a whole number", "write truncate(n) with n from 1 to 100000")]
    [InlineData("  email: email | lookup(colors)\n", 7, 25, "unknown lookup colors", "did you mean colours?")]
    [InlineData("  emial: email\n", 7, 3, "unknown output field emial", "did you mean email?")]
    [InlineData("  email: email |\n", 7, 17, "a function is expected after |", "write its name, e.g. | upper")]
    [InlineData("  email: email | truncate(3\n", 7, 26, "the bracket is not closed", "close it with )")]
    [InlineData("  email: first(email, 'x)\n", 7, 23, "the quoted text does not end", "close it with '")]
    [InlineData("  email: email phone\n", 7, 16, "unexpected 'p'", "join steps with | and conditions with &&")]
    [InlineData("  email: a[b]\n", 7, 11, "brackets select by position or by a field's value", "write [0] or [status=paid]")]
    [InlineData("  email:\n", 7, 3, "email has no value", "write a path, or remove the field to leave it out")]
    [InlineData("  email: upper\n  email: email\n", 8, 3, "email is here twice", "keep one of them")]
    [InlineData(
        "  email: first('x', 1)\n",
        7,
        10,
        "the types of first(path, …) do not go together",
        "give it values of one type, e.g. numbers with numbers"
    )]
    [InlineData("  email: age | unix-time | decimal | minor('USD')\n", 7, 10, "email is text, and this is money", "add | major")]
    [InlineData("  email: 1\n", 7, 10, "email is text, and this is a number", "add | text")]
    [InlineData(
        "  active: closed | present | upper\n",
        7,
        30,
        "upper takes text or a currency, not true or false",
        "turn it into text with | text"
    )]
    [InlineData("  email: upper(email)\n", 7, 10, "upper needs something before it", "write path | upper")]
    [InlineData("  email: email | join(',', name)\n", 7, 18, "join begins an expression", "write join(word, path, …)")]
    [InlineData("  email: id | xref\n", 7, 15, "xref belongs to mappings out", "remove it on the way in")]
    [InlineData("  email: id | ref(Bill)\n", 7, 19, "unknown record type Bill", RecordTypes)]
    [InlineData("  email: $postingPeriod\n", 7, 10, "$postingPeriod is not known here", "use one of entity")]
    [InlineData("  billTo: address\n", 7, 3, "billTo is an object", "write its fields below it")]
    [InlineData(
        "  billTo:\n    street: a\n",
        8,
        5,
        "unknown output field street",
        "use one of city, country, line1, line2, postalCode, state"
    )]
    [InlineData("  email:\n    x: a\n", 7, 3, "email is text, not an object", "write email: path")]
    [InlineData(
        "  email: age | minor('USD', colours) | major | text\n",
        7,
        29,
        "the lookup colours does not hold numbers of digits",
        "give each currency 0, 1, 2, 3 or 4"
    )]
    [InlineData("  email: a\n  phone: *x\n", 8, 10, "anchors and aliases are not used here", "write the value out in each place")]
    public void A_mistake_on_the_way_in_is_told_with_its_place_and_fix(string added, int line, int column, string message, string fix)
    {
        var loaded = MappingCatalog.Compile([Lookup, new MappingFile("buyer.yaml", Good + added)]);

        Assert.Equal(new ConfigurationError("buyer.yaml", line, column, message, fix), Assert.Single(loaded.Errors));
        Assert.Null(loaded.Catalog.In("shop", "buyer", Canonical.RecordType.BillingAccount));
    }

    [Theory]
    [InlineData("  who: acount | xref\n", 3, 8, "unknown field acount", "did you mean account?")]
    [InlineData("  who: account\n", 3, 8, "who is text, and this is a reference to BillingAccount", "add | xref")]
    [InlineData(
        "  who: number | xref\n",
        3,
        17,
        "the types of xref do not go together",
        "give it values of one type, e.g. numbers with numbers"
    )]
    [InlineData("  total: total\n", 3, 10, "total is a number, and this is money", "add | major")]
    [InlineData("  total: number\n", 3, 10, "total is a number, and this is text", "add | decimal")]
    [InlineData("  total: total | upper\n", 3, 18, "upper takes text or a currency, not money", "turn money into a number with | major")]
    [InlineData("  who: lines.description\n", 3, 8, "who is text, and this is a list", "add | text")]
    [InlineData("  lines: lines\n", 3, 3, "lines is a list", "write each: and the fields of one element below it")]
    [InlineData("  lines:\n    each: total\n    amount: 1\n", 4, 11, "total is money, not a list", "give the path of a list")]
    [InlineData("  lines:\n    each: lines | first\n    amount: 1\n", 4, 19, "first begins an expression", "write first(path, …)")]
    [InlineData(
        "  lines:\n    each: lines\n    who: id\n    amount: amount | major\n",
        5,
        5,
        "unknown output field who",
        "use one of amount"
    )]
    [InlineData("  lines:\n    each: lines\n", 4, 5, "the required field amount is missing", "add amount: and where it comes from")]
    [InlineData(
        "  lines:\n    each: lines\n    where: quantity\n    amount: 1\n",
        5,
        12,
        "a condition is true or false, this is a number",
        "end it with one-of, equals, present or is-zero"
    )]
    [InlineData(
        "  lines:\n    each: lines\n    where: $entity | one-of(us)\n    amount: 1\n",
        5,
        12,
        "a condition may not depend on dates or variables",
        "test a field of the record instead"
    )]
    [InlineData(
        "  lines:\n    each: lines\n    when: quantity | is-zero\n    amount: 1\n",
        5,
        5,
        "when: does not go with each:",
        "choose elements with where:"
    )]
    [InlineData("  lines:\n    - where: tax | is-zero\n      amount: 1\n", 4, 7, "where: goes with each:", "use when: for a single object")]
    [InlineData(
        "  paid: status | one-of(paid) && number\n",
        3,
        31,
        "both sides of && are true or false",
        "end each side with one-of, equals, present or is-zero"
    )]
    public void A_mistake_on_the_way_out_is_told_with_its_place_and_fix(string added, int line, int column, string message, string fix)
    {
        var loaded = MappingCatalog.Compile([Shape, new MappingFile("bill.yaml", Out + added)]);

        Assert.Equal(new ConfigurationError("bill.yaml", line, column, message, fix), Assert.Single(loaded.Errors));
    }

    [Theory]
    [InlineData("mapping: shop.buyer -> Buyer\nfields: {a: b}\n", 1, 10, "unknown record type Buyer", RecordTypes)]
    [InlineData(
        "mapping: buyer -> BillingAccount\nfields: {a: b}\n",
        1,
        10,
        "a heading names a vendor's type and a record",
        "write kind.type -> Record, or Record -> kind.type"
    )]
    [InlineData("mapping: shop.buyer -> BillingAccount\nfeilds: {a: b}\n", 2, 1, "unknown key feilds", "did you mean fields?")]
    [InlineData(
        "maping: shop.buyer -> BillingAccount\n",
        1,
        1,
        "the file does not say what it is",
        "begin it with mapping:, override:, lookup:, shape: or extend:"
    )]
    [InlineData("lookup: x\n", 1, 9, "a lookup has values", "add values: with one key and value a line")]
    [InlineData("lookup: x\nvalues:\n  a:\n", 3, 3, "a has no single value", "write key: value, or remove the line")]
    [InlineData("shape: a.b\nfields:\n  c: txet\n", 3, 6, "unknown type txet", "use one of text, number, flag, any")]
    [InlineData(
        "mapping: BillingAccount -> shop.buyer\nunless-empty: lines.items\nfields: {lines: {items: name}}\n",
        2,
        1,
        "unless-empty: names no list of the output",
        "write the path of a list below fields:"
    )]
    [InlineData(
        "mapping: shop.buyer -> BillingAccount\nunless-empty: contacts\nfields: {number: id}\n",
        2,
        1,
        "unless-empty: is for mappings out",
        "remove it"
    )]
    [InlineData("", 1, 1, "the file is empty", "write its content or remove the file")]
    public void A_file_that_is_not_what_it_should_be_is_told(string text, int line, int column, string message, string fix)
    {
        var loaded = MappingCatalog.Compile([new MappingFile("x.yaml", text)]);

        Assert.Contains(new ConfigurationError("x.yaml", line, column, message, fix), loaded.Errors);
    }

    [Fact]
    public void Broken_YAML_is_told_with_its_place()
    {
        var loaded = MappingCatalog.Compile([new MappingFile("x.yaml", "mapping: a.b -> Invoice\nfields: {a: b\n")]);

        var error = Assert.Single(loaded.Errors);
        Assert.StartsWith("this is not YAML: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.Line);
    }

    [Fact]
    public void Every_mistake_of_every_file_is_told_at_once()
    {
        var loaded = MappingCatalog.Compile([
            new MappingFile("a.yaml", Good + "  emial: x\n  phone: y | uper\n"),
            new MappingFile("b.yaml", Out + "  who: acount\n"),
        ]);

        Assert.Equal(
            [
                "a.yaml:7:3: unknown output field emial. Fix: did you mean email?",
                "a.yaml:8:14: unknown function uper. Fix: did you mean upper?",
                "b.yaml:3:8: unknown field acount. Fix: did you mean account?",
            ],
            loaded.Errors.Select(error => error.ToString())
        );
    }

    [Fact]
    public void A_missing_required_field_is_told_where_the_fields_begin()
    {
        var loaded = MappingCatalog.Compile([
            new MappingFile("a.yaml", "mapping: shop.buyer -> BillingAccount\nfields:\n  entity: $entity\n  number: id\n  name: name\n"),
        ]);

        Assert.Equal(
            new ConfigurationError("a.yaml", 3, 3, "the required field taxStatus is missing", "add taxStatus: and where it comes from"),
            Assert.Single(loaded.Errors)
        );
    }

    [Fact]
    public void The_same_mapping_in_two_files_is_told_at_the_second()
    {
        var loaded = MappingCatalog.Compile([new MappingFile("a.yaml", Good), new MappingFile("b.yaml", Good)]);

        Assert.Equal(
            new ConfigurationError("b.yaml", 1, 10, "shop.buyer -> BillingAccount is already in a.yaml", "keep one of them"),
            Assert.Single(loaded.Errors)
        );
        Assert.NotNull(loaded.Catalog.In("shop", "buyer", Canonical.RecordType.BillingAccount));
    }

    [Fact]
    public void A_reference_of_the_wrong_type_is_told()
    {
        const string text = """
            mapping: shop.sale -> Invoice
            fields:
              entity: $entity
              number: id
              account: buyer | ref(Invoice)
              issuedOn: at | unix-date
              currency: currency
              lines:
                each: lines
                id: id
                description: name
                quantity: 1
                amount: amount | minor(currency)
              tax: tax | minor(currency)
              total: total
              status: status
            """;

        var loaded = MappingCatalog.Compile([new MappingFile("sale.yaml", text)]);

        Assert.Equal(
            new ConfigurationError(
                "sale.yaml",
                5,
                12,
                "account is a reference to BillingAccount, and this is a reference to Invoice",
                "add | ref(BillingAccount)"
            ),
            Assert.Single(loaded.Errors)
        );
    }
}
