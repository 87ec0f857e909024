using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using Refit;

namespace QtcHub.Connectors.NetSuite;

/// <summary>Writes the hub's records to a NetSuite account by external id and reads back what it wrote; reads receipts of the bank, which NetSuite tells of only when asked.</summary>
internal sealed class NetSuiteConnector : IRecordMatcher, IRecordReader, IBackfill
{
    private readonly TimeProvider time;
    private readonly VendorHttp http;
    private readonly INetSuiteApi api;
    private readonly NetSuiteAuth auth;
    private readonly NetSuiteChanges changes;

    public NetSuiteConnector(ConnectorContext context, NetSuiteOptions options)
    {
        time = context.Time;
        http = new VendorHttp(context with { Handler = new NetSuiteSigner(context.Handler) });
        api = RestService.For<INetSuiteApi>(http.Client);
        auth = new NetSuiteAuth(context, options, http, api);
        changes = new NetSuiteChanges(QueryAsync, options.TimeZone, time);
    }

    /// <inheritdoc />
    public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) => NetSuiteChanges.ReadNotices(body);

    /// <inheritdoc />
    public Task<Outcome<ChangePage>> ReadChangesAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => changes.ReadAsync(cursor, from, until, cancellationToken);

    /// <inheritdoc />
    public Task<Outcome<ChangePage>> ReadRecordsAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        Invariant.Holds(externalType == NetSuiteChanges.Receipt, "a type that this kind is a source of");
        return changes.ReadAsync(cursor, from, until, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken)
    {
        Invariant.Holds(externalType == NetSuiteChanges.Receipt, "a type that this kind is a source of");
        var read = await GetAsync(externalType, externalId, cancellationToken);
        if (!read.TryGet(out var lookup, out var fault))
        {
            return fault;
        }

        if (lookup is not Lookup.Found { Record: var record })
        {
            return new RecordReading.Missing();
        }

        return NetSuiteRecords.Parse(record) is { } payment && NetSuiteChanges.ChangedAt(payment) is { } changed
            ? new RecordReading.Found(record, Marker.At(changed))
            : new Fault.Transient("the answer is a record without the time of its last change");
    }

    /// <inheritdoc />
    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var (entry, conversion) = NetSuiteConversion.Split(request.Body);
        if (conversion is { } beside)
        {
            // First, so that the record of the hub's own reference stands only once both do; an upsert may be repeated.
            var reference = NetSuiteConversion.ReferenceOf(request.Reference);
            var written = await WriteOneAsync(request with { Reference = reference, ExternalId = null, Body = beside }, cancellationToken);
            if (written.Fault is not null)
            {
                return written;
            }
        }

        return await WriteOneAsync(request with { Body = entry }, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken)
    {
        Invariant.Holds(request is { Type: RecordType.Product, Field: "sku" }, "a field that this kind is asked by");
        var (sql, limit) = NetSuiteRecords.BySku(request.Value);
        var queried = await QueryAsync(sql, limit, cancellationToken);
        if (!queried.TryGet(out var rows, out var fault))
        {
            return fault;
        }

        var ids = rows.Select(row => NetSuiteRecords.Text(row, "id")).OfType<string>().ToList();
        return ids.Count == rows.Count ? ids : new Fault.Transient("SuiteQL answered a row without an id");
    }

    private async Task<Outcome<WriteReceipt>> WriteOneAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var target = NetSuiteRecords.Of(request.Type);
        var called = await CallAsync(CallKind.Write, (pass, token) => SendAsync(target, request, pass, token), cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (NetSuiteFaults.IsError(answer))
        {
            return await JudgeAsync(request, answer, cancellationToken);
        }

        if (answer.Status == HttpStatusCode.Accepted)
        {
            return new Fault.Ambiguous("NetSuite took the write for later, which nobody asked for");
        }

        if ((NetSuiteRecords.IdOf(answer.Headers.Location) ?? request.ExternalId) is { } id)
        {
            return new WriteReceipt(id);
        }

        // Saved for certain, but its id is not known; where it cannot be read now, the read-back will.
        var found = await FindOneAsync(Asking(request) with { ExternalId = null }, cancellationToken);
        return found.TryGet(out var lookup, out _) && lookup is Lookup.Found made
            ? new WriteReceipt(made.ExternalId)
            : new Fault.Ambiguous("NetSuite saved the record without saying its id, and it could not be read");
    }

    /// <inheritdoc />
    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        var found = await FindOneAsync(request, cancellationToken);
        if (
            !found.TryGet(out var lookup, out _)
            || lookup is not Lookup.Found record
            || NetSuiteConversion.Split(request.Body).Conversion is not { } asked
        )
        {
            return found;
        }

        var beside = await FindOneAsync(
            new LookupRequest(request.Type, NetSuiteConversion.ReferenceOf(request.Reference), null, asked),
            cancellationToken
        );
        return !beside.TryGet(out var conversion, out var fault) ? fault
            : conversion is Lookup.Found stands ? record with { Record = NetSuiteConversion.Join(record.Record, stands.Record) }
            : found;
    }

    private async Task<Outcome<Lookup>> FindOneAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        var target = NetSuiteRecords.Of(request.Type);
        if (request.ExternalId is { } externalId)
        {
            var known = await GetAsync(target.ExternalType, externalId, cancellationToken);
            if (known.Fault is not null || known.Value is Lookup.Found)
            {
                return known;
            }
        }

        var (sql, limit) = NetSuiteRecords.ByReference(target, request.Reference);
        var queried = await QueryAsync(sql, limit, cancellationToken);
        if (!queried.TryGet(out var rows, out var fault))
        {
            return fault;
        }

        if (rows.Count > 1)
        {
            return new Fault.Rejected("several-records", $"more than one {target.ExternalType} bears the hub's reference");
        }

        return rows.Count == 0 ? new Lookup.Absent()
            : NetSuiteRecords.Text(rows[0], "id") is { } id ? await GetAsync(target.ExternalType, id, cancellationToken)
            : new Fault.Transient("SuiteQL answered a row without an id");
    }

    private static LookupRequest Asking(WriteRequest request) => new(request.Type, request.Reference, request.ExternalId, request.Body);

    /// <summary>What a refused write means; some refusals need a look at the account.</summary>
    private async Task<Outcome<WriteReceipt>> JudgeAsync(WriteRequest request, VendorAnswer answer, CancellationToken cancellationToken)
    {
        var (day, namesPeriod) = NetSuiteRecords.PostingOf(request.Body);
        if (NetSuiteFaults.IsClosedPeriod(answer, namesPeriod) && day is { } bears)
        {
            return await ClosedPeriodAsync(bears, cancellationToken);
        }

        var unspeakable = auth.Secrets.Concat(NetSuiteFaults.TextsOf(NetSuiteRecords.Parse(request.Body)));
        var fault = NetSuiteFaults.Of(answer, time.GetUtcNow(), isWrite: true, unspeakable);
        if (!NetSuiteFaults.IsDuplicate(answer))
        {
            return fault;
        }

        // "Already exists" is either an earlier write of ours that was thought lost, or somebody else's record of that name. Only the reference tells.
        var found = await FindOneAsync(Asking(request), cancellationToken);
        if (!found.TryGet(out var lookup, out var unread))
        {
            return unread is Fault.Rejected
                ? unread
                : new Fault.Ambiguous($"refused as already there, and could not be read back: {unread.Name}");
        }

        return lookup is Lookup.Found ? new Fault.Ambiguous("refused as already there, and there is one of the hub's reference") : fault;
    }

    private async Task<Fault> ClosedPeriodAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var (sql, limit) = NetSuiteRecords.PeriodsFrom(day);
        var queried = await QueryAsync(sql, limit, cancellationToken);
        var periods = queried.TryGet(out var rows, out _) ? rows : [];
        var own = periods.Count > 0 ? NetSuiteRecords.Text(periods[0], "periodname") : null;
        var open = periods.Find(IsOpen);
        return new Fault.ClosedPeriod(own ?? $"{day:yyyy-MM}", open is null ? null : NetSuiteRecords.Text(open, "id"));
    }

    // A locked period still lets some roles in, but the hub's own is not known: it counts as closed.
    private static bool IsOpen(JsonObject period) =>
        Array.TrueForAll(["closed", "alllocked", "arlocked"], (string flag) => NetSuiteRecords.Text(period, flag) is "F" or null);

    private async Task<Outcome<Lookup>> GetAsync(string externalType, string id, CancellationToken cancellationToken)
    {
        var called = await CallAsync(CallKind.Read, (pass, token) => api.GetAsync(externalType, id, pass, token), cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (answer.Status == HttpStatusCode.NotFound)
        {
            return new Lookup.Absent();
        }

        if (NetSuiteFaults.IsError(answer))
        {
            return NetSuiteFaults.Of(answer, time.GetUtcNow(), isWrite: false, auth.Secrets);
        }

        return NetSuiteRecords.Parse(answer.Body) is null
            ? new Fault.Transient("the answer is not the JSON of a record")
            : new Lookup.Found(id, answer.Body);
    }

    private async Task<Outcome<List<JsonObject>>> QueryAsync(string sql, int limit, CancellationToken cancellationToken)
    {
        var called = await CallAsync(
            CallKind.Read,
            async (pass, token) =>
            {
                using var body = NetSuiteRecords.Query(sql);
                return await api.QueryAsync(limit, body, pass, token);
            },
            cancellationToken
        );
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (NetSuiteFaults.IsError(answer))
        {
            return NetSuiteFaults.Of(answer, time.GetUtcNow(), isWrite: false, auth.Secrets);
        }

        return NetSuiteRecords.Rows(answer) is { } rows ? rows : new Fault.Transient("the answer is not a collection");
    }

    private async Task<HttpResponseMessage> SendAsync(
        NetSuiteTarget target,
        WriteRequest request,
        NetSuitePass pass,
        CancellationToken cancellationToken
    )
    {
        using var body = new ReadOnlyMemoryContent(request.Body);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // A record known to exist is addressed by its own id: the external id may have been taken off it by hand, and an upsert would then make a second one.
        return request.ExternalId is { } id
            ? await api.UpdateAsync(target.ExternalType, id, target.Replace, body, pass, cancellationToken)
            : await api.UpsertAsync(target.ExternalType, request.Reference, target.Replace, body, pass, cancellationToken);
    }

    private async Task<Outcome<VendorAnswer>> CallAsync(
        CallKind kind,
        Func<NetSuitePass, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken
    )
    {
        var signedIn = await auth.PassAsync(cancellationToken);
        if (!signedIn.TryGet(out var pass, out var fault))
        {
            return fault;
        }

        var called = await http.CallAsync(kind, token => send(pass, token), cancellationToken);
        if (called.Fault is null && called.Value.Status == HttpStatusCode.Unauthorized)
        {
            auth.Refuse(pass);
        }

        return called;
    }
}
