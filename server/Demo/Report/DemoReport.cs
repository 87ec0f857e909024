using System.Text.Json.Serialization;
using QtcHub.Hosting;
using QtcHub.Server.Commands;
using QtcHub.Server.Demo.Post;
using QtcHub.Server.Demo.Proof;

namespace QtcHub.Server.Demo.Report;

/// <summary>What a demo run showed; the document of <c>--json</c>.</summary>
internal sealed record DemoReport
{
    public required int Seed { get; init; }
    public required decimal Seconds { get; init; }

    /// <summary>What the processors of the machine have worked for it, all of them together.</summary>
    public required decimal CpuSeconds { get; init; }

    /// <summary>Whether what differs is exactly what was planted.</summary>
    public required bool Agrees { get; init; }
    public required WebhookCounts Webhooks { get; init; }
    public required IReadOnlyDictionary<string, int> Faults { get; init; }
    public required IReadOnlyList<Holding> Holdings { get; init; }
    public required IReadOnlyList<RollForward> RollForward { get; init; }
    public required IReadOnlyList<Clearing> Clearing { get; init; }
    public required TrialBalance TrialBalance { get; init; }
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }
    public required IReadOnlyList<Difference> Differences { get; init; }

    /// <summary>Planted differences that did not come about.</summary>
    public required IReadOnlyList<Plant> Absent { get; init; }

    /// <summary>What was still under way at the end; 0 when all came to rest.</summary>
    public required long Open { get; init; }
    public required IReadOnlyList<LetterLine> DeadLetters { get; init; }

    /// <summary>How many dead letters were planted.</summary>
    public required int LettersPlanted { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoJson : JsonSerializerContext;
