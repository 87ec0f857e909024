namespace QtcHub.Sandbox.Salesforce;

internal enum FieldKind
{
    Text,

    /// <summary>A text that no query can filter or sort by.</summary>
    LongText,
    Flag,
    Day,
    Instant,
    Number,

    /// <summary>Of the record's own currency, in major units.</summary>
    Currency,
    Picklist,

    /// <summary>The id of a record of another object, or of the record itself.</summary>
    Lookup,
}

/// <summary>A field of an object.</summary>
internal sealed record Field(string Name, FieldKind Kind)
{
    /// <summary>Characters of a text; digits of a number in all.</summary>
    public int Length { get; init; }

    /// <summary>Digits of a number after the point.</summary>
    public int Scale { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>The org fills it in itself.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Can be given to a new record, and never changed.</summary>
    public bool IsCreateOnly { get; init; }

    /// <summary>A record is made and found by it. It is unique, and case matters.</summary>
    public bool IsExternalId { get; init; }

    /// <summary>What a new record has where nothing is said.</summary>
    public object? Default { get; init; }

    /// <summary>The values of a restricted picklist; any where there are none.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The object whose ids a lookup holds.</summary>
    public string? To { get; init; }

    /// <summary>Whether what it points to cannot be deleted meanwhile, rather than the lookup being cleared.</summary>
    public bool IsRestricting { get; init; }

    /// <summary>Whether what it points to takes the record along when it is deleted.</summary>
    public bool IsCascading { get; init; }

    /// <summary>The name by which a query follows a lookup.</summary>
    public string? Relationship =>
        To is null ? null
        : Name.EndsWith("__c", StringComparison.Ordinal) ? $"{Name[..^1]}r"
        : Name[..^2];
}

/// <summary>An object: its name, what its ids begin with, and its fields.</summary>
internal sealed class SObject
{
    private readonly Dictionary<string, Field> byName;

    public SObject(string name, string prefix, params IEnumerable<Field>[] fields)
    {
        Name = name;
        Prefix = prefix;
        Fields = [.. System(name), .. fields.SelectMany(some => some)];
        // Salesforce takes names in any case.
        byName = Fields.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);
    }

    public string Name { get; }

    public string Prefix { get; }

    public IReadOnlyList<Field> Fields { get; }

    /// <summary>What people of the trade call it, where that is not its name.</summary>
    public string? Canonical { get; init; }

    /// <summary>The fields in an outbound message of it; null where the org sends none.</summary>
    public IReadOnlyList<string>? Told { get; init; }

    /// <summary>How its name field is counted, e.g. <c>P-</c>; null where it is written.</summary>
    public string? NameCountedBy { get; init; }

    public Field? Find(string field) => byName.GetValueOrDefault(field);

    public Field this[string field] => byName[field];

    private static IEnumerable<Field> System(string name) =>
        [
            new("Id", FieldKind.Lookup) { To = null, IsReadOnly = true },
            new("IsDeleted", FieldKind.Flag) { IsReadOnly = true },
            .. name is "Account" or "Contact"
                ? [new Field("MasterRecordId", FieldKind.Lookup) { To = name, IsReadOnly = true }]
                : Array.Empty<Field>(),
            new("CreatedDate", FieldKind.Instant) { IsReadOnly = true },
            new("LastModifiedDate", FieldKind.Instant) { IsReadOnly = true },
            new("SystemModstamp", FieldKind.Instant) { IsReadOnly = true },
        ];
}

/// <summary>A record as it stands. A field that is null has no value here.</summary>
internal sealed class Row(SObject of, string id)
{
    public SObject Of => of;

    public string Id => id;

    public Dictionary<string, object> Values { get; } = new(StringComparer.Ordinal) { ["Id"] = id, ["IsDeleted"] = false };

    public object? this[string field]
    {
        get => Values.GetValueOrDefault(field);
        set
        {
            if (value is null)
            {
                Values.Remove(field);
            }
            else
            {
                Values[field] = value;
            }
        }
    }

    public bool IsDeleted => Flag("IsDeleted");

    public string? Text(string field) => (string?)this[field];

    public bool Flag(string field) => this[field] is true;

    public decimal Number(string field) => (decimal?)this[field] ?? 0;

    public DateOnly? Day(string field) => (DateOnly?)this[field];

    /// <summary>The currency of its amounts.</summary>
    public string Currency => Text("CurrencyIsoCode") ?? SalesforceCurrencies.Corporate;
}
