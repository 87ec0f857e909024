using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Server.Control;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Commands;

/// <summary>A verb that writes: whoever holds the folder's lock does it, a server that runs or this process.</summary>
internal static class WritingVerb
{
    private const int NameBytes = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>What came of it; null where the configuration is wrong, which is then told.</summary>
    /// <param name="place">The configuration and the data folder.</param>
    /// <param name="there">Asks the server that runs on the folder; null where none answers.</param>
    /// <param name="here">Does it in this process.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<T?> RunAsync<T>(
        Place place,
        Func<CancellationToken, Task<T?>> there,
        Func<Here, CancellationToken, Task<T>> here,
        CancellationToken cancellationToken
    )
        where T : class
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
            var gate = new SharedGate(cloud.Rows, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes)));
            return await HereAsync(place, cloud.Rows, gate, here, cancellationToken);
        }

        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                // A folder without a hub is not made one by asking for a verb.
                await SqliteStore.OpenForReading(place.Data).DisposeAsync();
                await using var store = SqliteStore.Open(place.Data, TimeProvider.System);
                ControlFile.Remove(place.Data);
                return await HereAsync(place, store, null, here, cancellationToken);
            }
            catch (FolderTakenException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                // Another verb may hold it for a moment, or a server that has not begun to listen.
                if (await there(cancellationToken) is { } answer)
                {
                    return answer;
                }

                await Task.Delay(Between, cancellationToken);
            }
        }
    }

    /// <summary>The server that was asked answers no more, in the middle of it: tells a person, and gives the exit code.</summary>
    public static async Task<int> GoneAsync(Place place)
    {
        await Console.Error.WriteLineAsync($"the server on {place.Data} has gone. Fix: run the same again, with a server, and it goes on");
        return ExitCode.Disagreement;
    }

    /// <summary>Does it in this process over a store that is open; null where the configuration is wrong, which is then told.</summary>
    public static async Task<T?> HereAsync<T>(
        Place place,
        IHubStore store,
        SharedGate? gate,
        Func<Here, CancellationToken, Task<T>> here,
        CancellationToken cancellationToken
    )
        where T : class
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
        )
        {
            Gate = gate,
        };
        var hub = new Hub(Wiring.Connect(connected, parts, NullLoggerFactory.Instance));
        return await here(new Here(hub, IsAlone: gate is null), cancellationToken);
    }
}

/// <summary>Where a verb works: the configuration and the data folder.</summary>
internal sealed record Place(string Config, string Data);

/// <summary>The hub of this process.</summary>
/// <param name="Hub">The hub.</param>
/// <param name="IsAlone">Whether no server can be at work beside it, so that what it enqueues waits for one.</param>
internal sealed record Here(Hub Hub, bool IsAlone);
