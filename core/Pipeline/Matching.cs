using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Asks a target for a record by its match keys, one after the other, until one of them finds something.</summary>
internal sealed class Matching(HubContext hub)
{
    private static readonly Matches Nothing = new(null, []);

    /// <summary>The target's ids of the records that have a match key of this one.</summary>
    /// <param name="target">The target.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="content">The canonical record.</param>
    /// <param name="body">The request that would create it, or empty.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Outcome<Matches>> FindAsync(
        Target target,
        RecordType type,
        ReadOnlyMemory<byte> content,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        using var record = JsonDocument.Parse(content);
        foreach (var key in target.MatchKeys)
        {
            if (!record.RootElement.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.String)
            {
                continue;
            }

            var request = new MatchRequest(type, key, value.GetString()!) { Body = body };
            var asked = await hub.Gate.CallAsync(
                target.Name,
                () => Lookups.MatchAsync(hub, target, request, cancellationToken),
                cancellationToken
            );
            if (!asked.TryGet(out var ids, out var fault))
            {
                return fault;
            }

            if (ids.Count > 0)
            {
                return new Matches(key, ids);
            }
        }

        return Nothing;
    }
}

/// <summary>The records of a target that have a match key of a record; none by any key where there are none.</summary>
internal sealed record Matches(string? Key, IReadOnlyList<string> Ids);
