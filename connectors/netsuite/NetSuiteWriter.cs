using System.Net;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.NetSuite;

/// <summary>Saves records under the hub's reference, says what a refusal means, and finds what was saved.</summary>
internal sealed class NetSuiteWriter(NetSuiteCalls calls, NetSuitePeriods periods)
{
    /// <summary>The id of what was saved, or why it was not.</summary>
    public async Task<Outcome<string>> SaveAsync(NetSuiteTarget target, NetSuiteWrite write, CancellationToken cancellationToken)
    {
        var posting = NetSuiteRecords.PostingOf(write.Body);
        if (
            write.Id is null
            && target.IsTransaction
            && posting is { Day: { } day, NamesPeriod: false }
            && await periods.RefusalAsync(day, cancellationToken) is { } closed
        )
        {
            return closed;
        }

        var called = await calls.SaveAsync(write, cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (NetSuiteFaults.IsError(answer))
        {
            return await JudgeAsync(target, write, answer, cancellationToken);
        }

        if (answer.Status == HttpStatusCode.Accepted)
        {
            return new Fault.Ambiguous("NetSuite took the write for later, which nobody asked for");
        }

        if ((NetSuiteRecords.IdOf(answer.Headers.Location) ?? write.Id) is { } id)
        {
            return id;
        }

        // Saved for certain, but its id is not known; where it cannot be read now, the read-back will.
        var found = await FindAsync(target, write.Reference, cancellationToken);
        return found.TryGet(out var lookup, out _) && lookup is Lookup.Found made
            ? made.ExternalId
            : new Fault.Ambiguous("NetSuite saved the record without saying its id, and it could not be read");
    }

    /// <summary>The one record that bears the hub's reference.</summary>
    public async Task<Outcome<Lookup>> FindAsync(NetSuiteTarget target, string reference, CancellationToken cancellationToken)
    {
        var queried = await calls.QueryAsync(NetSuiteRecords.ByReference(target, reference), cancellationToken);
        if (!queried.TryGet(out var rows, out var fault))
        {
            return fault;
        }

        if (rows.Count > 1)
        {
            return new Fault.Rejected("several-records", $"more than one {target.ExternalType} bears the hub's reference");
        }

        return rows.Count == 0 ? new Lookup.Absent()
            : NetSuiteRecords.Text(rows[0], "id") is { } id ? await calls.GetAsync(target.ExternalType, id, cancellationToken)
            : new Fault.Transient("SuiteQL answered a row without an id");
    }

    /// <summary>A reference to the customer of a document, for what the hub knows only by the document that it settles.</summary>
    public async Task<Outcome<JsonObject>> CustomerOfAsync(string document, CancellationToken cancellationToken)
    {
        var asked = await calls.QueryAsync(NetSuiteRecords.CustomerOf(document), cancellationToken);
        if (!asked.TryGet(out var rows, out var fault))
        {
            return fault;
        }

        return rows.Count > 0 && NetSuiteRecords.Text(rows[0], "entity") is { } customer
            ? new JsonObject { ["id"] = customer }
            : new Fault.Rejected("no-customer", $"the document {document} is not there, and so its customer is not known");
    }

    /// <summary>What an answer that is no success means, where the account need not be asked.</summary>
    public Fault FaultOf(NetSuiteWrite write, VendorAnswer answer)
    {
        var unspeakable = calls.Secrets.Concat(NetSuiteFaults.TextsOf(NetSuiteRecords.Parse(write.Body)));
        return NetSuiteFaults.Of(answer, calls.Now, isWrite: true, unspeakable);
    }

    /// <summary>What a refused write means; some refusals need a look at the account.</summary>
    private async Task<Fault> JudgeAsync(
        NetSuiteTarget target,
        NetSuiteWrite write,
        VendorAnswer answer,
        CancellationToken cancellationToken
    )
    {
        var (day, namesPeriod) = NetSuiteRecords.PostingOf(write.Body);
        if (NetSuiteFaults.IsClosedPeriod(answer, namesPeriod) && day is { } bears)
        {
            return await periods.ClosedAsync(bears, cancellationToken);
        }

        var fault = FaultOf(write, answer);
        if (!NetSuiteFaults.IsDuplicate(answer))
        {
            return fault;
        }

        // "Already exists" is either an earlier write of ours that was thought lost, or somebody else's record of that name. Only the reference tells.
        var found = await FindAsync(target, write.Reference, cancellationToken);
        if (!found.TryGet(out var lookup, out var unread))
        {
            return unread is Fault.Rejected
                ? unread
                : new Fault.Ambiguous($"refused as already there, and could not be read back: {unread.Name}");
        }

        return lookup is Lookup.Found ? new Fault.Ambiguous("refused as already there, and there is one of the hub's reference") : fault;
    }
}
