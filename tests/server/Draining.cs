using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Tests.Server;

/// <summary>Waits until nothing of a store is under way.</summary>
internal static class Draining
{
    /// <summary>Where every delivery stands once no work is left; after the limit, where they stand then.</summary>
    public static async Task<Verification> RunAsync(IHubStore rows, IWorkQueue queue, TimeSpan limit)
    {
        var end = TimeProvider.System.GetUtcNow() + limit;
        while (true)
        {
            // A list may miss a row that moves meanwhile: they are counted once nothing moves any more.
            var isIdle = await queue.LengthAsync(CancellationToken.None) == 0;
            var found = await new Verifier(rows).VerifyAsync(CancellationToken.None);
            if ((isIdle && found.Open + found.Unknown == 0) || TimeProvider.System.GetUtcNow() > end)
            {
                return found;
            }

            await Task.Delay(500);
        }
    }
}
