using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Reads records as they are now, each complete. Rows that were deleted are still there for a while, and say so, and say into which other they were merged.
/// A record is as new as its own row's stamp: those of its parts may go, and their stamps with them.
/// </summary>
internal sealed class SalesforceRecords(SalesforceRows rows, SalesforceOptions options)
{
    private readonly SalesforceSubscriptions subscriptions = new(rows, options);
    private readonly SalesforceCustomers customers = new(rows, options);

    public async Task<Outcome<RecordReading>> ReadAsync(string type, string id, CancellationToken cancellationToken) =>
        type switch
        {
            SalesforceKind.Account => await ReadCustomerAsync(id, cancellationToken),
            SalesforceKind.AccountBilling => await ReadAccountAsync(id, cancellationToken),
            SalesforceKind.AccountCustomers => await customers.ListAsync(id, cancellationToken),
            SalesforceKind.Contact => await ReadContactAsync(id, cancellationToken),
            SalesforceKind.Product => await ReadProductAsync(id, cancellationToken),
            SalesforceKind.Order when id.StartsWith(SalesforceId.Opportunity, StringComparison.Ordinal) => await ReadOpportunityAsync(
                id,
                cancellationToken
            ),
            SalesforceKind.Order => await ReadOrderAsync(id, cancellationToken),
            SalesforceKind.PriceProduct => await ListAsync("PricebookEntry", "Product2Id", id, SalesforceKind.Product, cancellationToken),
            SalesforceKind.ItemOrder => await ListAsync("OrderItem", "OrderId", id, SalesforceKind.Order, cancellationToken),
            SalesforceKind.Opportunity => await ListWonAsync(id, cancellationToken),
            SalesforceKind.LineOpportunity => await ListLineAsync(id, cancellationToken),
            _ => throw new InvariantException($"a type that the kind declares, not {type}"),
        };

    /// <summary>An account is a customer from when another is under it, and none any more once none is.</summary>
    private Task<Outcome<RecordReading>> ReadCustomerAsync(string id, CancellationToken cancellationToken) =>
        ReadGroupAsync(
            id,
            (found, group) => group.IsCustomer ? Found(found) with { SoByList = group.List } : new RecordReading.Deleted(found.Marker),
            cancellationToken
        );

    /// <summary>An account with the customer that it belongs to, where a route takes customers.</summary>
    private async Task<Outcome<RecordReading>> ReadAccountAsync(string id, CancellationToken cancellationToken)
    {
        if (options.Takes(RecordType.Customer))
        {
            return await ReadGroupAsync(
                id,
                (found, group) =>
                    Found(found, customer: found.Row.Text(group.IsCustomer ? "Id" : SalesforceCustomers.Parent)) with
                    {
                        SoByList = group.List,
                    },
                cancellationToken
            );
        }

        var read = await FindAsync("Account", id, cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault : found.Ended ?? Found(found);
    }

    /// <summary>What an account that stands is, by whether it is a customer.</summary>
    private async Task<Outcome<RecordReading>> ReadGroupAsync(
        string id,
        Func<FoundRow, SalesforceGroup, RecordReading> told,
        CancellationToken cancellationToken
    )
    {
        var read = await FindAsync("Account", id, cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.Ended is { } ended)
        {
            return ended;
        }

        var judged = await customers.JudgeAsync(id, cancellationToken);
        return judged.TryGet(out var group, out fault) ? told(found, group) : fault;
    }

    /// <summary>A contact of no account is nobody's customer, and one that was taken off its account is so no more.</summary>
    private async Task<Outcome<RecordReading>> ReadContactAsync(string id, CancellationToken cancellationToken)
    {
        var read = await FindAsync("Contact", id, cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault
            : found.Ended is { } ended ? ended
            : found.Row.Text("AccountId") is null ? new RecordReading.Deleted(found.Marker)
            : Found(found);
    }

    /// <summary>A product with its active prices in one price book, in every currency.</summary>
    private Task<Outcome<RecordReading>> ReadProductAsync(string id, CancellationToken cancellationToken)
    {
        var book = options.PriceBook is { } chosen ? $"Pricebook2Id = {Soql.Text(chosen)}" : "Pricebook2.IsStandard = true";
        var source = new Part("PricebookEntry", "Product2", SalesforceForm.Prices, $" AND IsActive = true AND {book}");
        return ReadWholeAsync("Product2", id, source, cancellationToken);
    }

    private Task<Outcome<RecordReading>> ReadOrderAsync(string id, CancellationToken cancellationToken) =>
        ReadWholeAsync("Order", id, new Part("OrderItem", "Order", SalesforceForm.Lines, ""), cancellationToken);

    /// <summary>An opportunity is an order from when it is won, and none any more when it is opened again.</summary>
    private async Task<Outcome<RecordReading>> ReadOpportunityAsync(string id, CancellationToken cancellationToken)
    {
        var source = new Part("OpportunityLineItem", SalesforceKind.Opportunity, SalesforceForm.Lines, "");
        var read = await FindAsync(SalesforceKind.Opportunity, id, cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault
            : found.Ended is { } ended ? ended
            : !found.Row.IsTrue("IsWon") ? new RecordReading.Deleted(found.Marker)
            : await ReadPartsAsync(found, id, source, cancellationToken);
    }

    private async Task<Outcome<RecordReading>> ReadWholeAsync(string name, string id, Part part, CancellationToken cancellationToken)
    {
        var read = await FindAsync(name, id, cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault
            : found.Ended is { } ended ? ended
            : await ReadPartsAsync(found, id, part, cancellationToken);
    }

    /// <summary>Parts are read after the row: only where it bears the same stamp beside them did they belong to it all along.</summary>
    private async Task<Outcome<RecordReading>> ReadPartsAsync(FoundRow found, string id, Part part, CancellationToken cancellationToken)
    {
        var fields = string.Join(", ", options.Fields[part.Object].Prepend("Id"));
        var read = await rows.ReadAsync(
            $"SELECT {fields}, {part.Relationship}.SystemModstamp FROM {part.Object} WHERE {part.Relationship}Id = {Soql.Text(id)}{part.Condition} ORDER BY Id",
            alsoDeleted: false,
            cancellationToken
        );
        if (!read.TryGet(out var parts, out var fault))
        {
            return fault;
        }

        if (!parts.TrueForAll(row => row.Object(part.Relationship)?.Stamp() == found.Marker.NotBefore))
        {
            return new Fault.Transient("the record changed while it was read");
        }

        var named = await subscriptions.FindAsync(parts, cancellationToken);
        return named.TryGet(out var known, out fault) ? Found(found, new SalesforceParts(part.Name, parts, known)) : fault;
    }

    /// <summary>The record that a row is part of, for a message that tells only of the part.</summary>
    private async Task<Outcome<RecordReading>> ListAsync(
        string name,
        string parent,
        string id,
        string type,
        CancellationToken cancellationToken
    )
    {
        var read = await rows.ReadAsync($"SELECT {parent} FROM {name} WHERE Id = {Soql.Text(id)}", alsoDeleted: true, cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault
            : found.Count == 0 ? new RecordReading.Missing()
            : new RecordReading.Listed([
                .. found.Select(row => row.Text(parent)).OfType<string>().Select(of => new Notice(type, of, Marker.AnyTime, null)),
            ]);
    }

    /// <summary>An opportunity, where it is won.</summary>
    private async Task<Outcome<RecordReading>> ListWonAsync(string id, CancellationToken cancellationToken)
    {
        var read = await rows.ReadAsync(
            $"SELECT Id FROM Opportunity WHERE Id = {Soql.Text(id)} AND IsWon = true",
            alsoDeleted: false,
            cancellationToken
        );
        return !read.TryGet(out var won, out var fault)
            ? fault
            : new RecordReading.Listed([.. won.Select(_ => new Notice(SalesforceKind.Order, id, Marker.AnyTime, null))]);
    }

    /// <summary>The opportunity of a line, where it is won.</summary>
    private async Task<Outcome<RecordReading>> ListLineAsync(string id, CancellationToken cancellationToken)
    {
        var read = await rows.ReadAsync(
            $"SELECT OpportunityId FROM OpportunityLineItem WHERE Id = {Soql.Text(id)} AND Opportunity.IsWon = true",
            alsoDeleted: true,
            cancellationToken
        );
        return !read.TryGet(out var won, out var fault)
            ? fault
            : new RecordReading.Listed([
                .. won.Select(row => row.Text("OpportunityId"))
                    .OfType<string>()
                    .Select(of => new Notice(SalesforceKind.Order, of, Marker.AnyTime, null)),
            ]);
    }

    private async Task<Outcome<FoundRow>> FindAsync(string name, string id, CancellationToken cancellationToken)
    {
        var own = name is "Account" or "Contact" ? "Id, IsDeleted, MasterRecordId, SystemModstamp" : "Id, IsDeleted, SystemModstamp";
        var read = await rows.ReadAsync(
            $"SELECT {own}, {string.Join(", ", options.Fields[name])} FROM {name} WHERE Id = {Soql.Text(id)}",
            alsoDeleted: true,
            cancellationToken
        );
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.Count == 0)
        {
            return new FoundRow(default, default, new RecordReading.Missing());
        }

        if (found[0].Stamp() is not { } stamp)
        {
            return new Fault.Rejected("unreadable-record", "a record without the time of its last change");
        }

        return new FoundRow(found[0], Marker.At(stamp), EndOf(found[0], Marker.At(stamp)));
    }

    private static RecordReading? EndOf(JsonElement row, Marker marker) =>
        !row.IsTrue("IsDeleted") ? null
        : row.Text("MasterRecordId") is { } into ? new RecordReading.Merged(into, marker)
        : new RecordReading.Deleted(marker);

    private RecordReading.Found Found(FoundRow found, SalesforceParts? parts = null, string? customer = null) =>
        new(SalesforceForm.Write(found.Row, options.OnlyCurrency, parts, customer), found.Marker);

    /// <summary>A row that was found, or what there is in its place.</summary>
    private sealed record FoundRow(JsonElement Row, Marker Marker, RecordReading? Ended);

    /// <summary>The rows that belong to a record: their object, by which they point to it, the list's name and what else they fulfil.</summary>
    private sealed record Part(string Object, string Relationship, string Name, string Condition);
}
