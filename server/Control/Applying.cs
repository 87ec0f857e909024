using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;

namespace QtcHub.Server.Control;

/// <summary>Applies today's mapping to one more page of the past, in the server or, where none runs, in the command itself; and looks at all of it.</summary>
internal static class Applying
{
    /// <summary>The words on the command line name no route.</summary>
    public const string Refused = "refused";

    /// <summary>A dry run looked at everything.</summary>
    public const string Looked = "looked";

    public const string Wanted = "wanted";

    public const string Finished = "finished";

    public const string WaitsForItsWork = "waits-for-its-work";

    public const string WaitsForAnother = "waits-for-another";

    /// <summary>What today's mapping would make of everything; nothing is written.</summary>
    public static async Task<RemapAnswer> LookAsync(Hub hub, string record, string from, CancellationToken cancellationToken)
    {
        if (!hub.ReadRemap(record, from).TryGet(out var request, out var wrong))
        {
            return new RemapAnswer(record, from, Refused) { Detail = wrong.Detail };
        }

        var look = await hub.LookAtRemapAsync(request, null, cancellationToken);
        var targets = look.Targets;
        while (look.Next is { } next)
        {
            look = await hub.LookAtRemapAsync(request, next, cancellationToken);
            targets = [.. targets.Zip(look.Targets, (all, page) => all.Plus(page))];
        }

        return new RemapAnswer(request.Record.ToString(), request.From, Looked) { Targets = targets };
    }

    public static async Task<RemapAnswer> PageAsync(Hub hub, RemapAsk asked, CancellationToken cancellationToken)
    {
        if (!hub.ReadRemap(asked.Record, asked.From).TryGet(out var request, out var wrong))
        {
            return new RemapAnswer(asked.Record, asked.From, Refused) { Detail = wrong.Detail };
        }

        var page = await hub.RemapAsync(request, new RemapOrder(asked.Who, asked.Reason), cancellationToken);
        return new RemapAnswer(request.Record.ToString(), request.From, Word(page.Step))
        {
            BeganAt = page.BeganAt,
            Targets = page.Targets,
            Waiting = page.Waiting,
            Again = page.Again,
        };
    }

    private static string Word(RemapStep step) =>
        step switch
        {
            RemapStep.Wanted => Wanted,
            RemapStep.Finished => Finished,
            RemapStep.WaitsForItsWork => WaitsForItsWork,
            RemapStep.WaitsForAnother => WaitsForAnother,
            _ => throw new InvariantException("every step has a word"),
        };
}

/// <summary>A person applies today's mapping of a route to the past; one page of it.</summary>
internal sealed record RemapAsk(string Record, string From, string Who, string Reason);

/// <summary>What came of it, and what was found at each target so far.</summary>
internal sealed record RemapAnswer(string Record, string From, string Result)
{
    public DateTimeOffset? BeganAt { get; init; }

    public IReadOnlyList<RemapTally> Targets { get; init; } = [];

    public int Waiting { get; init; }

    /// <summary>When to ask again; null: no more.</summary>
    public DateTimeOffset? Again { get; init; }

    public string? Detail { get; init; }
}
