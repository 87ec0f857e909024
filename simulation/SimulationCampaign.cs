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
            "crash",
            "freeze past a lease",
            "operator released",
            "period closed",
            "planted invoice miscounted",
            "planted posted invoice revised",
            "planted quantity no ledger takes",
            "planted unmapped currency",
            "store overloaded",
            "webhook damaged",
            "webhook doubled",
            "webhook lost",
        ];

    /// <summary>Runs seeds from <paramref name="first"/> on, each twice, until one fails.</summary>
    public static SimulationCampaign Run(SimulationSetup setup, int first, int seeds, int acts, Action<SimulationRun>? progress = null)
    {
        var campaign = new SimulationCampaign();
        for (var seed = first; seed < first + seeds && campaign.failures.Count == 0; seed++)
        {
            var run = Simulator.Run(setup, seed, acts);
            var again = Simulator.Run(setup, seed, acts);
            campaign.failures.AddRange(run.Failures.Select(failure => string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {failure}")));
            if (run.Trace != again.Trace)
            {
                campaign.failures.Add(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: two runs differ ({run.Steps} and {again.Steps} steps)"));
            }

            campaign.Steps.Add(run.Coverage);
            campaign.Decisions.Add(run.Decisions);
            campaign.Faults.Add(run.Faults);
            progress?.Invoke(run);
        }

        return campaign;
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
