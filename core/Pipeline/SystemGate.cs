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

    /// <summary>Enters, or says when to try again. Whoever enters must leave.</summary>
    public DateTimeOffset? Enter(string system)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var state = StateOf(system);
            if (state.NotBefore > now)
            {
                return state.NotBefore;
            }

            if (state.Trouble is not null && state.Probing)
            {
                return now + policy.ProbeEvery;
            }

            if (state.Inside >= systems[system].Concurrency)
            {
                return now + FullWait;
            }

            state.Inside++;
            state.Probing = state.Trouble is not null;
            return null;
        }
    }

    /// <summary>Leaves, and tells how the call went: this is what opens and closes the circuit.</summary>
    public void Leave(string system, Fault? fault)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var state = StateOf(system);
            Invariant.Holds(state.Inside > 0, "who leaves has entered");
            state.Inside--;
            state.Probing = false;
            state.Trouble = fault switch
            {
                Fault.Unavailable => "unavailable",
                Fault.Unauthorized => "paused",
                _ => null,
            };
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

    /// <summary>Makes the call that was entered for, and leaves whatever becomes of it.</summary>
    public async Task<Outcome<T>> CallAsync<T>(string system, Func<Task<Outcome<T>>> call)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(call);
        var hasEnded = false;
        try
        {
            var outcome = await call();
            hasEnded = true;
            Leave(system, outcome.Fault);
            return outcome;
        }
        finally
        {
            if (!hasEnded)
            {
                LeaveUnused(system);
            }
        }
    }

    /// <summary>Leaves without a call having been made.</summary>
    public void LeaveUnused(string system)
    {
        lock (gate)
        {
            var state = StateOf(system);
            state.Inside--;
            state.Probing = false;
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

        public bool Probing { get; set; }
    }
}
