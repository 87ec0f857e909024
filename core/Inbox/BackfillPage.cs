namespace QtcHub.Inbox;

/// <summary>What came of asking a backfill to go on.</summary>
/// <param name="Step">What it did, or what it waits for.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Again">When to ask again; null where that is no use: it has finished, or a person is needed.</param>
/// <param name="Fault">What went wrong, where something did.</param>
public sealed record BackfillPage(BackfillStep Step, BackfillProgress Progress, DateTimeOffset? Again, Fault? Fault);

/// <summary>What a backfill did, or what it waits for.</summary>
public enum BackfillStep
{
    /// <summary>A page was asked for and stored, or as much of it as may wait.</summary>
    Stored,

    /// <summary>Everything was listed and stored.</summary>
    Finished,

    /// <summary>What it has stored is to be done first.</summary>
    WaitsForItsWork,

    /// <summary>Another process is at it.</summary>
    WaitsForAnother,

    /// <summary>The system takes no more calls now, or has failed to answer this one.</summary>
    WaitsForSystem,

    /// <summary>The store is too busy.</summary>
    WaitsForStore,

    /// <summary>The system refuses to list: a person is needed. Asked again, it tries again.</summary>
    Failed,
}

/// <summary>How far a backfill is.</summary>
/// <param name="BeganAt">When it began.</param>
/// <param name="Until">Where it ends: as asked for, or when it began where that was still to come.</param>
/// <param name="Pages">Pages that were asked for and stored.</param>
/// <param name="Listed">Records on them.</param>
/// <param name="Stored">Those that nothing had told of in this form.</param>
/// <param name="Waiting">Of those, how many wait to be taken in and brought to their targets; no more are counted than matters.</param>
/// <param name="EndedAt">When it had listed everything.</param>
public sealed record BackfillProgress(
    DateTimeOffset BeganAt,
    DateTimeOffset Until,
    int Pages,
    long Listed,
    long Stored,
    int Waiting,
    DateTimeOffset? EndedAt
);
