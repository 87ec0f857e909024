using QtcHub.Hosting;

namespace QtcHub.Pipeline;

/// <summary>
/// Stands before every call to a system: its concurrency, its circuit, its pause, its quota. Nobody waits here: who may not enter is told when to
/// come back. Kept in memory: the store of the one-process head is shared with no second process.
/// </summary>
public sealed class SystemGate(IReadOnlyDictionary<string, SystemOptions> systems, PolicyOptions policy, TimeProvider time)
{
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(50);
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, State> states = new(StringComparer.Ordinal);

    /// <summary>Asks to make one call. Whoever is let in disposes of the entry, whether or not a call was made.</summary>
    public GateEntry Enter(string system)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var state = StateOf(system);
            if (state.NotBefore > now)
            {
                return GateEntry.Refused(state.NotBefore);
            }

            if (state.Trouble is not null && state.Probing)
            {
                return GateEntry.Refused(now + policy.ProbeEvery);
            }

            if (state.Inside >= systems[system].Concurrency)
            {
                return GateEntry.Refused(now + FullWait);
            }

            state.Inside++;
            var isProbe = state.Trouble is not null;
            state.Probing |= isProbe;
            return new GateEntry(this, system, state.Troubles, isProbe);
        }
    }

    /// <summary>Enters and makes one call, or says when to come back.</summary>
    public async Task<Outcome<T>> CallAsync<T>(string system, Func<Task<Outcome<T>>> call)
        where T : notnull
    {
        using var entry = Enter(system);
        if (entry.Until is { } until)
        {
            return new Fault.RateLimited(until - time.GetUtcNow(), "the system takes no more calls now");
        }

        return await entry.CallAsync(call);
    }

    /// <summary>Leaves, having made a call or not; how the call went is what opens and closes the circuit.</summary>
    internal void Leave(GateEntry entry, bool wasUsed, Fault? fault)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var state = StateOf(entry.System);
            state.Inside--;
            state.Probing &= !entry.IsProbe;
            if (!wasUsed)
            {
                return;
            }

            if (TroubleOf(fault) is { } trouble)
            {
                state.Trouble = trouble;
                state.Troubles++;
            }
            else if (entry.TroublesBefore == state.Troubles)
            {
                // A call that began before the trouble did tells nothing of now.
                state.Trouble = null;
            }

            var notBefore = fault switch
            {
                Fault.Unavailable => now + policy.ProbeEvery,
                Fault.Unauthorized => now + policy.PauseFor,
                Fault.RateLimited { RetryAfter: { } wait } => now + wait,
                _ => state.NotBefore,
            };
            // Whoever asked for the longest wait is heard.
            state.NotBefore = notBefore > state.NotBefore ? notBefore : state.NotBefore;
        }
    }

    /// <summary>When the system may next be called.</summary>
    public DateTimeOffset NotBefore(string system)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var at = StateOf(system).NotBefore;
            return at > now ? at : now;
        }
    }

    /// <summary>What is wrong with each system, by name; a system in order is not listed.</summary>
    public IReadOnlyList<(string System, string Trouble, DateTimeOffset Until)> Troubles()
    {
        lock (gate)
        {
            return
            [
                .. states
                    .Where(pair => pair.Value.Trouble is not null)
                    .Select(pair => (pair.Key, pair.Value.Trouble!, pair.Value.NotBefore)),
            ];
        }
    }

    private static string? TroubleOf(Fault? fault) =>
        fault switch
        {
            Fault.Unavailable => "unavailable",
            Fault.Unauthorized => "paused",
            _ => null,
        };

    private State StateOf(string system)
    {
        if (!states.TryGetValue(system, out var state))
        {
            states[system] = state = new State();
        }

        return state;
    }

    private sealed class State
    {
        public int Inside { get; set; }

        public DateTimeOffset NotBefore { get; set; } = DateTimeOffset.MinValue;

        public string? Trouble { get; set; }

        /// <summary>How often there was trouble.</summary>
        public long Troubles { get; set; }

        public bool Probing { get; set; }
    }
}

/// <summary>Leave to make one call to a system, or the time to ask again.</summary>
public sealed class GateEntry : IDisposable
{
    private readonly SystemGate? gate;
    private bool hasLeft;

    internal GateEntry(SystemGate gate, string system, long troublesBefore, bool isProbe)
    {
        this.gate = gate;
        System = system;
        TroublesBefore = troublesBefore;
        IsProbe = isProbe;
    }

    private GateEntry(DateTimeOffset until) => Until = until;

    /// <summary>When to ask again; null for who was let in.</summary>
    public DateTimeOffset? Until { get; }

    internal string System { get; } = "";

    internal long TroublesBefore { get; }

    internal bool IsProbe { get; }

    internal static GateEntry Refused(DateTimeOffset until) => new(until);

    /// <summary>Makes the call that was entered for, and leaves as it answers.</summary>
    public async Task<Outcome<T>> CallAsync<T>(Func<Task<Outcome<T>>> call)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(call);
        Invariant.Holds(gate is not null && !hasLeft, "only who was let in calls, and once");
        var outcome = await call();
        hasLeft = true;
        gate.Leave(this, wasUsed: true, outcome.Fault);
        return outcome;
    }

    /// <summary>Leaves without a call having been answered.</summary>
    public void Dispose()
    {
        if (gate is not null && !hasLeft)
        {
            hasLeft = true;
            gate.Leave(this, wasUsed: false, null);
        }
    }
}
