namespace QtcHub.Sandbox.Salesforce;

/// <summary>What a pretend org holds. Ids and numbers count up, so that the same requests at the same instants make the same org.</summary>
internal sealed class SalesforceOrg
{
    private readonly VendorSetup setup;
    private readonly Dictionary<string, OrderedDictionary<string, Row>> tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> counters = new(StringComparer.Ordinal);

    /// <summary>An org with its standard price book and nothing else.</summary>
    public SalesforceOrg(VendorSetup setup)
    {
        this.setup = setup;
        foreach (var known in SalesforceObjects.All)
        {
            tables.Add(known.Name, new OrderedDictionary<string, Row>(StringComparer.Ordinal));
        }

        var book = New(SalesforceObjects.Get("Pricebook2"));
        book["Name"] = "Standard Price Book";
        book["IsActive"] = true;
        book["IsStandard"] = true;
        Keep(book);
        StandardPricebook = book.Id;
    }

    /// <summary>The id of the price book that every product's first price is in.</summary>
    public string StandardPricebook { get; }

    /// <summary>Whether an external id is unique, as the metadata says. Where an administrator has left that out, two records may bear one.</summary>
    public bool IsUnique { get; set; } = true;

    /// <summary>Told of every record that was made or changed by somebody; not of what a delete or a merge takes along.</summary>
    public Action<Row> Changed { get; set; } = _ => { };

    /// <summary>The instant of whatever happens now: the org's stamps have whole seconds.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(setup.Now().ToUnixTimeSeconds());

    /// <summary>Today in the company's calendar.</summary>
    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, setup.Calendar).DateTime);

    /// <summary>Every record of an object, oldest first, those deleted included.</summary>
    public IEnumerable<Row> All(string name) => tables[name].Values;

    /// <summary>The records of an object that stand.</summary>
    public IEnumerable<Row> Standing(string name) => All(name).Where(row => !row.IsDeleted);

    /// <summary>A record by its id, deleted or not.</summary>
    public Row? Find(string name, string id) => SalesforceIds.Read(id) is { } whole ? tables[name].GetValueOrDefault(whole) : null;

    /// <summary>A record that stands.</summary>
    public Row Get(string name, string id) => Find(name, id) is { IsDeleted: false } row ? row : throw SalesforceRefusal.NotFound();

    /// <summary>The record that a lookup points to, where it stands.</summary>
    public Row? Follow(Row row, string field) =>
        row.Text(field) is { } id && tables[row.Of[field].To!].GetValueOrDefault(id) is { IsDeleted: false } target ? target : null;

    /// <summary>The records that stand and bear a value in a field.</summary>
    public IEnumerable<Row> Bearing(string name, string field, string value) => Standing(name).Where(row => row.Text(field) == value);

    /// <summary>Makes a record.</summary>
    public Row Create(SObject of, IReadOnlyDictionary<string, object?> given)
    {
        var row = New(of);
        foreach (var field in of.Fields)
        {
            row[field.Name] ??= field.Default;
        }

        Write(row, given);
        SalesforceRules.FillIn(this, row, isNew: true);
        SalesforceRules.Check(this, row, null);
        Keep(row);
        RollUp(row);
        Changed(row);
        return row;
    }

    /// <summary>Changes a record. A refusal leaves it as it was.</summary>
    public void Update(Row row, IReadOnlyDictionary<string, object?> given)
    {
        var before = new Dictionary<string, object>(row.Values, StringComparer.Ordinal);
        try
        {
            Write(row, given);
            SalesforceRules.FillIn(this, row, isNew: false);
            SalesforceRules.Check(this, row, before);
        }
        catch (SalesforceRefusal)
        {
            Restore(row, before);
            throw;
        }

        Stamp(row, byHand: true);
        RollUp(row);
        if (before.GetValueOrDefault("StatusCode") is "D" && row["StatusCode"] is "A")
        {
            SalesforceOrders.Reduce(this, row);
        }

        Changed(row);
    }

    /// <summary>Deletes a record with what goes along with it, or refuses where something stands that needs it.</summary>
    public void Delete(Row row)
    {
        CheckNotNeeded(row);
        Remove(row);
    }

    /// <summary>
    /// Merges an account or a contact into another: what pointed to it points to the other, and it is deleted, naming the other. Nobody is told of it, nor of
    /// what was moved: no rule runs when a record is deleted or moved so. The one that stays counts as changed.
    /// </summary>
    public void Merge(Row into, Row loser)
    {
        if (into.Of != loser.Of || into.Of.Find("MasterRecordId") is null || into == loser)
        {
            throw SalesforceRefusal.Record("INVALID_OPERATION", "only two accounts or two contacts can be merged");
        }

        if (SalesforceRules.IsBelow(this, into, loser))
        {
            // An account is not its own parent, however far up.
            into["ParentId"] = null;
        }

        foreach (var (child, field) in Children(loser).ToArray())
        {
            child[field.Name] = into.Id;
            Stamp(child, byHand: false);
        }

        loser["IsDeleted"] = true;
        loser["MasterRecordId"] = into.Id;
        Stamp(loser, byHand: true);
        Stamp(into, byHand: true);
        Changed(into);
    }

    /// <summary>A number that the org keeps of a record changes.</summary>
    public void Adjust(Row row, string field, decimal number)
    {
        row[field] = number;
        Stamp(row, byHand: false);
    }

    /// <summary>The next number that the org counts by itself.</summary>
    public string Count(string of)
    {
        counters[of] = counters.GetValueOrDefault(of) + 1;
        return SalesforceIds.Counted(counters[of]);
    }

    private void CheckNotNeeded(Row row)
    {
        foreach (var (child, field) in Children(row))
        {
            if (field.IsRestricting || child["StatusCode"] is "A")
            {
                throw SalesforceRefusal.Record(
                    "DELETE_FAILED",
                    $"Your attempt to delete {row.Id} could not be completed because it is associated with {child.Of.Name} {child.Id}"
                );
            }

            if (field.IsCascading)
            {
                CheckNotNeeded(child);
            }
        }
    }

    private void Remove(Row row)
    {
        foreach (var (child, field) in Children(row).ToArray())
        {
            if (field.IsCascading)
            {
                Remove(child);
                continue;
            }

            child[field.Name] = null;
            Stamp(child, byHand: false);
        }

        row["IsDeleted"] = true;
        Stamp(row, byHand: true);
    }

    private Row New(SObject of)
    {
        counters[of.Prefix] = counters.GetValueOrDefault(of.Prefix) + 1;
        return new Row(of, SalesforceIds.Make(of.Prefix, counters[of.Prefix]));
    }

    private void Keep(Row row)
    {
        row["CreatedDate"] = Now;
        Stamp(row, byHand: true);
        tables[row.Of.Name].Add(row.Id, row);
    }

    private IEnumerable<(Row Child, Field Field)> Children(Row row) =>
        SalesforceObjects
            .PointingTo(row.Of)
            .Where(pointer => pointer.Field.Name != "MasterRecordId")
            .SelectMany(pointer => Bearing(pointer.Of.Name, pointer.Field.Name, row.Id).Select(child => (child, pointer.Field)));

    // What a record sums up of its lines changes with each of them.
    private void RollUp(Row row)
    {
        var (parent, line, total) = row.Of.Name switch
        {
            "OrderItem" => (Follow(row, "OrderId"), "OrderId", "TotalAmount"),
            "OpportunityLineItem" => (Follow(row, "OpportunityId"), "OpportunityId", "Amount"),
            _ => (null, "", ""),
        };
        if (parent is null)
        {
            return;
        }

        var sum = Bearing(row.Of.Name, line, parent.Id).Sum(each => each.Number("TotalPrice"));
        if (parent.Number(total) != sum)
        {
            Adjust(parent, total, sum);
        }
    }

    // What the org does itself moves only the system's stamp.
    private void Stamp(Row row, bool byHand)
    {
        row["SystemModstamp"] = Now;
        if (byHand)
        {
            row["LastModifiedDate"] = Now;
        }
    }

    private static void Write(Row row, IReadOnlyDictionary<string, object?> given)
    {
        foreach (var (name, value) in given)
        {
            row[name] = value;
        }
    }

    private static void Restore(Row row, Dictionary<string, object> before)
    {
        row.Values.Clear();
        foreach (var (name, value) in before)
        {
            row.Values.Add(name, value);
        }
    }
}
