using QtcHub.Inbox;

namespace QtcHub.Simulation;

/// <summary>Once in a run an operator has a source list what it holds of one type, while everything else goes on; whichever process runs carries it on.</summary>
internal sealed class Backfills(World world, Dice dice)
{
    private const int OneTurnIn = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private bool hasBegun;
    private bool hasEnded;

    /// <summary>One turn: mostly nothing.</summary>
    public void Turn()
    {
        if (hasBegun || !dice.OneIn(OneTurnIn) || world.AnyProcess() is not { } process)
        {
            return;
        }

        var route = dice.Pick(world.Setup.Options.Routes);
        var asked = process.Hub.ReadBackfill(route.From, route.Record.ToString(), "2026-01-01", "2027-01-01");
        if (asked.TryGet(out var request, out _))
        {
            hasBegun = true;
            world.Faults.Add("backfill");
            GoOn(request);
        }
    }

    private void GoOn(BackfillRequest request)
    {
        if (world.AnyProcess() is { } process)
        {
            world.Run(process, PageAsync(process, request));
        }

        world.Scheduler.In(
            Pause,
            "backfill goes on",
            null,
            () =>
            {
                if (!hasEnded)
                {
                    GoOn(request);
                }
            }
        );
    }

    private async Task PageAsync(HubProcess process, BackfillRequest request)
    {
        var page = await process.Hub.BackfillAsync(request, CancellationToken.None);
        hasEnded |= page.Step == BackfillStep.Finished;
        world.PumpAll();
    }
}
