using System.Text.Json.Serialization;
using QtcHub.Hosting;

namespace QtcHub.Server;

/// <summary>A refusal (RFC 9457) with the rule that refused.</summary>
internal sealed record ProblemBody(string Type, string Title, int Status, string Rule, string? Detail);

/// <summary>An accepted webhook: the delivery's id, and <c>accepted</c> or <c>duplicate</c>.</summary>
internal sealed record WebhookAccepted(string Delivery, string Result);

/// <summary>How the process is; the clock is told of only where it was set back.</summary>
internal sealed record Health(string Status, IReadOnlyList<HealthTrouble> Systems, long Queue, long? ClockBehindSeconds);

/// <summary>A system in trouble.</summary>
internal sealed record HealthTrouble(string System, string Trouble, DateTimeOffset? Until);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(WebhookAccepted))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(StoreOptions))]
internal sealed partial class HeadJson : JsonSerializerContext;
