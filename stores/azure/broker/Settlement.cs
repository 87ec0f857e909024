namespace QtcHub.Stores.Azure.Broker;

/// <summary>What becomes of a message that was taken from the broker.</summary>
public abstract record Settlement
{
    private Settlement() { }

    /// <summary>It goes: its work is done, or goes on in another message or in the ledger.</summary>
    public sealed record Complete : Settlement;

    /// <summary>It is not settled: the broker delivers it again when its lock ends.</summary>
    public sealed record Leave : Settlement;

    /// <summary>It is moved to the queue's dead letters, for the reason given.</summary>
    public sealed record DeadLetter(string Reason, string Detail) : Settlement;
}
