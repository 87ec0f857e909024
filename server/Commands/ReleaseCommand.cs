using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Control;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc release</c>: a person lets a held or dead-lettered lane go on, through the server that runs, or by itself where none does.</summary>
internal static class ReleaseCommand
{
    private const int MostReason = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var (config, data, json) = (SharedOptions.Config(), SharedOptions.Data(), SharedOptions.Json());
        var id = new Argument<string>("id") { Description = "A lane (record/target/part, as trace names it) or a dead letter's id" };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; it is kept with your name",
            HelpName = "text",
            Required = true,
        };
        var command = new Command("release", "Let a held or dead-lettered lane go on") { id, reason, config, data, json };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var why = parsed.GetValue(reason)?.Trim() ?? "";
                if (why.Length is 0 or > MostReason)
                {
                    await Console.Error.WriteLineAsync($"--reason has 1 to {MostReason} characters. Fix: say why");
                    return ExitCode.Configuration;
                }

                var request = new ReleaseRequest(parsed.GetValue(id)!, Environment.UserName, why);
                var place = new Place(parsed.GetValue(config)!, parsed.GetValue(data)!);
                return await TellAsync(request, await RunAsync(place, request, cancellationToken), parsed.GetValue(json));
            }
        );
        return command;
    }

    /// <summary>Whoever holds the folder's lock does it: a server that runs, or this process.</summary>
    private static async Task<ReleaseAnswer?> RunAsync(Place place, ReleaseRequest request, CancellationToken cancellationToken)
    {
        if (StoreAddress.Read(place.Data) is { } address)
        {
            // That store takes writers beside a server.
            var cloud = await CloudStore.OpenAsync(
                address,
                TimeProvider.System,
                new ProcessSecrets(Environment.GetEnvironmentVariable),
                cancellationToken
            );
            return await HereAsync(place, cloud.Rows, request, cancellationToken);
        }

        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                // A folder without a hub is not made one by asking for a release.
                await SqliteStore.OpenForReading(place.Data).DisposeAsync();
                await using var store = SqliteStore.Open(place.Data, TimeProvider.System);
                ControlFile.Remove(place.Data);
                return await HereAsync(place, store, request, cancellationToken);
            }
            catch (FolderTakenException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                // Another verb may hold it for a moment, or a server that has not begun to listen.
                if (await ControlClient.ReleaseAsync(place.Data, request, cancellationToken) is { } answer)
                {
                    return answer;
                }

                await Task.Delay(Between, cancellationToken);
            }
        }
    }

    private static async Task<ReleaseAnswer?> HereAsync(
        Place place,
        IHubStore store,
        ReleaseRequest request,
        CancellationToken cancellationToken
    )
    {
        var (installation, errors) = InstallationFile.Load(place.Config);
        if (installation is null)
        {
            await InstallationFile.PrintAsync(errors, Console.Error);
            return null;
        }

        await using var parts = new Belongings();
        var connected = new Connected(
            installation.Options,
            installation,
            new ProcessSecrets(Environment.GetEnvironmentVariable),
            store,
            TimeProvider.System,
            Random.Shared
        );
        var hub = new Hub(Wiring.Connect(connected, parts, NullLoggerFactory.Instance));
        return await Releasing.RunAsync(hub, request, cancellationToken);
    }

    private static async Task<int> TellAsync(ReleaseRequest request, ReleaseAnswer? answer, bool json)
    {
        if (answer is null)
        {
            return ExitCode.Configuration;
        }

        if (json)
        {
            Output.Json(answer, ControlJson.Default.ReleaseAnswer);
        }
        else if (answer.Result == Releasing.Released)
        {
            await Console.Out.WriteLineAsync($"released {answer.Lane}");
        }
        else
        {
            await Console.Error.WriteLineAsync(
                answer.Lane is { } lane
                    ? $"{lane} is neither held nor dead-lettered"
                    : $"no lane and no letter of a lane has the id {request.Id}"
            );
        }

        return answer.Result == Releasing.Released ? ExitCode.Good : ExitCode.Disagreement;
    }

    private sealed record Place(string Config, string Data);
}
