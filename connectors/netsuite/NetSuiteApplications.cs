using System.Net;
using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.NetSuite;

/// <summary>
/// Applications, which NetSuite does not have as records: each is one line of the <c>apply</c> sublist of the payment or credit memo it comes from. The line's key
/// is the document it goes to, so it is set, whatever stands there, and no other line is touched. A write-off is a credit memo of its own with that one line.
/// </summary>
internal sealed class NetSuiteApplications(NetSuiteCalls calls, NetSuiteWriter writer)
{
    private const string WriteOff = "writeOff";
    private const string Apply = "apply";
    private static readonly NetSuiteTarget Memo = NetSuiteRecords.Of(RecordType.CreditNote);

    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        if (NetSuiteRecords.Parse(request.Body) is not { } body || NetSuiteLine.DocumentOf(body) is not { } document)
        {
            return new Fault.Rejected("no-document", "an application says which document it goes to");
        }

        if (body[WriteOff] is JsonObject memo)
        {
            return await WriteOffAsync(request, memo, body, document, cancellationToken);
        }

        if (NetSuiteLine.Of(body, document) is not { } line)
        {
            return new Fault.Rejected("no-source", "an application comes from a customer payment or a credit memo");
        }

        if (request.ExternalId is null && await TakenAsync(line, cancellationToken) is { } taken)
        {
            return taken;
        }

        var write = new NetSuiteWrite(
            line.From,
            line.FromId,
            request.Reference,
            null,
            NetSuiteRecords.Bytes(new JsonObject { [Apply] = Copy(body, Apply) })
        )
        {
            SendBefore = request.SendBefore,
        };
        var called = await calls.SaveAsync(write, cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (!NetSuiteFaults.IsError(answer))
        {
            return answer.Status == HttpStatusCode.Accepted
                ? new Fault.Ambiguous("NetSuite took the write for later, which nobody asked for")
                : new WriteReceipt(line.ExternalId(request.Reference));
        }

        // It bears no date that could be moved: whoever opens the payment's period, or its non-G/L changes, lets it through.
        return NetSuiteFaults.IsClosedPeriod(answer, namesPeriod: true)
            ? new Fault.ClosedPeriod($"that of {line.From} {line.FromId}", null)
            : writer.FaultOf(write, answer);
    }

    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        var body = NetSuiteRecords.Parse(request.Body);
        if (request.ExternalId is null && body?[WriteOff] is JsonObject)
        {
            var byReference = await writer.FindAsync(Memo, request.Reference, cancellationToken);
            return byReference.TryGet(out var lookup, out _) && lookup is Lookup.Found memo
                ? Standing(NetSuiteLine.OfMemo(memo.ExternalId, NetSuiteLine.DocumentOf(body)!), memo, request)
                : byReference;
        }

        var line =
            request.ExternalId is { } externalId ? NetSuiteLine.Parse(externalId)
            : body is not null && NetSuiteLine.DocumentOf(body) is { } document ? NetSuiteLine.Of(body, document)
            : null;
        if (line is null)
        {
            // Without a request nothing says whose line it would be; a first write looks before it writes.
            return new Lookup.Absent();
        }

        var read = await calls.GetAsync(line.From, line.FromId, cancellationToken);
        return read.TryGet(out var live, out _) && live is Lookup.Found source ? Standing(line, source, request) : read;
    }

    /// <summary>What stands there, in the form of a request.</summary>
    private static Outcome<Lookup> Standing(NetSuiteLine line, Lookup.Found source, LookupRequest request)
    {
        var record = NetSuiteRecords.Parse(source.Record)!;
        var applied = line.AppliedIn(record);
        if (request.ExternalId is null && NetSuiteRecords.Parse(request.Body) is { } asked && asked[WriteOff] is null)
        {
            if (applied is null)
            {
                return new Lookup.Absent();
            }

            if (NetSuiteLine.AmountOf(applied) != NetSuiteLine.AmountOf(NetSuiteLine.LineOf(asked)))
            {
                return Taken(line);
            }
        }

        // Where nothing was given up the line may say nothing of it.
        var stands = (JsonObject?)applied?.DeepClone() ?? line.Unapplied();
        stands["disc"] ??= 0;
        var standing = new JsonObject
        {
            [line.From] = new JsonObject { ["id"] = line.FromId },
            [WriteOff] = record.DeepClone(),
            [Apply] = new JsonObject { ["items"] = new JsonArray(stands) },
        };
        return new Lookup.Found(line.ExternalId(request.Reference), NetSuiteRecords.Bytes(standing));
    }

    /// <summary>
    /// A payment has one line for each document. Where it is applied already and not by this application, two would be one: neither may be set over the other, nor
    /// can they be added up without being added twice one day.
    /// </summary>
    private async Task<Fault?> TakenAsync(NetSuiteLine line, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync(line.From, line.FromId, cancellationToken);
        if (!read.TryGet(out var live, out var fault))
        {
            return fault;
        }

        return live is Lookup.Found source && line.AppliedIn(NetSuiteRecords.Parse(source.Record)!) is not null ? Taken(line) : null;
    }

    private static Fault.Rejected Taken(NetSuiteLine line) =>
        new("line-taken", $"{line.From} {line.FromId} is already applied to {line.Document}, and not by this application");

    private async Task<Outcome<WriteReceipt>> WriteOffAsync(
        WriteRequest request,
        JsonObject memo,
        JsonObject body,
        string document,
        CancellationToken cancellationToken
    )
    {
        var record = (JsonObject)memo.DeepClone();
        record[Apply] = Copy(body, Apply);
        if (request.ExternalId is null)
        {
            var asked = await writer.CustomerOfAsync(document, cancellationToken);
            if (!asked.TryGet(out var customer, out var fault))
            {
                return fault;
            }

            record["entity"] = customer;
        }

        var id = request.ExternalId is { } known ? NetSuiteLine.Parse(known)?.FromId : null;
        var write = new NetSuiteWrite(Memo.ExternalType, id, request.Reference, $"{Memo.Sublist},{Apply}", NetSuiteRecords.Bytes(record))
        {
            SendBefore = request.SendBefore,
        };
        var saved = await writer.SaveAsync(Memo, write, cancellationToken);
        return saved.TryGet(out var made, out var refused)
            ? new WriteReceipt(NetSuiteLine.OfMemo(made, document).ExternalId(request.Reference))
            : refused;
    }

    private static JsonNode? Copy(JsonObject body, string name) => body[name]?.DeepClone();
}
