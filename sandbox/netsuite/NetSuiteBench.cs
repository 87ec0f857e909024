using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>The least that NetSuite answers to an upsert: 204 with the record's address. Form as in Oracle's REST Web Services guide, "Upserting a Record".</summary>
public sealed class NetSuiteBench : IBenchTarget
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    /// <inheritdoc />
    public (int Status, string? Location) Answer(string address, long number) =>
        (204, string.Create(CultureInfo.InvariantCulture, $"{address[..address.LastIndexOf('/')]}/{number}"));

    /// <inheritdoc />
    public void MapByHand(ReadOnlySpan<byte> canonical, IBufferWriter<byte> request)
    {
        var account = Account.Read(canonical);
        using var writer = new Utf8JsonWriter(request, Unchecked);
        writer.WriteStartObject();
        writer.WriteString("companyName"u8, account.Name is { Length: > 83 } ? account.Name[..83] : account.Name);
        writer.WriteBoolean("isPerson"u8, false);
        writer.WriteString("accountNumber"u8, account.Number);
        writer.WriteString("email"u8, account.Email);
        writer.WriteString("phone"u8, account.Phone);
        WriteId(
            writer,
            "subsidiary"u8,
            account.Entity switch
            {
                "us" => "1"u8,
                "de" => "2"u8,
                _ => "3"u8,
            }
        );
        WriteId(
            writer,
            "currency"u8,
            account.Currency switch
            {
                "USD" => "1"u8,
                "EUR" => "4"u8,
                _ => "5"u8,
            }
        );
        // It belongs to no customer.
        writer.WriteStartObject("parent"u8);
        writer.WriteNull("id"u8);
        writer.WriteEndObject();
        writer.WriteBoolean("isInactive"u8, !account.Active);
        writer.WriteString("custentity_qtc_tax_status"u8, account.TaxStatus);
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        writer.WriteStartObject(name);
        writer.WriteString("id"u8, id);
        writer.WriteEndObject();
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetString();
    }

    private struct Account()
    {
        public string? Entity { get; private set; }
        public string? Number { get; private set; }
        public string? Name { get; private set; }
        public string? Currency { get; private set; }
        public string? Email { get; private set; }
        public string? Phone { get; private set; }
        public string? TaxStatus { get; private set; }
        public bool Active { get; private set; } = true;

        public static Account Read(ReadOnlySpan<byte> canonical)
        {
            var account = new Account();
            var reader = new Utf8JsonReader(canonical);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("entity"u8))
                {
                    account.Entity = Text(ref reader);
                }
                else if (reader.ValueTextEquals("number"u8))
                {
                    account.Number = Text(ref reader);
                }
                else if (reader.ValueTextEquals("name"u8))
                {
                    account.Name = Text(ref reader);
                }
                else if (reader.ValueTextEquals("currency"u8))
                {
                    account.Currency = Text(ref reader);
                }
                else if (reader.ValueTextEquals("email"u8))
                {
                    account.Email = Text(ref reader);
                }
                else if (reader.ValueTextEquals("phone"u8))
                {
                    account.Phone = Text(ref reader);
                }
                else if (reader.ValueTextEquals("taxStatus"u8))
                {
                    account.TaxStatus = Text(ref reader);
                }
                else if (reader.ValueTextEquals("active"u8))
                {
                    reader.Read();
                    account.Active = reader.GetBoolean();
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            return account;
        }
    }
}
