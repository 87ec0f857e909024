using System.Text.Json.Serialization;
using QtcHub.Sandbox;

namespace QtcHub.Server.Sandbox;

/// <summary>A fault to plan, as <c>POST /_sandbox/{system}/faults</c> takes it.</summary>
internal sealed record FaultBody
{
    /// <summary>Answer with this status, 400–599, and do nothing.</summary>
    public int? Status { get; init; }

    /// <summary>Hold the request this long, at most ten minutes.</summary>
    public int DelayMs { get; init; }

    /// <summary>Commit before the delay instead of after it.</summary>
    public bool DelayAfterCommit { get; init; }

    /// <summary><c>before</c> or <c>after</c> the vendor's commit.</summary>
    public string? Cut { get; init; }

    /// <summary>What a status asks the caller to wait.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>How many requests it meets; one where nothing is said.</summary>
    public int? Count { get; init; }

    /// <summary>Only this method.</summary>
    public string? Method { get; init; }

    /// <summary>Only addresses that contain this.</summary>
    public string? Path { get; init; }

    /// <summary>The rule that it breaks, or null.</summary>
    public string? Wrong() =>
        Status is < 400 or > 599 ? "status-out-of-range"
        : DelayMs is < 0 or > 600_000 ? "delay-out-of-range"
        : Cut is not (null or "before" or "after") ? "cut-is-before-or-after"
        : RetryAfterSeconds is < 0 ? "retry-after-out-of-range"
        : Count is < 1 or > 1_000_000 ? "count-out-of-range"
        : null;

    /// <summary>The fault as the desk plans it.</summary>
    public PlannedFault Plan() =>
        new()
        {
            Status = Status,
            Delay = TimeSpan.FromMilliseconds(DelayMs),
            DelayAfterCommit = DelayAfterCommit,
            Cut = Cut switch
            {
                "before" => QtcHub.Sandbox.Cut.BeforeCommit,
                "after" => QtcHub.Sandbox.Cut.AfterCommit,
                _ => null,
            },
            Count = Count ?? 1,
            Method = Method,
            PathContains = Path,
            RetryAfter = RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
}

/// <summary>How a pretend vendor's webhook was answered: the status most sendings got, the event's id, and how many sendings got each status.</summary>
internal sealed record WebhookSent(int Status, string? EventId, IReadOnlyDictionary<string, int> Statuses);

/// <summary>How many faults are planned.</summary>
internal sealed record FaultsPlanned(int Planned);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(FaultBody))]
[JsonSerializable(typeof(WebhookSent))]
[JsonSerializable(typeof(FaultsPlanned))]
internal sealed partial class SandboxJson : JsonSerializerContext;
