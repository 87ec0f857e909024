using System.CommandLine;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc backup</c>: copies the store into one file, beside a running server.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var to = new Option<string>("--to")
        {
            Description = "The file to make; one that exists is never overwritten",
            HelpName = "file",
            Required = true,
        };
        var command = new Command("backup", "Copy the store into one checked file, beside a running server") { to, data, json };
        command.SetAction(parsed =>
        {
            StoreAddress.RefuseElsewhere(parsed.GetValue(data)!, "backup");
            var taken = Backup.Take(parsed.GetValue(data)!, parsed.GetValue(to)!, TimeProvider.System);
            if (parsed.GetValue(json))
            {
                Output.Json(taken, CommandJson.Default.BackupTaken);
            }
            else
            {
                Console.Out.WriteLine(
                    $"{taken.File}: {taken.Bytes} bytes, as of {Output.When(taken.TakenAt)}, epoch {taken.Epoch}, integrity ok"
                );
            }

            return ExitCode.Good;
        });
        return command;
    }
}
