using System.Globalization;
using System.Text;

namespace QtcHub.Simulation;

/// <summary>Many seeds, each run twice, and what they reached together.</summary>
public sealed class SimulationCampaign
{
    private readonly List<string> failures = [];

    private SimulationCampaign() { }

    /// <summary>Broken promises, bugs and unequal traces, each with its seed.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Seeds run.</summary>
    public int Runs { get; private set; }

    /// <summary>Steps of effects reached.</summary>
    public FaultTally Steps { get; } = new();

    /// <summary>Rows of the decision table reached.</summary>
    public FaultTally Decisions { get; } = new();

    /// <summary>Faults injected and defects planted.</summary>
    public FaultTally Faults { get; } = new();

    /// <summary>Empty cells: steps, decisions and faults that could be reached and were not.</summary>
    public IReadOnlyList<string> Unreached =>
        [
            .. Coverage.AllSteps.Where(step => !Steps.Counts.ContainsKey(step)),
            .. Coverage.AllDecisions.Where(row => !Decisions.Counts.ContainsKey(row)),
            .. AllFaults.Where(fault => !Faults.Counts.ContainsKey(fault)),
        ];

    /// <summary>Every kind of fault that a simulation injects.</summary>
    public static IReadOnlyList<string> AllFaults { get; } =
    [
        .. Enum.GetValues<WireFault>().Where(fault => fault != WireFault.None).Select(fault => $"wire {fault}"),
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

    /// <summary>Runs seeds from <paramref name="first"/> on, each twice, a world a core; no further seed begins after one has failed.</summary>
    public static SimulationCampaign Run(SimulationSetup setup, int first, int seeds, int acts, Action<SimulationRun>? progress = null)
    {
        var ended = new SortedDictionary<int, SimulationRun>();
        Parallel.For(
            first,
            first + seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            (seed, loop) =>
            {
                var run = RunTwice(setup, seed, acts);
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
        var campaign = new SimulationCampaign();
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
        Runs++;
    }

    /// <summary>The table of what was injected and reached.</summary>
    public string Table()
    {
        var table = new StringBuilder();
        Add(table, "faults injected", AllFaults, Faults);
        Add(table, "steps of effects", Coverage.AllSteps, Steps);
        Add(table, "decisions", Coverage.AllDecisions, Decisions);
        return table.ToString();
    }

    private static void Add(StringBuilder table, string heading, IReadOnlyList<string> rows, FaultTally tally)
    {
        table.AppendLine(heading);
        foreach (var row in rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"  {row, -36}{tally.Counts.GetValueOrDefault(row), 10}");
        }
    }
}
