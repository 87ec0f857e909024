namespace QtcHub.Server.Demo.Script;

/// <summary>Whom the company sells to. Everything else names a customer by <paramref name="Key"/>; other systems know it by <paramref name="Email"/>, which it alone has.</summary>
internal sealed record Customer(string Key, string Name, string Email, string Entity, string Currency, string Country, PaysBy PaysBy);

/// <summary>How a customer pays what it owes.</summary>
internal enum PaysBy
{
    /// <summary>By card: billing charges it through the processor.</summary>
    Card,

    /// <summary>By wire, whose text says what it pays.</summary>
    Wire,
}
