using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Finds what stands in an org. Queries read the database that was written, and say "none" with a 200; a 404 of a row's address may also be a wrong object, or one
/// that the user may not see.
/// </summary>
internal sealed class SalesforceLookup(SalesforceCalls calls, SalesforceObjects objects)
{
    private const string Account = "Account__c";
    private const string Entity = "Entity__c";

    // Accounts merged into accounts that were merged in their turn.
    private const int MostMerges = 10;

    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        if (request.ExternalId is { } known)
        {
            var read = await GetAsync(request, known, cancellationToken);
            if (read.Fault is not null || read.Value is Lookup.Found)
            {
                return read;
            }
        }

        var found = await ByReferenceAsync(request.Type, request.Reference, cancellationToken);
        return !found.TryGet(out var ids, out var fault) ? fault
            : ids.Count > 1 ? new Fault.Rejected("several-records", $"more than one {objects[request.Type]} bears the hub's reference")
            : ids.Count == 0 ? new Lookup.Absent()
            : await GetAsync(request, ids[0], cancellationToken);
    }

    /// <summary>The ids of the rows that bear the hub's reference, two at most.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> ByReferenceAsync(
        RecordType type,
        string reference,
        CancellationToken cancellationToken
    )
    {
        var field = objects.ReferenceField;
        var read = await QueryAsync(
            $"SELECT Id, {field} FROM {objects[type]} WHERE {field} = {Soql.Text(reference)} LIMIT 2",
            isAll: false,
            cancellationToken
        );
        return read.TryGet(out var rows, out var fault) ? Ids(rows, row => row.Text(field) == reference) : fault;
    }

    /// <summary>The ids of the rows that hold a value; of one legal company, where the request says which, or of none.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken)
    {
        var match = SalesforceTargets.All[request.Type].Match;
        Invariant.Holds(match?.Field == request.Field, "only what is declared is asked for");
        var (_, column) = match!.Value;
        // More than there are entities that could each have given the number once.
        var read = await QueryAsync(
            $"SELECT Id, {column}, {Entity} FROM {objects[request.Type]} WHERE {column} = {Soql.Text(request.Value)} LIMIT 200",
            isAll: false,
            cancellationToken
        );
        if (!read.TryGet(out var rows, out var fault))
        {
            return fault;
        }

        var entity = SalesforceBody.Parse(request.Body) is { } body ? SalesforceBody.Text(body, Entity) : null;
        // Salesforce compares texts without regard to case.
        return Ids(
            rows,
            row => row.Text(column) == request.Value && (entity is null || row.Text(Entity) is null || row.Text(Entity) == entity)
        );
    }

    /// <summary>The account that an account was merged into, over as many merges as there were; the same where it was not merged, or is not known any more.</summary>
    public async Task<Outcome<string>> SurvivorAsync(string account, CancellationToken cancellationToken)
    {
        var survivor = account;
        for (var merge = 0; merge < MostMerges; merge++)
        {
            var read = await QueryAsync(
                $"SELECT Id, MasterRecordId FROM Account WHERE Id = {Soql.Text(survivor)} LIMIT 2",
                isAll: true,
                cancellationToken
            );
            if (!read.TryGet(out var rows, out var fault))
            {
                return fault;
            }

            if (rows is not [var row, ..] || row.Text("MasterRecordId") is not { } master)
            {
                return survivor;
            }

            survivor = master;
        }

        return account;
    }

    private async Task<Outcome<Lookup>> GetAsync(LookupRequest request, string id, CancellationToken cancellationToken)
    {
        var called = await calls.SendAsync(
            CallKind.Read,
            (api, version, token, cancel) => api.GetAsync(new SalesforceRow(version, objects[request.Type], id), token, cancel),
            cancellationToken
        );
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (SalesforceFaults.IsGone(answer))
        {
            return new Lookup.Absent();
        }

        if (!answer.IsSuccess)
        {
            return SalesforceFaults.OfRead(answer, calls.Now, calls.Secrets);
        }

        return SalesforceBody.Parse(answer.Body) is { } row
            ? await FoundAsync(request, id, row, cancellationToken)
            : new Fault.Transient("the answer is not the JSON of a row");
    }

    /// <summary>A row in the form of the request: in the org's only currency where it has one, and of the account asked for where that was merged into the row's.</summary>
    private async Task<Outcome<Lookup>> FoundAsync(LookupRequest request, string id, JsonObject row, CancellationToken cancellationToken)
    {
        if (objects.OnlyCurrency is { } currency)
        {
            row[SalesforceBody.Currency] = currency;
        }

        if (
            SalesforceBody.Parse(request.Body) is { } asked
            && SalesforceBody.Text(asked, Account) is { } account
            && SalesforceBody.Text(row, Account) is { } stands
            && stands != account
        )
        {
            var followed = await SurvivorAsync(account, cancellationToken);
            if (!followed.TryGet(out var survivor, out var fault))
            {
                return fault;
            }

            row[Account] = survivor == stands ? account : stands;
        }

        return new Lookup.Found(id, SalesforceBody.Bytes(row));
    }

    private async Task<Outcome<IReadOnlyList<JsonElement>>> QueryAsync(string soql, bool isAll, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, version, token, cancel) =>
                isAll ? api.QueryAllAsync(version, soql, token, cancel) : api.QueryAsync(version, soql, token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        return answer.Array("records") is { } rows
            ? rows.EnumerateArray().ToList()
            : new Fault.Transient("a query's answer without records");
    }

    private static Outcome<IReadOnlyList<string>> Ids(IReadOnlyList<JsonElement> rows, Func<JsonElement, bool> bears) =>
        rows.Any(row => row.Text("Id") is null)
            ? new Fault.Transient("a query answered a row without an id")
            : rows.Where(bears).Select(row => row.Text("Id")!).ToList();
}
