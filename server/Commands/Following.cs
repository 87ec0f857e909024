namespace QtcHub.Server.Commands;

/// <summary>Asks a job that goes by pages to go on until it ends, and tells how far it is.</summary>
/// <param name="Again">When an answer wants to be asked again; null: no more.</param>
/// <param name="Waits">Whether it waits for work that somebody has to do.</param>
/// <param name="Tell">Tells a person of an answer; called for each.</param>
internal sealed record Following<TAnswer>(Func<TAnswer, DateTimeOffset?> Again, Func<TAnswer, bool> Waits, Func<TAnswer, Task> Tell)
    where TAnswer : class
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>The last answer; null where the first was.</summary>
    /// <param name="ask">Asks for a page; null where nobody answers any more.</param>
    /// <param name="isAlone">Whether nobody does the work that it would wait for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Followed<TAnswer>?> RunAsync(
        Func<CancellationToken, Task<TAnswer?>> ask,
        bool isAlone,
        CancellationToken cancellationToken
    )
    {
        TAnswer? last = null;
        while (true)
        {
            if (await ask(cancellationToken) is not { } answer)
            {
                return last is null ? null : new Followed<TAnswer>(last, Ending.NobodyAnswers);
            }

            last = answer;
            await Tell(answer);
            if (Again(answer) is not { } again)
            {
                return new Followed<TAnswer>(answer, Ending.Ended);
            }

            if (isAlone && Waits(answer))
            {
                return new Followed<TAnswer>(answer, Ending.NobodyWorks);
            }

            var wait = again - TimeProvider.System.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                // Asking early is harmless, and a clock may have been set.
                await Task.Delay(wait < Longest ? wait : Longest, cancellationToken);
            }
        }
    }
}

/// <summary>The last answer of a job, and why no other was asked for.</summary>
internal sealed record Followed<TAnswer>(TAnswer Answer, Ending Ending)
    where TAnswer : class;

/// <summary>Why a job is asked no more.</summary>
internal enum Ending
{
    /// <summary>It says so.</summary>
    Ended,

    /// <summary>It waits for work that nobody does while no server runs.</summary>
    NobodyWorks,

    /// <summary>The server has gone.</summary>
    NobodyAnswers,
}
