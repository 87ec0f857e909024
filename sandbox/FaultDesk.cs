namespace QtcHub.Sandbox;

/// <summary>A fault to come: which requests it meets, how often, and what happens to them.</summary>
public sealed record PlannedFault
{
    /// <summary>Answers with this status instead of the vendor's own answer.</summary>
    public int? Status { get; init; }

    /// <summary>Holds the request back this long.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether the vendor commits before the delay (and before a planned status), rather than after it.</summary>
    public bool DelayAfterCommit { get; init; }

    /// <summary>Cuts the connection, before or after the vendor has committed.</summary>
    public Cut? Cut { get; init; }

    /// <summary>How many requests it meets.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Only requests of this method; null means any.</summary>
    public string? Method { get; init; }

    /// <summary>Only requests whose path and query contain this; null means any.</summary>
    public string? PathContains { get; init; }

    /// <summary>What a planned status asks the caller to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Where a connection is cut.</summary>
public enum Cut
{
    /// <summary>The vendor did nothing.</summary>
    BeforeCommit,

    /// <summary>The vendor did it, and the answer was lost.</summary>
    AfterCommit,
}

/// <summary>Holds the planned faults of one pretend vendor and hands each matching request the first that meets it.</summary>
public sealed class FaultDesk
{
    private readonly Lock gate = new();
    private readonly List<PlannedFault> planned = [];

    /// <summary>What is still to come, in order.</summary>
    public IReadOnlyList<PlannedFault> Planned
    {
        get
        {
            lock (gate)
            {
                return [.. planned];
            }
        }
    }

    /// <summary>Plans a fault after those already planned.</summary>
    public void Plan(PlannedFault fault)
    {
        if (fault.Count < 1 || fault.Delay < TimeSpan.Zero)
        {
            throw new ArgumentException("a fault meets at least one request and delays it by no negative time", nameof(fault));
        }

        lock (gate)
        {
            planned.Add(fault);
        }
    }

    /// <summary>Stops every fault.</summary>
    public void Clear()
    {
        lock (gate)
        {
            planned.Clear();
        }
    }

    /// <summary>The first planned fault that meets this request, one use taken off it, or null.</summary>
    public PlannedFault? Take(HttpRequestMessage request)
    {
        lock (gate)
        {
            var index = planned.FindIndex(fault => Meets(fault, request));
            if (index < 0)
            {
                return null;
            }

            var fault = planned[index];
            if (fault.Count == 1)
            {
                planned.RemoveAt(index);
            }
            else
            {
                planned[index] = fault with { Count = fault.Count - 1 };
            }

            return fault;
        }
    }

    private static bool Meets(PlannedFault fault, HttpRequestMessage request) =>
        (fault.Method is null || string.Equals(fault.Method, request.Method.Method, StringComparison.OrdinalIgnoreCase))
        && (fault.PathContains is null || request.RequestUri!.PathAndQuery.Contains(fault.PathContains, StringComparison.Ordinal));
}
