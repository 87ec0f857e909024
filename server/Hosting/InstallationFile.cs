using QtcHub.Connectors;
using QtcHub.Hosting;

namespace QtcHub.Server.Hosting;

/// <summary>Reads a hub.yaml with the connectors that this program has.</summary>
internal static class InstallationFile
{
    /// <summary>The installation, or null with everything that is wrong.</summary>
    public static (Installation? Installation, IReadOnlyList<ConfigurationError> Errors) Load(string path) =>
        Installation.Load(path, ConnectorKinds.Scan(typeof(ConnectorKinds).Assembly));

    /// <summary>Prints every error on a line of its own.</summary>
    public static async Task PrintAsync(IReadOnlyList<ConfigurationError> errors, TextWriter to)
    {
        foreach (var error in errors)
        {
            await to.WriteLineAsync(error.ToString());
        }
    }
}
