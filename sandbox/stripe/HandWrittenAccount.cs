using System.Buffers;
using System.Text.Json;

namespace QtcHub.Sandbox.Stripe;

/// <summary>
/// What a programmer would write for one customer's way in: a reader over the tokens, a writer behind it, no tree between. The yardstick for the
/// mapping language, and of no other use.
/// </summary>
internal static class HandWrittenAccount
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    public static void Write(ReadOnlySpan<byte> record, IBufferWriter<byte> canonical)
    {
        var reader = new Utf8JsonReader(record);
        string? id = null,
            name = null,
            email = null,
            phone = null,
            currency = null,
            taxExempt = null;
        var address = default(Address);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = Text(ref reader);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                name = Text(ref reader);
            }
            else if (reader.ValueTextEquals("email"u8))
            {
                email = Text(ref reader);
            }
            else if (reader.ValueTextEquals("phone"u8))
            {
                phone = Text(ref reader);
            }
            else if (reader.ValueTextEquals("currency"u8))
            {
                currency = Text(ref reader);
            }
            else if (reader.ValueTextEquals("tax_exempt"u8))
            {
                taxExempt = Text(ref reader);
            }
            else if (reader.ValueTextEquals("address"u8))
            {
                address = Address.Read(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        using var writer = new Utf8JsonWriter(canonical, Unchecked);
        writer.WriteStartObject();
        writer.WriteString("entity"u8, "us"u8);
        writer.WriteString("number"u8, id);
        writer.WriteString("name"u8, name ?? email ?? id);
        Put(writer, "currency"u8, currency?.ToUpperInvariant());
        Put(writer, "email"u8, email);
        Put(writer, "phone"u8, phone);
        address.Write(writer);
        writer.WriteString("taxStatus"u8, TaxStatus(taxExempt));
        writer.WriteEndObject();
    }

    private static string TaxStatus(string? exempt) =>
        exempt switch
        {
            null or "none" => "taxable",
            "exempt" => "exempt",
            "reverse" => "reverse-charge",
            _ => throw new FormatException("a tax status that is not known"),
        };

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetString();
    }

    private static void Put(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private struct Address
    {
        private string? line1;
        private string? line2;
        private string? city;
        private string? state;
        private string? postalCode;
        private string? country;

        public static Address Read(ref Utf8JsonReader reader)
        {
            var address = default(Address);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                return address;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("line1"u8))
                {
                    address.line1 = Text(ref reader);
                }
                else if (reader.ValueTextEquals("line2"u8))
                {
                    address.line2 = Text(ref reader);
                }
                else if (reader.ValueTextEquals("city"u8))
                {
                    address.city = Text(ref reader);
                }
                else if (reader.ValueTextEquals("state"u8))
                {
                    address.state = Text(ref reader);
                }
                else if (reader.ValueTextEquals("postal_code"u8))
                {
                    address.postalCode = Text(ref reader);
                }
                else if (reader.ValueTextEquals("country"u8))
                {
                    address.country = Text(ref reader)?.ToUpperInvariant();
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            return address;
        }

        public readonly void Write(Utf8JsonWriter writer)
        {
            if ((line1 ?? line2 ?? city ?? state ?? postalCode ?? country) is null)
            {
                return;
            }

            writer.WriteStartObject("billTo"u8);
            Put(writer, "line1"u8, line1);
            Put(writer, "line2"u8, line2);
            Put(writer, "city"u8, city);
            Put(writer, "state"u8, state);
            Put(writer, "postalCode"u8, postalCode);
            Put(writer, "country"u8, country);
            writer.WriteEndObject();
        }
    }
}
