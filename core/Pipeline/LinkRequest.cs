using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>What is to be matched in bulk: a source's records of a type with what targets of its route hold.</summary>
/// <param name="Record">The type of record.</param>
/// <param name="From">The source of the route.</param>
/// <param name="Targets">The targets, in ordinal order.</param>
public sealed record LinkRequest(RecordType Record, string From, IReadOnlyList<string> Targets)
{
    /// <summary>
    /// Reads what a person writes: a record type and systems, the source first and then targets; a source alone means all targets of its route, none the only route
    /// that the type has. <see cref="Fault.Invalid"/> names what is wrong and what would do.
    /// </summary>
    internal static Outcome<LinkRequest> Read(Router router, string record, IReadOnlyList<string> systems)
    {
        var ofType = router
            .Routes.Where(route => string.Equals(route.Options.Record.ToString(), record, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var named =
            systems is [var source, ..] ? ofType.Find(route => route.Options.From == source)
            : ofType is [var only] ? only
            : null;
        if (named is null)
        {
            var routes = router.Routes.Select(route => $"{route.Options.Record} --systems {Systems(route)}").Order(StringComparer.Ordinal);
            return new Fault.Invalid(
                $"{record} {string.Join(',', systems)}".TrimEnd(),
                $"there is no such route; there are: {string.Join("; ", routes)}"
            );
        }

        if (systems.Skip(1).FirstOrDefault(name => named.Targets.All(target => target.Name != name)) is { } stranger)
        {
            return new Fault.Invalid(
                stranger,
                $"{named.Options.Record} from {named.Options.From} goes to {string.Join(", ", named.Options.To)}"
            );
        }

        var targets = named.Targets.Where(target => systems.Count < 2 || systems.Contains(target.Name, StringComparer.Ordinal)).ToList();
        return Refusal(named, targets) is { } refused
            ? refused
            : new LinkRequest(
                named.Options.Record,
                named.Options.From,
                [.. targets.Select(target => target.Name).Order(StringComparer.Ordinal)]
            );
    }

    private static Fault.Invalid? Refusal(Route route, IReadOnlyList<Target> targets) =>
        route.Source.Connector is not IBackfill ? new Fault.Invalid(route.Options.From, "cannot list what it holds")
        : targets.FirstOrDefault(target => target.MatchKeys.Count == 0 || target.System.Connector is not IRecordMatcher) is { } blind
            ? new Fault.Invalid(
                blind.Name,
                $"nothing finds a {route.Options.Record} there: add match: with a field that it can be asked by"
                    + (blind.Facts.MatchedBy.Count == 0 ? "; there is none" : $" ({string.Join(", ", blind.Facts.MatchedBy)})")
            )
        : null;

    private static string Systems(Route route) => string.Join(',', route.Options.To.Prepend(route.Options.From));
}

/// <summary>Who links, and whether only to look.</summary>
/// <param name="Who">Who says so.</param>
/// <param name="OnlyLooks">Nothing is linked; what would be is reported.</param>
public sealed record LinkOrder(string Who, bool OnlyLooks);
