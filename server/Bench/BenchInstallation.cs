using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Sandbox;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Bench;

/// <summary>The benchmark's configuration with its addresses put in, and its vendors' parts.</summary>
internal sealed record BenchInstallation(Installation Hub, string SourceName, IReadOnlyList<string> Targets)
{
    private const string File = "bench.yaml";

    /// <summary>The options of the hub.</summary>
    public HubOptions Options => Hub.Options;

    /// <summary>The source's events.</summary>
    public IBenchSource Source { get; } = BenchVendors.Source(Hub.Options.Systems[SourceName].Kind) ?? throw Missing();

    /// <summary>The targets' answers.</summary>
    public IBenchTarget Target { get; } = BenchVendors.Target(Hub.Options.Systems[Targets[0]].Kind) ?? throw Missing();

    /// <summary>The mapping that takes the source's records in.</summary>
    public CompiledMapping MappingIn
    {
        get
        {
            var (kind, record) = (Options.Systems[SourceName].Kind, Options.Routes[0].Record);
            return Hub.Mappings.In(kind, Hub.Kinds[kind].Facts.Sources[record], record) ?? throw Missing();
        }
    }

    /// <summary>The mapping that gives them out to a target.</summary>
    public CompiledMapping MappingOut
    {
        get
        {
            var (kind, record) = (Options.Systems[Targets[0]].Kind, Options.Routes[0].Record);
            return Hub.Mappings.Out(kind, record, Hub.Kinds[kind].Facts.Targets[record].ExternalType) ?? throw Missing();
        }
    }

    /// <summary>Loads the shipped configuration; its targets get these addresses, and its source the first of them.</summary>
    public static BenchInstallation Load(params IReadOnlyList<Uri> targets)
    {
        var (installation, errors) = InstallationFile.Load(Path.Combine(AppContext.BaseDirectory, "stacks", File));
        Invariant.Holds(installation is not null && errors.Count == 0, "the benchmark's own configuration is right");
        var route = installation.Options.Routes[0];
        if (targets.Count > 0)
        {
            var systems = installation.Options.Systems.ToDictionary(
                pair => pair.Key,
                pair => pair.Value with { BaseUrl = targets[Math.Max(0, IndexOf(route.To, pair.Key))] },
                StringComparer.Ordinal
            );
            installation = installation with { Options = installation.Options with { Systems = systems } };
        }

        return new BenchInstallation(installation, route.From, [.. route.To]);
    }

    private static int IndexOf(IEnumerable<string> targets, string system) => targets.ToList().IndexOf(system);

    private static InvariantException Missing() => new("the benchmark's vendors have their parts");
}
