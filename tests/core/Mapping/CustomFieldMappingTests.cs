using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Tests.Core.Hosting;

namespace QtcHub.Tests.Core.Mapping;

public sealed class CustomFieldMappingTests
{
    private const string Account = "acc_AAAAAAAAAAAAAAAAAAAAAA";
    private const string Declaration =
        "customFields:\n  Invoice: {projectCode: text, approvedOn: date, commission: money, seats: number, urgent: flag}\n";
    private static readonly CustomFieldTypes Declared = HubFile.CustomFields(Declaration);

    private static readonly MappingFile In = new(
        "own/in.yaml",
        """
        override: stripe.invoice -> Invoice
        fields:
          custom:
            projectCode: metadata.project
            approvedOn: metadata.approved
            commission: metadata.commission | decimal | minor(currency)
            seats: metadata.seats | decimal
            urgent: metadata.urgent | one-of(yes)
        """
    );

    private static readonly MappingFile[] Out =
    [
        new(
            "own/shape.yaml",
            "extend: netsuite.invoice\nfields: {custbody_project: text, custbody_approved: text, custbody_commission: number}\n"
        ),
        new(
            "own/out.yaml",
            """
            override: Invoice -> netsuite.invoice
            fields:
              custbody_project: custom.projectCode | default(null)
              custbody_approved: custom.approvedOn
              custbody_commission: custom.commission | major
            """
        ),
    ];

    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
        Resolved = new Dictionary<Reference, string>
        {
            [new Reference(RecordType.BillingAccount, "cus_1")] = Account,
            [new Reference(RecordType.BillingAccount, Account)] = "57",
        },
    };

    [Theory]
    [InlineData(
        """{"project":"P-7","approved":"2026-04-01","commission":"1250"}""",
        """custbody_project":"P-7","custbody_approved":"2026-04-01","custbody_commission":12.50}"""
    )]
    [InlineData("""{"project":""}""", """custbody_project":""}""")]
    [InlineData("{}", """custbody_project":null}""")]
    public void A_field_of_Stripe_s_metadata_arrives_as_a_custom_field_of_NetSuite_by_configuration_alone(string metadata, string end)
    {
        var catalog = Catalog([In, .. Out]);
        var canonical = catalog.In("stripe", "invoice", RecordType.Invoice)!.Map(Invoice(metadata), Context).Value;
        var record = Declared.Typed(CanonicalJson.Read(RecordType.Invoice, canonical.Span).Value).Value;

        var written = catalog.Out("netsuite", RecordType.Invoice, "invoice")!.Map(CanonicalJson.Write(record), Context).Value;

        Assert.EndsWith(end, Encoding.UTF8.GetString(written.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Lineage_goes_through_a_custom_field_to_its_file_and_line()
    {
        var catalog = Catalog([In, .. Out]);
        var filled = catalog
            .In("stripe", "invoice", RecordType.Invoice)!
            .Describe()
            .Leaves.Single(leaf => leaf.Output == "custom.commission");
        var read = catalog
            .Out("netsuite", RecordType.Invoice, "invoice")!
            .Describe()
            .Leaves.Single(leaf => leaf.Output == "custbody_commission");

        Assert.Equal(("own/in.yaml", 6), (filled.File, filled.Line));
        Assert.Equal(["metadata.commission", "currency"], filled.Inputs);
        Assert.Equal(["custom.commission"], read.Inputs);
    }

    [Fact]
    public void A_custom_field_that_the_target_owns_is_not_written_to_it()
    {
        var mapping = Catalog([In, .. Out]).Out("netsuite", RecordType.Invoice, "invoice")!;
        var input = Encoding.UTF8.GetBytes(
            $$$"""{"number":"1","account":"{{{Account}}}","issuedOn":"2026-04-01","currency":"USD","lines":[],"tax":{"minorUnits":0,"currency":"USD"},"total":{"minorUnits":0,"currency":"USD"},"status":"open","entity":"us","custom":{"approvedOn":"2026-04-01","projectCode":"P"}}"""
        );

        var written = mapping.Map(input, Context with { Omit = new HashSet<string>(["custom.projectCode"], StringComparer.Ordinal) }).Value;

        var text = Encoding.UTF8.GetString(written.Span);
        Assert.DoesNotContain("custbody_project", text, StringComparison.Ordinal);
        Assert.Contains("custbody_approved", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    projectCod: id\n", 4, 5, "Invoice has no custom field projectCod", "did you mean projectCode?")]
    [InlineData(
        "    quote: id\n",
        4,
        5,
        "Invoice has no custom field quote",
        "declare it in hub.yaml: customFields: {Invoice: {quote: text}}"
    )]
    [InlineData("    seats: id\n", 4, 12, "seats is a number, and this is text", "add | decimal")]
    [InlineData("    commission: total\n", 4, 17, "commission is money, and this is a number", "add | minor(currency)")]
    [InlineData("    approvedOn: created\n", 4, 17, "approvedOn is a date, and this is a number", "add | unix-date")]
    [InlineData("    urgent: id\n", 4, 13, "urgent is true or false, and this is text", "give it true or false")]
    [InlineData("    projectCode: {a: id}\n", 4, 5, "projectCode is text, not an object", "write projectCode: path")]
    public void A_mistake_on_the_way_in_is_told_with_its_place_and_fix(string field, int line, int column, string message, string fix) =>
        Assert.Equal(
            new ConfigurationError("own/in.yaml", line, column, message, fix),
            Assert.Single(Errors(Declared, In with { Text = $"override: stripe.invoice -> Invoice\nfields:\n  custom:\n{field}" }))
        );

    [Theory]
    [InlineData("custom.projectCod", 16, "Invoice has no custom field projectCod", "did you mean projectCode?")]
    [InlineData("custom.quote", 16, "Invoice has no custom field quote", "declare it in hub.yaml: customFields: {Invoice: {quote: text}}")]
    [InlineData("custom.seats", 9, "memo is text, and this is a number", "add | text")]
    [InlineData("custom.commission", 9, "memo is text, and this is money", "add | major")]
    public void A_mistake_on_the_way_out_is_told_with_its_place_and_fix(string path, int column, string message, string fix) =>
        Assert.Equal(
            new ConfigurationError("own/out.yaml", 3, column, message, fix),
            Assert.Single(
                Errors(Declared, new MappingFile("own/out.yaml", $"override: Invoice -> netsuite.invoice\nfields:\n  memo: {path}\n"))
            )
        );

    [Fact]
    public void A_field_that_nobody_has_declared_is_told_with_what_to_write() =>
        Assert.Equal(
            [
                "own/in.yaml:4:5: Invoice has no custom field projectCode. Fix: declare it in hub.yaml: customFields: {Invoice: {projectCode: text}}",
            ],
            Errors(CustomFieldTypes.None, In).Take(1).Select(error => error.ToString())
        );

    [Theory]
    [InlineData("customFields: {Invoce: {a: text}}", 2, 16, "unknown record Invoce", "did you mean Invoice?")]
    [InlineData("customFields: {Invoice: {a: txt}}", 2, 29, "unknown type txt", "use one of text, number, flag, date, money")]
    [InlineData("customFields: {Invoice: {a: {b: text}}}", 2, 29, "unknown type ", "use one of text, number, flag, date, money")]
    [InlineData(
        "customFields: {Invoice: {Project: text}}",
        2,
        26,
        "Project is not a name for a custom field",
        "use letters and digits, the first a lower-case letter"
    )]
    [InlineData("customFields: [a]", 2, 15, "customFields holds keys and values", "write customFields: with a record below it")]
    [InlineData("customFields: {Invoice: text}", 2, 16, "Invoice has no fields here, or more than 100", "write name: type below it")]
    public void A_mistake_in_hub_yaml_is_told_with_its_place_and_fix(string declared, int line, int column, string message, string fix) =>
        Assert.Equal(
            [new ConfigurationError("hub.yaml", line, column, message, fix)],
            Parsed(HubFileTests.Good.Replace("hub: test", $"hub: test\n{declared}", StringComparison.Ordinal)).Errors
        );

    [Fact]
    public void Filters_and_owners_know_the_declared_fields()
    {
        var hub = HubFileTests
            .Good.Replace("hub: test", $"hub: test\n{Declaration.TrimEnd()}", StringComparison.Ordinal)
            .Replace("when: status | one-of(open, paid)", "when: custom.urgent", StringComparison.Ordinal)
            .Replace("{memo: books}", "{custom.projectCode: books}", StringComparison.Ordinal);

        Assert.Equal("books", Parsed(hub).Options!.Owners[RecordType.Invoice]["custom.projectCode"]);
        Assert.Equal(
            ["Invoice has no custom field urgnt", "Invoice has no field custom.projectCod"],
            Parsed(
                hub.Replace("custom.urgent", "custom.urgnt", StringComparison.Ordinal)
                    .Replace("custom.projectCode:", "custom.projectCod:", StringComparison.Ordinal)
            )
                .Errors.Select(error => error.Message)
        );
    }

    private static HubReading Parsed(string text) =>
        HubFile.Parse("hub.yaml", text, HubFileTests.Kinds, new HashSet<string>(["stripe"], StringComparer.Ordinal), MappingFolder.Catalog);

    private static MappingCatalog Catalog(MappingFile[] own)
    {
        var loaded = MappingCatalog.Compile([.. Shipped(), .. own], Declared);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog;
    }

    private static IReadOnlyList<ConfigurationError> Errors(CustomFieldTypes declared, MappingFile own) =>
        MappingCatalog.Compile([.. Shipped(), own], declared).Errors;

    private static IEnumerable<MappingFile> Shipped() =>
        Directory
            .EnumerateFiles(MappingFolder.Path, "*.yaml", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".cases.yaml", StringComparison.Ordinal))
            .Select(path => new MappingFile(path, File.ReadAllText(path)));

    private static byte[] Invoice(string metadata) =>
        Encoding.UTF8.GetBytes(
            $$$"""{"id":"in_1","number":"1","customer":"cus_1","currency":"usd","created":1770000000,"status":"open","total":100,"metadata":{{{metadata}}},"lines":{"data":[{"id":"il_1","amount":100}]}}"""
        );
}
