namespace QtcHub.Sandbox.Zuora;

/// <summary>The tax engine of the tenant: one rule per account, by who bills it and where it is sold to.</summary>
internal static class ZuoraTaxes
{
    private static readonly TaxRule California = new("CA Sales Tax", "State", "US-CA", "SAAS-US", 0.0725m, false);
    private static readonly TaxRule German = new("Umsatzsteuer", "Country", "DE", "VAT-DE-19", 0.19m, false);
    private static readonly TaxRule Japanese = new("Consumption Tax", "Country", "JP", "JCT-10", 0.10m, true);
    private static readonly TaxRule ReverseCharge = new("Reverse charge", "Country", "EU", "REVERSE_CHARGE", 0, false);

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

    /// <summary>The rule for an account, or null where no tax is due.</summary>
    public static TaxRule? For(ZuoraState state, Account account)
    {
        var soldTo = state.Contacts.Get(account.SoldTo).Fields;
        return account.Entity switch
        {
            "us" when soldTo.Text("State") is "California" or "CA" => California,
            "de"
                when Union.Contains(soldTo.Text("Country") ?? "", StringComparer.Ordinal)
                    && account.TaxInfo.Text("VATId") is { Length: > 0 } => ReverseCharge,
            "de" => German,
            "jp" => Japanese,
            _ => null,
        };
    }

    /// <summary>Splits what a price charges into net and tax. An exempt account's inclusive price is all net.</summary>
    public static (decimal Net, TaxItem? Tax) Split(ZuoraState state, Account account, decimal charged, DateOnly day)
    {
        var amount = ZuoraState.Round(charged, account.Currency);
        if (For(state, account) is not { } rule)
        {
            return (amount, null);
        }

        var exempt = account.TaxInfo.Text("exemptStatus") == "Yes";
        if (rule.Inclusive && !exempt)
        {
            var net = ZuoraState.Round(amount / (1 + rule.Rate), account.Currency);
            return (net, new TaxItem(state.NextId(), rule, amount - net, 0, day));
        }

        var tax = ZuoraState.Round(amount * rule.Rate, account.Currency);
        return (amount, new TaxItem(state.NextId(), rule, exempt ? 0 : tax, exempt ? tax : 0, day));
    }
}
