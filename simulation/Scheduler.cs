using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace QtcHub.Simulation;

/// <summary>
/// The one thread of a simulated world: everything that happens is an event at a virtual instant, and events at one instant happen in the order in
/// which they were made. What happened is folded into a trace, so that two runs of one seed can be compared.
/// </summary>
public sealed class Scheduler : IDisposable
{
    private readonly PriorityQueue<Happening, (long Ticks, long Order)> queue = new();
    private readonly IncrementalHash trace = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly int thread = Environment.CurrentManagedThreadId;
    private long order;

    /// <summary>The virtual instant.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Events that have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>The trace so far, as hex; asking for it ends nothing.</summary>
    public string Trace => Convert.ToHexStringLower(trace.GetCurrentHash());

    /// <summary>Where each event is told as it happens, for following one seed by eye.</summary>
    public Action<string>? Listener { get; set; }

    /// <summary>Makes something happen after a while; where its process has died by then it does not, and where it is frozen it waits.</summary>
    public void In(TimeSpan wait, string what, ProcessLife? life, Action action)
    {
        Invariant.Holds(Environment.CurrentManagedThreadId == thread, "everything in a simulated world happens on its one thread");
        queue.Enqueue(new Happening(what, life, action), ((Now + wait).UtcTicks, order++));
    }

    /// <summary>Lets the next event happen, if there is one not after <paramref name="until"/>.</summary>
    public bool Step(DateTimeOffset until)
    {
        while (queue.TryPeek(out var next, out var at) && at.Ticks <= until.UtcTicks)
        {
            queue.Dequeue();
            if (next.Life is { IsDead: true })
            {
                continue;
            }

            if (next.Life is { } life && life.FrozenUntil.UtcTicks > at.Ticks)
            {
                queue.Enqueue(next, (life.FrozenUntil.UtcTicks, order++));
                continue;
            }

            Now = new DateTimeOffset(at.Ticks, TimeSpan.Zero);
            Steps++;
            Tell(next.What);
            next.Action();
            return true;
        }

        return false;
    }

    /// <summary>Lets time pass without events.</summary>
    public void Skip(DateTimeOffset to) => Now = to > Now ? to : Now;

    /// <inheritdoc />
    public void Dispose() => trace.Dispose();

    private void Tell(string what)
    {
        Span<byte> stamp = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(stamp, Now.UtcTicks);
        trace.AppendData(stamp);
        trace.AppendData(Encoding.UTF8.GetBytes(what));
        Listener?.Invoke(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Now.UtcDateTime:HH:mm:ss.fffffff} {what}"));
    }

    private sealed record Happening(string What, ProcessLife? Life, Action Action);
}

/// <summary>One incarnation of a process of the hub's.</summary>
public sealed class ProcessLife
{
    /// <summary>Whether it was killed; nothing of it happens any more.</summary>
    public bool IsDead { get; set; }

    /// <summary>Kills it while a call of its own is under way.</summary>
    public Action DieInCall { get; set; } = () => { };

    /// <summary>Until when it stands still: nothing of it happens before.</summary>
    public DateTimeOffset FrozenUntil { get; set; } = DateTimeOffset.MinValue;
}
