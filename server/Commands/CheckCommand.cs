using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Pipeline;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc check</c>: prints everything that is wrong with a configuration, its mappings and its secrets.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var (config, json) = (SharedOptions.Config(), SharedOptions.Json());
        var data = new Option<string?>("--data")
        {
            Description = "A data folder, of whose hub is told what waits for qtc link",
            HelpName = "folder",
        };
        var command = new Command("check", "Check a configuration, its mappings and its secrets") { config, data, json };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(config)!, parsed.GetValue(data), parsed.GetValue(json), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(string config, string? data, bool json, CancellationToken cancellationToken)
    {
        var (installation, errors) = InstallationFile.Load(config);
        var missing = installation is null ? [] : MissingSecrets.Of(installation, new ProcessSecrets(Environment.GetEnvironmentVariable));
        var waiting = installation is null ? [] : await WaitingAsync(installation, data, cancellationToken);
        if (json)
        {
            var found = new CheckDocument(
                [.. errors.Select(error => new CheckError(error.File, error.Line, error.Column, error.Message, error.Fix))],
                [.. missing.Select(secret => new CheckSecret(secret.System, secret.Credential, secret.Reference))],
                waiting
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

            foreach (var route in waiting)
            {
                await Console.Out.WriteLineAsync(
                    $"{route.Record} from {route.From} to {route.To} waits for qtc link {route.Record} --systems {route.From},{route.To}"
                );
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

    /// <summary>The routes that start by link, to each target that nothing is written to until then; all of them where no hub is named.</summary>
    private static async Task<IReadOnlyList<CheckLink>> WaitingAsync(
        Installation installation,
        string? data,
        CancellationToken cancellationToken
    )
    {
        var routes = installation.Options.Routes.Where(route => route.StartsByLink);
        var all = routes.SelectMany(route => route.To.Select(target => (Route: route, Target: target))).ToList();
        if (data is null || all.Count == 0)
        {
            return [.. all.Select(one => new CheckLink($"{one.Route.Record}", one.Route.From, one.Target))];
        }

        await using var store = await StoredRows.OpenAsync(data, new ProcessSecrets(Environment.GetEnvironmentVariable), cancellationToken);
        var closed = new List<CheckLink>();
        foreach (var (route, target) in all)
        {
            if (!await LinkGate.IsOpenAsync(store.Rows, route, target, cancellationToken))
            {
                closed.Add(new CheckLink($"{route.Record}", route.From, target));
            }
        }

        return closed;
    }
}
