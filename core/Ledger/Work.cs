using System.Text.Json;
using System.Text.Json.Serialization;
using QtcHub.Canonical;

namespace QtcHub.Ledger;

/// <summary>One unit of work; it carries ids, never content, and doing it twice is harmless.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OfDelivery), "delivery")]
[JsonDerivedType(typeof(OfNotice), "notice")]
[JsonDerivedType(typeof(OfLane), "lane")]
[JsonDerivedType(typeof(OfWaiters), "waiters")]
public abstract record WorkItem
{
    private WorkItem() { }

    /// <summary>Identity: the same work has the same id, and enqueuing it again only wakes it.</summary>
    [JsonIgnore]
    public abstract string Id { get; }

    /// <summary>Whose share of workers does it: <c>from-{system}</c> for reading, <c>to-{system}</c> for writing, <c>hub</c> for neither.</summary>
    [JsonIgnore]
    public abstract string Share { get; }

    /// <summary>Parse a stored delivery into notices.</summary>
    public sealed record OfDelivery(DeliveryId Delivery) : WorkItem
    {
        /// <inheritdoc />
        public override string Id => $"delivery|{Delivery}";

        /// <inheritdoc />
        public override string Share => $"from-{Delivery.System}";
    }

    /// <summary>Take in the record that a notice names. <paramref name="Origin"/> is the delivery, or what else caused it.</summary>
    public sealed record OfNotice(string System, string ExternalType, string ExternalId, DeliveryId Origin, int Index) : WorkItem
    {
        /// <inheritdoc />
        public override string Id => $"notice|{Origin}|{Index}";

        /// <inheritdoc />
        public override string Share => $"from-{System}";
    }

    /// <summary>Bring a lane forward.</summary>
    public sealed record OfLane(LaneId Lane) : WorkItem
    {
        /// <inheritdoc />
        public override string Id => $"lane|{Lane}";

        /// <inheritdoc />
        public override string Share => $"to-{Lane.Target}";
    }

    /// <summary>Wake whatever waits for this record in a target.</summary>
    public sealed record OfWaiters(CanonicalId Record) : WorkItem
    {
        /// <inheritdoc />
        public override string Id => $"waiters|{Record}";

        /// <inheritdoc />
        public override string Share => "hub";
    }

    /// <summary>The stored form.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, WorkJsonContext.Default.WorkItem);

    /// <summary>Reads the stored form.</summary>
    public static WorkItem Read(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, WorkJsonContext.Default.WorkItem) ?? throw new InvariantException("a work item is an object");
}

/// <summary>One lane: one part of one canonical record in one target system.</summary>
public readonly record struct LaneId(CanonicalId Record, string Target, string Part)
{
    /// <inheritdoc />
    public override string ToString() => $"{Record}/{Target}/{Part}";

    /// <summary>Reads <c>record/target/part</c> back.</summary>
    public static LaneId Parse(string text)
    {
        var parts = text.Split('/');
        Invariant.Holds(parts.Length == 3, "a lane id has three parts");
        return new LaneId(new CanonicalId(parts[0]), parts[1], parts[2]);
    }
}

/// <summary>Work and the instant from which it may be done.</summary>
public sealed record ScheduledWork(WorkItem Item, DateTimeOffset Due)
{
    /// <summary>
    /// Whether the sweep asks for it, which asks again as long as there is something to do. A queue that knows items by their id makes no difference; a broker's
    /// message of it need not outlive one look at the work.
    /// </summary>
    public bool IsReminder { get; init; }
}

/// <summary>Work that this process has leased.</summary>
/// <param name="Item">What to do.</param>
/// <param name="Ticket">Proof of the lease; a later taker's ticket voids it.</param>
/// <param name="Attempt">How often it was taken since it was enqueued, this time included.</param>
/// <param name="Since">When it was first enqueued.</param>
public sealed record TakenWork(WorkItem Item, long Ticket, int Attempt, DateTimeOffset Since);

[JsonSerializable(typeof(WorkItem))]
internal sealed partial class WorkJsonContext : JsonSerializerContext;
