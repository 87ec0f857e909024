namespace QtcHub.Sandbox.Stripe;

/// <summary>
/// How Stripe writes amounts, where that is not as ISO 4217 has it: kronur and Ugandan shillings a hundredfold, ariary without their fifths, the
/// thousandths of dinars and rials in tens; and what it pays out in forint and New Taiwan dollars is whole. Source: docs.stripe.com/currencies.
/// </summary>
internal static class StripeMoney
{
    /// <summary>An amount of ISO 4217's minor units as Stripe writes it; what it cannot write is refused.</summary>
    public static long Of(string currency, long minorUnits)
    {
        switch (currency.ToUpperInvariant())
        {
            case "ISK" or "UGX":
                return checked(minorUnits * 100);
            case "MGA":
                StripeLedger.Require(minorUnits % 100 == 0, "ariary have no parts at Stripe");
                return minorUnits / 100;
            case "BHD" or "JOD" or "KWD" or "OMR" or "TND":
                StripeLedger.Require(minorUnits % 10 == 0, "the last of three digits is zero at Stripe");
                return minorUnits;
            default:
                return minorUnits;
        }
    }

    /// <summary>An amount of Stripe's in ISO 4217's minor units.</summary>
    public static long ToIso(string currency, long amount)
    {
        switch (currency.ToUpperInvariant())
        {
            case "ISK" or "UGX":
                StripeLedger.Require(amount % 100 == 0, "these have no parts");
                return amount / 100;
            case "MGA":
                return checked(amount * 100);
            default:
                return amount;
        }
    }

    /// <summary>The smallest amount that Stripe settles and pays out.</summary>
    public static long Grain(string currency) =>
        currency.ToUpperInvariant() switch
        {
            "ISK" or "UGX" or "HUF" or "TWD" => 100,
            "BHD" or "JOD" or "KWD" or "OMR" or "TND" => 10,
            _ => 1,
        };

    /// <summary>An amount in whole grains.</summary>
    public static long Rounded(string currency, decimal amount) =>
        (long)decimal.Round(amount / Grain(currency), MidpointRounding.AwayFromZero) * Grain(currency);
}
