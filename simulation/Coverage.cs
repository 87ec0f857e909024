using System.Diagnostics.Metrics;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Simulation;

/// <summary>Which steps of effects and which rows of the decision table a run has reached, heard from the hub's own meter.</summary>
public sealed class Coverage : IDisposable
{
    private const string Effects = "qtchub.effects";
    private const string Faults = "qtchub.faults";

    private static readonly string[] DecideRows =
    [
        "Ambiguous → ReadBack",
        "ClosedPeriod → Hold",
        "ClosedPeriod → PostInPeriod",
        "Conflict → DeadLetter",
        "Conflict → Reload",
        "Invalid → DeadLetter",
        "MappingFailed → DeadLetter",
        "MissingReference → Park",
        "NotYet → LookAgain",
        "PostedDocumentChanged → DeadLetter",
        "RateLimited → WaitForQuota",
        "Rejected → DeadLetter",
        "Transient → DeadLetter",
        "Transient → Retry",
        "Unauthorized → PauseSystem",
        "Unavailable → OpenCircuit",
    ];

    private readonly MeterListener listener = new();

    internal Coverage(object scope)
    {
        listener.InstrumentPublished = (instrument, me) =>
        {
            // Only what is counted here: some instruments cost a read of the store once anybody listens.
            if (instrument is { Meter.Name: HubMetrics.MeterName, Name: Effects or Faults } && instrument.Meter.Scope == scope)
            {
                me.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, _, tags, _) =>
            {
                switch (instrument.Name)
                {
                    case Effects:
                        Steps.Add(Tag(tags, "step").Replace(">", " → ", StringComparison.Ordinal));
                        break;
                    case Faults:
                        Decisions.Add($"{Tag(tags, "fault")} → {Tag(tags, "disposition")}");
                        break;
                }
            }
        );
        listener.Start();
    }

    /// <summary>Steps of effects, e.g. <c>Due → InFlight</c>.</summary>
    public FaultTally Steps { get; } = new();

    /// <summary>Rows of the decision table, e.g. <c>Transient → Retry</c>.</summary>
    public FaultTally Decisions { get; } = new();

    /// <summary>Every step and row that could be reached.</summary>
    public static IReadOnlyList<string> AllSteps { get; } = [.. EffectTransitions.All.Select(step => $"{step.From} → {step.To}")];

    /// <summary>Every row of the decision table.</summary>
    public static IReadOnlyList<string> AllDecisions => DecideRows;

    /// <inheritdoc />
    public void Dispose() => listener.Dispose();

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
        {
            if (key == name)
            {
                return (string)value!;
            }
        }

        throw new InvariantException("a known tag");
    }
}
