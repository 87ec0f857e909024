using System.Runtime.CompilerServices;
using System.Text.Json;
using Json.Schema;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Tests.Core.Mapping;

namespace QtcHub.Tests.Core.Hosting;

public sealed class EditorSchemaTests
{
    private const string Modeline = "# yaml-language-server: $schema=";
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, ConnectorFacts> Kinds = ConnectorKinds
        .Scan(typeof(ConnectorKinds).Assembly)
        .ToDictionary(kind => kind.Key, kind => kind.Value.Facts, StringComparer.Ordinal);

    public static TheoryData<string> Names() => [.. EditorSchemas.Names];

    public static TheoryData<string> Files() =>
        [
            .. ((string[])["mappings", "infra/stacks"])
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.yaml", SearchOption.AllDirectories))
                .Select(path => Path.GetRelativePath(Root, path))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_schema_in_the_documentation_is_what_the_command_line_prints(string name) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Root, "docs/schemas", $"{name}.schema.json")), EditorSchemas.Print(name, Kinds));

    [Fact]
    public void The_page_of_every_key_is_what_the_command_line_prints() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Root, "docs/configuration.md")), ConfigurationReference.Markdown(Kinds));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_schema_is_one_of_draft_2020_12(string name)
    {
        using var schema = JsonDocument.Parse(EditorSchemas.Print(name, Kinds));

        Assert.Equal(MetaSchemas.Draft202012Id.OriginalString, schema.RootElement.GetProperty("$schema").GetString());
        Assert.Empty(Misfits(MetaSchemas.Draft202012, schema.RootElement));
    }

    [Theory]
    [InlineData("\"additionalProperties\": false", "\"additionalProperties\": 0")]
    [InlineData("\"minItems\": 1", "\"minItems\": -1")]
    [InlineData("\"$defs\": {", "\"$defs\": {\"odd\": {\"type\": \"txt\"},")]
    [InlineData("\"$ref\": \"#/$defs/leaf\"", "\"$ref\": 1")]
    public void A_schema_that_is_none_is_refused(string right, string wrong)
    {
        var text = EditorSchemas.Print("mapping", Kinds);
        Assert.Contains(right, text, StringComparison.Ordinal);
        using var schema = JsonDocument.Parse(text.Replace(right, wrong, StringComparison.Ordinal));

        Assert.NotEmpty(Misfits(MetaSchemas.Draft202012, schema.RootElement));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_shipped_file_names_its_schema_and_fits_it(string file)
    {
        var path = Path.Combine(Root, file);
        var text = await File.ReadAllTextAsync(path);
        Assert.StartsWith(Modeline, text, StringComparison.Ordinal);
        var schema = Path.GetFullPath(text[Modeline.Length..text.IndexOf('\n', StringComparison.Ordinal)], Path.GetDirectoryName(path)!);

        Assert.Empty(Misfits(await File.ReadAllTextAsync(schema), text));
    }

    [Theory]
    [InlineData("hub", "infra/stacks/pair.yaml", "kind: stripe", "kind: strip")]
    [InlineData("hub", "infra/stacks/pair.yaml", "roles: [erp]", "roles: [payments]")]
    [InlineData("hub", "infra/stacks/pair.yaml", "apiKey: env:STRIPE_API_KEY", "apiKey: sk_live_1")]
    [InlineData("hub", "infra/stacks/pair.yaml", "concurrency: 8", "concurrency: 101")]
    [InlineData("hub", "infra/stacks/pair.yaml", "pollEvery: 15s", "pollEvery: 15")]
    [InlineData("hub", "infra/stacks/pair.yaml", "gone: inactivate", "gone: delete")]
    [InlineData("hub", "infra/stacks/pair.yaml", "record: Invoice", "record: Invoce")]
    [InlineData("hub", "infra/stacks/pair.yaml", "status | one-of(succeeded)", "status | lookup(succeeded)")]
    [InlineData("hub", "infra/stacks/pair.yaml", "policy:", "polcy:")]
    [InlineData("mapping", "mappings/stripe/invoice.yaml", "  dueOn:", "  due:")]
    [InlineData("mapping", "mappings/stripe/invoice.yaml", "  total: total | minor", "  total: total | miner")]
    [InlineData("mapping", "mappings/stripe/invoice.yaml", "  number: first(number, id)\n", "")]
    [InlineData("mapping", "mappings/stripe/invoice.yaml", "-> Invoice", "-> Bill")]
    [InlineData("mapping", "mappings/stripe/invoice.yaml", "fields:", "field:")]
    [InlineData("lookup", "mappings/stripe/tax-exempt.lookup.yaml", "  none: taxable", "  none: {is: taxable}")]
    [InlineData("lookup", "mappings/stripe/tax-exempt.lookup.yaml", "  none: taxable", "  none: [{value: taxable, from: soon}]")]
    [InlineData("shape", "mappings/stripe/customer.shape.yaml", "  email: text", "  email: string")]
    [InlineData("cases", "mappings/stripe/customer.cases.yaml", "    output:", "    ouput:")]
    public async Task A_broken_file_does_not_fit_its_schema(string schema, string file, string right, string wrong)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Root, file));
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.NotEmpty(Misfits(EditorSchemas.Print(schema, Kinds), text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("  email: email | uper\n")]
    [InlineData("  emial: email\n")]
    [InlineData("  billTo: address\n")]
    [InlineData("  billTo:\n    street: a\n")]
    [InlineData("  email:\n    x: a\n")]
    [InlineData("  active: [a, b]\n")]
    public void A_mistake_that_is_told_by_the_check_on_the_way_in_is_seen_by_editors(string added)
    {
        var schema = EditorSchemas.Print("mapping", Kinds);

        Assert.Empty(Misfits(schema, BrokenMappingTests.Good + "  email: email | upper\n"));
        Assert.NotEmpty(Misfits(schema, BrokenMappingTests.Good + added));
    }

    [Theory]
    [InlineData("mapping", "mapping: shop.buyer -> Buyer\nfields: {a: b}\n")]
    [InlineData("mapping", "mapping: buyer -> BillingAccount\nfields: {a: b}\n")]
    [InlineData("mapping", "mapping: shop.buyer -> BillingAccount\nfeilds: {a: b}\n")]
    [InlineData("mapping", "maping: shop.buyer -> BillingAccount\n")]
    [InlineData("mapping", "mapping: shop.buyer -> BillingAccount\nfields:\n  entity: $entity\n  number: id\n  name: name\n")]
    [InlineData("mapping", BrokenMappingTests.Out + "  who: account | xfer\n")]
    [InlineData("lookup", "lookup: x\n")]
    [InlineData("lookup", "lookup: x\nvalues:\n  a:\n")]
    [InlineData("shape", "shape: a.b\nfields:\n  c: txet\n")]
    [InlineData("cases", "cases:\n  - {name: a, input: {}, fault: x}\n")]
    [InlineData("cases", "mapping: shop.buyer -> BillingAccount\ncase: []\n")]
    [InlineData("cases", "mapping: shop.buyer -> BillingAccount\ncases:\n  - {input: {}, fault: x}\n")]
    [InlineData("cases", "mapping: shop.buyer -> BillingAccount\ncases:\n  - {name: a, input: {}, ouput: {}, fault: x}\n")]
    public void A_file_that_the_check_refuses_is_seen_by_editors(string schema, string text) =>
        Assert.NotEmpty(Misfits(EditorSchemas.Print(schema, Kinds), text));

    [Theory]
    [InlineData("hub: test", "hubb: test")]
    [InlineData("hub: test", "hub: test\nstore: azuer")]
    [InlineData("hub: test", "hub: test\nstore: {kind: azure, tabel: hub}")]
    [InlineData("hub: test", "hub: test\nstore: {table: hub}")]
    [InlineData("currency: USD", "currency: usd")]
    [InlineData("kind: stripe", "kind: strip")]
    [InlineData("roles: [billing]", "roles: [erp]")]
    [InlineData("    entity: us\n    baseUrl: https://api.example.com\n", "    baseUrl: https://api.example.com\n")]
    [InlineData("'env:KEY'", "sk_live_51secret")]
    [InlineData("pollEvery: 15s", "pollEvery: soon")]
    [InlineData("pollEvery: 15s", "concurrency: 101")]
    [InlineData("pollEvery: 15s", "polEvery: 15s")]
    [InlineData("record: Invoice", "record: Invoce")]
    [InlineData("from: bills", "fron: bills")]
    [InlineData("    from: bills\n", "")]
    [InlineData("when: status | one-of(open, paid)", "when: status | oneof(open, paid)")]
    [InlineData("when: status | one-of(open, paid)", "gone: delete")]
    [InlineData("memo: books", "meno: books")]
    [InlineData("attempts: 5", "attempts: many")]
    [InlineData("attempts: 5", "attempts: 0")]
    [InlineData("attempts: 5", "atempts: 5")]
    [InlineData("attempts: 5", "attempts: 5, postClosedInOpenPeriod: yes")]
    public void A_mistake_in_hub_yaml_that_the_check_tells_is_seen_by_editors(string right, string wrong)
    {
        var schema = EditorSchemas.Print("hub", HubFileTests.Kinds);
        Assert.Contains(right, HubFileTests.Good, StringComparison.Ordinal);

        Assert.Empty(Misfits(schema, HubFileTests.Good));
        Assert.NotEmpty(Misfits(schema, HubFileTests.Good.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(
        "override",
        "override: stripe.invoice -> Invoice\nfields:\n  memo: metadata.po | default('x | y')\n  lines: {description: id}\n",
        true
    )]
    [InlineData("override", "override: stripe.invoice -> Invoice\nfields:\n  mem: metadata.po\n", false)]
    [InlineData("extend", "extend: stripe.invoice\nfields:\n  metadata: {po: text}\n", true)]
    [InlineData("extend", "extend: stripe.invoice\nfields:\n  lines: [text, text]\n", false)]
    [InlineData("lookup", "lookup: codes\nvalues:\n  a: 1\n  b: [{value: x, until: 2026-06-30}, {value: y, from: 2026-07-01}]\n", true)]
    public void A_company_s_own_file_is_judged(string schema, string text, bool fits) =>
        Assert.Equal(fits, Misfits(EditorSchemas.Print(schema, Kinds), text).Count == 0);

    private static List<string> Misfits(string schema, string yaml)
    {
        var errors = new ErrorList("file");
        var written = YamlJson.Write(YamlReader.Read(yaml, errors)!);
        Assert.Empty(errors.All);
        using var file = JsonDocument.Parse(written);
        // Without a registry of its own, one test's schema would be told to be another's.
        var judge = JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        return Misfits(judge, file.RootElement);
    }

    private static List<string> Misfits(JsonSchema judge, JsonElement judged)
    {
        var results = judge.Evaluate(judged, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? []
            :
            [
                .. results
                    .Details!.Where(detail => !detail.IsValid)
                    .Select(detail => $"{detail.InstanceLocation}: {detail.EvaluationPath}"),
            ];
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
