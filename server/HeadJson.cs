using System.Text.Json.Serialization;
using QtcHub.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Server;

/// <summary>What the head answers, as JSON.</summary>
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
