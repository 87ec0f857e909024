using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;
using QtcHub.Server.Sandbox;
using QtcHub.Stores.Sqlite;
using QtcHub.Telemetry;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc serve</c>: runs the hub until it is asked to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var (config, data) = (SharedOptions.Config(), SharedOptions.Data());
        var urls = new Option<string>("--urls")
        {
            Description = "Addresses to listen on, separated by ;",
            DefaultValueFactory = _ => "http://127.0.0.1:5080",
        };
        var sandbox = new Option<bool>("--sandbox")
        {
            Description = "Let pretend vendors stand in for every system (loopback addresses only)",
        };
        var verbose = new Option<bool>("--verbose") { Description = "Log what goes well, too" };
        var clock = new Option<bool>("--clock-is-right")
        {
            Description = "The clock was wrong when the store was last written, and is right now",
        };
        var command = new Command("serve", "Run the hub: webhooks in, records out") { config, data, urls, sandbox, verbose, clock };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var (addresses, wrong) = ServeSettings.ReadUrls(parsed.GetValue(urls)!);
                if (addresses is null)
                {
                    return ComplainAsync($"--urls: '{wrong}' is no http address. Fix: write it like http://127.0.0.1:5080");
                }

                var (telemetry, complaint) = TelemetrySettings.OfProcess();
                if (telemetry is null)
                {
                    return ComplainAsync(complaint!);
                }

                var settings = new ServeSettings
                {
                    Data = parsed.GetValue(data)!,
                    Urls = FreePort.Choose(addresses),
                    Sandbox = parsed.GetValue(sandbox),
                    Verbose = parsed.GetValue(verbose),
                    Telemetry = telemetry,
                    Store = new SqliteStoreOptions { ClockIsRight = parsed.GetValue(clock) },
                };
                return RunAsync(parsed.GetValue(config)!, settings, cancellationToken);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(string config, ServeSettings settings, CancellationToken cancellationToken)
    {
        var (installation, errors) = InstallationFile.Load(config);
        if (installation is null)
        {
            await InstallationFile.PrintAsync(errors, Console.Error);
            return ExitCode.Configuration;
        }

        try
        {
            var secrets = new ProcessSecrets(Environment.GetEnvironmentVariable);
            await using var server = await HubServer.BuildAsync(installation, settings, secrets, cancellationToken);
            await server.StartAsync(cancellationToken);
            await Console.Out.WriteLineAsync(
                $"Serving {installation.Options.Name} on {string.Join(" ", settings.Urls.Select(url => url.GetLeftPart(UriPartial.Authority)))}"
            );
            await server.WaitForShutdownAsync(cancellationToken);
            return server.StoreHasFailed ? ExitCode.Store : ExitCode.Good;
        }
        catch (SandboxRefusedException refused)
        {
            return await ComplainAsync(refused.Message);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return await ComplainAsync($"--urls: {taken.Message} Fix: stop what listens there or choose another port");
        }
    }

    private static async Task<int> ComplainAsync(string complaint)
    {
        await Console.Error.WriteLineAsync(complaint);
        return ExitCode.Configuration;
    }
}
