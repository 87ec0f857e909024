using System.Buffers;
using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Writes a record whole: what Zuora answers in several calls as one object. Nothing is renamed or computed; what is put beside it is told in the README.
/// An empty text is how Zuora writes that there is none, and is left out.
/// </summary>
internal static class ZuoraForm
{
    /// <summary>
    /// Fields of the answer that are no part of the record: how the call went, the printed document, balances of the account, which change with every
    /// document of it, and lists within lists, which are written flat.
    /// </summary>
    private static readonly string[] LeftOut = ["success", "Body", "metrics", "ratePlans", "productRatePlans"];

    public static ReadOnlyMemory<byte> Write(JsonElement record, params (string Name, Action<Utf8JsonWriter> Write)[] beside)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in record.EnumerateObject())
            {
                if (!LeftOut.Contains(property.Name, StringComparer.Ordinal) && !beside.Any(one => property.NameEquals(one.Name)))
                {
                    Write(writer, property);
                }
            }

            foreach (var (name, write) in beside)
            {
                writer.WritePropertyName(name);
                write(writer);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    public static (string Name, Action<Utf8JsonWriter> Write) Text(string name, string value) =>
        (name, writer => writer.WriteStringValue(value));

    /// <summary>What a document needs of its account: who it is, its currency, and the company's own fields, one of which may name the legal entity.</summary>
    public static (string Name, Action<Utf8JsonWriter> Write) Account(JsonElement account) =>
        (
            "account",
            writer =>
            {
                writer.WriteStartObject();
                foreach (var property in account.EnumerateObject().Where(property => IsOfInterest(property.Name)))
                {
                    Write(writer, property);
                }

                writer.WriteEndObject();
            }
        );

    /// <summary>Another answer about the same record, whole.</summary>
    public static (string Name, Action<Utf8JsonWriter> Write) Object(string name, JsonElement other) =>
        (name, writer => WriteObject(writer, other));

    /// <summary>The current term of a termed subscription: an evergreen one bears the same fields and means nothing by them.</summary>
    public static (string Name, Action<Utf8JsonWriter> Write) Term(JsonElement subscription) =>
        (
            "term",
            writer =>
            {
                writer.WriteStartObject();
                foreach (var property in subscription.EnumerateObject().Where(property => IsOfTerm(subscription, property.Name)))
                {
                    Write(writer, property);
                }

                writer.WriteEndObject();
            }
        );

    /// <summary>A mapping sees one element of a list at a time, so each charge of a subscription bears its rate plan.</summary>
    public static (string Name, Action<Utf8JsonWriter> Write) Charges(JsonElement subscription) =>
        (
            "charges",
            writer =>
            {
                writer.WriteStartArray();
                foreach (var plan in subscription.Objects("ratePlans"))
                {
                    foreach (var charge in plan.Objects("ratePlanCharges"))
                    {
                        writer.WriteStartObject();
                        WriteMembers(writer, charge, "ratePlan");
                        writer.WritePropertyName("ratePlan");
                        WriteObject(writer, plan, "ratePlanCharges");
                        writer.WriteEndObject();
                    }
                }

                writer.WriteEndArray();
            }
        );

    /// <summary>Each charge of each rate plan once per currency that it has a price in, with that pricing and its rate plan.</summary>
    public static (string Name, Action<Utf8JsonWriter> Write) Prices(IReadOnlyList<JsonElement> plans) =>
        (
            "prices",
            writer =>
            {
                writer.WriteStartArray();
                foreach (var plan in plans)
                {
                    foreach (var charge in plan.Objects("productRatePlanCharges"))
                    {
                        foreach (var pricing in charge.Objects("pricing").Where(IsPriced))
                        {
                            writer.WriteStartObject();
                            WriteMembers(writer, charge, "pricing");
                            writer.WritePropertyName("pricing");
                            WriteObject(writer, pricing);
                            writer.WritePropertyName("ratePlan");
                            WriteObject(writer, plan, "productRatePlanCharges");
                            writer.WriteEndObject();
                        }
                    }
                }

                writer.WriteEndArray();
            }
        );

    public static (string Name, Action<Utf8JsonWriter> Write) Items(IReadOnlyList<ZuoraItem> items) =>
        (
            "items",
            writer =>
            {
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteItem(writer, item);
                }

                writer.WriteEndArray();
            }
        );

    /// <summary>A mapping sees one element of a list at a time, so each tax bears its item's tax mode.</summary>
    private static void WriteItem(Utf8JsonWriter writer, ZuoraItem item)
    {
        writer.WriteStartObject();
        foreach (var property in item.Item.EnumerateObject().Where(property => !property.NameEquals("taxationItems")))
        {
            Write(writer, property);
        }

        writer.WriteStartArray("taxationItems");
        foreach (var tax in item.Taxes)
        {
            writer.WriteStartObject();
            foreach (var property in tax.EnumerateObject().Where(property => !property.NameEquals("taxMode")))
            {
                Write(writer, property);
            }

            if (item.Item.Text("taxMode") is { } mode)
            {
                writer.WriteString("taxMode", mode);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement from, string? without = null)
    {
        writer.WriteStartObject();
        WriteMembers(writer, from, without);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, JsonElement from, string? without)
    {
        foreach (var property in from.EnumerateObject().Where(property => without is null || !property.NameEquals(without)))
        {
            Write(writer, property);
        }
    }

    private static bool IsPriced(JsonElement pricing) => pricing.Number("price") is not null || pricing.Objects("tiers").Any();

    private static bool IsOfTerm(JsonElement subscription, string name) =>
        name is "currentTerm" or "currentTermPeriodType" or "termEndDate" && subscription.Text("termType") == "TERMED";

    private static void Write(Utf8JsonWriter writer, JsonProperty property)
    {
        if (property.Value.ValueKind == JsonValueKind.Object)
        {
            writer.WritePropertyName(property.Name);
            WriteObject(writer, property.Value);
        }
        else if (property.Value.ValueKind != JsonValueKind.String || !property.Value.ValueEquals(ReadOnlySpan<byte>.Empty))
        {
            property.WriteTo(writer);
        }
    }

    private static bool IsOfInterest(string name) =>
        name is "Id" or "AccountNumber" or "Currency"
        || name.EndsWith("__c", StringComparison.Ordinal)
        || name.EndsWith("__NS", StringComparison.Ordinal);
}

/// <summary>An item of a document, and all its taxation items.</summary>
internal sealed record ZuoraItem(JsonElement Item, IReadOnlyList<JsonElement> Taxes)
{
    /// <summary>The item that it lowers, where it is a discount of one.</summary>
    public string? Lowers => Item.Text("appliedToItemId");
}
