using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Gives what a source tells of its canonical id: the one it was claimed for, that of a record which another source told of and which has the same match
/// key, or a new one. Whoever claims a key first is right: two sources that tell of one fact at the same time end with one record.
/// </summary>
internal sealed class Minting(HubContext hub)
{
    // No system can be named so.
    private const string Matches = "~match";

    /// <summary>The record's id. A Conflict says that it is another source's record: it is claimed now, and to be read again as that.</summary>
    public async Task<Outcome<CanonicalId>> IdAsync(Observed at, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (at.Id is { } known)
        {
            return known;
        }

        var keys = KeysOf(at.Type, content);
        CanonicalId? owner = null;
        foreach (var (field, value) in keys)
        {
            var owns = await hub.Store.ClaimedAsync(Matches, field, value, cancellationToken);
            if (owner is not null && owns is not null && owner != owns)
            {
                return new Fault.Rejected("several-records", $"its match keys belong to {owner} and to {owns}");
            }

            owner ??= owns;
        }

        var (system, notice) = (at.Arrival.System, at.Arrival.Notice);
        var id = owner ?? CanonicalId.Mint(at.Type, system, notice.ExternalType, notice.ExternalId);
        var refused = await ClaimAsync(keys, id, cancellationToken);
        refused ??= Refusal(await hub.Store.ClaimAsync(system, notice.ExternalType, notice.ExternalId, id, cancellationToken), id);
        return refused is not null ? refused
            : owner is not null ? new Fault.Conflict("it is a record that is known already")
            : id;
    }

    private async Task<Fault?> ClaimAsync(IReadOnlyList<MatchKey> keys, CanonicalId id, CancellationToken cancellationToken)
    {
        foreach (var (field, value) in keys)
        {
            if (Refusal(await hub.Store.ClaimAsync(Matches, field, value, id, cancellationToken), id) is { } refused)
            {
                return refused;
            }
        }

        return null;
    }

    private static Fault? Refusal(CanonicalId? owner, CanonicalId id) =>
        owner == id ? null
        : owner is null ? new Fault.Transient("the store is overloaded")
        : new Fault.Conflict("claimed meanwhile");

    /// <summary>Keys are those of one legal company: two may give the same number to different documents.</summary>
    private List<MatchKey> KeysOf(RecordType type, ReadOnlyMemory<byte> content)
    {
        var keys = new List<MatchKey>();
        if (content.IsEmpty || !hub.Options.Match.TryGetValue(type, out var fields))
        {
            return keys;
        }

        using var record = JsonDocument.Parse(content);
        var entity = record.RootElement.GetProperty("entity").GetString();
        foreach (var field in fields)
        {
            if (record.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String)
            {
                keys.Add(new MatchKey($"{type}.{field}", $"{entity}/{value.GetString()}"));
            }
        }

        return keys;
    }

    private readonly record struct MatchKey(string Field, string Value);
}
