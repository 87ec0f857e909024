using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Control;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc link</c>: matches in bulk what a source and its targets hold already, reports it and links it, before a route may write.</summary>
internal static class LinkCommand
{
    public static Command Create()
    {
        var (config, data, json) = (SharedOptions.Config(), SharedOptions.Data(), SharedOptions.Json());
        var record = new Argument<string>("record") { Description = "A canonical record type, e.g. BillingAccount" };
        var systems = new Option<string>("--systems")
        {
            Description = "The source of a route and its targets, e.g. crm,erp; the source alone means all its targets",
            HelpName = "source,target",
        };
        var dry = new Option<bool>("--dry-run") { Description = "Only report what would be linked" };
        var by = WrittenName.Option("Who says so; it is kept with every link");
        var command = new Command("link", "Match what both sides hold already, and link it; nothing is written to a vendor")
        {
            record,
            systems,
            dry,
            by,
            config,
            data,
            json,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                if (await WrittenName.ReadAsync(parsed.GetValue(by)) is not { } who)
                {
                    return ExitCode.Configuration;
                }

                var named = (parsed.GetValue(systems) ?? "").Split(
                    ',',
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                );
                var asked = new LinkAsk(parsed.GetValue(record)!, named, who, parsed.GetValue(dry));
                var place = new Place(parsed.GetValue(config)!, parsed.GetValue(data)!);
                var asJson = parsed.GetValue(json);
                return await EndAsync(place, await RunAsync(place, asked, asJson, cancellationToken), asJson, cancellationToken);
            }
        );
        return command;
    }

    private static Task<Followed<LinkAnswer>?> RunAsync(Place place, LinkAsk asked, bool json, CancellationToken cancellationToken)
    {
        var following = new Following<LinkAnswer>(answer => answer.Again, _ => false, answer => json ? null : Line(answer));
        return following.RunAsync(
            place,
            token => ControlClient.AskAsync(place.Data, ControlVerbs.Link, asked, token),
            (hub, token) => BulkLinking.PageAsync(hub, asked, token),
            cancellationToken
        );
    }

    private static string? Line(LinkAnswer answer) =>
        answer.Result switch
        {
            BulkLinking.Looked => $"{answer.Looked} records looked at",
            BulkLinking.WaitsForAnother => "waits: another process is at it",
            BulkLinking.WaitsForSystem => $"waits for {answer.System}: {answer.Fault}",
            _ => null,
        };

    private static async Task<int> EndAsync(Place place, Followed<LinkAnswer>? followed, bool json, CancellationToken cancellationToken)
    {
        if (followed is not var (answer, ending))
        {
            return ExitCode.Configuration;
        }

        if (answer.Result == BulkLinking.Finished)
        {
            answer = answer with { Findings = await FindingsAsync(place, answer, cancellationToken) };
        }

        if (json)
        {
            Output.Json(answer, ControlJson.Default.LinkAnswer);
        }
        else if (answer.Findings is { } findings)
        {
            LinkTables.Print(answer, findings);
        }

        switch (ending, answer.Result)
        {
            case (Ending.NobodyAnswers, _):
                return await WritingVerb.GoneAsync(place);
            case (_, BulkLinking.Refused):
                await Console.Error.WriteLineAsync(answer.Detail);
                return ExitCode.Configuration;
            case (_, BulkLinking.Failed):
                await Console.Error.WriteLineAsync($"{answer.System} does not answer: {answer.Fault}: {answer.Detail}");
                return ExitCode.Disagreement;
            default:
                return answer.Targets.Any(NeedsAPerson) ? ExitCode.Disagreement : ExitCode.Good;
        }
    }

    /// <summary>What is linked to nothing, though something is there.</summary>
    private static bool NeedsAPerson(LinkedTarget target) =>
        target.Verdicts.Any(count => count.Verdict is LinkVerdict.SeveralCandidates or LinkVerdict.Refused or LinkVerdict.UnderWay);

    /// <summary>The report is read beside a running server.</summary>
    private static async Task<IReadOnlyList<LinkedRecord>> FindingsAsync(
        Place place,
        LinkAnswer answer,
        CancellationToken cancellationToken
    )
    {
        await using var store = await StoredRows.OpenAsync(
            place.Data,
            new ProcessSecrets(Environment.GetEnvironmentVariable),
            cancellationToken
        );
        return await BulkLinking.FindingsAsync(store.Rows, answer, cancellationToken);
    }
}
