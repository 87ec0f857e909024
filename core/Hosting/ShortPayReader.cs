using System.Globalization;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>Reads <c>shortPay:</c>: how little a payment may lack so that it closes what it names.</summary>
internal sealed class ShortPayReader(ErrorList errors)
{
    public ShortPayOptions? Read(Section cash)
    {
        if (cash.Map("shortPay", "tolerance: {USD: 5.00}") is not { } map)
        {
            return null;
        }

        var shortPay = new Section(map, errors, HubSettings.ShortPay);
        return new ShortPayOptions
        {
            Tolerance = Tolerance(shortPay, map),
            Percent = Percent(shortPay, map),
            Reason = shortPay.Text("reason", "bank-fees")?.Text ?? "",
        };
    }

    private Dictionary<Currency, long> Tolerance(Section shortPay, YamlMap map)
    {
        var tolerance = new Dictionary<Currency, long>();
        var written = shortPay.Map("tolerance", "USD: 5.00");
        if (written is not { Entries.Count: > 0 })
        {
            errors.Add(map, "there is no tolerance", "add tolerance: {USD: 5.00}, with every currency in which something is written off");
            return tolerance;
        }

        foreach (var (code, value) in written.Entries)
        {
            if (!Currency.TryParse(code.Text, out var currency))
            {
                errors.Add(code, $"{code.Text} is not an ISO 4217 currency", "write a code such as USD");
            }
            else if (value is not YamlScalar amount || MinorUnits(amount, currency) is not { } minor)
            {
                errors.Add(value, $"this is no amount of {currency}", $"write an amount above 0 with {currency.Exponent} decimals at most");
            }
            else
            {
                tolerance[currency] = minor;
            }
        }

        return tolerance;
    }

    /// <summary>An absolute tolerance alone would hide every invoice that is smaller than it, so there is always a share of what is owed as well.</summary>
    private decimal Percent(Section shortPay, YamlMap map)
    {
        if (shortPay.Optional("percent", "1") is not { } written)
        {
            errors.Add(map, "a tolerance without a percentage would hide a whole invoice", "add percent: 1");
            return 0;
        }

        switch (Number(written))
        {
            case null or <= 0:
                errors.Add(written, "percent is not a number above 0", "write percent: 1");
                return 0;
            case >= 100:
                errors.Add(
                    written,
                    $"a tolerance of {written.Text} percent would hide a whole invoice",
                    "write less than 100, e.g. percent: 1"
                );
                return 0;
            case { } percent:
                return percent;
        }
    }

    private static decimal? Number(YamlScalar written) =>
        decimal.TryParse(written.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The amount in whole minor units; what is nothing, or has more digits than the currency, is none.</summary>
    private static long? MinorUnits(YamlScalar written, Currency currency) =>
        Number(written) is > 0 and <= long.MaxValue / 10_000 and { } number && decimal.IsInteger(number * currency.MinorPerMajor)
            ? (long)(number * currency.MinorPerMajor)
            : null;
}
