using QtcHub.Canonical;

namespace QtcHub.Ledger;

/// <summary>The unit of atomicity: everything in one home commits together, and nothing else does.</summary>
/// <remarks>Its text is at most 512 characters and holds no <c>/ \ # ?</c> beyond the separators made here (Table Storage keys).</remarks>
public readonly record struct Home
{
    private Home(string value) => Value = value;

    /// <summary>The home's key, e.g. <c>delivery|billing|evt_1</c>.</summary>
    public string Value { get; }

    /// <summary>The home of one webhook delivery.</summary>
    public static Home OfDelivery(DeliveryId id) => new($"delivery|{id.System}|{Safe(id.Event)}");

    /// <summary>The home of a canonical record with its lanes, effects, cross-references and audit.</summary>
    public static Home OfRecord(CanonicalId id) => new($"record|{id.Value}");

    /// <summary>The home of the claim that an external record is some canonical record.</summary>
    public static Home OfClaim(string system, string externalType, string externalId) =>
        new($"claim|{system}|{Safe(externalType)}|{Safe(externalId)}");

    /// <summary>The home of what was on a list of a source's records.</summary>
    public static Home OfList(string system, string listType, string listId) => new($"list|{system}|{Safe(listType)}|{Safe(listId)}");

    /// <summary>The home of the documents whose numbers have one key, which holds letters and digits alone.</summary>
    public static Home OfNumber(string key) => new($"number|{Safe(key)}");

    /// <summary>The home of a timed job: its lease and its cursor.</summary>
    public static Home OfJob(string job) => new($"job|{Safe(job)}");

    /// <summary>A home read back from a store.</summary>
    public static Home Parse(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;

    private static string Safe(string part) => Uri.EscapeDataString(part).Replace('%', '~');
}

/// <summary>One delivery: the system it came from and the vendor's event id (or a hash where the vendor has none).</summary>
public readonly record struct DeliveryId(string System, string Event)
{
    /// <summary>What found a delivery that a backfill listed.</summary>
    public const string Backfill = "backfill";

    private const string Webhook = "delivery";
    private const int MostEventCharacters = 128;

    /// <summary>Whether a vendor's event id can be kept, logged and looked up as it is: visible ASCII, of at most 128 characters.</summary>
    public static bool IsFit(string eventId) =>
        eventId is { Length: > 0 and <= MostEventCharacters } && eventId.All(character => character is > ' ' and <= '~');

    /// <summary>The delivery that an origin names; null where another cause does, such as a person's release.</summary>
    public static DeliveryId? OfOrigin(string origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        var colon = origin.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && origin[..colon] is Webhook or Backfill ? Parse(origin[(colon + 1)..]) : null;
    }

    /// <summary>Whether an origin is what a backfill listed.</summary>
    public static bool IsBackfilled(string origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return origin.StartsWith($"{Backfill}:", StringComparison.Ordinal);
    }

    /// <summary>What it is called where it is the cause of an effect, an entry or a letter, e.g. <c>delivery:billing:evt_1</c>.</summary>
    /// <param name="foundBy">What found it where no webhook or poll did: <c>backfill:billing:evt_1</c>.</param>
    public string AsOrigin(string? foundBy = null) => $"{foundBy ?? Webhook}:{this}";

    /// <inheritdoc />
    public override string ToString() => $"{System}:{Event}";

    /// <summary>Reads <c>system:event</c> back.</summary>
    public static DeliveryId Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new DeliveryId(text[..colon], text[(colon + 1)..]);
    }
}
