using QtcHub.Hosting;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What one seeded run came to.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Failures">Broken promises and bugs; empty is good.</param>
/// <param name="Trace">Hash of everything that happened, in order: equal for equal seeds.</param>
/// <param name="Steps">How many things happened.</param>
/// <param name="Faults">Faults injected and defects planted, by name.</param>
/// <param name="Coverage">Steps of effects reached.</param>
/// <param name="Decisions">Rows of the decision table reached.</param>
public sealed record SimulationRun(
    int Seed,
    IReadOnlyList<string> Failures,
    string Trace,
    long Steps,
    FaultTally Faults,
    FaultTally Coverage,
    FaultTally Decisions
);

/// <summary>Runs the whole hub in a simulated world.</summary>
public static class Simulator
{
    private static readonly TimeSpan BetweenActs = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RelayEvery = TimeSpan.FromSeconds(45);

    // In every third seed the store is once restored from a backup.
    private const int RestoreEvery = 3;

    /// <summary>The setup with waits short enough that a simulated day has room for all of them; every other setting stays.</summary>
    public static SimulationSetup Hastened(SimulationSetup setup, int seed)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var policy = setup.Options.Policy with
        {
            Attempts = 5,
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
        var billing = world.Vendors.Values.OfType<IPlaysBilling>().First();
        var ledger = world.Vendors.Values.OfType<IPlaysErp>().First();
        var system = world.Vendors.First(pair => ReferenceEquals(pair.Value, billing)).Key;
        var run = new Play(world, system, billing, ledger)
        {
            // A chance of its own, so that the other seeds stay as they are.
            Restores = seed % RestoreEvery == 0 ? new Restores(world, new Dice(seed)) : null,
        };
        run.Stage(acts);
        run.Rest();
        run.Check();
        return new SimulationRun(
            seed,
            world.Failures,
            world.Scheduler.Trace,
            world.Scheduler.Steps,
            world.Faults,
            world.Coverage.Steps,
            world.Coverage.Decisions
        );
    }

    /// <summary>Plays <paramref name="acts"/> acts without any fault over the cloud's store, and counts what they ask of it.</summary>
    public static CloudCount Count(SimulationSetup setup, int seed, int acts)
    {
        var even = seed * 2;
        using var world = new World(Hastened(setup, even), even);
        var billing = world.Vendors.Values.OfType<IPlaysBilling>().First();
        var ledger = world.Vendors.Values.OfType<IPlaysErp>().First();
        var system = world.Vendors.First(pair => ReferenceEquals(pair.Value, billing)).Key;
        var run = new Play(world, system, billing, ledger) { IsCalm = true };
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
        private readonly string system;
        private readonly IPlaysBilling billing;
        private readonly Company company;
        private readonly Postman postman;
        private readonly Chaos chaos;
        private readonly VersionWatch watch;
        private readonly PromiseChecks checks;

        public Play(World world, string system, IPlaysBilling billing, IPlaysErp ledger)
        {
            this.world = world;
            this.system = system;
            this.billing = billing;
            company = new Company(billing, new Dice(world.Dice.Seed()), world.Faults);
            postman = new Postman(world, new Dice(world.Dice.Seed()));
            chaos = new Chaos(world, ledger, new Dice(world.Dice.Seed()));
            watch = new VersionWatch(world, billing, ledger);
            checks = new PromiseChecks(world, billing, ledger, company);
            world.VendorCommitted = vendor =>
            {
                if (ReferenceEquals(vendor, ledger))
                {
                    watch.TargetChanged();
                }
            };
        }

        /// <summary>Whether nothing ever goes wrong.</summary>
        public bool IsCalm { get; init; }

        public int Acknowledged => postman.Acknowledged.Count;

        /// <summary>Restores, in the runs that have one.</summary>
        public Restores? Restores { get; init; }

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
            chaos.ReleaseAll();
            Pass(world.Setup.Options.Policy.WaitLimit + TimeSpan.FromMinutes(30));
        }

        public void Check()
        {
            if (world.Failures.Count == 0)
            {
                checks.Check(postman.Acknowledged);
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
                    company.Act();
                    watch.SourceChanged();
                    if (!IsCalm)
                    {
                        chaos.Turn();
                    }

                    Restores?.Turn();
                    chaos.IsOver = left <= 1;
                    postman.Collect(system, billing, isFair: IsCalm);
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
