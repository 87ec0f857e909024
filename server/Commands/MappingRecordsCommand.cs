using System.CommandLine;
using QtcHub.Mapping;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc mappings records</c>: the canonical records and their fields.</summary>
internal static class MappingRecordsCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print the page of the documentation" };
        var json = SharedOptions.Json();
        var command = new Command("records", "List the canonical records and their fields") { markdown, json };
        command.SetAction(
            (parsed, _) =>
            {
                Print(parsed.GetValue(markdown), parsed.GetValue(json));
                return Task.FromResult(ExitCode.Good);
            }
        );
        return command;
    }

    private static void Print(bool markdown, bool json)
    {
        if (markdown)
        {
            Console.Out.Write(CanonicalReference.Markdown());
            return;
        }

        if (json)
        {
            Output.Json(CanonicalReference.All, CommandJson.Default.IReadOnlyListCanonicalDocument);
            return;
        }

        var table = Output.Table("record", "field", "type", "owner");
        foreach (var record in CanonicalReference.All)
        {
            foreach (var field in record.Fields)
            {
                table.Row(record.Type.ToString(), field.Path, field.Type, field.Owner);
            }
        }

        Output.Print(table);
    }
}
