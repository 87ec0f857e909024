using QtcHub.Connectors;

namespace QtcHub.Hosting;

/// <summary>Secrets from this process's surroundings: <c>env:NAME</c> and <c>file:/path</c>; surrounding white space of a file is not part of one.</summary>
/// <param name="environment">The value of an environment variable, or null.</param>
public sealed class ProcessSecrets(Func<string, string?> environment) : ISecrets
{
    private const int MostBytes = 64 * 1024;

    /// <inheritdoc />
    public string? Find(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        var name = reference[(colon + 1)..];
        var found = reference[..Math.Max(colon, 0)] switch
        {
            "env" => environment(name),
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
