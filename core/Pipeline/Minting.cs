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
        var keys = KeysOf(at.Type, content);
        if (at.Id is { } known)
        {
            return await ClaimLaterAsync(at, known, keys, cancellationToken) is { } taken ? taken : known;
        }

        var (owner, ambiguous) = await OwnerAsync(keys, cancellationToken);
        if (ambiguous is not null)
        {
            return ambiguous;
        }

        var (system, notice) = (at.Arrival.System, at.Arrival.Notice);
        if (owner is { } one && await IdThereAsync(one, at.Arrival, cancellationToken) is { } another && another != notice.ExternalId)
        {
            return new Fault.Rejected("several-records", $"its match key is the one of {another} too");
        }

        var id = owner ?? CanonicalId.Mint(at.Type, system, notice.ExternalType, notice.ExternalId);
        var refused = await ClaimAsync(keys, id, cancellationToken);
        refused ??= Refusal(await hub.Store.ClaimAsync(system, notice.ExternalType, notice.ExternalId, id, cancellationToken), id);
        return refused is not null ? refused
            : owner is not null ? new Fault.Conflict("it is a record that is known already")
            : id;
    }

    /// <summary>The record that another source has told of and that has a match key of this one, which its source tells of for the first time; null: none.</summary>
    public async Task<CanonicalId?> OwnerAsync(RecordType type, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        (await OwnerAsync(KeysOf(type, content), cancellationToken)).Owner;

    private async Task<(CanonicalId? Owner, Fault? Ambiguous)> OwnerAsync(IReadOnlyList<MatchKey> keys, CancellationToken cancellationToken)
    {
        CanonicalId? owner = null;
        foreach (var key in keys)
        {
            var owns = await OwnerAsync(key, cancellationToken);
            if (owner is not null && owns is not null && owner != owns)
            {
                return (null, new Fault.Rejected("several-records", $"its match keys belong to {owner} and to {owns}"));
            }

            owner ??= owns;
        }

        return (owner, null);
    }

    /// <summary>
    /// A record may get a key, or another one, after it was told of first. A key that it had before and that is another's was so before there were match
    /// keys; one that it gets now says that one fact was told of as two.
    /// </summary>
    private async Task<Fault?> ClaimLaterAsync(
        Observed at,
        CanonicalId id,
        IReadOnlyList<MatchKey> keys,
        CancellationToken cancellationToken
    )
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var had = at.Head is { Value: { Revision: > 0 } head }
            ? KeysOf(at.Type, await hub.Store.ContentAsync(id, head.Revision, cancellationToken))
            : [];
        foreach (var key in keys)
        {
            var owner = await OwnerAsync(key, cancellationToken);
            if (owner is null && await ClaimAsync([key], id, cancellationToken) is { } refused)
            {
                return refused;
            }

            if (owner is { } other && other != id && !had.Contains(key))
            {
                return new Fault.Rejected("several-records", $"its match key belongs to {other}");
            }
        }

        return null;
    }

    /// <summary>The id under which a record is known to stand in the system that a notice is from, or null: no two records of one system are one.</summary>
    private async Task<string?> IdThereAsync(CanonicalId record, Arrival arrival, CancellationToken cancellationToken)
    {
        if ((await hub.Store.HeadAsync(record, cancellationToken))?.Value.Source(arrival.System) is { } told)
        {
            return told.IsGone ? null : told.ExternalId;
        }

        return
            arrival.Source.WritesAs(record.Type, arrival.Notice.ExternalType)
            && hub.Router.To(arrival.System, record.Type, null) is { } way
            && await hub.Store.LaneAsync(way.Target.Lane.Of(record), cancellationToken) is { } lane
            ? lane.Value.ExternalId
            : null;
    }

    /// <summary>Whose a match key is: a record's that lives, for what was merged into it had its keys too.</summary>
    private async Task<CanonicalId?> OwnerAsync(MatchKey key, CancellationToken cancellationToken) =>
        await hub.Store.ClaimedAsync(Matches, key.Field, key.Value, cancellationToken) is { } claimed
            ? await hub.Store.SurvivorAsync(claimed, cancellationToken)
            : null;

    private async Task<Fault?> ClaimAsync(IReadOnlyList<MatchKey> keys, CanonicalId id, CancellationToken cancellationToken)
    {
        foreach (var (field, value) in keys)
        {
            var owner = await hub.Store.ClaimAsync(Matches, field, value, id, cancellationToken);
            var living = owner is { } one && one != id ? await hub.Store.SurvivorAsync(one, cancellationToken) : owner;
            if (Refusal(living, id) is { } refused)
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
