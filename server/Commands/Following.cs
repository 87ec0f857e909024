using QtcHub.Hosting;

namespace QtcHub.Server.Commands;

/// <summary>Asks a job that goes by pages to go on until it ends, and tells how far it is.</summary>
/// <param name="Again">When an answer wants to be asked again; null: no more.</param>
/// <param name="Waits">Whether it waits for work that somebody has to do.</param>
/// <param name="Line">What a person is told of an answer, once until it says something else; null: nothing.</param>
internal sealed record Following<TAnswer>(Func<TAnswer, DateTimeOffset?> Again, Func<TAnswer, bool> Waits, Func<TAnswer, string?> Line)
    where TAnswer : class
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private string told = "";

    /// <summary>Asks whoever holds the folder, a server that runs or this process; null where the configuration is wrong, which is then told.</summary>
    /// <param name="place">The configuration and the data folder.</param>
    /// <param name="there">Asks the server for a page; null where nobody answers any more.</param>
    /// <param name="here">Does a page in this process.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Followed<TAnswer>?> RunAsync(
        Place place,
        Func<CancellationToken, Task<TAnswer?>> there,
        Func<Hub, CancellationToken, Task<TAnswer>> here,
        CancellationToken cancellationToken
    ) =>
        WritingVerb.RunAsync(
            place,
            token => RunAsync(there, isAlone: false, token),
            async (process, token) =>
                await RunAsync(async next => await here(process.Hub, next), process.IsAlone, token)
                ?? throw new InvariantException("this process answers itself"),
            cancellationToken
        );

    /// <summary>The last answer; null where the first was.</summary>
    /// <param name="ask">Asks for a page; null where nobody answers any more.</param>
    /// <param name="isAlone">Whether nobody does the work that it would wait for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private async Task<Followed<TAnswer>?> RunAsync(
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
            if (Line(answer) is { } line && line != told)
            {
                told = line;
                await Console.Out.WriteLineAsync(line);
            }

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
