using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Stands before every call to a system: its concurrency, its circuit, its pause, its quota. Nobody waits here: who may not enter is told when to
/// come back, each in a turn of its own. Where several processes share a store its rows hold the limits for all of them; a process that is alone keeps them
/// in memory.
/// </summary>
/// <remarks>
/// Of a shared system each process has an equal share of its calls, which it leases for longer than a call takes; its view of the row is at most a second old.
/// A process that stood still in the midst of a call of several requests makes the rest of them when it goes on, though others may have its place by then.
/// </remarks>
public sealed class SystemGate(
    IReadOnlyDictionary<string, SystemOptions> systems,
    PolicyOptions policy,
    TimeProvider time,
    SharedGate? shared = null
)
{
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>However slow calls are: they may be quick again before those come back who wait.</summary>
    private static readonly TimeSpan MostApart = TimeSpan.FromMilliseconds(250);

    /// <summary>Vendors count in whole seconds: a wait of none is one of less than a second.</summary>
    private static readonly TimeSpan LeastQuotaWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, State> states = new(StringComparer.Ordinal);

    /// <summary>What the systems' vendors say is left of their quotas.</summary>
    public Quotas Quotas { get; } = new(time);

    /// <summary>Whether other processes call the systems too.</summary>
    public bool IsShared => shared is not null;

    /// <summary>Asks to make one call. Whoever is let in disposes of the entry, whether or not a call was made.</summary>
    public async ValueTask<GateEntry> EnterAsync(string system, CancellationToken cancellationToken)
    {
        if (shared is not null)
        {
            await LookAsync(shared, system, cancellationToken);
            if (MayProbe(system))
            {
                await AskToProbeAsync(shared, system, cancellationToken);
            }
        }

        return Enter(system);
    }

    /// <summary>Enters and makes one call, or says when to come back.</summary>
    public async Task<Outcome<T>> CallAsync<T>(string system, Func<Task<Outcome<T>>> call, CancellationToken cancellationToken)
        where T : notnull
    {
        using var entry = await EnterAsync(system, cancellationToken);
        if (entry.Until is { } until)
        {
            return new Fault.RateLimited(until - time.GetUtcNow(), "the system takes no more calls now");
        }

        return await entry.CallAsync(call, cancellationToken);
    }

    /// <summary>Leaves without a call having been made.</summary>
    internal void Leave(GateEntry entry)
    {
        lock (gate)
        {
            var state = StateOf(entry.System);
            state.Inside--;
            state.Probing &= !entry.IsProbe;
        }
    }

    /// <summary>Leaves after a call; how it went is what opens and closes the circuit.</summary>
    internal async Task LeaveAsync(GateEntry entry, Fault? fault, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (trouble, notBefore) = fault switch
        {
            Fault.Unavailable => ("unavailable", now + policy.ProbeEvery),
            Fault.Unauthorized => ("paused", now + policy.PauseFor),
            Fault.RateLimited { RetryAfter: { } wait } => (null, now + (wait > LeastQuotaWait ? wait : LeastQuotaWait)),
            _ => ((string?)null, DateTimeOffset.MinValue),
        };
        var isHurt = notBefore > DateTimeOffset.MinValue;
        bool mends;
        lock (gate)
        {
            var state = StateOf(entry.System);
            state.Inside--;
            state.Probing &= !entry.IsProbe;
            state.CallTime = ((3 * state.CallTime) + (now - entry.EnteredAt)) / 4;
            // A call that began before the trouble did tells nothing of now.
            mends = !isHurt && state.Seen.Trouble is not null && entry.TroublesBefore == state.Seen.Troubles;
            state.Seen =
                isHurt ? state.Seen.Hurt(trouble, notBefore)
                : mends ? state.Seen.Mended(entry.TroublesBefore)
                : state.Seen;
        }

        if (shared is not null && (isHurt || mends))
        {
            // Where the store is too busy for this, the others find out by themselves.
            var changed = await shared.ChangeAsync(
                entry.System,
                row => isHurt ? row.Hurt(trouble, notBefore) : row.Mended(entry.TroublesBefore),
                cancellationToken
            );
            Show(entry.System, changed);
        }
    }

    /// <summary>When the system may next be called.</summary>
    public DateTimeOffset NotBefore(string system)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var at = StateOf(system).Seen.NotBefore;
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
                    .Where(pair => pair.Value.Seen.Trouble is not null)
                    .Select(pair => (pair.Key, pair.Value.Seen.Trouble!, pair.Value.Seen.NotBefore)),
            ];
        }
    }

    private GateEntry Enter(string system)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var state = StateOf(system);
            if (state.Seen.NotBefore > now)
            {
                return Refuse(state, state.Seen.NotBefore, SoonAfterCalls(system, state));
            }

            var isProbe = state.Seen.Trouble is not null;
            if (isProbe && (state.Probing || !IsLeft(state.Seen.ProbeBy, state.Seen.ProbeUntil, system)))
            {
                return Refuse(state, now + policy.ProbeEvery, SoonAfterCalls(system, state));
            }

            var slots = SlotsOf(system, state);
            if (state.Inside >= slots)
            {
                return slots > 0 ? Refuse(state, now + FullWait, SoonAfterCalls(system, state)) : Refuse(state, now + LookEvery, MostApart);
            }

            state.Inside++;
            state.Probing |= isProbe;
            return new GateEntry(this, system, new LetIn(now, state.Seen.Troubles, isProbe));
        }
    }

    /// <summary>
    /// All who wait come back one after the other: did they come at once, or as often as they like, most of what a busy hub does would be to be refused.
    /// </summary>
    private static GateEntry Refuse(State state, DateTimeOffset notBefore, TimeSpan apart)
    {
        var turn = notBefore > state.NextTurn ? notBefore : state.NextTurn;
        state.NextTurn = turn + apart;
        return GateEntry.Refused(turn);
    }

    /// <summary>Twice as often as calls end, so that nothing stands idle while somebody waits.</summary>
    private TimeSpan SoonAfterCalls(string system, State state)
    {
        var apart = state.CallTime / (2 * systems[system].Concurrency);
        return apart < MostApart ? apart : MostApart;
    }

    /// <summary>What this process may have under way: of a shared system its share, under a lease that outlasts a call.</summary>
    private int SlotsOf(string system, State state) =>
        shared is null ? systems[system].Concurrency
        : state.Seen.LeaseOf(shared.Process) is { } lease && IsLeft(lease.Process, lease.Until, system) ? state.Slots
        : 0;

    /// <summary>Whether this process holds something for as long as one call may take.</summary>
    private bool IsLeft(string? process, DateTimeOffset until, string system) =>
        shared is null || (process == shared.Process && until - time.GetUtcNow() >= systems[system].LongestCall);

    private bool MayProbe(string system)
    {
        lock (gate)
        {
            var state = StateOf(system);
            return state is { Seen.Trouble: not null, Probing: false }
                && state.Seen.NotBefore <= time.GetUtcNow()
                && !IsLeft(state.Seen.ProbeBy, state.Seen.ProbeUntil, system);
        }
    }

    private async Task AskToProbeAsync(SharedGate rows, string system, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + systems[system].LongestCall + RenewBefore;
        Show(system, await rows.ChangeAsync(system, row => row.Probed(rows.Process, now, until), cancellationToken));
    }

    /// <summary>Looks at the row once a second, one worker at a time, and leases anew where the lease runs out or the share has changed.</summary>
    private async Task LookAsync(SharedGate rows, string system, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var state = StateOf(system);
            if (state.Looking || state.LookAt > now)
            {
                return;
            }

            (state.Looking, state.LookAt) = (true, now + LookEvery);
        }

        try
        {
            var seen = await rows.ReadAsync(system, cancellationToken);
            Show(system, seen);
            if (NeedsLease(rows, system, seen.Value, now))
            {
                await LeaseAsync(rows, system, now, cancellationToken);
            }
        }
        finally
        {
            lock (gate)
            {
                StateOf(system).Looking = false;
            }
        }
    }

    private bool NeedsLease(SharedGate rows, string system, GateState seen, DateTimeOffset now)
    {
        var options = systems[system];
        var lease = seen.LeaseOf(rows.Process);
        lock (gate)
        {
            return lease is null
                || lease.Until - now < options.LongestCall + RenewBefore
                || lease.Slots != seen.ShareOf(rows.Process, options.Concurrency, now)
                || lease.Slots != StateOf(system).Slots;
        }
    }

    private async Task LeaseAsync(SharedGate rows, string system, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var options = systems[system];
        var asked = new SlotLease(rows.Process, 0, now + options.LongestCall + (2 * RenewBefore));
        var leased = await rows.ChangeAsync(system, row => Lease(system, row, asked, now), cancellationToken);
        Show(system, leased);
        lock (gate)
        {
            var state = StateOf(system);
            state.Slots = leased?.Value.LeaseOf(rows.Process)?.Slots ?? state.Slots;
        }
    }

    /// <summary>From here on no more calls begin than the row is about to say: others take what it leaves free as soon as it says so.</summary>
    private GateState Lease(string system, GateState row, SlotLease asked, DateTimeOffset now)
    {
        lock (gate)
        {
            var state = StateOf(system);
            var next = row.Leased(asked, systems[system].Concurrency, state.Inside, now);
            state.Slots = Math.Min(state.Slots, next.LeaseOf(asked.Process)!.Slots);
            return next;
        }
    }

    /// <summary>What was read or written last counts; an older answer that comes later does not.</summary>
    private void Show(string system, Stored<GateState>? seen)
    {
        lock (gate)
        {
            var state = StateOf(system);
            if (seen is { } known && known.Version >= state.Version)
            {
                (state.Seen, state.Version) = known;
            }
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
        /// <summary>Calls of this process that are under way.</summary>
        public int Inside { get; set; }

        /// <summary>Whether one of them is a probe.</summary>
        public bool Probing { get; set; }

        /// <summary>How long calls take of late.</summary>
        public TimeSpan CallTime { get; set; }

        /// <summary>When the next one who finds no room is to come back at the earliest.</summary>
        public DateTimeOffset NextTurn { get; set; } = DateTimeOffset.MinValue;

        /// <summary>How many there may be, of a shared system.</summary>
        public int Slots { get; set; }

        /// <summary>Whether a worker looks at the row.</summary>
        public bool Looking { get; set; }

        /// <summary>When the row is looked at next.</summary>
        public DateTimeOffset LookAt { get; set; } = DateTimeOffset.MinValue;

        /// <summary>The row as last seen; a process that is alone has no other.</summary>
        public GateState Seen { get; set; } = new();

        /// <summary>The row's version then.</summary>
        public long Version { get; set; }
    }
}

/// <summary>How a call was let in: when, how many troubles there had been by then, whether it is a probe.</summary>
internal readonly record struct LetIn(DateTimeOffset At, long TroublesBefore, bool IsProbe);

/// <summary>Leave to make one call to a system, or the time to ask again.</summary>
public sealed class GateEntry : IDisposable
{
    private readonly SystemGate? gate;
    private bool hasLeft;

    internal GateEntry(SystemGate gate, string system, LetIn letIn)
    {
        this.gate = gate;
        System = system;
        (EnteredAt, TroublesBefore, IsProbe) = letIn;
    }

    private GateEntry(DateTimeOffset until) => Until = until;

    /// <summary>When to ask again; null for who was let in.</summary>
    public DateTimeOffset? Until { get; }

    internal string System { get; } = "";

    internal DateTimeOffset EnteredAt { get; }

    internal long TroublesBefore { get; }

    internal bool IsProbe { get; }

    internal static GateEntry Refused(DateTimeOffset until) => new(until);

    /// <summary>Makes the call that was entered for, and leaves as it answers.</summary>
    public async Task<Outcome<T>> CallAsync<T>(Func<Task<Outcome<T>>> call, CancellationToken cancellationToken)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(call);
        Invariant.Holds(gate is not null && !hasLeft, "only who was let in calls, and once");
        var outcome = await call();
        hasLeft = true;
        await gate.LeaveAsync(this, outcome.Fault, cancellationToken);
        return outcome;
    }

    /// <summary>Leaves without a call having been answered.</summary>
    public void Dispose()
    {
        if (gate is not null && !hasLeft)
        {
            hasLeft = true;
            gate.Leave(this);
        }
    }
}
