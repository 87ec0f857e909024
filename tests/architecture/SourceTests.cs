using Xunit;

namespace QtcHub.Tests.Architecture;

public sealed class SourceTests
{
    private static readonly string[] Production =
    [
        "core",
        "connectors",
        "stores",
        "sandbox",
        "simulation",
        "telemetry",
        "server",
        "functions",
    ];

    // Each with its reason.
    private static readonly Dictionary<string, string> ManyParameters = new(StringComparer.Ordinal)
    {
        ["connectors/netsuite/NetSuiteSignature.cs: Header"] = "the parts of one OAuth 1.0 signature",
        ["sandbox/netsuite/PretendNetSuite.cs: Save"] = "the parts of one request of the pretend vendor",
    };

    // Each with its reason.
    private static readonly Dictionary<string, string> MeasuresSeconds = new(StringComparer.Ordinal)
    {
        ["core/Hosting/LagHistogram.cs"] = "a histogram of seconds takes them as a double",
    };

    /// <summary>Long because one method is a table: of broken files and what is said of them, or a whole sample configuration.</summary>
    private static readonly string[] Tables =
    [
        "tests/core/Hosting/HubFileTests.cs",
        "tests/core/Mapping/BrokenFileTests.cs",
        "tests/core/Mapping/BrokenMappingTests.cs",
        "tests/core/Mapping/DatedLookupTests.cs",
        "tests/core/Mapping/OverlayTests.cs",
        "tests/server/TestConfig.cs",
    ];

    [Fact]
    public void The_scan_sees_the_whole_repository()
    {
        Assert.True(SourceTree.Files.Count > 200, $"{SourceTree.Files.Count} files");
        Assert.True(SourceTree.In("core").Count() > 60);
        Assert.True(SourceTree.In("connectors").Count() > 20);
        Assert.Equal(2, SourceTree.Kinds.Count(kind => kind is "stripe" or "netsuite"));
    }

    [Fact]
    public void Files_and_methods_stay_under_the_ceilings()
    {
        // Test configurations written out as text make a method long and no harder to read.
        Assert.Empty(SourceTree.Files.Where(file => !Tables.Contains(file.Path)).SelectMany(SourceRules.TooLong));

        Assert.Single(SourceRules.TooLong(File(string.Concat(Enumerable.Repeat("// x\n", 401)))));
        Assert.Empty(SourceRules.TooLong(File(string.Concat(Enumerable.Repeat("// x\n", 400)))));
        Assert.Single(SourceRules.TooLong(File($"class A {{ void B() {{\n{string.Concat(Enumerable.Repeat("C();\n", 60))}}} }}")));
    }

    [Fact]
    public void Nothing_takes_more_than_five_parameters_without_a_reason()
    {
        // A theory takes what its rows have: tests are not counted.
        var found = SourceTree.In(Production).SelectMany(SourceRules.TooManyParameters).Select(line => line.Split(" takes ")[0]);
        Assert.Equal(ManyParameters.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        Assert.Single(SourceRules.TooManyParameters(File("class A { void B(int a, int b, int c, int d, int e, int f) { } }")));
        Assert.Single(SourceRules.TooManyParameters(File("class A(int a, int b, int c, int d, int e, int f);")));
        Assert.Empty(SourceRules.TooManyParameters(File("record A(int a, int b, int c, int d, int e, int f);")));
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing()
    {
        Assert.Empty(SourceTree.Files.SelectMany(SourceRules.ForbiddenTypeNames));

        Assert.Single(SourceRules.ForbiddenTypeNames(File("class InvoiceManager;")));
    }

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        Assert.Empty(SourceTree.Files.SelectMany(SourceRules.Unfinished));

        Assert.Single(SourceRules.Unfinished(File("// TO" + "DO: later")));
    }

    [Fact]
    public void No_floating_point_comes_near_money()
    {
        var looked = SourceTree.In("core", "connectors", "stores").Where(file => !MeasuresSeconds.ContainsKey(file.Path));
        Assert.Empty(looked.SelectMany(SourceRules.FloatingPoint));

        Assert.Equal(2, SourceRules.FloatingPoint(File("class A { double b = 1.5; decimal c = 1.5m; }")).Count());
    }

    [Fact]
    public void Core_takes_clock_chance_and_order_from_outside_and_never_blocks()
    {
        Assert.Empty(SourceTree.In("core").SelectMany(SourceRules.ForbiddenCallsIn));

        const string planted =
            "class A { void B() { _ = DateTime.UtcNow; Guid.NewGuid(); Task.Run(C); D().Wait(); _ = D().Result; new SemaphoreSlim(1); } }";
        Assert.Equal(6, SourceRules.ForbiddenCallsIn(File(planted)).Count());
    }

    [Fact]
    public void No_exception_is_swallowed()
    {
        Assert.Empty(SourceTree.In("core", "connectors").SelectMany(SourceRules.CatchesAll));

        Assert.Single(SourceRules.CatchesAll(File("class A { void B() { try { } catch { } } }")));
        Assert.Single(SourceRules.CatchesAll(File("class A { void B() { try { } catch (Exception e) { } } }")));
        Assert.Empty(SourceRules.CatchesAll(File("class A { void B() { try { } catch (IOException) { } } }")));
    }

    [Fact]
    public void Only_its_own_folders_name_a_kind()
    {
        var outside = SourceTree.In(Production).Where(file => !SourceTree.Kinds.Any(kind => IsOf(file, kind))).ToList();
        Assert.True(outside.Count > 120, $"{outside.Count} files");
        Assert.Empty(outside.SelectMany(file => SourceRules.Names(file, SourceTree.Kinds)));

        Assert.Single(SourceRules.Names(File("// as STRIPE does"), ["stripe", "netsuite"]));
    }

    [Fact]
    public void No_connector_sees_another()
    {
        foreach (var kind in SourceTree.Kinds)
        {
            var own = SourceTree.In("connectors", "sandbox").Where(file => IsOf(file, kind)).ToList();
            Assert.True(own.Count >= 5, $"{kind}: {own.Count} files");
            Assert.Empty(own.SelectMany(file => SourceRules.Names(file, SourceTree.Kinds.Where(other => other != kind))));
        }
    }

    private static bool IsOf(SourceFile file, string kind) =>
        file.Path.StartsWith($"connectors/{kind}/", StringComparison.Ordinal)
        || file.Path.StartsWith($"sandbox/{kind}/", StringComparison.Ordinal);

    private static SourceFile File(string text) => new("core/Planted.cs", text);
}
