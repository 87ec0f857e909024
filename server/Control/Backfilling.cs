using QtcHub.Hosting;
using QtcHub.Inbox;

namespace QtcHub.Server.Control;

/// <summary>Lets a backfill go on by one page, in the server or, where none runs, in the command itself.</summary>
internal static class Backfilling
{
    /// <summary>The words on the command line name nothing that can be backfilled.</summary>
    public const string Refused = "refused";

    public const string Stored = "stored";

    public const string Finished = "finished";

    public const string WaitsForSystem = "waits-for-system";

    public const string WaitsForStore = "waits-for-store";

    public const string WaitsForItsWork = "waits-for-its-work";

    public const string WaitsForAnother = "waits-for-another";

    public const string Failed = "failed";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public static async Task<BackfillAnswer> PageAsync(Hub hub, BackfillAsk asked, CancellationToken cancellationToken)
    {
        if (!hub.ReadBackfill(asked.System, asked.Record, asked.From, asked.To).TryGet(out var request, out var wrong))
        {
            return new BackfillAnswer(asked.System, asked.Record, Refused) { Detail = wrong.Detail };
        }

        if (asked.Restart && !await hub.RestartBackfillAsync(request, cancellationToken))
        {
            return new BackfillAnswer(request.System, request.Record.ToString(), WaitsForAnother)
            {
                Again = TimeProvider.System.GetUtcNow() + LookEvery,
            };
        }

        var page = await hub.BackfillAsync(request, cancellationToken);
        var done = page.Progress;
        return new BackfillAnswer(request.System, request.Record.ToString(), Word(page.Step))
        {
            From = request.From,
            Until = done.Until,
            Pages = done.Pages,
            Listed = done.Listed,
            Stored = done.Stored,
            Waiting = done.Waiting,
            BeganAt = done.BeganAt,
            EndedAt = done.EndedAt,
            Again = page.Again,
            Fault = page.Fault?.Name,
            Detail = page.Fault?.Detail,
        };
    }

    private static string Word(BackfillStep step) =>
        step switch
        {
            BackfillStep.Stored => Stored,
            BackfillStep.Finished => Finished,
            BackfillStep.WaitsForItsWork => WaitsForItsWork,
            BackfillStep.WaitsForAnother => WaitsForAnother,
            BackfillStep.WaitsForSystem => WaitsForSystem,
            BackfillStep.WaitsForStore => WaitsForStore,
            BackfillStep.Failed => Failed,
            _ => throw new InvariantException("every step has a word"),
        };
}

/// <summary>Asks for a page of a backfill, in a person's words; <paramref name="Restart"/> lets it begin anew.</summary>
internal sealed record BackfillAsk(string System, string Record, string From, string To, bool Restart);

/// <summary>What came of it, and how far the backfill is.</summary>
internal sealed record BackfillAnswer(string System, string Record, string Result)
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public int Pages { get; init; }

    public long Listed { get; init; }

    public long Stored { get; init; }

    public int Waiting { get; init; }

    public DateTimeOffset? BeganAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When to ask again; null: no more.</summary>
    public DateTimeOffset? Again { get; init; }

    public string? Fault { get; init; }

    public string? Detail { get; init; }
}
