using System.CommandLine;

namespace QtcHub.Server.Commands;

/// <summary>The name of the person who has a verb do something; it is kept with what is done.</summary>
internal static class WrittenName
{
    public static Option<string> Option(string description) =>
        new("--by")
        {
            Description = description,
            HelpName = "name",
            DefaultValueFactory = _ => Environment.UserName,
        };

    /// <summary>The name, or null where there is none, which is then told.</summary>
    public static async Task<string?> ReadAsync(string? written)
    {
        if (written?.Trim() is { Length: > 0 } who)
        {
            return who;
        }

        await Console.Error.WriteLineAsync("--by is empty. Fix: say who, or leave it out");
        return null;
    }
}
