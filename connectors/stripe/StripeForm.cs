using System.Buffers;
using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>A field that the connector adds to a record, or puts in the place of the record's own.</summary>
internal sealed record StripeField(string Name, Action<Utf8JsonWriter> WriteValue);

/// <summary>Writes a record in Stripe's form, with what had to be asked for beside it.</summary>
internal static class StripeForm
{
    public static ReadOnlyMemory<byte> Write(JsonElement record, params IReadOnlyList<StripeField> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in record.EnumerateObject())
            {
                // A client secret lets its bearer act on the payment: the hub has no use for it and does not keep it.
                if (!property.NameEquals("client_secret") && !fields.Any(field => property.NameEquals(field.Name)))
                {
                    property.WriteTo(writer);
                }
            }

            foreach (var field in fields)
            {
                writer.WritePropertyName(field.Name);
                field.WriteValue(writer);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>All pages of a list as one.</summary>
    public static StripeField List(string name, List<JsonElement> items) =>
        new(
            name,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("object", "list");
                writer.WriteStartArray("data");
                items.ForEach(item => item.WriteTo(writer));
                writer.WriteEndArray();
                writer.WriteBoolean("has_more", false);
                writer.WriteEndObject();
            }
        );

    public static StripeField Text(string name, string? text) => new(name, writer => writer.WriteStringValue(text));

    public static StripeField Object(string name, params IReadOnlyList<StripeField> fields) =>
        new(
            name,
            writer =>
            {
                writer.WriteStartObject();
                foreach (var field in fields)
                {
                    writer.WritePropertyName(field.Name);
                    field.WriteValue(writer);
                }

                writer.WriteEndObject();
            }
        );

    public static StripeField Element(string name, JsonElement element) => new(name, element.WriteTo);

    public static StripeField Number(string name, decimal number) => new(name, writer => writer.WriteNumberValue(number));

    /// <summary>A sum of whole numbers, wide enough for any of them.</summary>
    public static decimal Sum(IReadOnlyList<JsonElement> items, string name) => items.Sum(item => (decimal)(item.Integer(name) ?? 0));
}
