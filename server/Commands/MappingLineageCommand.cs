using System.CommandLine;
using System.Globalization;
using QtcHub.Mapping;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc mappings show</c> and <c>lineage</c>: a mapping as it is in force, and which input fields feed which output fields.</summary>
internal static class MappingLineageCommand
{
    public static Command Show()
    {
        var (name, config, json) = (MappingsCommand.Name(), SharedOptions.Config(), SharedOptions.Json());
        var command = new Command("show", "Show a mapping as it is in force") { name, config, json };
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    parsed.GetValue(config)!,
                    parsed.GetValue(name)!,
                    parsed.GetValue(json),
                    mapping => (mapping.Describe(), PrintShown)
                )
        );
        return command;
    }

    public static Command Lineage()
    {
        var (name, config, json) = (MappingsCommand.Name(), SharedOptions.Config(), SharedOptions.Json());
        var output = new Option<string?>("--output") { Description = "Only what feeds this output field", HelpName = "path" };
        var input = new Option<string?>("--input") { Description = "Only what this input field feeds", HelpName = "path" };
        var command = new Command("lineage", "Tell which input fields feed which output fields") { name, output, input, config, json };
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    parsed.GetValue(config)!,
                    parsed.GetValue(name)!,
                    parsed.GetValue(json),
                    mapping => (Chosen(mapping.Describe(), parsed.GetValue(output), parsed.GetValue(input)), PrintLineage)
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string config,
        string name,
        bool json,
        Func<CompiledMapping, (MappingDescription Described, Action<MappingDescription> Print)> read
    )
    {
        var (_, mapping, code) = await MappingsCommand.FindAsync(config, name);
        if (mapping is null)
        {
            return code;
        }

        var (described, print) = read(mapping);
        if (json)
        {
            Output.Json(described, CommandJson.Default.MappingDescription);
        }
        else
        {
            print(described);
        }

        return described.Leaves.Count > 0 ? ExitCode.Good : ExitCode.Disagreement;
    }

    private static MappingDescription Chosen(MappingDescription all, string? output, string? input) =>
        all with
        {
            Leaves =
            [
                .. all.Leaves.Where(leaf =>
                    (output is null || IsAt(leaf.Output, output))
                    && (input is null || leaf.Inputs.Concat(leaf.Deciding).Any(fed => IsAt(fed, input)))
                ),
            ],
        };

    /// <summary>Whether a path is that place or one below it; brackets may be left out.</summary>
    private static bool IsAt(string path, string place)
    {
        var (plain, asked) = (Plain(path), Plain(place));
        return plain == asked || plain.StartsWith($"{asked}.", StringComparison.Ordinal);
    }

    private static string Plain(string path) => path.Replace("[]", "", StringComparison.Ordinal);

    private static void PrintShown(MappingDescription mapping)
    {
        Console.Out.WriteLine($"{mapping.Name}, version {mapping.Version}");
        foreach (var file in mapping.Files)
        {
            Console.Out.WriteLine($"file   {file}");
        }

        foreach (var lookup in mapping.Lookups)
        {
            Console.Out.WriteLine($"lookup {lookup.Name}{(lookup.HasPeriods ? ", by date" : "")}: {lookup.File}");
        }

        var table = Output.Table("output", "from", "written in");
        foreach (var leaf in mapping.Leaves)
        {
            table.Row(leaf.Output, leaf.Expression, $"{Path.GetFileName(leaf.File)}:{leaf.Line.ToString(CultureInfo.InvariantCulture)}");
        }

        Output.Print(table);
    }

    private static void PrintLineage(MappingDescription mapping)
    {
        var table = Output.Table("output", "fed by", "through", "decided by");
        foreach (var leaf in mapping.Leaves)
        {
            table.Row(
                leaf.Output,
                string.Join(", ", leaf.Inputs.Concat(leaf.Variables)),
                string.Join(", ", leaf.Functions.Concat(leaf.Lookups.Select(lookup => $"[{lookup}]"))),
                string.Join(", ", leaf.Deciding)
            );
        }

        Output.Print(table);
    }
}
