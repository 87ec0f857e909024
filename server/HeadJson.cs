using System.Text.Json.Serialization;
using QtcHub.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Server;

/// <summary>What the head answers, as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(WebhookAccepted))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class HeadJson : JsonSerializerContext;
