using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What a simulation runs: a configuration, its mappings, the connector kinds.</summary>
public sealed record SimulationSetup(HubOptions Options, MappingCatalog Mappings, IReadOnlyDictionary<string, IConnectorKind> Kinds);

/// <summary>One simulated world under one seed: clock, vendors, store, processes, weather.</summary>
internal sealed class World : IDisposable
{
    private const string WebhookSecret = "whsec_simulated";

    // Every second seed runs over the cloud's store, the others over the embedded one.
    private const int CloudEvery = 2;
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(5);
    private readonly List<HubProcess> processes = [];
    private readonly Dictionary<string, DateTimeOffset> nextPump = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CallsUnderWay> calls = new(StringComparer.Ordinal);
    private int processesMade;

    public World(SimulationSetup setup, int seed)
    {
        Setup = setup;
        Dice = new Dice(seed);
        var clock = new SimulatedClock(Scheduler, null);
        Storage = seed % CloudEvery == 0 ? new CloudStorage(clock) : new EmbeddedStorage(clock);
        foreach (var system in setup.Options.Systems.Values.OrderBy(system => system.Name, StringComparer.Ordinal))
        {
            var calendar = setup.Options.Entities[system.Entity].TimeZone;
            var vendor = PretendVendors.Make(system.Kind, new VendorSetup(system.Name, () => Scheduler.Now, calendar, WebhookSecret));
            Invariant.Holds(vendor is not null, "every simulated kind has a pretend vendor");
            Vendors[system.Name] = vendor;
            Weather[system.Name] = new Weather(Scheduler, new Dice(Dice.Seed()), Faults, () => VendorCommitted?.Invoke(vendor));
        }

        Coverage = new Coverage(this);
    }

    public SimulationSetup Setup { get; }

    public Dice Dice { get; }

    public Scheduler Scheduler { get; } = new();

    public Storage Storage { get; }

    public IHubStore Store => Storage.Store;

    public SortedDictionary<string, IPretendVendor> Vendors { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Weather> Weather { get; } = new(StringComparer.Ordinal);

    public FaultTally Faults { get; } = new();

    public Coverage Coverage { get; }

    /// <summary>Bugs: exceptions of the hub's, and broken promises.</summary>
    public List<string> Failures { get; } = [];

    public Action<IPretendVendor>? VendorCommitted { get; set; }

    public IReadOnlyList<HubProcess> Alive => [.. processes.Where(process => !process.Life.IsDead)];

    /// <summary>The process that a request or a piece of work happens to reach, if one runs.</summary>
    public HubProcess? AnyProcess() => Alive is { Count: > 0 } alive ? Dice.Pick(alive) : null;

    /// <summary>What counts a process's calls to a system: of a store that processes share all together, else each process for itself.</summary>
    public CallsUnderWay CallsTo(SystemOptions system)
    {
        var counter = calls.GetValueOrDefault(system.Name);
        if (counter is null || !Storage.IsShared)
        {
            calls[system.Name] = counter = new CallsUnderWay(system, Failures);
        }

        return counter;
    }

    public ISecrets SecretsOf(SystemOptions system) => new SimulatedSecrets(system, Vendors[system.Name]);

    public void StartProcess()
    {
        processes.Add(new HubProcess(this, ++processesMade));
        PumpAll();
    }

    /// <summary>Kills a process at this very point: nothing it waited for ever answers.</summary>
    public void Kill(HubProcess process)
    {
        process.Life.IsDead = true;
        process.Dispose();
        Faults.Add("crash");
    }

    /// <summary>Kills a process; another takes its place a little later.</summary>
    public void Crash(HubProcess process)
    {
        Kill(process);
        Scheduler.In(Restart, "restart", null, StartProcess);
    }

    /// <summary>Kills the caller of a call that its vendor carries out long after.</summary>
    public void CrashDuringLateCall(HubProcess process)
    {
        Faults.Add("crash during a late call");
        Crash(process);
    }

    /// <summary>Follows a task of a process; an exception is a bug, unless the process has died.</summary>
    public void Run(HubProcess process, Task task) =>
        _ = task.ContinueWith(
            done =>
            {
                if (process.Life.IsDead || done.Exception?.GetBaseException() is not { } thrown)
                {
                    return;
                }

                if (thrown is StoreFailedException)
                {
                    // What the head does: it stops, and is started again.
                    Crash(process);
                }
                else
                {
                    Failures.Add($"{process.Name} threw {thrown}");
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    public void PumpAll()
    {
        foreach (var share in Shares())
        {
            Pump(share);
        }
    }

    /// <summary>Arranges that a process looks at a share when its next work is due.</summary>
    public void Pump(string share)
    {
        var next = Storage.Queue.NextDueAsync(share, CancellationToken.None).GetAwaiter().GetResult();
        if (next is not { } due)
        {
            return;
        }

        var at = due > Scheduler.Now ? due : Scheduler.Now;
        if (nextPump.TryGetValue(share, out var planned) && planned <= at && planned >= Scheduler.Now)
        {
            return;
        }

        nextPump[share] = at;
        Scheduler.In(
            at - Scheduler.Now + Dice.Wait(TimeSpan.FromMilliseconds(20)),
            $"pump {share}",
            null,
            () =>
            {
                nextPump.Remove(share);
                if (Alive is not { Count: > 0 } alive)
                {
                    Scheduler.In(TimeSpan.FromSeconds(1), "nobody pumps", null, () => Pump(share));
                }
                // Where nobody stands idle, whoever has done its work first pumps again.
                else if (alive.Where(process => process.IsIdle(share)).ToList() is { Count: > 0 } idle && Dice.Pick(idle) is var process)
                {
                    Run(process, process.PumpAsync(share, 1 + Dice.Below(4)));
                }
            }
        );
    }

    public void Dispose()
    {
        Coverage.Dispose();
        foreach (var process in Alive)
        {
            process.Dispose();
        }

        foreach (var vendor in Vendors.Values.OfType<IDisposable>())
        {
            vendor.Dispose();
        }

        Scheduler.Dispose();
    }

    private IReadOnlyList<string> Shares() => Alive.Count == 0 ? [] : Alive[0].Hub.Shares;

    /// <summary>The secrets that the pretend vendor accepts, under the references of the configuration.</summary>
    private sealed class SimulatedSecrets(SystemOptions system, IPretendVendor vendor) : ISecrets
    {
        public string? Find(string reference)
        {
            foreach (var (name, configured) in system.Credentials)
            {
                if (configured == reference)
                {
                    return vendor.Credentials.GetValueOrDefault(name) ?? WebhookSecret;
                }
            }

            return null;
        }
    }
}
