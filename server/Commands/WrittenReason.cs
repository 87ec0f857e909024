namespace QtcHub.Server.Commands;

/// <summary>The reason that a person gives for what a verb does; it is kept with the person's name.</summary>
internal static class WrittenReason
{
    private const int Most = 1000;

    /// <summary>The reason, or null where there is none or too much of it, which is then told.</summary>
    public static async Task<string?> ReadAsync(string? written)
    {
        var why = written?.Trim() ?? "";
        if (why.Length is > 0 and <= Most)
        {
            return why;
        }

        await Console.Error.WriteLineAsync($"--reason has 1 to {Most} characters. Fix: say why");
        return null;
    }
}
