using System.Runtime.CompilerServices;
using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class FunctionReferenceTests
{
    private const string Account = "acc_AAAAAAAAAAAAAAAAAAAAAA";

    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")),
        Resolved = new Dictionary<Reference, string>
        {
            [new Reference(RecordType.BillingAccount, "cus_1")] = Account,
            [new Reference(RecordType.BillingAccount, Account)] = "57",
        },
        PostingPeriod = "214",
    };

    public static TheoryData<string, string, string, string> Examples()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var function in FunctionReference.All)
        {
            foreach (var example in function.Examples)
            {
                data.Add(function.Name, example.Expression, example.Input, example.Gives);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_gives_what_it_says(string function, string expression, string input, string gives)
    {
        Assert.Contains(function, expression, StringComparison.Ordinal);
        Assert.Equal(gives, Run(function, expression, input));
    }

    [Fact]
    public void Every_function_is_documented_and_shown()
    {
        Assert.Equal(Functions.All.Keys.Order(StringComparer.Ordinal), FunctionReference.All.Select(function => function.Name));
        Assert.All(
            FunctionReference.All,
            function =>
            {
                Assert.NotEmpty(function.Examples);
                Assert.EndsWith(".", function.Does, StringComparison.Ordinal);
                Assert.Contains("→", function.Signature, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void The_page_of_functions_is_what_the_command_line_prints() =>
        Assert.Equal(File.ReadAllText(Page()), FunctionReference.Markdown());

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/functions.md"));

    private static string Run(string function, string expression, string input)
    {
        var direction = Functions.All[function].Only ?? Direction.In;
        var lookups = FunctionReference
            .Tables.Select(table => YamlReader.Read(table, new ErrorList("tables"))!)
            .Select(table =>
                new LookupReader(new ErrorList("tables")).Read(
                    ((YamlScalar)table.Find("lookup")!.Value).Text,
                    (YamlMap)table.Find("values")!.Value
                )
            )
            .ToDictionary(table => table.Name, StringComparer.Ordinal);
        var errors = new ErrorList("example.yaml");
        var checker = new ExpressionChecker(errors, lookups, direction, isFilter: false);
        var record = direction == Direction.Out ? CanonicalShapes.Of(RecordType.Invoice) : FieldType.Any;
        var shape = new ScopeShape(record, record, null);
        var fields = YamlReader.Read($"out: {expression}", errors)!;
        var type = checker.Check((YamlScalar)fields.Entries[0].Value, shape)?.Type;
        Assert.Empty(errors.All);

        var target = new FieldType(
            Kind.Object,
            Fields: new Dictionary<string, FieldType>(StringComparer.Ordinal) { ["out"] = Output(type!) }
        );
        var block = new BlockCompiler(errors, checker).Root(fields, target, shape);
        Assert.Empty(errors.All);
        return new CompiledMapping(new Heading(direction, "test", "leaf", RecordType.Invoice), "", block, checker.Names)
            .Map(Encoding.UTF8.GetBytes(input), Context)
            .TryGet(out var output, out var fault)
            ? Shown(Encoding.UTF8.GetString(output.Span))
            : $"fails: {(fault as Fault.MappingFailed)?.Rule ?? fault.Detail}";
    }

    private static FieldType Output(FieldType given) => given.Kind is Kind.Money or Kind.Id ? given : FieldType.Any;

    private static string Shown(string json) => json == "{}" ? "left out" : json["{\"out\":".Length..^1];
}
