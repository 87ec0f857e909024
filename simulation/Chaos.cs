using QtcHub.DeadLetters;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What else happens in a company: processes die and freeze, storms, closed periods, operators at work.</summary>
internal sealed class Chaos(World world, IPlaysErp ledger, Dice dice)
{
    private static readonly TimeSpan LongestFreeze = TimeSpan.FromMinutes(2);

    private static readonly string[] Desk = ["Held", "DeadLettered"];

    /// <summary>Whether it has ended.</summary>
    public bool IsOver { get; set; }

    /// <summary>One turn: mostly nothing.</summary>
    public void Turn()
    {
        switch (dice.Below(40))
        {
            case 0:
                Crash();
                break;
            case 1:
                Freeze();
                break;
            case 2:
                dice.Pick([.. world.Weather.Values]).Brew();
                break;
            case 3:
                ClosePeriods();
                break;
            case 4 or 5:
                Release();
                break;
        }
    }

    /// <summary>An operator releases what is held and what is dead-lettered.</summary>
    public void ReleaseAll()
    {
        foreach (var lane in Waiting())
        {
            Release(lane);
        }
    }

    private void Crash()
    {
        if (world.AnyProcess() is { } process)
        {
            world.Crash(process);
        }
    }

    private void Freeze()
    {
        if (world.AnyProcess() is { } process)
        {
            process.Life.FrozenUntil = world.Scheduler.Now + dice.Wait(LongestFreeze);
            world.Faults.Add("freeze past a lease");
        }
    }

    private void ClosePeriods()
    {
        ledger.ClosePeriodsThrough(DateOnly.FromDateTime(world.Scheduler.Now.UtcDateTime));
        world.Faults.Add("period closed");
        world.Scheduler.In(TimeSpan.FromSeconds(30) + dice.Wait(TimeSpan.FromMinutes(4)), "periods opened", null, ledger.OpenAllPeriods);
    }

    private void Release()
    {
        if (Waiting() is { Count: > 0 } waiting)
        {
            Release(dice.Pick(waiting));
        }
    }

    private void Release(LaneId lane)
    {
        if (world.AnyProcess() is { } process)
        {
            world.Faults.Add("operator released");
            world.Run(
                process,
                process
                    .Hub.ReleaseAsync(lane, "operator", "simulated", CancellationToken.None)
                    .ContinueWith(
                        _ => world.PumpAll(),
                        CancellationToken.None,
                        TaskContinuationOptions.ExecuteSynchronously,
                        TaskScheduler.Default
                    )
            );
        }
    }

    private List<LaneId> Waiting() => [.. Desk.SelectMany(LanesThat).Concat(WithALetter()).Distinct()];

    private IEnumerable<LaneId> LanesThat(string state) => Listed("lane", state).Select(row => Rows.Parse<Lane>(row.Row).Id);

    // What of a merged account stands at a target is told by a letter of a lane at rest.
    private IEnumerable<LaneId> WithALetter() =>
        Listed("letter", "Open").Select(row => Rows.Parse<DeadLetter>(row.Row).Work).OfType<WorkItem.OfLane>().Select(work => work.Lane);

    private IReadOnlyList<ListedRow> Listed(string kind, string state) =>
        StoreChecks.Now(world.Store.ListAsync(kind, state, null, 500, CancellationToken.None)).Rows;
}
