using System.CommandLine;

namespace QtcHub.Server.Commands;

/// <summary>Options that several verbs take, each with one meaning.</summary>
internal static class SharedOptions
{
    public static string DefaultConfig => Stack("pair.yaml");

    /// <summary>A configuration that is shipped beside the program.</summary>
    public static string Stack(string file) => Path.Combine(AppContext.BaseDirectory, "stacks", file);

    public static Option<string> Config() =>
        new("--config")
        {
            Description = "The hub.yaml to use",
            HelpName = "file",
            DefaultValueFactory = _ => DefaultConfig,
        };

    public static Option<string> Data() =>
        new("--data")
        {
            Description = "The data folder",
            HelpName = "folder",
            DefaultValueFactory = _ => "./data",
        };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document" };
}
