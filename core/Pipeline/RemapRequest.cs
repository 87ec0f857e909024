using QtcHub.Canonical;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Whose lanes are to be mapped again: those of a record type that a source's route leads to its targets.</summary>
/// <param name="Record">The type of record.</param>
/// <param name="From">The source of the route.</param>
public sealed record RemapRequest(RecordType Record, string From)
{
    /// <summary>Reads what a person writes; <see cref="Fault.Invalid"/> names the routes that there are.</summary>
    internal static Outcome<RemapRequest> Read(Router router, string record, string from)
    {
        var named = router
            .Routes.Select(route => route.Options)
            .FirstOrDefault(route =>
                route.From == from && string.Equals(route.Record.ToString(), record, StringComparison.OrdinalIgnoreCase)
            );
        if (named is not null)
        {
            return new RemapRequest(named.Record, named.From);
        }

        var routes = router.Routes.Select(route => $"{route.Options.Record} from {route.Options.From}").Order(StringComparer.Ordinal);
        return new Fault.Invalid($"{record} from {from}", $"there is no such route; there are: {string.Join(", ", routes)}");
    }
}

/// <summary>Who wants the lanes that would change once more, and why.</summary>
public sealed record RemapOrder(string Who, string Reason);
