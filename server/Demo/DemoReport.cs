using System.Text.Json.Serialization;
using QtcHub.Hosting;
using QtcHub.Server.Commands;

namespace QtcHub.Server.Demo;

/// <summary>What a demo run showed; the document of <c>--json</c>.</summary>
internal sealed record DemoReport
{
    public required int Seed { get; init; }
    public required decimal Seconds { get; init; }

    /// <summary>Whether what differs is exactly what was planted.</summary>
    public required bool Agrees { get; init; }
    public required WebhookCounts Webhooks { get; init; }
    public required IReadOnlyDictionary<string, int> Faults { get; init; }
    public required IReadOnlyList<Holding> Holdings { get; init; }
    public required IReadOnlyList<Difference> Differences { get; init; }

    /// <summary>Planted differences that did not come about.</summary>
    public required IReadOnlyList<string> Absent { get; init; }

    /// <summary>What was still under way when the demo gave up waiting; 0 when all came to rest.</summary>
    public required long Open { get; init; }
    public required IReadOnlyList<LetterLine> DeadLetters { get; init; }
}

/// <summary>What became of the vendor's webhooks on their way.</summary>
internal sealed record WebhookCounts(int Made, int Lost, int Doubled, int Acknowledged);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoJson : JsonSerializerContext;
