using System.Text.Json.Serialization;

namespace QtcHub.Server.Bench;

/// <summary>What a child process is to do.</summary>
internal sealed record PartSpec
{
    /// <summary>hub, floor, raw, target or load.</summary>
    public required string Role { get; init; }

    /// <summary>Where it listens, or where it sends to.</summary>
    public required Uri Url { get; init; }

    /// <summary>How many events there are.</summary>
    public int Events { get; init; }

    /// <summary>The index of the first event.</summary>
    public int First { get; init; }

    /// <summary>The data folder of a hub or a floor.</summary>
    public string? Data { get; init; }

    /// <summary>The targets that a hub or a floor writes to.</summary>
    public IReadOnlyList<Uri> Targets { get; init; } = [];

    /// <summary>Whether deliveries are stored and not worked on.</summary>
    public bool Paused { get; init; }

    /// <summary>The file that a hub records its commits in, or that a floor repeats them from.</summary>
    public string? Shape { get; init; }

    /// <summary>How long a target takes to answer, in milliseconds.</summary>
    public int DelayMs { get; init; }

    /// <summary>Connections of a load; calls under way at a target.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>Events a second of an open-loop load; 0 sends as fast as answers come.</summary>
    public int Rate { get; init; }
}

/// <summary>What a load saw. Instants are ticks of the machine's monotonic clock.</summary>
internal sealed record LoadResult
{
    /// <summary>Answers by status; 0 is none.</summary>
    public required IReadOnlyDictionary<int, int> Statuses { get; init; }

    /// <summary>When each event was due to be sent.</summary>
    public required long[] Sent { get; init; }

    /// <summary>How long each answer took after that.</summary>
    public required long[] Took { get; init; }
}

/// <summary>What a server counted.</summary>
internal sealed record PartStats
{
    /// <summary>When each event arrived at a target, by index; 0 is never.</summary>
    public long[]? Arrived { get; init; }

    /// <summary>Commits asked for.</summary>
    public long Commits { get; init; }

    /// <summary>Transactions made durable.</summary>
    public long Transactions { get; init; }

    /// <summary>Rows stored.</summary>
    public long Rows { get; init; }

    /// <summary>Rows of timed jobs, which belong to no event.</summary>
    public long Jobs { get; init; }

    /// <summary>Bytes of all bodies stored.</summary>
    public long Bytes { get; init; }

    /// <summary>SQLite's <c>synchronous</c>: 2 is FULL.</summary>
    public long Synchronous { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PartSpec))]
[JsonSerializable(typeof(LoadResult))]
[JsonSerializable(typeof(PartStats))]
[JsonSerializable(typeof(CommitShape))]
internal sealed partial class BenchJson : JsonSerializerContext;
