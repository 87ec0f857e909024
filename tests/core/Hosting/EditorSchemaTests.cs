using System.Runtime.CompilerServices;
using System.Text;
using NJsonSchema;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;

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

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_shipped_file_names_its_schema_and_fits_it(string file)
    {
        var path = Path.Combine(Root, file);
        var text = await File.ReadAllTextAsync(path);
        Assert.StartsWith(Modeline, text, StringComparison.Ordinal);
        var schema = Path.GetFullPath(text[Modeline.Length..text.IndexOf('\n', StringComparison.Ordinal)], Path.GetDirectoryName(path)!);

        Assert.Empty(await MisfitsAsync(await File.ReadAllTextAsync(schema), text));
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

        Assert.NotEmpty(await MisfitsAsync(EditorSchemas.Print(schema, Kinds), text.Replace(right, wrong, StringComparison.Ordinal)));
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
    public async Task A_company_s_own_file_is_judged(string schema, string text, bool fits) =>
        Assert.Equal(fits, (await MisfitsAsync(EditorSchemas.Print(schema, Kinds), text)).Count == 0);

    private static async Task<IReadOnlyList<string>> MisfitsAsync(string schema, string yaml)
    {
        var errors = new ErrorList("file");
        var json = Encoding.UTF8.GetString(YamlJson.Write(YamlReader.Read(yaml, errors)!).Span);
        Assert.Empty(errors.All);
        // The validator knows definitions by their older name; all else that the schemas use is the same in both drafts.
        var judge = await JsonSchema.FromJsonAsync(schema.Replace("$defs", "definitions", StringComparison.Ordinal));
        return [.. judge.Validate(json).Select(error => error.ToString())];
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
