using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace QtcHub.Tests.Architecture.Infra;

/// <summary>Whether the files fit together, each as a function from the files to what is wrong in them.</summary>
internal static partial class ShapeRules
{
    // What an installation gives by itself, in no file.
    private static readonly string[] GivenAtDeployment = ["environmentName", "location"];

    /// <summary>Modules that are not there, parameters that they need or do not have.</summary>
    public static IEnumerable<string> Modules(InfraFiles files)
    {
        foreach (var file in files.Bicep)
        {
            foreach (var module in file.Modules)
            {
                if (!files.Has(module.Type))
                {
                    yield return $"{file.Path}: no {module.Type}";
                    continue;
                }

                var declared = files[module.Type].Parameters.ToList();
                var passed = module.Value!.At("params")?.Names() ?? [];
                var missing = declared.Where(one => one.Value is null).Select(one => one.Name).Except(passed, StringComparer.Ordinal);
                var unknown = passed.Except(declared.Select(one => one.Name), StringComparer.Ordinal);
                foreach (var name in missing.Concat(unknown))
                {
                    yield return $"{file.Path}: {module.Name} and {name}";
                }
            }
        }
    }

    /// <summary>Values for parameters that main.bicep does not have or would not take, and required ones without a value.</summary>
    public static IEnumerable<string> Parameters(InfraFiles files) => files.ParameterFiles.SelectMany(path => Parameters(files, path));

    /// <summary>Stages without a parameter file, and files that are of another stage than they say.</summary>
    public static IEnumerable<string> Stages(InfraFiles files) =>
        new[] { "dev", "test", "prod" }
            .Where(stage => !files.Has(FileOf(stage)) || Values(files, FileOf(stage)).GetValueOrDefault("stage").ToString() != stage)
            .Select(stage => $"no parameters for {stage}");

    private static string FileOf(string stage) => $"parameters/{stage}.parameters.json";

    private static IEnumerable<string> Parameters(InfraFiles files, string path)
    {
        var values = Values(files, path);
        var declared = files.Main.Parameters.ToDictionary(one => one.Name, StringComparer.Ordinal);
        var atDeployment = path == "main.parameters.json" ? [] : GivenAtDeployment;
        var missing = declared
            .Values.Where(one => one.Value is null)
            .Select(one => one.Name)
            .Except(values.Keys.Concat(atDeployment), StringComparer.Ordinal);
        var refused = values
            .Where(value => !declared.TryGetValue(value.Key, out var parameter) || !Takes(parameter, value.Value))
            .Select(one => one.Key);
        return missing.Concat(refused).Select(name => $"{path}: {name}");
    }

    private static Dictionary<string, JsonElement> Values(InfraFiles files, string path)
    {
        using var document = JsonDocument.Parse(files.Text(path));
        return document
            .RootElement.GetProperty("parameters")
            .EnumerateObject()
            .ToDictionary(one => one.Name, one => one.Value.GetProperty("value").Clone(), StringComparer.Ordinal);
    }

    // azd puts variables in: ${NAME} leaves the parameter alone where there is none, ${NAME=default} does not.
    private static bool Takes(BicepDeclaration parameter, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Variable().Match(value.GetString()!) is { Success: true } match
            ? !match.Groups["default"].Success || TakesText(parameter, match.Groups["default"].Value)
            : value.ValueKind switch
            {
                JsonValueKind.String => parameter.Type == "string" && IsAllowed(parameter, $"'{value.GetString()}'"),
                JsonValueKind.Number => parameter.Type == "int" && value.TryGetInt32(out _) && IsAllowed(parameter, value.GetRawText()),
                JsonValueKind.True or JsonValueKind.False => parameter.Type == "bool",
                JsonValueKind.Array => parameter.Type.EndsWith("[]", StringComparison.Ordinal),
                _ => false,
            };

    private static bool TakesText(BicepDeclaration parameter, string value) =>
        parameter.Type switch
        {
            "string" => IsAllowed(parameter, $"'{value}'"),
            "int" => int.TryParse(value, CultureInfo.InvariantCulture, out _) && IsAllowed(parameter, value),
            "bool" => value is "true" or "false",
            _ => false,
        };

    private static bool IsAllowed(BicepDeclaration parameter, string value) =>
        parameter.Decorators.FirstOrDefault(one => one.StartsWith("allowed(", StringComparison.Ordinal)) is not { } allowed
        || allowed["allowed([".Length..^"])".Length].Split(", ").Contains(value, StringComparer.Ordinal);

    [GeneratedRegex(@"^\$\{[A-Z_]+(=(?<default>.*))?\}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
