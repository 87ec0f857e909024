using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace QtcHub.Connectors.Paperbox;

/// <summary>Reads accounts as they are now: by id, and by the hub's own reference.</summary>
internal sealed class PaperboxRecords(PaperboxCalls calls)
{
    private const int LongestId = 64;

    public async Task<Outcome<RecordReading>> ReadAsync(string externalId, CancellationToken cancellationToken)
    {
        var read = await GetAsync(externalId, cancellationToken);
        if (!read.TryGet(out var account, out var fault))
        {
            return IsMissing(fault) ? new RecordReading.Missing() : fault;
        }

        if (InstantOf(account, "updated_at") is not { } updated)
        {
            return new Fault.Rejected("unreadable-account", "an account that does not say when it was changed");
        }

        return account.IsTrue("deleted")
            ? new RecordReading.Deleted(Marker.At(updated))
            : new RecordReading.Found(Raw(account), Marker.At(updated));
    }

    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        if (request.ExternalId is not { } id)
        {
            return await FindByReferenceAsync(request.Reference, cancellationToken);
        }

        var read = await GetAsync(id, cancellationToken);
        return read.TryGet(out var account, out var fault) ? Standing(account)
            : IsMissing(fault) ? new Lookup.Absent()
            : fault;
    }

    /// <summary>An instant with its offset, as Paperbox writes them; null where there is none.</summary>
    public static DateTimeOffset? InstantOf(JsonElement parent, string name) =>
        DateTimeOffset.TryParse(parent.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUniversalTime()
            : null;

    private async Task<Outcome<Lookup>> FindByReferenceAsync(string reference, CancellationToken cancellationToken)
    {
        var read = await calls.CallAsync(CallKind.Read, (api, key, token) => api.FindAsync(reference, key, token), cancellationToken);
        if (!read.TryGet(out var list, out var fault))
        {
            return fault;
        }

        return list.Array("data") is not { } found ? new Fault.Rejected("unreadable-list", "a list without data")
            : found.GetArrayLength() > 1 ? new Fault.Rejected("several-records", "several accounts bear one reference of the hub's")
            : found.GetArrayLength() == 0 ? new Lookup.Absent()
            : Standing(found[0]);
    }

    private async Task<Outcome<JsonElement>> GetAsync(string id, CancellationToken cancellationToken)
    {
        // The id becomes part of a path: escaping keeps its other characters, but nothing escapes a dot.
        if (id is "" or "." or ".." || id.Length > LongestId)
        {
            return new Fault.Invalid("id", "an id of Paperbox's has 1 to 64 characters and is no path");
        }

        return await calls.CallAsync(CallKind.Read, (api, key, token) => api.GetAsync(id, key, token), cancellationToken);
    }

    private static Outcome<Lookup> Standing(JsonElement account) =>
        account.IsTrue("deleted") ? new Lookup.Absent()
        : account.Text("id") is { Length: > 0 } id ? new Lookup.Found(id, Raw(account))
        : new Fault.Rejected("unreadable-account", "an account without an id");

    private static bool IsMissing(Fault fault) => fault is Fault.Rejected { VendorCode: PaperboxFaults.NoAccount };

    private static byte[] Raw(JsonElement account) => JsonMarshal.GetRawUtf8Value(account).ToArray();
}
