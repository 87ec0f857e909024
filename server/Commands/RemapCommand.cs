using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Server.Control;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc remap</c>: what today's mapping makes of what was applied before, and, asked to, applies it.</summary>
internal static class RemapCommand
{
    public static Command Create()
    {
        var (config, data, json) = (SharedOptions.Config(), SharedOptions.Data(), SharedOptions.Json());
        var record = new Argument<string>("record") { Description = "A canonical record type, e.g. Invoice" };
        var from = new Option<string>("--from")
        {
            Description = "The source of the route",
            HelpName = "system",
            Required = true,
        };
        var apply = new Option<bool>("--apply") { Description = "Want what would change once more; without it nothing is written" };
        var reason = new Option<string>("--reason") { Description = "Why, with --apply; it is kept with your name", HelpName = "text" };
        var by = WrittenName.Option("Who says so, with --apply");
        var command = new Command("remap", "Compare what was applied with what today's mapping makes of it, and apply it")
        {
            record,
            from,
            apply,
            reason,
            by,
            config,
            data,
            json,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var place = new Place(parsed.GetValue(config)!, parsed.GetValue(data)!);
                var (type, source, asJson) = (parsed.GetValue(record)!, parsed.GetValue(from)!, parsed.GetValue(json));
                if (!parsed.GetValue(apply))
                {
                    return await EndAsync(place, await LookAsync(place, type, source, cancellationToken), asJson);
                }

                if (await WrittenReason.ReadAsync(parsed.GetValue(reason)) is not { } why)
                {
                    return ExitCode.Configuration;
                }

                if (await WrittenName.ReadAsync(parsed.GetValue(by)) is not { } who)
                {
                    return ExitCode.Configuration;
                }

                var asked = new RemapAsk(type, source, who, why);
                return await EndAsync(place, await ApplyAsync(place, asked, asJson, cancellationToken), asJson);
            }
        );
        return command;
    }

    /// <summary>The dry run reads beside a running server, with the mappings of the configuration that it is given.</summary>
    private static async Task<Followed<RemapAnswer>?> LookAsync(
        Place place,
        string record,
        string from,
        CancellationToken cancellationToken
    )
    {
        await using var store = await StoredRows.OpenAsync(
            place.Data,
            new ProcessSecrets(Environment.GetEnvironmentVariable),
            cancellationToken
        );
        var answer = await WritingVerb.HereAsync(
            place,
            store.Rows,
            null,
            (here, token) => Applying.LookAsync(here.Hub, record, from, token),
            cancellationToken
        );
        return answer is null ? null : new Followed<RemapAnswer>(answer, Ending.Ended);
    }

    private static Task<Followed<RemapAnswer>?> ApplyAsync(Place place, RemapAsk asked, bool json, CancellationToken cancellationToken)
    {
        var following = new Following<RemapAnswer>(
            answer => answer.Again,
            answer => answer.Result == Applying.WaitsForItsWork,
            answer => json ? null : Line(answer)
        );
        return following.RunAsync(
            place,
            token => ControlClient.AskAsync(place.Data, ControlVerbs.Remap, asked, token),
            (hub, token) => Applying.PageAsync(hub, asked, token),
            cancellationToken
        );
    }

    private static string? Line(RemapAnswer answer) =>
        answer.Result switch
        {
            Applying.Wanted =>
                $"{answer.Targets.Sum(target => target.Lanes)} lanes looked at, {answer.Targets.Sum(target => target.Changed)} wanted again",
            Applying.WaitsForItsWork => "waits until what it wanted is done",
            Applying.WaitsForAnother => "waits: another process is at it",
            _ => null,
        };

    private static async Task<int> EndAsync(Place place, Followed<RemapAnswer>? followed, bool json)
    {
        if (followed is not var (answer, ending))
        {
            return ExitCode.Configuration;
        }

        if (json)
        {
            Output.Json(answer, ControlJson.Default.RemapAnswer);
        }
        else if (answer.Result is Applying.Looked or Applying.Finished)
        {
            RemapTables.Print(answer);
        }

        switch (ending, answer.Result)
        {
            case (Ending.NobodyAnswers, _):
                return await WritingVerb.GoneAsync(place);
            case (Ending.NobodyWorks, _):
                await Console.Error.WriteLineAsync(
                    $"{answer.Waiting} lanes wait for a server to write them. Fix: start qtc serve, and run the same again"
                );
                return ExitCode.Disagreement;
            case (_, Applying.Refused):
                await Console.Error.WriteLineAsync(answer.Detail);
                return ExitCode.Configuration;
            default:
                return answer.Targets.Any(target => target.Posted > 0 || target.CannotBeMapped.Length > 0)
                    ? ExitCode.Disagreement
                    : ExitCode.Good;
        }
    }
}
