using QtcHub.Connectors;

namespace QtcHub.Server.Hosting;

/// <summary>Secrets from this process's surroundings: <c>env:NAME</c> and <c>file:/path</c>; surrounding white space of a file is not part of one.</summary>
internal sealed class ProcessSecrets : ISecrets
{
    private const int MostBytes = 64 * 1024;

    public string? Find(string reference)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        var name = reference[(colon + 1)..];
        var found = reference[..Math.Max(colon, 0)] switch
        {
            "env" => Environment.GetEnvironmentVariable(name),
            "file" => ReadFile(name),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(found) ? null : found;
    }

    private static string? ReadFile(string path)
    {
        var file = new FileInfo(path);
        try
        {
            return file is { Exists: true, Length: <= MostBytes } ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A secret that cannot be read is one that is missing: `qtc check` names its reference.
            return null;
        }
    }
}
