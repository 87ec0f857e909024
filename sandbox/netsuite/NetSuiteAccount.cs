using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>An account's state: its records and periods, and the one way to save a record.</summary>
internal sealed class NetSuiteAccount(VendorSetup setup)
{
    private const int FirstYear = 2020;
    private const int Months = 132;

    // Records are kept in the order in which they were made; the index finds them by type and id.
    private readonly List<NetSuiteRecord> records = [];
    private readonly Dictionary<(string Type, string Id), NetSuiteRecord> byId = [];
    private readonly Dictionary<(string Type, string ExternalId), NetSuiteRecord> byExternalId = [];
    private readonly Dictionary<string, Dictionary<string, decimal>> appliedTo = new(StringComparer.Ordinal);
    private int entities = 500;
    private int transactions = 9000;
    private int numbers;

    public IReadOnlyList<NetSuitePeriod> Periods { get; } =
    [.. Enumerable.Range(0, Months).Select(month => new NetSuitePeriod(month + 1, new DateOnly(FirstYear, 1, 1).AddMonths(month)))];

    public IEnumerable<NetSuiteRecord> All(Form form) => records.Where(record => record.Form == form);

    public IEnumerable<NetSuiteRecord> Transactions => records.Where(record => record.Form.IsTransaction);

    public NetSuiteRecord? ById(Form form, string id) => byId.GetValueOrDefault((form.Type, id));

    public NetSuiteRecord? Transaction(string id, IEnumerable<string> types) =>
        types.Select(type => byId.GetValueOrDefault((type, id))).FirstOrDefault(record => record is not null);

    public NetSuiteRecord? ByExternalId(Form form, string externalId) => byExternalId.GetValueOrDefault((form.Type, externalId));

    public NetSuitePeriod? PeriodOf(DateOnly day)
    {
        var month = ((day.Year - FirstYear) * 12) + day.Month - 1;
        return month is >= 0 and < Months ? Periods[month] : null;
    }

    public NetSuitePeriod? Period(string id) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Months
            ? Periods[number - 1]
            : null;

    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(setup.Now(), setup.Calendar).DateTime);

    /// <summary>
    /// What has been settled of a transaction, without what <paramref name="except"/> settles: of an invoice by payments and credit memos, of those by refunds.
    /// </summary>
    public decimal Applied(string document, string? except = null) =>
        appliedTo.TryGetValue(document, out var sources) ? sources.Sum(source => source.Key == except ? 0 : source.Value) : 0;

    /// <summary>Saves a body over a record, or as a new one. Nothing changes where it is refused.</summary>
    /// <param name="form">The record type.</param>
    /// <param name="existing">The record that is there, or null.</param>
    /// <param name="externalId">The external id the address names, or null.</param>
    /// <param name="clean">The fields to merge, read against the form; a null clears.</param>
    /// <param name="replace">The sublists whose lines are replaced rather than merged.</param>
    public (NetSuiteRecord? Saved, Refusal? Refused) Save(
        Form form,
        NetSuiteRecord? existing,
        string? externalId,
        JsonObject clean,
        IReadOnlyCollection<string> replace
    )
    {
        var wanted = (string?)clean["externalId"] ?? externalId ?? existing?.ExternalId;
        if (externalId is not null && wanted != externalId)
        {
            return (null, Refusal.Content("externalId", "The external ID of the body is not the one of the address."));
        }

        if (wanted is not null && ByExternalId(form, wanted) is { } other && other != existing)
        {
            return (null, Refusal.User(form.IsTransaction ? "This record already exists." : "This entity already exists.", "externalId"));
        }

        var candidate = Merge(form, existing?.Fields, clean, replace);
        NetSuiteRules.FillIn(this, form, candidate);
        if (NetSuiteRules.Check(this, form, candidate, existing) is { } refusal)
        {
            return (null, refusal);
        }

        var record = existing ?? Add(form);
        if (form.IsTransaction && candidate["tranId"] is null)
        {
            candidate["tranId"] = $"{form.Prefix}{++numbers:D5}";
        }

        KeepApplied(candidate);

        Index(record, wanted);
        Unapply(record);
        record.Fields = candidate;
        record.Modified = setup.Now();
        Apply(record);
        return (record, null);
    }

    private void Unapply(NetSuiteRecord record)
    {
        foreach (var (document, _, _) in NetSuiteRecord.Applications(record.Fields))
        {
            appliedTo[document].Remove(record.Id);
        }
    }

    private void Apply(NetSuiteRecord record)
    {
        foreach (var (document, _, settled) in NetSuiteRecord.Applications(record.Fields))
        {
            if (!appliedTo.TryGetValue(document, out var sources))
            {
                appliedTo[document] = sources = new Dictionary<string, decimal>(StringComparer.Ordinal);
            }

            sources.Add(record.Id, settled);
        }
    }

    // A line that is not applied is only an offer of the form's, and is not saved.
    private static void KeepApplied(JsonObject candidate)
    {
        if (candidate["apply"] is not null)
        {
            candidate["apply"] = new JsonObject
            {
                ["items"] = new JsonArray([
                    .. NetSuiteRecord
                        .Lines(candidate, "apply")
                        .Where(line => NetSuiteRecord.Flag(line, "apply"))
                        .Select(line => line.DeepClone()),
                ]),
            };
        }
    }

    private NetSuiteRecord Add(Form form)
    {
        var number = form.IsTransaction ? ++transactions : ++entities;
        var record = new NetSuiteRecord(form, number.ToString(CultureInfo.InvariantCulture), setup.Now()) { Modified = setup.Now() };
        records.Add(record);
        byId.Add((form.Type, record.Id), record);
        return record;
    }

    private void Index(NetSuiteRecord record, string? externalId)
    {
        if (record.ExternalId is { } old)
        {
            byExternalId.Remove((record.Form.Type, old));
        }

        record.ExternalId = externalId;
        if (externalId is not null)
        {
            byExternalId[(record.Form.Type, externalId)] = record;
        }
    }

    private static JsonObject Merge(Form form, JsonObject? old, JsonObject clean, IReadOnlyCollection<string> replace)
    {
        var merged = (JsonObject?)old?.DeepClone() ?? [];
        foreach (var (name, value) in clean)
        {
            if (name == "externalId")
            {
                continue;
            }

            // An empty text and a null both clear.
            if (value is null || (value is JsonValue text && text.TryGetValue(out string? words) && words.Length == 0))
            {
                merged.Remove(name);
                continue;
            }

            var field = form.Fields[name];
            merged[name] =
                field.Kind == FieldKind.Lines
                    ? MergeLines(field, replace.Contains(name) ? [] : NetSuiteRecord.Lines(merged, name), NetSuiteRecord.Lines(clean, name))
                    : value.DeepClone();
        }

        return merged;
    }

    // Lines with a known key are updated, all others are appended: a write without "replace" repeats lines that bear no key.
    private static JsonObject MergeLines(Field field, IReadOnlyList<JsonObject> old, IReadOnlyList<JsonObject> incoming)
    {
        var lines = old.Select(line => (JsonObject)line.DeepClone()).ToList();
        foreach (var line in incoming)
        {
            var key = line[field.Key]?.ToJsonString();
            var known = key is null ? null : lines.Find(candidate => candidate[field.Key]?.ToJsonString() == key);
            if (known is null)
            {
                lines.Add((JsonObject)line.DeepClone());
                continue;
            }

            foreach (var (name, value) in line)
            {
                known[name] = value?.DeepClone();
            }
        }

        for (var index = 0; index < lines.Count && field.Key == "line"; index++)
        {
            lines[index]["line"] = (decimal)(index + 1);
        }

        return new JsonObject { ["items"] = new JsonArray([.. lines]) };
    }
}
