using System.Reflection;
using QtcHub.Hosting;
using Xunit;

namespace QtcHub.Tests.Architecture;

public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["QtcHub.Core"] = [],
        ["QtcHub.Sandbox"] = [],
        ["QtcHub.Connectors"] = ["QtcHub.Core"],
        ["QtcHub.Stores.Azure"] = ["QtcHub.Core"],
        ["QtcHub.Stores.Memory"] = ["QtcHub.Core"],
        ["QtcHub.Stores.Sqlite"] = ["QtcHub.Core"],
        ["QtcHub.Telemetry"] = ["QtcHub.Core"],
        ["QtcHub.Simulation"] =
        [
            "QtcHub.Core",
            "QtcHub.Connectors",
            "QtcHub.Sandbox",
            "QtcHub.Stores.Azure",
            "QtcHub.Stores.Memory",
            "QtcHub.Stores.Sqlite",
        ],
        ["QtcHub.Server"] =
        [
            "QtcHub.Core",
            "QtcHub.Connectors",
            "QtcHub.Sandbox",
            "QtcHub.Simulation",
            "QtcHub.Stores.Azure",
            "QtcHub.Stores.Memory",
            "QtcHub.Stores.Sqlite",
            "QtcHub.Telemetry",
        ],
    };

    // A port is an interface for what lies outside; each says what.
    private static readonly Dictionary<string, string> Ports = new(StringComparer.Ordinal)
    {
        ["QtcHub.Connectors.ISecrets"] = "environment, files and, later, a vault",
        ["QtcHub.Connectors.INoticeReader"] = "a capability",
        ["QtcHub.Connectors.IWebhookSource"] = "a capability: implementing it declares that the vendor has it",
        ["QtcHub.Connectors.IRecordReader"] = "a capability",
        ["QtcHub.Connectors.IStampReader"] = "a capability",
        ["QtcHub.Connectors.IChangeFeed"] = "a capability",
        ["QtcHub.Connectors.IRecordWriter"] = "a capability",
        ["QtcHub.Connectors.IRecordMatcher"] = "a capability",
        ["QtcHub.Connectors.IBackfill"] = "a capability",
    };

    public static TheoryData<string> Names => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_assembly_references_only_what_the_design_allows(string name)
    {
        var ours = OursIn(Load(name));

        Assert.Empty(ours.Except(Allowed[name], StringComparer.Ordinal));
    }

    [Fact]
    public void The_check_of_references_sees_references() => Assert.Contains("QtcHub.Core", OursIn(typeof(ReferenceTests).Assembly));

    [Fact]
    public void Every_project_outside_tests_is_checked()
    {
        var projects = Directory
            .EnumerateFiles(SourceTree.Root, "QtcHub.*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => !name.StartsWith("QtcHub.Tests.", StringComparison.Ordinal));

        // The Azure head is an empty library in the solution: its own tests read its project file.
        Assert.Equal(Allowed.Keys.Append("QtcHub.Functions").Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_interface_of_core_with_one_implementation_is_a_port_with_its_reason()
    {
        var types = Allowed.Keys.SelectMany(name => Load(name).GetTypes()).ToList();
        var single = typeof(Hub)
            .Assembly.GetTypes()
            .Where(type => type.IsInterface && Implementations(types, type) <= 1)
            .Select(type => type.FullName!)
            .ToList();

        Assert.Empty(single.Except(Ports.Keys, StringComparer.Ordinal));
    }

    private static Assembly Load(string name) => name == "QtcHub.Server" ? Assembly.Load("qtc") : Assembly.Load(name);

    private static int Implementations(IEnumerable<Type> types, Type contract) =>
        types.Count(type => type is { IsClass: true, IsAbstract: false } && contract.IsAssignableFrom(type));

    private static IEnumerable<string> OursIn(Assembly assembly) =>
        assembly
            .GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("QtcHub.", StringComparison.Ordinal));
}
