using QtcHub.Stores.Azure.Broker;

namespace QtcHub.Tests.Core.Broker;

/// <summary>
/// A broker as it is at its worst: it delivers at least once, in any order, takes back what was not settled in time, and moves away what it delivered too often.
/// What goes wrong is drawn from a seed.
/// </summary>
internal sealed class ModelBroker(TimeProvider clock, Random chance) : IWorkBroker
{
    public const int MostDeliveries = 10;
    private static readonly TimeSpan Lock = TimeSpan.FromMinutes(1);
    private readonly List<Held> messages = [];
    private readonly List<Held> dead = [];

    /// <summary>One sending in so many is not taken, or only in part; 0: none.</summary>
    public int RefusesOneIn { get; set; }

    /// <summary>One settlement in so many comes too late, and the message again; one message in so many comes twice; 0: none.</summary>
    public int FailsOneIn { get; set; }

    /// <summary>Messages waiting, scheduled or locked, that have not expired.</summary>
    public int Count => messages.Count(held => held.ExpiresAt > clock.GetUtcNow());

    /// <summary>Messages in the queues' dead letters.</summary>
    public int Dead => dead.Count;

    /// <summary>How often the first message that waits was delivered.</summary>
    public int Deliveries => messages[0].Deliveries;

    public Task<bool> SendAsync(IReadOnlyList<WorkMessage> sent, CancellationToken cancellationToken)
    {
        foreach (var message in sent)
        {
            if (IsOneIn(RefusesOneIn))
            {
                return Task.FromResult(false);
            }

            Put(message.Body(), message.Properties(), message.Due, message.TimeToLive);
            if (IsOneIn(FailsOneIn))
            {
                Put(message.Body(), message.Properties(), message.Due, message.TimeToLive);
            }
        }

        return Task.FromResult(true);
    }

    /// <summary>Puts a message in, whoever wrote it.</summary>
    public void Put(byte[] body, IReadOnlyDictionary<string, object> properties, DateTimeOffset due, TimeSpan? timeToLive = null)
    {
        var from = due > clock.GetUtcNow() ? due : clock.GetUtcNow();
        messages.Add(
            new Held(body, properties) { VisibleAt = from, ExpiresAt = timeToLive is { } life ? from + life : DateTimeOffset.MaxValue }
        );
    }

    /// <summary>Takes any message that is due, under a lock; null where none is.</summary>
    public Held? Take() => Take(messages);

    /// <summary>Takes any message that the broker has given up.</summary>
    public Held? TakeDead() => Take(dead);

    /// <summary>Settles a message, unless its lock is lost on the way.</summary>
    public void Settle(Held held, Settlement settlement)
    {
        if (settlement is Settlement.Leave || IsOneIn(FailsOneIn))
        {
            return;
        }

        if (settlement is Settlement.DeadLetter letter && messages.Remove(held))
        {
            Bury(held, letter.Reason);
            return;
        }

        messages.Remove(held);
        dead.Remove(held);
    }

    /// <summary>The function threw: the message is free at once.</summary>
    public static void Abandon(Held held) => held.VisibleAt = DateTimeOffset.MinValue;

    private Held? Take(List<Held> from)
    {
        var now = clock.GetUtcNow();
        from.RemoveAll(held => held.ExpiresAt <= now);
        foreach (var tired in from.Where(held => held.VisibleAt <= now && held.Deliveries == MostDeliveries && from == messages).ToList())
        {
            from.Remove(tired);
            Bury(tired, "MaxDeliveryCountExceeded");
        }

        var due = from.Where(held => held.VisibleAt <= now).ToList();
        if (due.Count == 0)
        {
            return null;
        }

        var taken = due[chance.Next(due.Count)];
        taken.VisibleAt = now + Lock;
        taken.Deliveries++;
        return taken;
    }

    private void Bury(Held held, string reason) => dead.Add(new Held(held.Body, held.Properties) { Reason = reason });

    private bool IsOneIn(int times) => times > 0 && chance.Next(times) == 0;

    /// <summary>A message in a queue.</summary>
    internal sealed class Held(byte[] body, IReadOnlyDictionary<string, object> properties)
    {
        public byte[] Body => body;

        public IReadOnlyDictionary<string, object> Properties => properties;

        public DateTimeOffset VisibleAt { get; set; }

        public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

        public int Deliveries { get; set; }

        public string Reason { get; init; } = "";
    }
}
