using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>Reads <c>routes:</c> and <c>owners:</c>.</summary>
internal sealed class RoutesReader(
    ErrorList errors,
    HubKnowledge known,
    IReadOnlyDictionary<string, SystemOptions> systems,
    CustomFieldTypes custom
)
{
    private static readonly string[] Records = Enum.GetNames<RecordType>();
    private readonly HashSet<(RecordType, string)> taken = [];
    private readonly Dictionary<(RecordType, string), YamlScalar> places = [];
    private readonly List<(YamlScalar Place, RecordType Record, string Target)> linked = [];
    private readonly CashApplicationReader cash = new(errors, known, systems);

    public IReadOnlyList<RouteOptions> Read(Section file)
    {
        if (file.Node("routes") is not YamlList { Items.Count: > 0 } list)
        {
            errors.Add(
                file.Node("routes") ?? new YamlScalar(1, 1, "", Quoted: false, OneLine: true),
                "there are no routes",
                "add routes: with record:, from: and to:"
            );
            return [];
        }

        var routes = new List<RouteOptions>();
        foreach (var item in list.Items)
        {
            if (item is not YamlMap map)
            {
                errors.Add(item, "a route has fields", "write record:, from: and to:");
            }
            else if (Route(map) is { } route)
            {
                routes.Add(route);
            }
        }

        return routes;
    }

    /// <summary>Field owners; a field not named is owned by its route's source.</summary>
    public IReadOnlyDictionary<RecordType, IReadOnlyDictionary<string, string>> Owners(Section file, IReadOnlyList<RouteOptions> routes)
    {
        var owners = new Dictionary<RecordType, IReadOnlyDictionary<string, string>>();
        foreach (var (name, value) in file.Map("owners", "a record")?.Entries ?? [])
        {
            if (Record(name) is not { } record)
            {
                continue;
            }

            if (value is not YamlMap fields)
            {
                errors.Add(name, $"{name.Text} has no fields here", "write field: system below it");
                continue;
            }

            owners[record] = Owners(record, fields, routes);
        }

        return owners;
    }

    /// <summary>
    /// A record that comes back to where it started has two sources of truth, unless the one that closes the circle owns fields of its own: those are all
    /// that it sends.
    /// </summary>
    public void RefuseRounds(
        IReadOnlyList<RouteOptions> routes,
        IReadOnlyDictionary<RecordType, IReadOnlyDictionary<string, string>> owners
    )
    {
        for (var at = 0; at < routes.Count; at++)
        {
            var route = routes[at];
            var before = routes.Take(at).Where(other => other.Record == route.Record).ToList();
            var owns = owners.TryGetValue(route.Record, out var fields) && fields.Values.Contains(route.From, StringComparer.Ordinal);
            if (owns || !places.TryGetValue((route.Record, route.From), out var place))
            {
                continue;
            }

            if (route.To.FirstOrDefault(target => Reaches(before, target, route.From)) is { } back)
            {
                errors.Add(
                    place,
                    $"{route.Record} goes round: {back} leads back to {route.From}, which owns no field of it",
                    $"remove this route, or give {route.From} its fields under owners:"
                );
            }
        }
    }

    /// <summary>What a target makes itself is found by a match key: without one it would be waited for in vain.</summary>
    public void RefuseBlindLinks(Func<RecordType, string, IReadOnlyList<string>?> unasked)
    {
        foreach (var (place, record, target) in linked)
        {
            if (unasked(record, target) is { } keys)
            {
                errors.Add(
                    place,
                    $"nothing finds a {record} in {target}",
                    keys.Count == 0 ? $"take {target} out: it can be asked by none" : $"add {string.Join(" or ", keys)} to match: {record}:"
                );
            }
        }
    }

    /// <summary>Payments cannot be matched with what is not known.</summary>
    public void RefuseBlindMatching(
        IReadOnlyList<RouteOptions> routes,
        IReadOnlyDictionary<RecordType, IReadOnlyDictionary<string, string>> owners
    ) => cash.RefuseBlind(routes, owners);

    private static bool Reaches(IReadOnlyList<RouteOptions> routes, string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { from };
        var ahead = new Queue<string>([from]);
        while (ahead.TryDequeue(out var system))
        {
            foreach (var next in routes.Where(route => route.From == system).SelectMany(route => route.To).Where(seen.Add))
            {
                ahead.Enqueue(next);
            }
        }

        return seen.Contains(to) && from != to;
    }

    private Dictionary<string, string> Owners(RecordType record, YamlMap fields, IReadOnlyList<RouteOptions> routes)
    {
        string[] ownable =
        [
            .. CanonicalShapes.Of(record).Fields!.Keys,
            .. custom.Of(record).Keys.Select(name => $"{CanonicalShapes.Custom}.{name}"),
        ];
        var ends = routes
            .Where(route => route.Record == record)
            .SelectMany(route => route.To.Prepend(route.From))
            .ToHashSet(StringComparer.Ordinal);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in fields.Entries)
        {
            if (!ownable.Contains(field.Text, StringComparer.Ordinal))
            {
                errors.Add(field, $"{record} has no field {field.Text}", Nearest.Fix(field.Text, ownable));
            }

            if (value is not YamlScalar system || !systems.ContainsKey(system.Text))
            {
                var written = (value as YamlScalar)?.Text ?? "";
                errors.Add(value, $"unknown system {written}", Nearest.Fix(written, systems.Keys));
            }
            else if (!ends.Contains(system.Text))
            {
                errors.Add(value, $"no route of {record} touches {system.Text}", Nearest.Fix(system.Text, ends));
            }
            else
            {
                owners[field.Text] = system.Text;
            }
        }

        return owners;
    }

    private RouteOptions? Route(YamlMap map)
    {
        var route = new Section(map, errors, HubSettings.Route);
        var record = route.Text("record", "Invoice") is { } name ? Record(name) : null;
        var from = route.Text("from", "a system");
        var to = route.Words("to", "[a system]");
        var gone = Gone(route);
        var startsByLink = StartsByLink(route);
        if (record is not { } type)
        {
            return null;
        }

        var when = When(route.Node("when"), type);
        var link = Link(route, type, to);
        if (startsByLink)
        {
            linked.AddRange(to.Select(target => (target, type, target.Text)));
        }

        if (from is not null)
        {
            Source(from, type);
        }

        foreach (var target in to)
        {
            Target(target, type, from);
        }

        if (to.Select(target => target.Text).Distinct(StringComparer.Ordinal).Count() < to.Count)
        {
            errors.Add(route.Node("to")!, "a target is here twice", "keep one of them");
        }

        if (from is not null && !taken.Add((type, from.Text)))
        {
            errors.Add(map, $"{type} from {from.Text} has two routes", "give one route all the targets in to:");
        }

        if (from is not null)
        {
            places[(type, from.Text)] = from;
        }

        return new RouteOptions
        {
            Record = type,
            From = from?.Text ?? "",
            To = [.. to.Select(target => target.Text)],
            When = when,
            StartsByLink = startsByLink,
            Gone = gone,
            Link = link,
            CashApplication = cash.Read(route, type, [.. to.Select(target => target.Text)]),
        };
    }

    private Dictionary<string, string> Link(Section route, RecordType type, IReadOnlyList<YamlScalar> to)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (target, condition) in route.Map("link", "a target")?.Entries ?? [])
        {
            if (to.All(name => name.Text != target.Text))
            {
                errors.Add(target, $"{target.Text} is no target of this route", Nearest.Fix(target.Text, to.Select(name => name.Text)));
            }
            else if (When(condition, type) is { } written)
            {
                links[target.Text] = written;
                linked.Add((target, type, target.Text));
            }
        }

        return links;
    }

    private RecordType? Record(YamlScalar name)
    {
        if (Records.Contains(name.Text, StringComparer.Ordinal))
        {
            return Enum.Parse<RecordType>(name.Text);
        }

        errors.Add(name, $"unknown record {name.Text}", Nearest.Fix(name.Text, Records));
        return null;
    }

    private bool StartsByLink(Section route)
    {
        var written = route.Optional("startsBy", "link");
        if (written is not (null or { Text: "link" }))
        {
            errors.Add(written, $"startsBy cannot be {written.Text}", "write startsBy: link, or leave it out");
        }

        return written is not null;
    }

    private WhenGone Gone(Section route)
    {
        var written = route.Optional("gone", "hold");
        if (written is null or { Text: "hold" })
        {
            return WhenGone.Hold;
        }

        if (written.Text != "inactivate")
        {
            errors.Add(
                written,
                $"gone cannot be {written.Text}",
                Nearest.Fix(written.Text, HubSettings.Route.Single(setting => setting.Name == "gone").OneOf!)
            );
        }

        return WhenGone.Inactivate;
    }

    // Several conditions in a list all have to hold.
    private string? When(YamlNode? written, RecordType type)
    {
        var conditions = new List<string>();
        foreach (
            var item in written is YamlList list ? list.Items
            : written is null ? []
            : [written]
        )
        {
            if (item is not YamlScalar { Text.Length: > 0 } condition)
            {
                errors.Add(item, "a condition is an expression", "write e.g. status | one-of(open, paid)");
            }
            else if (MappingCatalog.Filter(type, condition, errors, custom) is not null)
            {
                conditions.Add(condition.Text);
            }
        }

        return conditions.Count == 0 ? null : string.Join(" && ", conditions);
    }

    private void Source(YamlScalar from, RecordType type)
    {
        if (Facts(from) is not var (kind, facts))
        {
            return;
        }

        if (!facts.Sources.TryGetValue(type, out var externalType))
        {
            errors.Add(
                from,
                $"{kind} is no source of {type}",
                Choice(system => known.Kinds.GetValueOrDefault(system.Kind)?.Sources.ContainsKey(type) == true)
            );
            return;
        }

        if (!known.WithChangeFeed.Contains(kind))
        {
            errors.Add(from, $"{kind} cannot be polled, and a webhook can be lost", "use a source whose connector reads changes");
        }

        if (known.Catalog.In(kind, externalType, type) is null)
        {
            errors.Add(from, $"there is no mapping {kind}.{externalType} -> {type}", "add the mapping, or correct the errors in it");
        }
    }

    private void Target(YamlScalar to, RecordType type, YamlScalar? from)
    {
        if (Facts(to) is not var (kind, facts))
        {
            return;
        }

        if (to.Text == from?.Text)
        {
            errors.Add(to, $"{to.Text} is source and target of the same route", "remove it from to:");
        }
        else if (!facts.Targets.TryGetValue(type, out var target))
        {
            errors.Add(
                to,
                $"{kind} is no target of {type}",
                Choice(system => known.Kinds.GetValueOrDefault(system.Kind)?.Targets.ContainsKey(type) == true)
            );
        }
        else if (known.Catalog.Out(kind, type, target.ExternalType) is null)
        {
            errors.Add(to, $"there is no mapping {type} -> {kind}.{target.ExternalType}", "add the mapping, or correct the errors in it");
        }
    }

    private (string Kind, ConnectorFacts Facts)? Facts(YamlScalar name)
    {
        if (!systems.TryGetValue(name.Text, out var system))
        {
            errors.Add(name, $"unknown system {name.Text}", Nearest.Fix(name.Text, systems.Keys));
            return null;
        }

        return known.Kinds.TryGetValue(system.Kind, out var facts) ? (system.Kind, facts) : null;
    }

    private string Choice(Func<SystemOptions, bool> fits)
    {
        var names = systems.Values.Where(fits).Select(system => system.Name).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? "remove the route" : $"use one of {string.Join(", ", names)}";
    }
}
