using QtcHub.Canonical;
using QtcHub.Webhooks;

namespace QtcHub.Connectors;

/// <summary>What a vendor promises, declared by its connector and checked by the conformance suite.</summary>
public sealed record ConnectorFacts
{
    /// <summary>The roles a system of this kind may have: crm, billing, payments, erp, tax.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>The names of the credentials it needs to call the vendor, as in <c>credentials:</c> of <c>hub.yaml</c>; each group is one way to sign in.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> CredentialSets { get; init; }

    /// <summary>The name of the webhook secret's credential, where the vendor sends webhooks.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>The name of the credential that holds the webhook secret before, while it is rotated; it may be left out. Null where <see cref="WebhookSecret"/> holds both then.</summary>
    public string? PreviousWebhookSecret { get; init; }

    /// <summary>Every credential that it can be given, by name.</summary>
    public IEnumerable<string> Credentials =>
        CredentialSets
            .SelectMany(set => set)
            .Append(WebhookSecret)
            .Append(PreviousWebhookSecret)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);

    /// <summary>Whether each webhook carries an event id that never changes from one sending to the next.</summary>
    public bool StableEventIds { get; init; }

    /// <summary>Media types accepted on the webhook endpoint.</summary>
    public IReadOnlyList<string> WebhookMediaTypes { get; init; } = ["application/json"];

    /// <summary>Largest accepted webhook body in bytes.</summary>
    public int WebhookBodyLimit { get; init; } = 256 * 1024;

    /// <summary>What the vendor has to read in the answer to a webhook that was accepted; null where it goes by the status.</summary>
    public Acknowledgement? Acknowledgement { get; init; }

    /// <summary>The records it can be a source of: canonical type → vendor's type name.</summary>
    public IReadOnlyDictionary<RecordType, string> Sources { get; init; } = new Dictionary<RecordType, string>();

    /// <summary>
    /// Lists that a notice may name where the vendor tells only of what they belong to: the list's type → the type of its records, one of the sources.
    /// A record that is on it now or was on it when it was last read is taken in. Records of another source's type may be on it too, where they change with the others.
    /// </summary>
    public IReadOnlyDictionary<string, string> Lists { get; init; } = new Dictionary<string, string>();

    /// <summary>The records it can be a target of, and how writing each behaves.</summary>
    public IReadOnlyDictionary<RecordType, TargetFacts> Targets { get; init; } = new Dictionary<RecordType, TargetFacts>();
}

/// <summary>How writing one record type to a vendor behaves.</summary>
public sealed record TargetFacts
{
    /// <summary>The vendor's type name.</summary>
    public required string ExternalType { get; init; }

    /// <summary>The part this lane makes, e.g. <c>invoice</c>.</summary>
    public required string Part { get; init; }

    /// <summary>How the vendor keeps a repeated write from doubling.</summary>
    public required Idempotency Idempotency { get; init; }

    /// <summary>How long an idempotency key lives, from the first send; zero where there is none.</summary>
    public TimeSpan KeyLife { get; init; }

    /// <summary>What the vendor does when a key comes again.</summary>
    public Replay Replay { get; init; }

    /// <summary>The longest time the vendor may still be working on a call whose answer was lost.</summary>
    public required TimeSpan LongestWork { get; init; }

    /// <summary>Whether a record can be read back by the hub's own reference, consistently (a search index is not).</summary>
    public required bool ConsistentLookup { get; init; }

    /// <summary>Top-level canonical fields that the vendor's records can be found by, consistently; only where the connector is an <see cref="IRecordMatcher"/>.</summary>
    public IReadOnlyList<string> MatchedBy { get; init; } = [];

    /// <summary>Top-level canonical fields that must not change once the record is posted.</summary>
    public IReadOnlyList<string> PostedFields { get; init; } = [];

    /// <summary>
    /// Of payments alone: how what a payment lacks of an invoice is given up, as a part of its own that is written as an application of the kind write-off. Null
    /// where it cannot be. Its external type is no type of a source, for what is made there is told of as what it is.
    /// </summary>
    public TargetFacts? WriteOff { get; init; }
}

/// <summary>How a vendor keeps a repeated write from doubling.</summary>
public enum Idempotency
{
    /// <summary>It does not: look before and after.</summary>
    None,

    /// <summary>By a key in a header.</summary>
    KeyHeader,

    /// <summary>By a key in a header where something is made. A change takes none: said again, it could come after the next one.</summary>
    KeyHeaderOnCreate,

    /// <summary>By upsert on an external id.</summary>
    UpsertByExternalId,
}

/// <summary>What a vendor does with a key it has seen.</summary>
public enum Replay
{
    /// <summary>There is no key.</summary>
    None,

    /// <summary>Answers what it answered, failures included.</summary>
    StoredAnswer,

    /// <summary>Runs a failed request again; answers a success from store.</summary>
    ReexecuteFailures,
}
