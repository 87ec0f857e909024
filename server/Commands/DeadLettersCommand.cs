using System.CommandLine;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc deadletters</c>: what needs a person.</summary>
internal static class DeadLettersCommand
{
    private const int Most = 1000;

    public static Command Create() => new("deadletters", "Show what needs a person") { List(), Show() };

    private static Command List()
    {
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var command = new Command("list", "List open dead letters") { data, json };
        command.SetAction((parsed, cancellationToken) => ListAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Show()
    {
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var id = new Argument<string>("id") { Description = "The dead letter's id, as the list prints it" };
        var command = new Command("show", "Show one dead letter") { id, data, json };
        command.SetAction(
            (parsed, cancellationToken) => ShowAsync(parsed.GetValue(data)!, parsed.GetValue(id)!, parsed.GetValue(json), cancellationToken)
        );
        return command;
    }

    private static async Task<int> ListAsync(string data, bool json, CancellationToken cancellationToken)
    {
        await using var store = await StoredRows.OpenAsync(data, new ProcessSecrets(Environment.GetEnvironmentVariable), cancellationToken);
        var letters = await new LetterBox(store.Rows).ListAsync(Most, cancellationToken);
        if (json)
        {
            Output.Json([.. letters.Select(LetterLine.Of)], CommandJson.Default.IReadOnlyListLetterLine);
            return ExitCode.Good;
        }

        var table = Output.Table("id", "at", "cause", "affected", "money");
        foreach (var letter in letters)
        {
            table.Row(letter.Id, Output.When(letter.At), letter.Cause, letter.Affected, letter.Amount?.ToString());
        }

        Output.Print(table);
        return ExitCode.Good;
    }

    private static async Task<int> ShowAsync(string data, string id, bool json, CancellationToken cancellationToken)
    {
        await using var store = await StoredRows.OpenAsync(data, new ProcessSecrets(Environment.GetEnvironmentVariable), cancellationToken);
        if (await new LetterBox(store.Rows).FindAsync(id, cancellationToken) is not { } letter)
        {
            await Console.Error.WriteLineAsync($"no dead letter has the id {id}");
            return ExitCode.Disagreement;
        }

        var shown = LetterDocument.Of(letter);
        if (json)
        {
            Output.Json(shown, CommandJson.Default.LetterDocument);
            return ExitCode.Good;
        }

        var table = Output.Table("", "");
        foreach (var (name, value) in LetterLines.Of(shown))
        {
            table.Row(name, value);
        }

        Output.Print(table);
        return ExitCode.Good;
    }
}
