using System.CommandLine;
using QtcHub.Server.Control;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc backfill</c>: lists what a source holds and takes it in, through the server that runs, or by itself where none does.</summary>
internal static class BackfillCommand
{
    public static Command Create()
    {
        var (config, data, json) = (SharedOptions.Config(), SharedOptions.Data(), SharedOptions.Json());
        var system = new Argument<string>("system") { Description = "A system that is the source of a route" };
        var entity = new Argument<string>("entity") { Description = "A canonical record type of that route, e.g. Invoice" };
        var from = new Option<string>("--from")
        {
            Description = "The first day, in the calendar of the system's entity, or an instant (2026-01-31T08:00:00Z)",
            HelpName = "day",
            Required = true,
        };
        var to = new Option<string>("--to")
        {
            Description = "The day or instant where it ends, no more part of it",
            HelpName = "day",
            Required = true,
        };
        var restart = new Option<bool>("--restart") { Description = "Begin anew one that has begun or finished" };
        var command = new Command("backfill", "List what a source holds and take it in; run again, it goes on where it was")
        {
            system,
            entity,
            from,
            to,
            restart,
            config,
            data,
            json,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var asked = new BackfillAsk(
                    parsed.GetValue(system)!,
                    parsed.GetValue(entity)!,
                    parsed.GetValue(from)!,
                    parsed.GetValue(to)!,
                    parsed.GetValue(restart)
                );
                var place = new Place(parsed.GetValue(config)!, parsed.GetValue(data)!);
                var asJson = parsed.GetValue(json);
                return await EndAsync(place, await RunAsync(place, asked, asJson, cancellationToken), asJson);
            }
        );
        return command;
    }

    private static Task<Followed<BackfillAnswer>?> RunAsync(Place place, BackfillAsk asked, bool json, CancellationToken cancellationToken)
    {
        var following = new Following<BackfillAnswer>(
            answer => answer.Again,
            answer => answer.Result == Backfilling.WaitsForItsWork,
            answer => json ? null : Line(answer)
        );
        return following.RunAsync(
            place,
            async token => BeganAnew(await ControlClient.AskAsync(place.Data, ControlVerbs.Backfill, asked, token)),
            async (hub, token) => BeganAnew(await Backfilling.PageAsync(hub, asked, token))!,
            cancellationToken
        );

        // It begins anew once, as soon as no other process is at it; whoever does not answer has not begun.
        BackfillAnswer? BeganAnew(BackfillAnswer? answer)
        {
            asked = asked with { Restart = asked.Restart && (answer is null || answer.Result == Backfilling.WaitsForAnother) };
            return answer;
        }
    }

    private static string? Line(BackfillAnswer answer) =>
        answer.Result switch
        {
            Backfilling.Stored => $"page {answer.Pages}: {answer.Listed} listed, {answer.Stored} stored",
            Backfilling.WaitsForItsWork => "waits until what it stored is done",
            Backfilling.WaitsForAnother => "waits: another process is at it",
            Backfilling.WaitsForSystem => $"waits for {answer.System}{(answer.Fault is { } fault ? $": {fault}" : "")}",
            Backfilling.WaitsForStore => "waits for the store",
            _ => null,
        };

    private static async Task<int> EndAsync(Place place, Followed<BackfillAnswer>? followed, bool json)
    {
        if (followed is not var (answer, ending))
        {
            return ExitCode.Configuration;
        }

        if (json)
        {
            Output.Json(answer, ControlJson.Default.BackfillAnswer);
        }

        switch (ending, answer.Result)
        {
            case (Ending.NobodyAnswers, _):
                return await WritingVerb.GoneAsync(place);
            case (Ending.NobodyWorks, _):
                await Console.Error.WriteLineAsync(
                    $"{answer.Waiting} of its records wait for a server to take them in. Fix: start qtc serve, and run the same again"
                );
                return ExitCode.Disagreement;
            case (_, Backfilling.Refused):
                await Console.Error.WriteLineAsync(answer.Detail);
                return ExitCode.Configuration;
            case (_, Backfilling.Failed):
                await Console.Error.WriteLineAsync($"{answer.System} does not list them: {answer.Fault}: {answer.Detail}");
                return ExitCode.Disagreement;
            default:
                if (!json)
                {
                    await Console.Out.WriteLineAsync(Summary(answer));
                }

                return ExitCode.Good;
        }
    }

    private static string Summary(BackfillAnswer answer) =>
        $"finished {Output.When(answer.EndedAt!.Value)}: {answer.System} {answer.Record} from {Output.When(answer.From!.Value)} until {Output.When(answer.Until!.Value)}, "
        + $"{answer.Listed} listed on {answer.Pages} pages, {answer.Stored} stored, {answer.Waiting} of them yet to be done";
}
