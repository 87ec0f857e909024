using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>What people see and change by hand, by the names of the vendor or of the hub's canon.</summary>
internal sealed class SalesforceHands(SalesforceOrg org)
{
    public static IReadOnlyList<string> Entities { get; } = [.. SalesforceObjects.All.Select(known => known.Name)];

    public static SObject? Entity(string name)
    {
        var singular = name.EndsWith('s') || name.EndsWith('S') ? name[..^1] : name;
        return Named(name) ?? Named(singular);
    }

    /// <summary>Everything of an object, what was deleted included.</summary>
    public JsonArray All(SObject of) => new([.. org.All(of.Name).Select(View)]);

    /// <summary>Makes a record or changes one; one that is said to be deleted is deleted, and one that is given a master is merged into it.</summary>
    public JsonObject Put(SObject of, JsonObject record)
    {
        var fields = JsonNode.Parse(record.ToJsonString())!.AsObject();
        var row = Id(fields) is { } id ? org.Find(of.Name, id) : null;
        fields.Remove("id");
        fields.Remove("Id");
        if (row is null)
        {
            return View(org.Create(of, SalesforceRecords.Given(of, fields, isNew: true)));
        }

        if (!row.IsDeleted && fields["MasterRecordId"] is { } master)
        {
            org.Merge(org.Get(of.Name, master.GetValue<string>()), row);
            return View(row);
        }

        if (!row.IsDeleted && fields["IsDeleted"]?.GetValueKind() == JsonValueKind.True)
        {
            org.Delete(row);
            return View(row);
        }

        DropUnchanged(row, fields);
        org.Update(row, SalesforceRecords.Given(of, fields, isNew: false));
        return View(row);
    }

    private static SObject? Named(string name) =>
        name.Equals("Customer", StringComparison.OrdinalIgnoreCase)
            ? SalesforceObjects.Get("Account")
            : SalesforceObjects.All.FirstOrDefault(known =>
                known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                || string.Equals(known.Canonical, name, StringComparison.OrdinalIgnoreCase)
            );

    private static string? Id(JsonObject fields) =>
        (fields["id"] ?? fields["Id"]) is JsonValue id && id.TryGetValue(out string? text) ? text : null;

    // A record that was read, changed and put back carries what the org fills in.
    private static void DropUnchanged(Row row, JsonObject fields)
    {
        var standing = View(row);
        foreach (var field in row.Of.Fields.Where(field => field.IsReadOnly || field.IsCreateOnly))
        {
            if (
                fields.ContainsKey(field.Name)
                && JsonNode.DeepEquals(fields[field.Name], JsonNode.Parse(standing[field.Name]?.ToJsonString() ?? "null"))
            )
            {
                fields.Remove(field.Name);
            }
        }
    }

    private static JsonObject View(Row row) => SalesforceRecords.View(row, row.Of.Fields, resource => $"/services/data/v62.0/{resource}");
}
