namespace QtcHub.Simulation;

/// <summary>An account that the company has opened, where it opens them: its id there, its legal company, currency and address.</summary>
internal sealed record BooksAccount(string Id, string Entity, string Currency, string Mail)
{
    /// <summary>Billing's id of it, once it is there.</summary>
    public string? BilledId { get; private set; }

    /// <summary>Its number, once it is in billing.</summary>
    public string? Number { get; private set; }

    /// <summary>Whether something is on its way to it that it cannot be closed under.</summary>
    public bool IsBusy { get; set; }

    /// <summary>It has arrived in billing.</summary>
    public void Arrived(string id, string number) => (BilledId, Number) = (id, number);
}
