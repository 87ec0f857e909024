using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors;

/// <summary>A kind without its suites would be checked by nobody, and nothing would say so.</summary>
public sealed class SuiteTests
{
    private static readonly string[] Kinds = [.. ConnectorKinds.Scan(typeof(VendorHttp).Assembly).Keys];

    [Fact]
    public void Every_kind_passes_the_suite_of_connectors_once()
    {
        Assert.True(Kinds.Length >= 3, $"{Kinds.Length} kinds");
        Assert.Empty(Wrong(Kinds, [.. Made<ConnectorConformance>().Select(suite => suite.KindName)]));
    }

    [Fact]
    public void Every_pretend_vendor_is_of_a_kind_and_passes_the_suite_of_pretend_vendors_once()
    {
        // What wraps another vendor lies in no kind's folder.
        var home = typeof(IPretendVendor).Namespace;
        string[] vendors =
        [
            .. typeof(IPretendVendor)
                .Assembly.GetExportedTypes()
                .Where(type => typeof(IPretendVendor).IsAssignableFrom(type) && type is { IsClass: true, IsAbstract: false })
                .Where(type => type.Namespace != home)
                .Select(type => type.Namespace!.Split('.')[^1].ToLowerInvariant()),
        ];

        Assert.Empty(Wrong(Kinds, vendors));
        var suites = Made<PretendVendorConformance>().ToList();
        Assert.Empty(Wrong(vendors, [.. suites.Select(suite => suite.KindName)]));
        suites.ForEach(suite => suite.Dispose());
    }

    [Fact]
    public void A_kind_without_its_suite_is_told_and_so_is_one_with_two_and_a_suite_of_nothing()
    {
        Assert.Equal(["shop: 0 suites"], Wrong(["books", "shop"], ["books"]));
        Assert.Equal(["shop: 2 suites"], Wrong(["books", "shop"], ["books", "shop", "shop"]));
        Assert.Equal(["shop: a suite of no kind"], Wrong(["books"], ["books", "shop"]));
        Assert.Empty(Wrong(["books", "shop"], ["shop", "books"]));
    }

    private static IEnumerable<string> Wrong(IReadOnlyCollection<string> kinds, IReadOnlyCollection<string> suites) =>
        kinds
            .Select(kind => (kind, Count: suites.Count(suite => suite == kind)))
            .Where(found => found.Count != 1)
            .Select(found => $"{found.kind}: {found.Count} suites")
            .Concat(suites.Except(kinds, StringComparer.Ordinal).Select(suite => $"{suite}: a suite of no kind"));

    private static IEnumerable<T> Made<T>() =>
        typeof(SuiteTests)
            .Assembly.GetTypes()
            .Where(type => typeof(T).IsAssignableFrom(type) && type is { IsClass: true, IsAbstract: false })
            .Select(type => (T)Activator.CreateInstance(type)!);
}
