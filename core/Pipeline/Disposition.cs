using QtcHub.Canonical;

namespace QtcHub.Pipeline;

/// <summary>What the hub does about a fault, as a closed set.</summary>
public abstract record Disposition
{
    private Disposition() { }

    /// <summary>The name of the case, e.g. <c>Retry</c>.</summary>
    public string Name => GetType().Name;

    /// <summary>Try again after a while; the attempt counts.</summary>
    public sealed record Retry(TimeSpan After) : Disposition;

    /// <summary>Try again when the vendor says; uses no attempt.</summary>
    public sealed record WaitForQuota(TimeSpan After) : Disposition;

    /// <summary>The system's circuit opens; wait for its probe; uses no attempt.</summary>
    public sealed record OpenCircuit : Disposition;

    /// <summary>The system pauses until its credential works again; uses no attempt.</summary>
    public sealed record PauseSystem : Disposition;

    /// <summary>Look again, and again after ever longer waits; uses no attempt.</summary>
    public sealed record LookAgain : Disposition;

    /// <summary>Read the record back before anything else.</summary>
    public sealed record ReadBack : Disposition;

    /// <summary>Wait until the referenced record stands in the target.</summary>
    public sealed record Park(RecordType Referenced, string Id) : Disposition;

    /// <summary>Load everything again and decide again; the attempt counts.</summary>
    public sealed record Reload : Disposition;

    /// <summary>Wait for a person.</summary>
    public sealed record Hold(string Reason) : Disposition;

    /// <summary>Map again with the posting moved into this open period; document, due and tax dates stay.</summary>
    public sealed record PostInPeriod(string Period) : Disposition;

    /// <summary>A person is needed.</summary>
    public sealed record DeadLetter : Disposition;
}
