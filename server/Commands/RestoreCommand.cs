using System.CommandLine;
using QtcHub.Server.Control;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Commands;

/// <summary>What <c>qtc restore --json</c> prints.</summary>
internal sealed record RestoreDocument(int Epoch, DateTimeOffset TakenAt, DateTimeOffset RestoredAt, string? Kept);

/// <summary><c>qtc restore</c>: puts a backup in the place of a folder's store, under a new epoch.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var from = new Option<string>("--from")
        {
            Description = "The backup",
            HelpName = "file",
            Required = true,
        };
        var command = new Command("restore", "Put a backup in the place of a stopped hub's store") { from, data, json };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(from)!, parsed.GetValue(data)!, parsed.GetValue(json), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(string from, string data, bool json, CancellationToken cancellationToken)
    {
        StoreAddress.RefuseElsewhere(data, "restore");
        var (epoch, kept) = await Restoration.RunAsync(from, data, TimeProvider.System, cancellationToken);
        ControlFile.Remove(data);
        if (json)
        {
            Output.Json(new RestoreDocument(epoch.Number, epoch.TakenAt, epoch.RestoredAt, kept), CommandJson.Default.RestoreDocument);
            return ExitCode.Good;
        }

        await Console.Out.WriteLineAsync(
            $"restored as of {Output.When(epoch.TakenAt)}, epoch {epoch.Number}{(kept is null ? "" : $"; the replaced database lies at {kept}")}"
        );
        await Console.Out.WriteLineAsync(
            "Start the server: it asks its sources again from before then, and reads each target before it writes there."
        );
        return ExitCode.Good;
    }
}
