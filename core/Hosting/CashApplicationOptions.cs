using QtcHub.Canonical;

namespace QtcHub.Hosting;

/// <summary>How payments of a route are matched with what they pay before they are told to the system that owns applications.</summary>
public sealed record CashApplicationOptions
{
    /// <summary>What is done with a payment of less than it names.</summary>
    public WhenUnderpaid Underpaid { get; init; } = WhenUnderpaid.Apply;

    /// <summary>How long a payment waits whose text may name a document that is not known yet; nothing: it goes on unapplied at once.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>What a payment may lack of what it names so that the rest is given up; null: nothing is.</summary>
    public ShortPayOptions? ShortPay { get; init; }
}

/// <summary>How little a payment may lack so that it closes what it names. Both limits hold.</summary>
public sealed record ShortPayOptions
{
    /// <summary>The most that is given up of one payment, by currency, minor units; nothing is in a currency that is not here.</summary>
    public required IReadOnlyDictionary<Currency, long> Tolerance { get; init; }

    /// <summary>The most that is given up in percent of what is named, more than 0 and less than 100.</summary>
    public required decimal Percent { get; init; }

    /// <summary>The reason code under which it is given up.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether so much may be given up of so much, minor units of a currency.</summary>
    public bool Tolerates(Int128 lacks, Int128 owed, Currency currency) =>
        Tolerance.TryGetValue(currency, out var most) && lacks <= most && lacks * 100 <= (Int128)(Percent * (decimal)owed);
}

/// <summary>What is done with a payment of less than it names.</summary>
public enum WhenUnderpaid
{
    /// <summary>It pays what it names as far as it goes, the earliest due first.</summary>
    Apply,

    /// <summary>It stays unapplied, and a person decides.</summary>
    Leave,
}
