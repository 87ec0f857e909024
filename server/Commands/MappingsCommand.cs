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
            Functions(),
            MappingRecordsCommand.Create(),
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

    private static Command Functions()
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print the page of the documentation" };
        var json = SharedOptions.Json();
        var command = new Command("functions", "List the functions of the mapping language") { markdown, json };
        command.SetAction(
            (parsed, _) =>
            {
                Print(parsed.GetValue(markdown), parsed.GetValue(json));
                return Task.FromResult(ExitCode.Good);
            }
        );
        return command;
    }

    private static void Print(bool markdown, bool json)
    {
        if (markdown)
        {
            Console.Out.Write(FunctionReference.Markdown());
            return;
        }

        if (json)
        {
            Output.Json(FunctionReference.All, CommandJson.Default.IReadOnlyListFunctionDocument);
            return;
        }

        var table = Output.Table("function", "takes → gives", "does");
        foreach (var function in FunctionReference.All)
        {
            table.Row(function.Usage, function.Signature, function.Does);
        }

        Output.Print(table);
    }
}
