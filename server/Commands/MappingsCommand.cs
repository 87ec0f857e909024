using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc mappings</c>: what the mappings are, where each value comes from, and whether they do what their cases say.</summary>
internal static class MappingsCommand
{
    public static Command Create() =>
        new("mappings", "Show, test and try mappings")
        {
            MappingCasesCommand.Create(),
            MappingLineageCommand.Show(),
            MappingLineageCommand.Lineage(),
            MappingTrialCommand.Create(),
            ReferenceCommand.Functions(),
            ReferenceCommand.Records(),
        };

    public static Argument<string> Name() => new("mapping") { Description = "Its heading, or the vendor's end of it, e.g. shop.bill" };

    /// <summary>The one mapping that a name means in a configuration; else an exit code, after telling why.</summary>
    public static async Task<(Installation? Installation, CompiledMapping? Mapping, int Code)> FindAsync(string config, string name)
    {
        var (installation, errors) = InstallationFile.Load(config);
        if (installation is null)
        {
            await InstallationFile.PrintAsync(errors, Console.Error);
            return (null, null, ExitCode.Configuration);
        }

        var found = installation.Mappings.Named(name);
        if (found is [var only])
        {
            return (installation, only, ExitCode.Good);
        }

        await Console.Error.WriteLineAsync($"{(found.Count == 0 ? "no mapping" : "more than one mapping")} is called {name}; there are:");
        foreach (var mapping in found.Count == 0 ? installation.Mappings.Mappings : found)
        {
            await Console.Error.WriteLineAsync($"  {mapping.Name}");
        }

        return (installation, null, ExitCode.Disagreement);
    }
}
