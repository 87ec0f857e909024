using Microsoft.Extensions.Logging.Abstractions;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Routing;

namespace QtcHub.Simulation;

/// <summary>One process of the hub: the real hub, connectors and mappings over a simulated store, wire and clock.</summary>
internal sealed class HubProcess : IDisposable
{
    /// <summary>Longer than an effect's lease by little: others take over while a call may still be under way at its vendor.</summary>
    private static readonly TimeSpan WorkLease = TimeSpan.FromSeconds(20);

    // One head has as many workers of a share as its system takes calls; the other as many as its broker gives it messages.
    private const int HubWorkers = 2;
    private const int BrokersWorkers = 16;
    private const int BrokerEvery = 4;
    private readonly World world;
    private readonly StorageWay storage;
    private readonly HubMetrics metrics;
    private readonly List<SimulatedWire> wires = [];
    private readonly SortedDictionary<string, int> idle = new(StringComparer.Ordinal);

    public HubProcess(World world, int number)
    {
        this.world = world;
        Name = $"hub-{number}";
        Life.DieInCall = () => world.CrashDuringLateCall(this);
        var dice = new Dice(world.Dice.Seed());
        storage = world.Storage.Way(world.Scheduler, Life, dice, world.Faults);
        var clock = new SimulatedClock(world.Scheduler, Life);
        metrics = new HubMetrics(world);
        var options = world.Setup.Options;
        var random = new Random(dice.Seed());
        var systems = options.Systems.Values.ToDictionary(
            system => system.Name,
            system => Connect(system, clock, random, dice),
            StringComparer.Ordinal
        );
        var router = new Router(options, world.Setup.Mappings, systems);
        var shared = world.Storage.IsShared ? new SharedGate(storage.Store, Name) : null;
        var gate = new SystemGate(options.Systems, options.Policy, clock, shared);
        Hub = new Hub(new HubContext(options, router, storage.Store, gate, clock, random, metrics, NullLogger.Instance));
        var isOfBroker = dice.OneIn(BrokerEvery);
        foreach (var share in Hub.Shares)
        {
            var system = options.Systems.Values.FirstOrDefault(system => share.EndsWith($"-{system.Name}", StringComparison.Ordinal));
            idle[share] = isOfBroker ? BrokersWorkers : system?.Concurrency ?? HubWorkers;
        }
    }

    public string Name { get; }

    public ProcessLife Life { get; } = new();

    public Hub Hub { get; }

    public bool IsFair
    {
        set => storage.MayFail = !value;
    }

    /// <summary>Finishes what processes began and left in the store.</summary>
    public Task RelayAsync() => storage.RelayAsync();

    /// <summary>Whether a worker of a share stands idle.</summary>
    public bool IsIdle(string share) => idle[share] > 0;

    /// <summary>Takes some work of a share, no more than it has idle workers, and does it, each item on its own.</summary>
    public async Task PumpAsync(string share, int most)
    {
        var limit = Math.Min(most, idle[share]);
        idle[share] -= limit;
        var taken = await storage.Queue.TakeAsync(share, limit, world.Scheduler.Now, WorkLease, CancellationToken.None);
        idle[share] += limit - taken.Count;
        foreach (var work in taken)
        {
            world.Run(this, WorkAsync(share, work));
        }

        world.Pump(share);
    }

    public void Dispose()
    {
        metrics.Dispose();
        wires.ForEach(wire => wire.Dispose());
    }

    private async Task WorkAsync(string share, TakenWork work)
    {
        try
        {
            switch (await Hub.ProcessAsync(work, CancellationToken.None))
            {
                case WorkOutcome.Done:
                    await storage.Queue.CompleteAsync(work, CancellationToken.None);
                    break;
                case WorkOutcome.Later later:
                    await storage.Queue.PostponeAsync(work, later.Due, CancellationToken.None);
                    break;
            }
        }
        finally
        {
            idle[share]++;
        }

        world.PumpAll();
    }

    private ConnectedSystem Connect(SystemOptions system, TimeProvider clock, Random random, Dice dice)
    {
        var kind = world.Setup.Kinds[system.Kind];
        var side = new VendorSide(world.Vendors[system.Name], world.Weather[system.Name], world.CallsTo(system));
        var wire = new SimulatedWire(side, world.Scheduler, Life, dice);
        wires.Add(wire);
        var entity = world.Setup.Options.Entities[system.Entity];
        var context = new ConnectorContext(system, entity, world.SecretsOf(system), wire, clock, random)
        {
            IsTaken = type => world.Setup.Options.Takes(system.Name, type),
        };
        return new ConnectedSystem(system, entity, kind.Facts, kind.Create(context));
    }
}
