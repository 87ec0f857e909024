using QtcHub.Hosting;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What one seeded run came to.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="World">The name of the configuration that it ran.</param>
/// <param name="Failures">Broken promises and bugs; empty is good.</param>
/// <param name="Trace">Hash of everything that happened, in order: equal for equal seeds.</param>
/// <param name="Steps">How many things happened.</param>
/// <param name="Faults">Faults injected and defects planted, by name.</param>
/// <param name="Coverage">Steps of effects reached.</param>
/// <param name="Decisions">Rows of the decision table reached.</param>
/// <param name="Routes">Routes that brought records to their targets.</param>
public sealed record SimulationRun(
    int Seed,
    string World,
    IReadOnlyList<string> Failures,
    string Trace,
    long Steps,
    FaultTally Faults,
    FaultTally Coverage,
    FaultTally Decisions,
    FaultTally Routes
);

/// <summary>Runs the whole hub in a simulated world.</summary>
public static class Simulator
{
    private static readonly TimeSpan BetweenActs = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RelayEvery = TimeSpan.FromSeconds(45);

    // What hangs on something else that is released is at times released in vain before it.
    private const int DeskRounds = 3;

    // In every third seed the store is once restored from a backup.
    private const int RestoreEvery = 3;

    /// <summary>The setup with waits short enough that a simulated day has room for all of them; every other setting stays.</summary>
    public static SimulationSetup Hastened(SimulationSetup setup, int seed)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var policy = setup.Options.Policy with
        {
            Attempts = Business.Attempts(setup.Options),
            RetryFirst = TimeSpan.FromSeconds(1),
            RetryMost = TimeSpan.FromMinutes(1),
            WaitLimit = TimeSpan.FromHours(3),
            PostClosedInOpenPeriod = seed % 2 == 0,
        };
        return setup with { Options = setup.Options with { Policy = policy } };
    }

    /// <summary>Plays <paramref name="acts"/> acts of business under a seed, lets everything come to rest, and checks the promises.</summary>
    public static SimulationRun Run(SimulationSetup setup, int seed, int acts, Action<string>? listener = null)
    {
        using var world = new World(Hastened(setup, seed), seed);
        world.Scheduler.Listener = listener;
        var business = Business.Of(world);
        var run = new Play(world, business)
        {
            // A chance of its own, so that the other seeds stay as they are.
            Restores = seed % RestoreEvery == 0 && business.MayBeRestored ? new Restores(world, new Dice(seed)) : null,
            Backfills = new Backfills(world, new Dice(~seed)),
        };
        run.Stage(acts);
        run.Rest();
        run.Check();
        return new SimulationRun(
            seed,
            setup.Options.Name,
            world.Failures,
            world.Scheduler.Trace,
            world.Scheduler.Steps,
            world.Faults,
            world.Coverage.Steps,
            world.Coverage.Decisions,
            new StoreChecks(world).Routes()
        );
    }

    /// <summary>Plays <paramref name="acts"/> acts without any fault over the cloud's store, and counts what they ask of it.</summary>
    public static CloudCount Count(SimulationSetup setup, int seed, int acts)
    {
        var even = seed * 2;
        using var world = new World(Hastened(setup, even), even);
        var run = new Play(world, Business.Of(world)) { IsCalm = true };
        run.Stage(acts);
        run.Rest();
        run.Check();
        Invariant.Holds(world.Failures.Count == 0, "a day without faults keeps the promises");
        var cloud = (CloudStorage)world.Storage;
        var applied = world.Coverage.Steps.Counts.GetValueOrDefault("InFlight → Applied");
        return new CloudCount(run.Acknowledged, cloud.Records, (int)applied, cloud.Calls.Counts, cloud.Rows.Counts, cloud.TableBytes);
    }

    /// <summary>One run: its acts, its rest, its checks.</summary>
    private sealed class Play
    {
        private readonly World world;
        private readonly Business business;
        private readonly Postman postman;
        private readonly Chaos chaos;

        public Play(World world, Business business)
        {
            this.world = world;
            this.business = business;
            postman = new Postman(world, new Dice(world.Dice.Seed()));
            chaos = new Chaos(world, business.Ledger, new Dice(world.Dice.Seed()));
            world.VendorCommitted = business.Committed;
        }

        /// <summary>Whether nothing ever goes wrong.</summary>
        public bool IsCalm { get; init; }

        public int Acknowledged => postman.Acknowledged.Count;

        /// <summary>Restores, in the runs that have one.</summary>
        public Restores? Restores { get; init; }

        /// <summary>Backfills, in the runs that have one.</summary>
        public Backfills? Backfills { get; init; }

        public void Stage(int acts)
        {
            for (var number = world.Dice.OneIn(2) ? 1 : 2; number > 0; number--)
            {
                world.StartProcess();
            }

            if (IsCalm)
            {
                BeFair();
            }

            Every(PollEvery, "poll", process => PollAsync(process));
            Every(SweepEvery, "sweep", process => process.Hub.SweepAsync(CancellationToken.None));
            if (world.Storage.IsShared)
            {
                Every(RelayEvery, "relay", process => process.RelayAsync());
            }

            Act(acts);
            while (!chaos.IsOver && world.Failures.Count == 0 && world.Scheduler.Step(DateTimeOffset.MaxValue)) { }
        }

        /// <summary>Faults stop, sources rest, operators clear the desk; then everything that waits runs out.</summary>
        public void Rest()
        {
            BeFair();
            if (world.Alive.Count == 0)
            {
                world.StartProcess();
            }

            Pass(TimeSpan.FromMinutes(20));
            for (var round = 0; round < DeskRounds; round++)
            {
                chaos.ReleaseAll();
                Pass(TimeSpan.FromMinutes(15));
            }

            var (stored, longest) = (new StoreChecks(world), world.Scheduler.Now + world.Setup.Options.Policy.WaitLimit);
            while (stored.IsAtWork && world.Failures.Count == 0 && world.Scheduler.Now < longest)
            {
                Pass(TimeSpan.FromMinutes(10));
            }
        }

        public void Check()
        {
            if (world.Failures.Count == 0)
            {
                business.Check(postman.Acknowledged);
            }
        }

        private void BeFair()
        {
            foreach (var weather in world.Weather.Values)
            {
                weather.IsFair = true;
            }

            foreach (var process in world.Alive)
            {
                process.IsFair = true;
            }
        }

        private void Act(int left) =>
            world.Scheduler.In(
                world.Dice.Wait(BetweenActs),
                "act",
                null,
                () =>
                {
                    business.Act();
                    if (left <= 1)
                    {
                        business.End();
                    }

                    business.SourceChanged();
                    if (!IsCalm)
                    {
                        chaos.Turn();
                    }

                    Restores?.Turn();
                    Backfills?.Turn();
                    chaos.IsOver = left <= 1;
                    foreach (var (system, vendor) in world.Vendors)
                    {
                        postman.Collect(system, vendor, isFair: IsCalm);
                    }

                    if (left > 1)
                    {
                        Act(left - 1);
                    }
                }
            );

        private void Pass(TimeSpan time)
        {
            var until = world.Scheduler.Now + time;
            while (world.Failures.Count == 0 && world.Scheduler.Step(until)) { }
            world.Scheduler.Skip(until);
        }

        private void Every(TimeSpan period, string what, Func<HubProcess, Task> job) =>
            world.Scheduler.In(
                period,
                what,
                null,
                () =>
                {
                    if (world.AnyProcess() is { } process)
                    {
                        world.Run(process, ThenPump(job(process)));
                    }

                    Every(period, what, job);
                }
            );

        private async Task ThenPump(Task job)
        {
            await job;
            world.PumpAll();
        }

        private async Task PollAsync(HubProcess process)
        {
            foreach (var polled in process.Hub.PolledSystems)
            {
                while ((await process.Hub.PollAsync(polled, CancellationToken.None)).MoreNow) { }
            }
        }
    }
}
