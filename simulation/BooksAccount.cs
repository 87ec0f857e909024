namespace QtcHub.Simulation;

/// <summary>An account that the company has opened: billing's id and number of it, its legal company, currency and address.</summary>
internal sealed record BooksAccount(string Id, string Number, string Entity, string Currency, string Mail)
{
    /// <summary>Whether something is on its way to it that it cannot be closed under.</summary>
    public bool IsBusy { get; set; }
}
