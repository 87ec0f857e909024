using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>An ISO 4217 currency with its number of minor-unit digits (source: ISO 4217 list one).</summary>
[JsonConverter(typeof(CurrencyJson))]
public readonly record struct Currency
{
    private static readonly FrozenDictionary<string, int> Exponents = Table().ToFrozenDictionary(StringComparer.Ordinal);

    private Currency(string code, int exponent)
    {
        Code = code;
        Exponent = exponent;
    }

    /// <summary>The three-letter code in upper case, e.g. <c>EUR</c>.</summary>
    public string Code { get; }

    /// <summary>Digits after the decimal point of one major unit: 0 for JPY, 2 for EUR, 3 for KWD.</summary>
    public int Exponent { get; }

    /// <summary>Minor units in one major unit: 1, 100 or 1000.</summary>
    public long MinorPerMajor =>
        Exponent switch
        {
            0 => 1,
            2 => 100,
            3 => 1_000,
            _ => 10_000,
        };

    /// <summary>Finds a currency by its upper-case code; an unknown code finds nothing.</summary>
    public static bool TryParse(string? code, out Currency currency)
    {
        if (code is not null && Exponents.TryGetValue(code, out var exponent))
        {
            currency = new Currency(code, exponent);
            return true;
        }

        currency = default;
        return false;
    }

    /// <summary>The currency of a code that is known to be valid; an unknown code is a bug.</summary>
    public static Currency Of(string code)
    {
        Invariant.Holds(TryParse(code, out var currency), "an ISO 4217 code");
        return currency;
    }

    /// <inheritdoc />
    public override string ToString() => Code;

    private static IEnumerable<KeyValuePair<string, int>> Table()
    {
        const string none = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
        const string three = "BHD IQD JOD KWD LYD OMR TND";
        const string two =
            "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK "
            + "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD "
            + "KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
            + "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
            + "USD UYU UZS VES WST XCD YER ZAR ZMW";
        return Rows(none, 0).Concat(Rows(two, 2)).Concat(Rows(three, 3));
    }

    private static IEnumerable<KeyValuePair<string, int>> Rows(string codes, int exponent) =>
        codes.Split(' ').Select(code => KeyValuePair.Create(code, exponent));
}

internal sealed class CurrencyJson : JsonConverter<Currency>
{
    public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Currency.TryParse(reader.GetString(), out var currency) ? currency : throw new JsonException("not an ISO 4217 currency code");

    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}
