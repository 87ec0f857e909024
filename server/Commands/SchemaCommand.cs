using System.CommandLine;
using QtcHub.Connectors;
using QtcHub.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc schema</c>: the JSON Schema of a file, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("file") { Description = $"The form of file: {string.Join(", ", EditorSchemas.Names)}" };
        name.AcceptOnlyFromAmong([.. EditorSchemas.Names]);
        var markdown = new Option<bool>("--markdown") { Description = "Of hub: print the page of the documentation" };
        var command = new Command("schema", "Print the JSON Schema of a file, for editors") { name, markdown };
        command.Validators.Add(result =>
        {
            if (result.GetValue(markdown) && result.GetValue(name) != "hub")
            {
                result.AddError("only hub has a page of its own: write qtc schema hub --markdown");
            }
        });
        command.SetAction(
            (parsed, _) =>
            {
                var facts = ConnectorKinds
                    .Scan(typeof(ConnectorKinds).Assembly)
                    .ToDictionary(kind => kind.Key, kind => kind.Value.Facts, StringComparer.Ordinal);
                Console.Out.Write(
                    parsed.GetValue(markdown) ? ConfigurationReference.Markdown(facts) : EditorSchemas.Print(parsed.GetValue(name)!, facts)
                );
                return Task.FromResult(ExitCode.Good);
            }
        );
        return command;
    }
}
