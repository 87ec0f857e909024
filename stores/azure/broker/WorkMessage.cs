using System.Globalization;
using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure.Broker;

/// <summary>A work item as a message of the broker: the body is the item, ids only; what is told of its way lies in properties.</summary>
/// <param name="Item">What to do.</param>
/// <param name="Since">When it was first asked for.</param>
/// <param name="Due">The instant from which it may be done.</param>
public sealed record WorkMessage(WorkItem Item, DateTimeOffset Since, DateTimeOffset Due)
{
    /// <summary>The queue of writing to systems: one item per lane.</summary>
    public const string LaneQueue = "lane";

    /// <summary>The queue of everything else: reading deliveries and records, waking what waits for a record.</summary>
    public const string InboundQueue = "inbound";

    /// <summary>What follows a queue's name in the name of its dead letters.</summary>
    public const string DeadLetters = "/$DeadLetterQueue";

    /// <summary>How long a reminder is worth taking: by then the next sweep has sent another, so that reminders never pile up.</summary>
    public static readonly TimeSpan ReminderLife = TimeSpan.FromMinutes(1);

    private const string AttemptProperty = "attempt";
    private const string SinceProperty = "since";
    private const string DueProperty = "due";
    private const string ReminderProperty = "reminder";

    /// <summary>How often it was taken before.</summary>
    public int Attempt { get; init; }

    /// <summary>Whether the ledger's sweep asks, as it does again and again while there is something to do: such a message never goes on to another.</summary>
    public bool IsReminder { get; init; }

    /// <summary>The queue it belongs to.</summary>
    public string Queue => Item is WorkItem.OfLane ? LaneQueue : InboundQueue;

    /// <summary>How long it is worth taking, or null for ever.</summary>
    public TimeSpan? TimeToLive => IsReminder ? ReminderLife : null;

    /// <summary>Work that was committed, as its first message.</summary>
    public static WorkMessage Of(ScheduledWork work, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(work);
        return new WorkMessage(work.Item, now, work.Due) { IsReminder = work.IsReminder };
    }

    /// <summary>The message's bytes.</summary>
    public byte[] Body() => Item.Write();

    /// <summary>The message's properties.</summary>
    public IReadOnlyDictionary<string, object> Properties() =>
        new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [AttemptProperty] = Attempt,
            [SinceProperty] = Written(Since),
            [DueProperty] = Written(Due),
            [ReminderProperty] = IsReminder,
        };

    /// <summary>Reads a message; null with what is wrong for one that the hub did not write.</summary>
    public static WorkMessage? Read(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, object> properties, out string wrong)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (ItemOf(body) is not { } item)
        {
            wrong = "the body is no work item";
            return null;
        }

        if (
            TimeOf(properties, SinceProperty) is not { } since
            || TimeOf(properties, DueProperty) is not { } due
            || properties.GetValueOrDefault(AttemptProperty) is not (int and >= 0 and var attempt)
        )
        {
            wrong = "a property is missing or malformed";
            return null;
        }

        wrong = "";
        return new WorkMessage(item, since, due) { Attempt = attempt, IsReminder = properties.GetValueOrDefault(ReminderProperty) is true };
    }

    /// <summary>The work as the hub takes it: this time is counted.</summary>
    public TakenWork Taken() => new(Item, Ticket: 0, Attempt + 1, Since);

    /// <summary>The message that goes on in this one's place: the same work, taken once more than before, due then.</summary>
    public WorkMessage After(DateTimeOffset due) => this with { Attempt = Attempt + 1, Due = due };

    private static string Written(DateTimeOffset instant) => instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? TimeOf(IReadOnlyDictionary<string, object> properties, string name) =>
        properties.GetValueOrDefault(name) is string text
        && DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)
            ? read
            : null;

    private static WorkItem? ItemOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            return WorkItem.Read(body.Span) is { } item && IsWhole(item) ? item : null;
        }
        catch (Exception foreign) when (foreign is JsonException or NotSupportedException or InvariantException)
        {
            // Not written by the hub: told apart here, so that no trigger meets it as a failure of its own.
            return null;
        }
    }

    private static bool IsWhole(WorkItem item) =>
        item switch
        {
            WorkItem.OfDelivery work => IsWhole(work.Delivery),
            WorkItem.OfNotice work => IsWhole(work.Origin)
                && work is { System.Length: > 0, ExternalType.Length: > 0, ExternalId.Length: > 0, Index: >= 0 },
            WorkItem.OfLane work => IsWhole(work.Lane.Record) && work.Lane is { Target.Length: > 0, Part.Length: > 0 },
            WorkItem.OfWaiters work => IsWhole(work.Record),
            _ => false,
        };

    private static bool IsWhole(DeliveryId id) => id is { System.Length: > 0, Event.Length: > 0 };

    private static bool IsWhole(CanonicalId id) => id.Value is not null && CanonicalId.IsOne(id.Value);
}
