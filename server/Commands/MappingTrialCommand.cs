using System.CommandLine;
using System.Text;
using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc mappings try</c>: maps one record of a file and shows what comes of it, or step by step why nothing does.</summary>
internal static class MappingTrialCommand
{
    public static Command Create()
    {
        var (name, config, json) = (MappingsCommand.Name(), SharedOptions.Config(), SharedOptions.Json());
        var input = new Option<string>("--input")
        {
            Description = "The record, as JSON",
            HelpName = "file",
            Required = true,
        };
        var entity = new Option<string?>("--entity") { Description = "The legal entity, where there are several", HelpName = "code" };
        var resolve = new Option<string[]>("--resolve")
        {
            Description = "What a reference is: BillingAccount:cus_1=acc_1",
            HelpName = "reference",
        };
        var command = new Command("try", "Map one record of a file") { name, input, entity, resolve, config, json };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed.GetValue(config)!,
                    parsed.GetValue(name)!,
                    new Trial(parsed.GetValue(input)!, parsed.GetValue(entity), parsed.GetValue(resolve) ?? [], parsed.GetValue(json)),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(string config, string name, Trial trial, CancellationToken cancellationToken)
    {
        var (installation, mapping, code) = await MappingsCommand.FindAsync(config, name);
        if (installation is null || mapping is null)
        {
            return code;
        }

        if (Context(installation.Options, trial, out var wrong) is not { } context)
        {
            await Console.Error.WriteLineAsync(wrong);
            return ExitCode.Configuration;
        }

        if (!File.Exists(trial.Input))
        {
            await Console.Error.WriteLineAsync($"{trial.Input} does not exist");
            return ExitCode.Configuration;
        }

        var tried = mapping.Try(await File.ReadAllBytesAsync(trial.Input, cancellationToken), context);
        if (trial.Json)
        {
            Output.Json(TrialDocument.Of(mapping, tried), CommandJson.Default.TrialDocument);
        }
        else
        {
            await PrintAsync(tried);
        }

        return tried.Output.Fault is null ? ExitCode.Good : ExitCode.Disagreement;
    }

    private static async Task PrintAsync(MappingTrial tried)
    {
        if (tried.Output.TryGet(out var output, out var fault))
        {
            await Console.Out.WriteLineAsync(Encoding.UTF8.GetString(output.Span));
            return;
        }

        await Console.Out.WriteLineAsync($"{fault.Name}: {fault.Detail}");
        if (fault is Fault.MissingReference missing)
        {
            await Console.Out.WriteLineAsync($"say what it is with --resolve {missing.Referenced}:{missing.Id}=id");
        }

        foreach (var step in tried.Steps)
        {
            await Console.Out.WriteLineAsync($"  {step.Expression}  →  {step.Gave}");
        }
    }

    private static MappingContext? Context(HubOptions options, Trial trial, out string wrong)
    {
        var codes = options.Entities.Keys.Order(StringComparer.Ordinal).ToList();
        var code = trial.Entity ?? (codes.Count == 1 ? codes[0] : null);
        wrong = $"--entity names one of {string.Join(", ", codes)}";
        return code is null || !options.Entities.TryGetValue(code, out var entity) || Resolved(trial, out wrong) is not { } resolved
            ? null
            : new MappingContext { Entity = entity, Resolved = resolved };
    }

    private static Dictionary<Reference, string>? Resolved(Trial trial, out string wrong)
    {
        wrong = "--resolve says what a reference is: BillingAccount:cus_1=acc_1";
        var resolved = new Dictionary<Reference, string>();
        foreach (var written in trial.Resolve)
        {
            var (colon, equals) = (written.IndexOf(':', StringComparison.Ordinal), written.LastIndexOf('='));
            if (colon < 1 || equals < colon || !Enum.TryParse<RecordType>(written[..colon], out var type))
            {
                return null;
            }

            resolved[new Reference(type, written[(colon + 1)..equals])] = written[(equals + 1)..];
        }

        return resolved;
    }

    private sealed record Trial(string Input, string? Entity, IReadOnlyList<string> Resolve, bool Json);
}

/// <summary>What <c>qtc mappings try --json</c> prints.</summary>
internal sealed record TrialDocument(string Mapping, string Version, JsonElement? Output, TrialFault? Fault, IReadOnlyList<TrialStep> Steps)
{
    public static TrialDocument Of(CompiledMapping mapping, MappingTrial tried) =>
        tried.Output.TryGet(out var output, out var fault)
            ? new TrialDocument(mapping.Name, mapping.Version, JsonElement.Parse(output.Span), null, tried.Steps)
            : new TrialDocument(mapping.Name, mapping.Version, null, TrialFault.Of(fault), tried.Steps);
}

/// <summary>Why a record was not mapped; path and rule where a mapping failed.</summary>
internal sealed record TrialFault(string Name, string Detail, string? Path, string? Rule)
{
    public static TrialFault Of(Fault fault) =>
        fault is Fault.MappingFailed failed
            ? new TrialFault(fault.Name, fault.Detail, failed.Path, failed.Rule)
            : new TrialFault(fault.Name, fault.Detail, null, null);
}
