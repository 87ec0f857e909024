using System.Text;
using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Core.Connectors;

/// <summary>The way to a <see cref="ScriptedVendor"/>, for the source <c>shop</c> and the target <c>books</c> alike.</summary>
internal sealed class ScriptedConnector(string system, ScriptedVendor vendor, VendorHttp http)
    : IWebhookSource,
        IStampReader,
        IBackfill,
        IRecordMatcher
{
    public WebhookVerdict Verify(WebhookRequest request)
    {
        if (!request.Headers.TryGetValue("x-signature", out var signature) || signature != "genuine")
        {
            return new WebhookVerdict.Refused("signature-mismatch");
        }

        using var body = Parse(request.Body);
        return body is null
            ? new WebhookVerdict.Unreadable("no-envelope")
            : new WebhookVerdict.Verified(vendor.NamesEvents ? body.RootElement.GetProperty("id").GetString() : null)
            {
                Kept = Encoding.UTF8.GetBytes(vendor.Keeps ?? ""),
            };
    }

    public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body)
    {
        using var parsed = Parse(body);
        if (parsed is null || !parsed.RootElement.TryGetProperty("notices", out var notices))
        {
            return new Fault.Invalid("notices", "an event has notices");
        }

        return notices.EnumerateArray().Select(Read).ToList();
    }

    public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken) =>
        vendor.ReadAsync($"{externalType}/{externalId}");

    public string? ReferenceIn(string externalType, ReadOnlyMemory<byte> record)
    {
        using var parsed = Parse(record);
        return parsed is not null && parsed.RootElement.TryGetProperty("stamp", out var stamp) ? stamp.GetString() : null;
    }

    public Task<Outcome<ChangePage>> ReadChangesAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => Task.FromResult(vendor.Page(cursor, from, until));

    public Task<Outcome<ChangePage>> ReadRecordsAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => vendor.ListAsync(new Listing(externalType, cursor, from, until));

    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var outcome = await vendor.WriteAsync(request);
        if (vendor.Wire.Headers.Count > 0)
        {
            await http.CallAsync(
                CallKind.Write(request.SendBefore),
                token => http.Client.GetAsync(new Uri("/", UriKind.Relative), token),
                cancellationToken
            );
        }

        return outcome;
    }

    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        if (vendor.IsSilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return vendor.Find(request.Reference, request.ExternalId);
    }

    public Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(vendor.Match(request));

    public override string ToString() => system;

    private static Notice Read(JsonElement notice)
    {
        var at = Marker.At(DateTimeOffset.UnixEpoch.AddSeconds(notice.GetProperty("at").GetInt64()));
        ReadOnlyMemory<byte>? embedded = notice.TryGetProperty("record", out var record)
            ? new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(record.GetRawText()))
            : default(ReadOnlyMemory<byte>?);
        return new Notice(notice.GetProperty("type").GetString()!, notice.GetProperty("id").GetString()!, at, embedded);
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
