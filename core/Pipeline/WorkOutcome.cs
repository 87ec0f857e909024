namespace QtcHub.Pipeline;

/// <summary>What a head does with a work item once it was processed.</summary>
public abstract record WorkOutcome
{
    private WorkOutcome() { }

    /// <summary>Nothing more to do: remove it.</summary>
    public static WorkOutcome Finished { get; } = new Done();

    /// <summary>Remove it.</summary>
    public sealed record Done : WorkOutcome;

    /// <summary>Give it back, due then.</summary>
    public sealed record Later(DateTimeOffset Due) : WorkOutcome
    {
        /// <summary>
        /// Whether a commit has asked for the same work besides, for the time at which it may be done: then another message of it may be let go, and must be where
        /// a queue does not know items by their id, or messages would multiply.
        /// </summary>
        public bool IsAskedFor { get; init; }
    }
}
