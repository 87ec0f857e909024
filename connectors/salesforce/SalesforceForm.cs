using System.Text.Json;

namespace QtcHub.Connectors.Salesforce;

/// <summary>A record as its mapping reads it: its row with the rows that belong to it, without what Salesforce says of how they were asked for.</summary>
internal static class SalesforceForm
{
    /// <summary>The prices of a product.</summary>
    public const string Prices = "Prices";

    /// <summary>The lines of an order, and of an opportunity alike.</summary>
    public const string Lines = "Lines";

    /// <summary>Beside a line's fields, the row of the subscription that it names by its number.</summary>
    public const string Subscription = "SubscriptionId";

    /// <summary>Beside an account's fields, the row of the customer that it belongs to.</summary>
    public const string Customer = "CustomerId";

    private static readonly string[] OfTheAsking = ["attributes", "IsDeleted", "MasterRecordId", "SystemModstamp"];

    /// <summary>
    /// Writes a row, beside its fields a currency where rows bear none, the customer that it belongs to, and the rows that belong to it. Numbers stay as they are written.
    /// </summary>
    public static ReadOnlyMemory<byte> Write(JsonElement row, string? currency, SalesforceParts? parts = null, string? customer = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            WriteFields(writer, row);
            WriteText(writer, SalesforceFields.Currency, currency);
            WriteText(writer, Customer, customer);
            if (parts is not null)
            {
                writer.WriteStartArray(parts.Name);
                foreach (var part in parts.Rows)
                {
                    writer.WriteStartObject();
                    WriteFields(writer, part);
                    WriteText(writer, SalesforceFields.Currency, currency);
                    WriteText(writer, Subscription, parts.SubscriptionOf(part));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter writer, JsonElement row)
    {
        foreach (var field in row.EnumerateObject().Where(IsOfTheRecord))
        {
            writer.WritePropertyName(field.Name);
            if (field.Value.ValueKind != JsonValueKind.Object)
            {
                field.Value.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject();
            WriteFields(writer, field.Value);
            writer.WriteEndObject();
        }
    }

    /// <summary>Of a parent that was asked for its stamp alone nothing is left.</summary>
    private static bool IsOfTheRecord(JsonProperty field) =>
        !OfTheAsking.Contains(field.Name, StringComparer.Ordinal)
        && (field.Value.ValueKind != JsonValueKind.Object || field.Value.EnumerateObject().Any(IsOfTheRecord));

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}

/// <summary>The rows that belong to a record, under one name, and the rows of the subscriptions that they name, by number.</summary>
internal sealed record SalesforceParts(string Name, IReadOnlyList<JsonElement> Rows, IReadOnlyDictionary<string, string> Subscriptions)
{
    public string? SubscriptionOf(JsonElement row) =>
        row.Text(SalesforceSubscriptions.Number) is { } number ? Subscriptions.GetValueOrDefault(number) : null;
}
