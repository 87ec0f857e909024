namespace QtcHub.Hosting;

/// <summary>How payments of a route are matched with what they pay before they are told to the system that owns applications.</summary>
public sealed record CashApplicationOptions
{
    /// <summary>What is done with a payment of less than it names.</summary>
    public WhenUnderpaid Underpaid { get; init; } = WhenUnderpaid.Apply;

    /// <summary>How long a payment waits whose text may name a document that is not known yet; nothing: it goes on unapplied at once.</summary>
    public TimeSpan Wait { get; init; }
}

/// <summary>What is done with a payment of less than it names.</summary>
public enum WhenUnderpaid
{
    /// <summary>It pays what it names as far as it goes, the earliest due first.</summary>
    Apply,

    /// <summary>It stays unapplied, and a person decides.</summary>
    Leave,
}
