using System.CommandLine;
using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Commands;

/// <summary>The <c>qtc</c> command line.</summary>
internal static class QtcCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("QtcHub keeps quote-to-cash systems in step.")
        {
            ServeCommand.Create(),
            CheckCommand.Create(),
            MappingsCommand.Create(),
            SchemaCommand.Create(),
            TraceCommand.Create(),
            DeadLettersCommand.Create(),
            ReleaseCommand.Create(),
            BackfillCommand.Create(),
            LinkCommand.Create(),
            RemapCommand.Create(),
            VerifyCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            DemoCommand.Create(),
            SimulateCommand.Create(),
            BenchCommand.Create(),
            BenchCommand.CreatePart(),
        };
        var parsed = root.Parse(args);
        try
        {
            // The host stops by itself, and in order: the parser must not end the process before it is done.
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }
            );
            return parsed.Errors.Count > 0 ? ExitCode.Configuration : code;
        }
        catch (StoreRefusedException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCode.Store;
        }
        catch (StoreFailedException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return ExitCode.Store;
        }
    }
}
