namespace QtcHub.Sandbox.Zuora;

/// <summary>The tax engine of the tenant: the rules of an account, by who bills it and where it is sold to.</summary>
internal static class ZuoraTaxes
{
    private static readonly TaxRule California = new("CA Sales Tax", "State", "US-CA", "SAAS-US", 0.0725m, false);
    private static readonly TaxRule German = new("Umsatzsteuer", "Country", "DE", "VAT-DE-19", 0.19m, false);
    private static readonly TaxRule Japanese = new("Consumption Tax", "Country", "JP", "JCT-10", 0.10m, true);
    private static readonly TaxRule ReverseCharge = new("Reverse charge", "Country", "EU", "REVERSE_CHARGE", 0, false);

    /// <summary>What New York has, its city and its transit district, each rounded by itself.</summary>
    private static readonly TaxRule[] NewYork =
    [
        new("NY State Sales Tax", "State", "US-NY", "SAAS-US", 0.04m, false),
        new("NYC Local Tax", "City", "US-NY-NYC", "SAAS-US", 0.045m, false),
        new("MCTD Surcharge", "District", "US-NY-MCTD", "SAAS-US", 0.00375m, false),
    ];

    private static readonly string[] Union =
    [
        "Austria",
        "AT",
        "Belgium",
        "BE",
        "France",
        "FR",
        "Italy",
        "IT",
        "Netherlands",
        "NL",
        "Spain",
        "ES",
    ];

    /// <summary>The rules for an account: none where no tax is due.</summary>
    public static IReadOnlyList<TaxRule> For(ZuoraState state, Account account)
    {
        var soldTo = state.Contacts.Get(account.SoldTo).Fields;
        return account.Entity switch
        {
            "us" when soldTo.Text("State") is "California" or "CA" => [California],
            "us" when soldTo.Text("State") is "New York" or "NY" => NewYork,
            "de"
                when Union.Contains(soldTo.Text("Country") ?? "", StringComparer.Ordinal)
                    && account.TaxInfo.Text("VATId") is { Length: > 0 } => [ReverseCharge],
            "de" => [German],
            "jp" => [Japanese],
            _ => [],
        };
    }

    /// <summary>Splits what a price charges into net and tax. An exempt account's inclusive price is all net.</summary>
    public static (decimal Net, IReadOnlyList<TaxItem> Taxes) Split(ZuoraState state, Account account, decimal charged, DateOnly day)
    {
        var amount = ZuoraState.Round(charged, account.Currency);
        var rules = For(state, account);
        var exempt = account.TaxInfo.Text("exemptStatus") == "Yes";
        if (rules is [{ Inclusive: true } inclusive] && !exempt)
        {
            var net = ZuoraState.Round(amount / (1 + inclusive.Rate), account.Currency);
            return (net, [new TaxItem(state.NextId(), inclusive, amount - net, 0, day)]);
        }

        return (amount, [.. rules.Select(rule => Item(rule, ZuoraState.Round(amount * rule.Rate, account.Currency)))]);

        TaxItem Item(TaxRule rule, decimal tax) => new(state.NextId(), rule, exempt ? 0 : tax, exempt ? tax : 0, day);
    }
}
