namespace QtcHub.Sandbox.Salesforce;

/// <summary>The active currencies of the org, and the countries that its addresses can be in.</summary>
internal static class SalesforceCurrencies
{
    /// <summary>What a record's amounts are in where nothing is said.</summary>
    public const string Corporate = "EUR";

    private static readonly Dictionary<string, int> Digits = new(StringComparer.Ordinal)
    {
        ["EUR"] = 2,
        ["USD"] = 2,
        ["GBP"] = 2,
        ["CHF"] = 2,
        ["CAD"] = 2,
        ["JPY"] = 0,
        ["KWD"] = 3,
    };

    /// <summary>The active currencies.</summary>
    public static IReadOnlyList<string> Active { get; } = [.. Digits.Keys];

    /// <summary>Digits after the point of a currency's amounts.</summary>
    public static int DigitsOf(string currency) =>
        Digits.TryGetValue(currency, out var digits)
            ? digits
            : throw SalesforceRefusal.Record(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                $"CurrencyIsoCode: bad value for restricted picklist field: {currency}",
                "CurrencyIsoCode"
            );

    /// <summary>An amount as a record keeps it, from minor units.</summary>
    public static decimal Major(long minor, string currency) => minor / Power(currency);

    /// <summary>An amount in minor units.</summary>
    public static long Minor(decimal major, string currency) => decimal.ToInt64(major * Power(currency));

    /// <summary>The nearest amount that the currency has.</summary>
    public static decimal Round(decimal amount, string currency) =>
        decimal.Round(amount, DigitsOf(currency), MidpointRounding.AwayFromZero);

    private static decimal Power(string currency) =>
        DigitsOf(currency) switch
        {
            0 => 1m,
            2 => 100m,
            _ => 1000m,
        };
}

/// <summary>The country list of the org: state and country picklists are on, so an address has a country of it or none.</summary>
internal static class SalesforceCountries
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["AT"] = "Austria",
        ["AU"] = "Australia",
        ["BE"] = "Belgium",
        ["BR"] = "Brazil",
        ["CA"] = "Canada",
        ["CH"] = "Switzerland",
        ["CZ"] = "Czechia",
        ["DE"] = "Germany",
        ["DK"] = "Denmark",
        ["ES"] = "Spain",
        ["FI"] = "Finland",
        ["FR"] = "France",
        ["GB"] = "United Kingdom",
        ["IE"] = "Ireland",
        ["IN"] = "India",
        ["IT"] = "Italy",
        ["JP"] = "Japan",
        ["KW"] = "Kuwait",
        ["LU"] = "Luxembourg",
        ["MX"] = "Mexico",
        ["NL"] = "Netherlands",
        ["NO"] = "Norway",
        ["NZ"] = "New Zealand",
        ["PL"] = "Poland",
        ["PT"] = "Portugal",
        ["SE"] = "Sweden",
        ["SG"] = "Singapore",
        ["US"] = "United States",
    };

    /// <summary>The codes.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Names.Keys];

    /// <summary>The country of a code.</summary>
    public static string Name(string code) =>
        Names.GetValueOrDefault(code)
        ?? throw SalesforceRefusal.Integrity(
            $"There's a problem with this country code: {code}. Please select a country/territory from the list."
        );

    /// <summary>The code of a country, or null where the list has none of that name.</summary>
    public static string? Code(string name) =>
        Names.FirstOrDefault(pair => pair.Value.Equals(name, StringComparison.OrdinalIgnoreCase)).Key;
}
