using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace QtcHub.Server.Commands;

/// <summary>What verbs print: tables for people, one document for programs.</summary>
internal static class Output
{
    /// <summary>Prints one JSON document.</summary>
    public static void Json<T>(T document, JsonTypeInfo<T> type) => Console.Out.WriteLine(JsonSerializer.Serialize(document, type));

    /// <summary>A table; its cells are text, never markup.</summary>
    public static Table Table(params string[] headings)
    {
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.Ascii : TableBorder.Rounded };
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading)));
        }

        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Row(this Table table, params string?[] cells) => table.AddRow(cells.Select(cell => new Text(cell ?? "")));

    /// <summary>Prints a table; redirected, it is as wide as it needs to be.</summary>
    public static void Print(Table table) => Out().Write(table);

    /// <summary>Where people read.</summary>
    public static IAnsiConsole Out()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        var plain = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true }),
            }
        );
        plain.Profile.Width = 400;
        return plain;
    }

    /// <summary>An instant as people read it.</summary>
    public static string When(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
