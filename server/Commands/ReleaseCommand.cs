using System.CommandLine;
using QtcHub.Server.Control;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc release</c>: a person lets a held or dead-lettered lane go on, through the server that runs, or by itself where none does.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var (config, data, json) = (SharedOptions.Config(), SharedOptions.Data(), SharedOptions.Json());
        var id = new Argument<string>("id") { Description = "A lane (record/target/part, as trace names it) or a dead letter's id" };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; it is kept with your name",
            HelpName = "text",
            Required = true,
        };
        var command = new Command("release", "Let a held or dead-lettered lane go on") { id, reason, config, data, json };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                if (await WrittenReason.ReadAsync(parsed.GetValue(reason)) is not { } why)
                {
                    return ExitCode.Configuration;
                }

                var request = new ReleaseRequest(parsed.GetValue(id)!, Environment.UserName, why);
                var place = new Place(parsed.GetValue(config)!, parsed.GetValue(data)!);
                return await TellAsync(request, await RunAsync(place, request, cancellationToken), parsed.GetValue(json));
            }
        );
        return command;
    }

    private static Task<ReleaseAnswer?> RunAsync(Place place, ReleaseRequest request, CancellationToken cancellationToken) =>
        WritingVerb.RunAsync(
            place,
            token => ControlClient.AskAsync(place.Data, ControlVerbs.Release, request, token),
            (here, token) => Releasing.RunAsync(here.Hub, request, token),
            cancellationToken
        );

    private static async Task<int> TellAsync(ReleaseRequest request, ReleaseAnswer? answer, bool json)
    {
        if (answer is null)
        {
            return ExitCode.Configuration;
        }

        if (json)
        {
            Output.Json(answer, ControlJson.Default.ReleaseAnswer);
        }
        else if (answer.Result == Releasing.Released)
        {
            await Console.Out.WriteLineAsync($"released {answer.Lane}");
        }
        else
        {
            await Console.Error.WriteLineAsync(
                answer.Lane is { } lane
                    ? $"{lane} is neither held nor dead-lettered"
                    : $"no lane and no letter of a lane has the id {request.Id}"
            );
        }

        return answer.Result == Releasing.Released ? ExitCode.Good : ExitCode.Disagreement;
    }
}
