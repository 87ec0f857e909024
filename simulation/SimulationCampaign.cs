using System.Globalization;
using System.Text;

namespace QtcHub.Simulation;

/// <summary>Many seeds, each run twice, and what they reached together.</summary>
public sealed class SimulationCampaign
{
    // Six seeds in a row have each store, with and without a restore.
    private const int SeedsInARow = 6;

    private readonly List<string> failures = [];

    private SimulationCampaign(IReadOnlyList<SimulationSetup> worlds) => AllRoutes = RoutesOf(worlds);

    /// <summary>Broken promises, bugs and unequal traces, each with its seed.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Seeds run.</summary>
    public int Runs { get; private set; }

    /// <summary>Steps of effects reached.</summary>
    public FaultTally Steps { get; } = new();

    /// <summary>Rows of the decision table reached.</summary>
    public FaultTally Decisions { get; } = new();

    /// <summary>Faults injected, defects planted and acts played.</summary>
    public FaultTally Faults { get; } = new();

    /// <summary>Routes that brought records to their targets.</summary>
    public FaultTally Routes { get; } = new();

    /// <summary>Every route of the configurations that were run, one for each target.</summary>
    public IReadOnlyList<string> AllRoutes { get; }

    /// <summary>Empty cells: steps, decisions, faults, acts and routes that could be reached and were not.</summary>
    public IReadOnlyList<string> Unreached =>
        [
            .. Coverage.AllSteps.Where(step => !Steps.Counts.ContainsKey(step)),
            .. Coverage.AllDecisions.Where(row => !Decisions.Counts.ContainsKey(row)),
            .. AllFaults.Concat(AllActs).Where(fault => !Faults.Counts.ContainsKey(fault)),
            .. AllRoutes.Where(route => !Routes.Counts.ContainsKey(route)),
        ];

    /// <summary>Every act that a company with books plays, that of its sales included.</summary>
    public static IReadOnlyList<string> AllActs { get; } = [.. BooksCompany.Names, .. SalesCompany.Names];

    /// <summary>Every kind of fault that a simulation injects.</summary>
    public static IReadOnlyList<string> AllFaults { get; } =
    [
        .. Enum.GetValues<WireFault>().Where(fault => fault != WireFault.None).Select(fault => $"wire {fault}"),
        "backfill",
        "cloud answer lost",
        "cloud busy",
        "cloud call late",
        "cloud call lost",
        "crash",
        "crash during a late call",
        "freeze past a lease",
        "operator released",
        "period closed",
        "planted invoice miscounted",
        "planted posted invoice revised",
        "planted quantity no ledger takes",
        "planted unmapped currency",
        "store overloaded",
        "store restored",
        "webhook damaged",
        "webhook doubled",
        "webhook lost",
    ];

    /// <summary>
    /// Runs seeds from <paramref name="first"/> on, each twice, one a core; no further seed begins after one has failed. A seed picks its world: six in a row
    /// have the same one.
    /// </summary>
    public static SimulationCampaign Run(
        IReadOnlyList<SimulationSetup> worlds,
        int first,
        int seeds,
        int acts,
        Action<SimulationRun>? progress = null
    )
    {
        ArgumentNullException.ThrowIfNull(worlds);
        var ended = new SortedDictionary<int, SimulationRun>();
        Parallel.For(
            first,
            first + seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            (seed, loop) =>
            {
                var run = RunTwice(worlds[seed / SeedsInARow % worlds.Count], seed, acts);
                lock (ended)
                {
                    ended.Add(seed, run);
                    progress?.Invoke(run);
                }

                if (run.Failures.Count > 0)
                {
                    loop.Stop();
                }
            }
        );
        var campaign = new SimulationCampaign(worlds);
        foreach (var run in ended.Values)
        {
            campaign.Add(run);
        }

        return campaign;
    }

    private static SimulationRun RunTwice(SimulationSetup setup, int seed, int acts)
    {
        var run = Simulator.Run(setup, seed, acts);
        var again = Simulator.Run(setup, seed, acts);
        return run.Trace == again.Trace
            ? run
            : run with
            {
                Failures =
                [
                    .. run.Failures,
                    string.Create(CultureInfo.InvariantCulture, $"two runs differ ({run.Steps} and {again.Steps} steps)"),
                ],
            };
    }

    private void Add(SimulationRun run)
    {
        failures.AddRange(run.Failures.Select(failure => string.Create(CultureInfo.InvariantCulture, $"seed {run.Seed}: {failure}")));
        Steps.Add(run.Coverage);
        Decisions.Add(run.Decisions);
        Faults.Add(run.Faults);
        Routes.Add(run.Routes);
        Runs++;
    }

    /// <summary>The table of what was injected and reached.</summary>
    public string Table()
    {
        var table = new StringBuilder();
        Add(table, "faults injected", AllFaults, Faults);
        Add(table, "acts of a company with books", AllActs, Faults);
        Add(table, "routes", AllRoutes, Routes);
        Add(table, "steps of effects", Coverage.AllSteps, Steps);
        Add(table, "decisions", Coverage.AllDecisions, Decisions);
        return table.ToString();
    }

    private static List<string> RoutesOf(IReadOnlyList<SimulationSetup> worlds) =>
        [
            .. worlds
                .SelectMany(world => world.Options.Routes)
                .SelectMany(route => route.To.Select(target => $"{route.Record} {route.From} → {target}"))
                .Distinct(StringComparer.Ordinal),
        ];

    private static void Add(StringBuilder table, string heading, IReadOnlyList<string> rows, FaultTally tally)
    {
        table.AppendLine(heading);
        foreach (var row in rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"  {row, -48}{tally.Counts.GetValueOrDefault(row), 10}");
        }
    }
}
