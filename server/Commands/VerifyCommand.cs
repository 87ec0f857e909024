using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc verify</c>: where every acknowledged delivery stands.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var command = new Command("verify", "Count where every acknowledged delivery stands") { data, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string data, bool json, CancellationToken cancellationToken)
    {
        await using var store = await StoredRows.OpenAsync(data, new ProcessSecrets(Environment.GetEnvironmentVariable), cancellationToken);
        await store.CheckAsync(cancellationToken);
        var found = await new Verifier(store.Rows).VerifyAsync(cancellationToken);
        if (json)
        {
            Output.Json(found, CommandJson.Default.Verification);
        }
        else
        {
            var table = Output.Table("deliveries", "count", "meaning");
            foreach (var (name, count, meaning) in Lines(found))
            {
                table.Row(name, count.ToString(System.Globalization.CultureInfo.InvariantCulture), meaning);
            }

            Output.Print(table);
        }

        return found.Open + found.Unknown == 0 ? ExitCode.Good : ExitCode.Disagreement;
    }

    private static IEnumerable<(string Name, long Count, string Meaning)> Lines(Verification found) =>
        [
            ("acknowledged", found.Acknowledged, "answered 2xx; the rest adds up to it"),
            ("applied", found.Applied, "written to every target"),
            ("unchanged", found.Unchanged, "nothing needed to be written"),
            ("superseded", found.Superseded, "a newer revision took its place"),
            ("ignored", found.Ignored, "ignored by a named rule"),
            ("parked", found.Parked, "waits for a reference"),
            ("held", found.Held, "waits for a person or a date"),
            ("dead-lettered", found.DeadLettered, "needs a person"),
            ("unknown", found.Unknown, "sent; the answer is not known yet"),
            ("open", found.Open, "under way"),
        ];
}
