using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc check</c>: prints everything that is wrong with a configuration, its mappings and its secrets.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var (config, json) = (SharedOptions.Config(), SharedOptions.Json());
        var command = new Command("check", "Check a configuration, its mappings and its secrets") { config, json };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config)!, parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string config, bool json)
    {
        var (installation, errors) = InstallationFile.Load(config);
        var missing = installation is null ? [] : MissingSecrets.Of(installation, new ProcessSecrets(Environment.GetEnvironmentVariable));
        if (json)
        {
            var found = new CheckDocument(
                [.. errors.Select(error => new CheckError(error.File, error.Line, error.Column, error.Message, error.Fix))],
                [.. missing.Select(secret => new CheckSecret(secret.System, secret.Credential, secret.Reference))]
            );
            Output.Json(found, CommandJson.Default.CheckDocument);
        }
        else
        {
            await InstallationFile.PrintAsync(errors, Console.Out);
            foreach (var secret in missing)
            {
                await Console.Out.WriteLineAsync(secret.ToString());
            }

            if (installation is not null && missing.Count == 0)
            {
                await Console.Out.WriteLineAsync(
                    $"{installation.Options.Name} is in order: {installation.Options.Systems.Count} systems, {installation.Options.Routes.Count} routes."
                );
            }
        }

        return installation is null || missing.Count > 0 ? ExitCode.Configuration : ExitCode.Good;
    }
}
