using System.Text.Json.Serialization;
using QtcHub.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Functions;

/// <summary>What the head answers, as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(WebhookAccepted))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(IReadOnlyList<LetterLine>))]
[JsonSerializable(typeof(LetterDocument))]
[JsonSerializable(typeof(TraceDocument))]
[JsonSerializable(typeof(Verification))]
internal sealed partial class FunctionsJson : JsonSerializerContext;
