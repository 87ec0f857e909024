using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Books;

/// <summary>What tax is on a charge, by who bills and to whom.</summary>
internal static class SalesTax
{
    /// <summary>The rates of the jurisdictions that an American address is in, each rounded by itself: a state's, and in New York the city's and the transit district's.</summary>
    private static readonly Dictionary<string, decimal[]> Rates = new(StringComparer.Ordinal)
    {
        ["California"] = [0.0725m],
        ["New York"] = [0.04m, 0.045m, 0.00375m],
    };

    /// <summary>The net and the tax of a charge as the price list has it: in Japan the price includes the tax.</summary>
    public static (long Net, long Tax) Split(Customer account, decimal charge)
    {
        var amount = Rounded(charge);
        if (account.Tax != TaxStatus.Taxable)
        {
            return (amount, 0);
        }

        switch (account.Entity)
        {
            case "de":
                return (amount, Rounded(amount * 0.19m));
            case "jp":
                var net = Rounded(amount / 1.10m);
                return (net, amount - net);
            default:
                return (amount, Rates.GetValueOrDefault(account.State ?? "", []).Sum(rate => Rounded(amount * rate)));
        }
    }

    /// <summary>The part of a tax that a part of its charge bears.</summary>
    public static long Part(long tax, long net, long part) => net == 0 ? 0 : Rounded((decimal)tax * part / net);

    public static long Rounded(decimal amount) => (long)decimal.Round(amount, MidpointRounding.AwayFromZero);
}
