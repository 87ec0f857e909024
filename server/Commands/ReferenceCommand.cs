using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using QtcHub.Mapping;
using Spectre.Console;

namespace QtcHub.Server.Commands;

/// <summary>Verbs that print what the program knows of itself: as a page of the documentation, as JSON, or as a table.</summary>
internal static class ReferenceCommand
{
    /// <summary><c>qtc mappings functions</c>: the functions of the mapping language.</summary>
    public static Command Functions() =>
        Create(
            new Command("functions", "List the functions of the mapping language"),
            FunctionReference.Markdown,
            FunctionReference.All,
            CommandJson.Default.IReadOnlyListFunctionDocument,
            FunctionTable
        );

    /// <summary><c>qtc mappings records</c>: the canonical records and their fields.</summary>
    public static Command Records() =>
        Create(
            new Command("records", "List the canonical records and their fields"),
            CanonicalReference.Markdown,
            CanonicalReference.All,
            CommandJson.Default.IReadOnlyListCanonicalDocument,
            RecordTable
        );

    private static Command Create<T>(
        Command command,
        Func<string> page,
        IReadOnlyList<T> documents,
        JsonTypeInfo<IReadOnlyList<T>> type,
        Func<Table> table
    )
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print the page of the documentation" };
        var json = SharedOptions.Json();
        command.Options.Add(markdown);
        command.Options.Add(json);
        command.SetAction(
            (parsed, _) =>
            {
                if (parsed.GetValue(markdown))
                {
                    Console.Out.Write(page());
                }
                else if (parsed.GetValue(json))
                {
                    Output.Json(documents, type);
                }
                else
                {
                    Output.Print(table());
                }

                return Task.FromResult(ExitCode.Good);
            }
        );
        return command;
    }

    private static Table FunctionTable()
    {
        var table = Output.Table("function", "takes → gives", "does");
        foreach (var function in FunctionReference.All)
        {
            table.Row(function.Usage, function.Signature, function.Does);
        }

        return table;
    }

    private static Table RecordTable()
    {
        var table = Output.Table("record", "field", "type", "owner");
        foreach (var record in CanonicalReference.All)
        {
            foreach (var field in record.Fields)
            {
                table.Row(record.Type.ToString(), field.Path, field.Type, field.Owner);
            }
        }

        return table;
    }
}
