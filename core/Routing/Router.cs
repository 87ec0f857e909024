using System.Collections.Frozen;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Pipeline;

namespace QtcHub.Routing;

/// <summary>One configured system with its connector.</summary>
public sealed record ConnectedSystem(SystemOptions Options, EntityOptions Entity, ConnectorFacts Facts, IConnector Connector)
{
    /// <summary>The canonical type of one of its source records, or null where it is none.</summary>
    public RecordType? SourceType(string externalType)
    {
        foreach (var (type, name) in Facts.Sources)
        {
            if (name == externalType)
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>Whether an id of one of its source records is an id of what is written to it: it is where the two have one type.</summary>
    public bool WritesAs(RecordType type, string externalType) =>
        !Facts.Targets.TryGetValue(type, out var target) || target.ExternalType == externalType;

    /// <summary>The system's own id of a record that it has told of, where what is written to it bears that id too; else null.</summary>
    public string? ToldAs(Ledger.RecordHead head) =>
        head.Source(Options.Name) is { IsGone: false } told && WritesAs(head.Id.Type, told.ExternalType) ? told.ExternalId : null;

    /// <summary>The type under which its records of a canonical type are claimed: as it tells of them, else as they are written to it. Null where it has none.</summary>
    public string? ClaimType(RecordType type) =>
        Facts.Sources.TryGetValue(type, out var source) ? source
        : Facts.Targets.TryGetValue(type, out var target) ? target.ExternalType
        : null;
}

/// <summary>A route, ready to use: its source's mapping in, its filter, and each target's mapping out.</summary>
public sealed record Route(
    RouteOptions Options,
    ConnectedSystem Source,
    CompiledMapping In,
    CompiledFilter? When,
    IReadOnlyList<Target> Targets
)
{
    /// <summary>Whether the route selects a canonical record.</summary>
    public bool Selects(ReadOnlyMemory<byte> canonical) => When is null || When.Passes(canonical);
}

/// <summary>A route's target.</summary>
/// <param name="System">The system written to.</param>
/// <param name="Facts">How writing this type to it behaves.</param>
/// <param name="Out">The mapping out.</param>
/// <param name="Omit">Fields that the target owns; the hub never writes a field back to its owner.</param>
public sealed record Target(ConnectedSystem System, TargetFacts Facts, CompiledMapping Out, IReadOnlySet<string> Omit)
{
    /// <summary>Fields that it owns where the record comes from it: all that nobody else owns by name.</summary>
    public required IReadOnlySet<string> OmitOfItsOwn { get; init; }

    /// <summary>The fields by which a record is looked for here before it is created.</summary>
    public IReadOnlyList<string> MatchKeys { get; init; } = [];

    /// <summary>Which records it makes itself, so that they are found here and never written; null: none.</summary>
    public CompiledFilter? Link { get; init; }

    /// <summary>How a payment is matched with what it pays before it is made here, for this target owns applications; null: it is not.</summary>
    public CashApplicationOptions? CashApplication { get; init; }

    /// <summary>The part in which what a payment lacks is given up here; null where nothing is.</summary>
    public Target? WriteOff { get; init; }

    /// <summary>The canonical type in whose form it is written.</summary>
    public required RecordType Type { get; init; }

    /// <summary>The target's name.</summary>
    public string Name => System.Options.Name;

    /// <summary>The lane of a record in this target.</summary>
    public LaneIdOf Lane => new(Name, Facts.Part);
}

/// <summary>A lane's target and part, to be joined with a record.</summary>
public readonly record struct LaneIdOf(string Target, string Part)
{
    /// <summary>The lane of a record.</summary>
    public Ledger.LaneId Of(CanonicalId record) => new(record, Target, Part);
}

/// <summary>Knows which way every record goes.</summary>
public sealed class Router
{
    private static readonly IReadOnlyDictionary<string, string> NoOwners = new Dictionary<string, string>();
    private readonly IReadOnlyDictionary<RecordType, IReadOnlyDictionary<string, string>> owners;
    private readonly IReadOnlyDictionary<RecordType, IReadOnlyList<string>> match;
    private readonly HashSet<string> withCustomers;

    /// <summary>Joins a valid configuration with its mappings and connectors; what does not fit was refused when it was checked.</summary>
    public Router(HubOptions options, MappingCatalog mappings, IReadOnlyDictionary<string, ConnectedSystem> systems)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(mappings);
        owners = options.Owners;
        match = options.Match;
        Systems = systems;
        withCustomers = options
            .Routes.Where(route => route.Record == RecordType.Customer)
            .SelectMany(route => route.To.Append(route.From))
            .ToHashSet(StringComparer.Ordinal);
        Routes = [.. options.Routes.Select(route => Build(route, mappings))];
        AppliesCash = options.Routes.Any(route => route.CashApplication is not null);
    }

    /// <summary>Whether any route matches payments with what they pay, so that documents are kept by their numbers.</summary>
    public bool AppliesCash { get; }

    /// <summary>Every route.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Every system by name.</summary>
    public IReadOnlyDictionary<string, ConnectedSystem> Systems { get; }

    /// <summary>The route of a record type from a source, or null.</summary>
    public Route? From(string system, RecordType type) =>
        Routes.FirstOrDefault(route => route.Options.From == system && route.Options.Record == type);

    /// <summary>Whether a route takes what a notice of an external type names: records of that type, or of the list that it is.</summary>
    public bool Takes(string system, string externalType)
    {
        var source = Systems[system];
        return source.SourceType(source.Facts.Lists.GetValueOrDefault(externalType, externalType)) is { } type
            && From(system, type) is not null;
    }

    /// <summary>The route that leads a record type into a target, or null; where there are several, that of a source.</summary>
    public (Route Route, Target Target)? To(string target, RecordType type, string? source)
    {
        foreach (var route in Routes.Where(route => route.Options.Record == type).OrderBy(route => route.Options.From != source))
        {
            if (route.Targets.FirstOrDefault(candidate => candidate.Name == target) is { } found)
            {
                return (route, found);
            }
        }

        return null;
    }

    /// <summary>The route that leads a lane's record into its target, with the part that the lane is of; null where there is none any more.</summary>
    public (Route Route, Target Target)? To(Ledger.LaneId lane, string? source) =>
        To(lane.Target, lane.Record.Type, source) is not { } way ? null
        : way.Target.Facts.Part == lane.Part ? way
        : way.Target.WriteOff is { } part && part.Facts.Part == lane.Part ? (way.Route, part)
        : null;

    /// <summary>The fields of a type that some other system than its origin owns by name, and which.</summary>
    public IReadOnlyDictionary<string, string> Owners(RecordType type) => owners.GetValueOrDefault(type) ?? NoOwners;

    private Route Build(RouteOptions route, MappingCatalog mappings)
    {
        var source = Systems[route.From];
        var mapIn = mappings.In(source.Options.Kind, source.Facts.Sources[route.Record], route.Record);
        Invariant.Holds(mapIn is not null, "a checked route has its mapping in");
        var when = route.When is null ? null : mappings.Filter(route.Record, route.When);
        return new Route(route, source, mapIn, when, [.. route.To.Select(name => BuildTarget(route, Systems[name], mappings))]);
    }

    private Target BuildTarget(RouteOptions route, ConnectedSystem system, MappingCatalog mappings)
    {
        var type = route.Record;
        var facts = system.Facts.Targets[type];
        var mapOut = mappings.Out(system.Options.Kind, type, facts.ExternalType);
        Invariant.Holds(mapOut is not null, "a checked route has its mapping out");
        var name = system.Options.Name;
        var fields = Owners(type);
        var cash = fields.GetValueOrDefault(CashProposals.Field) == name ? route.CashApplication : null;
        var omit = fields.Where(field => field.Value == name).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        var others = fields.Where(field => field.Value != name).Select(field => field.Key);
        if (!withCustomers.Contains(name))
        {
            // A customer only groups: where a target has none, what belongs to one is written without it and does not wait for what never comes.
            omit.UnionWith(CanonicalShapes.GroupingFields(type));
        }

        return new Target(system, facts, mapOut, omit)
        {
            Type = type,
            OmitOfItsOwn = CanonicalShapes
                .Of(type)
                .Fields!.Keys.Except(others, StringComparer.Ordinal)
                .Concat(omit)
                .ToHashSet(StringComparer.Ordinal),
            MatchKeys = [.. match.GetValueOrDefault(type, []).Intersect(facts.MatchedBy, StringComparer.Ordinal)],
            Link = route.Link.TryGetValue(name, out var link) ? mappings.Filter(type, link) : null,
            CashApplication = cash,
            WriteOff = cash?.ShortPay is null ? null : BuildWriteOff(facts.WriteOff, system, mappings),
        };
    }

    private static Target BuildWriteOff(TargetFacts? facts, ConnectedSystem system, MappingCatalog mappings)
    {
        Invariant.Holds(facts is not null, "a checked tolerance is of a target that can give up");
        var mapOut = mappings.Out(system.Options.Kind, RecordType.Application, facts.ExternalType);
        Invariant.Holds(mapOut is not null, "a checked tolerance has its mapping out");
        return new Target(system, facts, mapOut, FrozenSet<string>.Empty)
        {
            Type = RecordType.Application,
            OmitOfItsOwn = FrozenSet<string>.Empty,
        };
    }
}
