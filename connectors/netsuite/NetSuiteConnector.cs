using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.NetSuite;

/// <summary>
/// Writes the hub's records to a NetSuite account by external id and reads back what it wrote; reads receipts of the bank, which NetSuite tells of only when asked.
/// </summary>
internal sealed class NetSuiteConnector : IRecordMatcher, IStampReader, IBackfill
{
    private readonly NetSuiteCalls calls;
    private readonly NetSuiteWriter writer;
    private readonly NetSuiteApplications applications;
    private readonly NetSuiteReversals reversals;
    private readonly NetSuiteChanges changes;

    public NetSuiteConnector(ConnectorContext context, NetSuiteOptions options)
    {
        calls = new NetSuiteCalls(context, options);
        writer = new NetSuiteWriter(calls, new NetSuitePeriods(calls));
        applications = new NetSuiteApplications(calls, writer);
        reversals = new NetSuiteReversals(writer);
        changes = new NetSuiteChanges(calls.QueryAsync, options.TimeZone, context.Time);
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
        var read = await calls.GetAsync(externalType, externalId, cancellationToken);
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
    public string? ReferenceIn(string externalType, ReadOnlyMemory<byte> record) =>
        VendorJson.TryParse(record, out var body) ? body.Text("externalId") : null;

    /// <inheritdoc />
    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        if (request.Type is RecordType.Application)
        {
            return await applications.WriteAsync(request, cancellationToken);
        }

        if (NetSuiteReversals.IsFor(request))
        {
            return await reversals.WriteAsync(request, cancellationToken);
        }

        var (entry, conversion) = NetSuiteConversion.Split(NetSuiteReversals.Without(request.Body));
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
    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        if (request.Type is RecordType.Application)
        {
            return await applications.FindAsync(request, cancellationToken);
        }

        var found = await FindOneAsync(request, cancellationToken);
        if (!found.TryGet(out var lookup, out _) || lookup is not Lookup.Found record)
        {
            return found;
        }

        if (NetSuiteReversals.Of(request.Body) is not null)
        {
            return await reversals.StandingAsync(record, request, cancellationToken);
        }

        if (NetSuiteConversion.Split(request.Body).Conversion is null)
        {
            return found;
        }

        var reference = NetSuiteConversion.ReferenceOf(request.Reference);
        var beside = await writer.FindAsync(NetSuiteRecords.Of(request.Type), reference, cancellationToken);
        return !beside.TryGet(out var conversion, out var fault) ? fault
            : conversion is Lookup.Found stands ? record with { Record = NetSuiteConversion.Join(record.Record, stands.Record) }
            : found;
    }

    /// <inheritdoc />
    public async Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken)
    {
        var match = NetSuiteRecords.MatchOf(request.Type);
        Invariant.Holds(match?.Field == request.Field, "only what is declared is asked for");
        var query = NetSuiteRecords.ByValue(NetSuiteRecords.Of(request.Type), match!.Value.Column, request.Value);
        var queried = await calls.QueryAsync(query, cancellationToken);
        if (!queried.TryGet(out var rows, out var fault))
        {
            return fault;
        }

        var ids = rows.Select(row => NetSuiteRecords.Text(row, "id")).OfType<string>().ToList();
        return ids.Count == rows.Count
            ? await OfSubsidiaryAsync(request, ids, cancellationToken)
            : new Fault.Transient("SuiteQL answered a row without an id");
    }

    /// <summary>
    /// A number is given once in a subsidiary, and in another to another document. A customer and an account of it may have one number: what belongs to a customer is
    /// none, an account is not the customer that it belongs to, and what the hub has written there as the one is not the other.
    /// </summary>
    private async Task<Outcome<IReadOnlyList<string>>> OfSubsidiaryAsync(
        MatchRequest request,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        var asked = NetSuiteRecords.Parse(request.Body);
        if (NetSuiteRecords.SubsidiaryOf(asked) is not { } subsidiary)
        {
            return ids.ToList();
        }

        var own = new List<string>();
        foreach (var id in ids.Where(id => id != NetSuiteRecords.ParentOf(asked)))
        {
            var read = await calls.GetAsync(NetSuiteRecords.Of(request.Type).ExternalType, id, cancellationToken);
            if (!read.TryGet(out var lookup, out var fault))
            {
                return fault;
            }

            var stands = lookup is Lookup.Found { Record: var record } ? NetSuiteRecords.Parse(record) : null;
            if (
                NetSuiteRecords.SubsidiaryOf(stands) == subsidiary
                && !IsOfAnotherType(stands, request.Type)
                && (request.Type != RecordType.Customer || NetSuiteRecords.ParentOf(stands) == NetSuiteRecords.ParentOf(asked))
            )
            {
                own.Add(id);
            }
        }

        return own;
    }

    private static bool IsOfAnotherType(JsonObject? stands, RecordType type) =>
        stands is not null
        && NetSuiteRecords.Text(stands, "externalId") is { } reference
        && CanonicalId.IsOne(reference)
        && new CanonicalId(reference).Type != type;

    private async Task<Outcome<WriteReceipt>> WriteOneAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var target = NetSuiteRecords.Of(request.Type);
        if (IsNewRefund(request) && await StillAppliedAsync(request, cancellationToken) is { } applied)
        {
            return applied;
        }

        var completed = await CompletedAsync(request, cancellationToken);
        if (!completed.TryGet(out var body, out var unknown))
        {
            return unknown;
        }

        body = NetSuiteRecords.Clearing(body);
        var replace = NetSuiteRecords.Bears(body, target.Sublist) ? target.Sublist : null;
        var write = new NetSuiteWrite(target.ExternalType, request.ExternalId, request.Reference, replace, body)
        {
            SendBefore = request.SendBefore,
        };
        var saved = await writer.SaveAsync(target, write, cancellationToken);
        return saved.TryGet(out var id, out var fault) ? new WriteReceipt(id) : fault;
    }

    private static bool IsNewRefund(WriteRequest request) => request is { Type: RecordType.Refund or RecordType.Dispute, ExternalId: null };

    /// <summary>
    /// NetSuite refunds only what is not applied, and billing takes an application back in the same breath as it refunds: the two reach NetSuite in either
    /// order. Nothing is sent while the money is still applied.
    /// </summary>
    private async Task<Fault?> StillAppliedAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        if (NetSuiteRecords.Parse(request.Body) is not { } refund || NetSuiteLine.DocumentOf(refund) is not { } document)
        {
            return null;
        }

        var read = await calls.GetAsync(NetSuiteRecords.Of(RecordType.Payment).ExternalType, document, cancellationToken);
        if (!read.TryGet(out var lookup, out var fault))
        {
            return fault;
        }

        var left = lookup is Lookup.Found { Record: var payment }
            ? NetSuiteRecords.Amount(NetSuiteRecords.Parse(payment), "unapplied")
            : null;
        if (left is null || left >= NetSuiteLine.AmountOf(NetSuiteLine.LineOf(refund)))
        {
            return null;
        }

        // What is lacking may be what this very refund has taken already.
        var found = await writer.FindAsync(NetSuiteRecords.Of(request.Type), request.Reference, cancellationToken);
        return !found.TryGet(out var own, out fault) ? fault
            : own is Lookup.Found ? null
            : new Fault.NotYet("the money is still applied: billing has not taken it back yet");
    }

    private async Task<Outcome<Lookup>> FindOneAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        var target = NetSuiteRecords.Of(request.Type);
        if (request.ExternalId is { } externalId)
        {
            var known = await calls.GetAsync(target.ExternalType, externalId, cancellationToken);
            if (known.Fault is not null || known.Value is Lookup.Found)
            {
                return known;
            }
        }

        return await writer.FindAsync(target, request.Reference, cancellationToken);
    }

    /// <summary>The request as it is; a new refund that does not name its customer gets that of what it refunds, which NetSuite asks for.</summary>
    private async Task<Outcome<ReadOnlyMemory<byte>>> CompletedAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        const string field = "customer";
        if (
            !IsNewRefund(request)
            || NetSuiteRecords.Parse(request.Body) is not { } refund
            || refund[field] is not null
            || NetSuiteLine.DocumentOf(refund) is not { } document
        )
        {
            return request.Body;
        }

        var asked = await writer.CustomerOfAsync(document, cancellationToken);
        if (!asked.TryGet(out var customer, out var fault))
        {
            return fault;
        }

        refund[field] = customer;
        return (ReadOnlyMemory<byte>)NetSuiteRecords.Bytes(refund);
    }
}
