namespace QtcHub.Server.Demo.Script;

/// <summary>Whom the company sells to. Everything else names a customer by <paramref name="Key"/>; other systems know it by <paramref name="Email"/>, which it alone has.</summary>
internal sealed record Customer(string Key, string Name, string Email, string Entity, string Currency, string Country, PaysBy PaysBy)
{
    /// <summary>The state of the country, where that matters to its tax.</summary>
    public string? State { get; init; }

    /// <summary>How it is taxed.</summary>
    public TaxStatus Tax { get; init; }

    /// <summary>Whether it is one of the many, who have seats and projects.</summary>
    public bool IsPlain { get; init; } = true;
}

/// <summary>How a customer is taxed.</summary>
internal enum TaxStatus
{
    Taxable,

    /// <summary>By a certificate.</summary>
    Exempt,

    /// <summary>By itself, as a business abroad.</summary>
    ReverseCharge,
}

/// <summary>How a customer pays what it owes.</summary>
internal enum PaysBy
{
    /// <summary>By card: billing charges it through the processor.</summary>
    Card,

    /// <summary>By wire, whose text says what it pays.</summary>
    Wire,
}
