using System.CommandLine;
using QtcHub.Mapping;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc mappings test</c>: runs the cases beside the mappings.</summary>
internal static class MappingCasesCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("mapping") { Description = "Only this mapping's cases", Arity = ArgumentArity.ZeroOrOne };
        var (config, json) = (SharedOptions.Config(), SharedOptions.Json());
        var command = new Command("test", "Run the cases beside the mappings") { name, config, json };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config)!, parsed.GetValue(name), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string config, string? name, bool json)
    {
        var (installation, errors) = InstallationFile.Load(config);
        if (installation is null)
        {
            await InstallationFile.PrintAsync(errors, Console.Error);
            return ExitCode.Configuration;
        }

        var files = MappingCatalog.Cases(installation.MappingFolders, out var unreadable);
        if (unreadable.Count > 0)
        {
            await InstallationFile.PrintAsync(unreadable, Console.Error);
            return ExitCode.Configuration;
        }

        var wanted = name is null ? null : installation.Mappings.Named(name).Select(mapping => mapping.Name).ToList();
        var results = files
            .SelectMany(file => MappingCases.Run(installation.Mappings, file.Path, file.Text))
            .Where(result => wanted?.Contains(result.Mapping, StringComparer.Ordinal) != false)
            .ToList();
        if (json)
        {
            Output.Json(CasesDocument.Of(results), CommandJson.Default.CasesDocument);
        }
        else
        {
            await PrintAsync(results, name);
        }

        return results.Count > 0 && results.TrueForAll(result => result.Passed) ? ExitCode.Good : ExitCode.Disagreement;
    }

    private static async Task PrintAsync(List<CaseResult> results, string? name)
    {
        if (results.Count == 0)
        {
            await Console.Out.WriteLineAsync(name is null ? "there are no cases" : $"there are no cases of {name}");
            return;
        }

        foreach (var result in results.Where(result => !result.Passed))
        {
            await Console.Out.WriteLineAsync($"{result.File}:{result.Line}:{result.Column}: {result.Name}");
            var lines = result.Expected is null
                ? [$"  {result.Detail}"]
                : (string[])[$"  expected {result.Expected}", $"  actual   {result.Actual}"];
            foreach (var line in lines)
            {
                await Console.Out.WriteLineAsync(line);
            }
        }

        var failed = results.Count(result => !result.Passed);
        await Console.Out.WriteLineAsync($"{results.Count - failed} passed, {failed} failed");
    }
}

/// <summary>What <c>qtc mappings test --json</c> prints.</summary>
internal sealed record CasesDocument(int Passed, int Failed, IReadOnlyList<FailedCase> Failures)
{
    public static CasesDocument Of(IReadOnlyList<CaseResult> results)
    {
        var failures = results
            .Where(result => !result.Passed)
            .Select(result => new FailedCase(result.File, result.Line, result.Column, result.Name, result.Detail)
            {
                Mapping = result.Mapping,
                Expected = result.Expected,
                Actual = result.Actual,
            })
            .ToList();
        return new CasesDocument(results.Count - failures.Count, failures.Count, failures);
    }
}

/// <summary>A case that failed.</summary>
internal sealed record FailedCase(string File, int Line, int Column, string Name, string Detail)
{
    public string Mapping { get; init; } = "";

    public string? Expected { get; init; }

    public string? Actual { get; init; }
}
