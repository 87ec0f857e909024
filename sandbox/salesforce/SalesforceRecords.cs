using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>The resources of single records: by id, by external id, and the object itself to make one.</summary>
internal sealed class SalesforceRecords(SalesforceOrg org)
{
    private const int UpsertHasBodySince = 46;

    private readonly Dictionary<string, int> locked = new(StringComparer.Ordinal);

    /// <summary>The next writes of a record meet the lock that another transaction holds.</summary>
    public void Lock(string id, int times) => locked[id] = times;

    public SalesforceReply? Answer(SalesforceCall call) =>
        call.Path switch
        {
            ["data", _, "sobjects", var name] => Make(call, Object(name)),
            ["data", _, "sobjects", var name, var id] => OnRow(call, Row(Object(name), id)),
            ["data", _, "sobjects", var name, var field, var value] => OnExternalId(call, Object(name), field, value),
            _ => null,
        };

    /// <summary>A record with these fields of it.</summary>
    public static JsonObject View(Row row, IEnumerable<Field> fields, Func<string, string> address)
    {
        var view = new JsonObject
        {
            ["attributes"] = new JsonObject { ["type"] = row.Of.Name, ["url"] = address($"sobjects/{row.Of.Name}/{row.Id}") },
        };
        foreach (var field in fields)
        {
            view[field.Name] = SalesforceValues.Json(field, row[field.Name]);
        }

        return view;
    }

    /// <summary>The fields of a request, read; the org's own are refused.</summary>
    public static Dictionary<string, object?> Given(SObject of, JsonObject fields, bool isNew)
    {
        var given = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            if (name == "attributes")
            {
                continue;
            }

            var field = of.Find(name) ?? throw SalesforceRefusal.InvalidField($"No such column '{name}' on sobject of type {of.Name}");
            if (field.IsReadOnly || (field.IsCreateOnly && !isNew))
            {
                throw SalesforceRefusal.Record(
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    $"Unable to create/update fields: {field.Name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
                    field.Name
                );
            }

            given[field.Name] = SalesforceValues.Read(field, value);
        }

        return given;
    }

    private static SObject Object(string name) => SalesforceObjects.Find(name) ?? throw SalesforceRefusal.NotFound();

    private Row Row(SObject of, string id) =>
        SalesforceIds.Read(id) is not { } whole
            ? throw new SalesforceRefusal(404, "NOT_FOUND", $"Provided external ID field does not exist or is not accessible: {id}")
        : org.Find(of.Name, whole) is { } row ? row
        : throw SalesforceRefusal.NotFound();

    private SalesforceReply Make(SalesforceCall call, SObject of)
    {
        if (call.Method != "POST")
        {
            throw SalesforceRefusal.NotAllowed(call.Method);
        }

        return Made(call, org.Create(of, Given(of, call.Fields(), isNew: true)));
    }

    private SalesforceReply OnRow(SalesforceCall call, Row row)
    {
        if (row.IsDeleted)
        {
            throw call.Method == "GET"
                ? SalesforceRefusal.NotFound()
                : new SalesforceRefusal(404, "ENTITY_IS_DELETED", "entity is deleted");
        }

        switch (call.Method)
        {
            case "GET":
                return Read(call, row);
            case "PATCH":
                if (SalesforceConditions.Unmet(call, row) is { } unmet)
                {
                    return unmet;
                }

                Write(row, Given(row.Of, call.Fields(), isNew: false));
                return new SalesforceReply(204);
            case "DELETE":
                TakeLock(row);
                org.Delete(row);
                return new SalesforceReply(204);
            default:
                throw SalesforceRefusal.NotAllowed(call.Method);
        }
    }

    private SalesforceReply OnExternalId(SalesforceCall call, SObject of, string name, string value)
    {
        if (of.Find(name) is not { IsExternalId: true } field)
        {
            throw new SalesforceRefusal(404, "NOT_FOUND", $"Provided external ID field does not exist or is not accessible: {name}");
        }

        Row[] bearing = [.. org.Bearing(of.Name, field.Name, value)];
        if (bearing.Length > 1)
        {
            return new SalesforceReply(
                300,
                new JsonArray([.. bearing.Select(row => JsonValue.Create(call.Address($"sobjects/{of.Name}/{row.Id}")))])
            );
        }

        return call.Method switch
        {
            "PATCH" => Upsert(call, of, field, value, bearing.FirstOrDefault()),
            _ when bearing.Length == 0 => throw SalesforceRefusal.NotFound(),
            _ => OnRow(call, bearing[0]),
        };
    }

    private SalesforceReply Upsert(SalesforceCall call, SObject of, Field field, string value, Row? row)
    {
        var fields = call.Fields();
        if (fields.Any(pair => of.Find(pair.Key) is { } named && (named == field || named.Name == "Id")))
        {
            throw SalesforceRefusal.InvalidField($"The {field.Name} field should not be specified in the sobject data.");
        }

        if (row is null)
        {
            if (call.Query.GetValueOrDefault("updateOnly") == "true")
            {
                throw SalesforceRefusal.NotFound();
            }

            var given = Given(of, fields, isNew: true);
            given[field.Name] = SalesforceValues.Read(field, value);
            return Made(call, org.Create(of, given));
        }

        if (SalesforceConditions.Unmet(call, row) is { } unmet)
        {
            return unmet;
        }

        Write(row, Given(of, fields, isNew: false));
        return int.Parse(call.Version.AsSpan(1, 2), NumberStyles.None, CultureInfo.InvariantCulture) >= UpsertHasBodySince
            ? new SalesforceReply(200, Saved(row, isNew: false))
            : new SalesforceReply(204);
    }

    private void Write(Row row, Dictionary<string, object?> given)
    {
        TakeLock(row);
        org.Update(row, given);
    }

    private void TakeLock(Row row)
    {
        if (locked.TryGetValue(row.Id, out var left) && left > 0)
        {
            locked[row.Id] = left - 1;
            throw SalesforceRefusal.Record("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");
        }
    }

    private static SalesforceReply Read(SalesforceCall call, Row row)
    {
        var asked = call.Query.TryGetValue("fields", out var list)
            ? list.Split(',')
                .Select(name => row.Of.Find(name.Trim()) ?? throw NoColumn(row.Of, name.Trim(), list))
                .Prepend(row.Of["Id"])
                .Distinct()
            : row.Of.Fields;
        if (SalesforceConditions.Unmet(call, row) is { } unmet)
        {
            return unmet;
        }

        var reply = new SalesforceReply(200, View(row, asked, call.Address));
        if (SalesforceConditions.HasTag(row))
        {
            reply.Headers["ETag"] = SalesforceConditions.Tag(row);
        }

        return reply;
    }

    private static SalesforceRefusal NoColumn(SObject of, string name, string list) =>
        SalesforceRefusal.InvalidField($"\n{list}\n^\nERROR at Row:1:Column:1\nNo such column '{name}' on entity '{of.Name}'.");

    private static SalesforceReply Made(SalesforceCall call, Row row) =>
        new(201, Saved(row, isNew: true)) { Headers = { ["Location"] = call.Address($"sobjects/{row.Of.Name}/{row.Id}") } };

    private static JsonObject Saved(Row row, bool isNew) =>
        new()
        {
            ["id"] = row.Id,
            ["success"] = true,
            ["errors"] = new JsonArray(),
            ["created"] = isNew,
        };
}
