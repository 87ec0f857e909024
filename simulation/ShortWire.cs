namespace QtcHub.Simulation;

/// <summary>A wire that lacks something of the invoice that it names and of which all was owed: minor units.</summary>
internal sealed record ShortWire(string Reference, string Invoice, long Owed, long Lacks, string Currency)
{
    // What the company tells the hub that it gives up, once more in its own words: a percent, and of a wire no more than this.
    private const int OfHundred = 1;

    private static readonly Dictionary<string, long> Tolerance = new(StringComparer.Ordinal)
    {
        ["USD"] = 500,
        ["EUR"] = 500,
        ["JPY"] = 500,
    };

    /// <summary>What is given up: all that it lacks, or nothing.</summary>
    public long GivenUp => Lacks <= Most(Owed, Currency) ? Lacks : 0;

    /// <summary>The most that is given up of so much.</summary>
    public static long Most(long owed, string currency) => Math.Min(Tolerance.GetValueOrDefault(currency), owed * OfHundred / 100);
}
