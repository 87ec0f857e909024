namespace QtcHub.Server.Demo.Books;

/// <summary>What a wire may lack: so much, and no more than a hundredth of what it pays. The company's rule, as its configuration has it.</summary>
internal static class ShortPay
{
    private const long Share = 100;

    private static readonly Dictionary<string, long> Most = new(StringComparer.Ordinal)
    {
        ["USD"] = 500,
        ["EUR"] = 500,
        ["JPY"] = 500,
    };

    /// <summary>The key of what is given up for a wire.</summary>
    public static string KeyOf(string wire) => $"rest of {wire}";

    /// <summary>Whether what a wire lacks of what is owed is given up.</summary>
    public static bool Tolerates(string currency, long lacking, long owed) =>
        lacking > 0 && lacking <= Most.GetValueOrDefault(currency) && lacking * Share <= owed;
}
