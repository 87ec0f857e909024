using QtcHub.Canonical;

namespace QtcHub.Hosting;

/// <summary>A whole <c>hub.yaml</c>, parsed and valid.</summary>
public sealed record HubOptions
{
    /// <summary>The hub's name.</summary>
    public required string Name { get; init; }

    /// <summary>The configuration's number: SHA-256 of its text, hex; work records it.</summary>
    public required string Version { get; init; }

    /// <summary>Legal entities by code.</summary>
    public required IReadOnlyDictionary<string, EntityOptions> Entities { get; init; }

    /// <summary>Systems by name.</summary>
    public required IReadOnlyDictionary<string, SystemOptions> Systems { get; init; }

    /// <summary>Routes, one per record type and source.</summary>
    public required IReadOnlyList<RouteOptions> Routes { get; init; }

    /// <summary>Field owners: record type → top-level canonical field → system; a custom field as <c>custom.name</c>. A field not named is owned by the route's source.</summary>
    public required IReadOnlyDictionary<RecordType, IReadOnlyDictionary<string, string>> Owners { get; init; }

    /// <summary>Match keys: record type → top-level canonical fields by which a record is known to be one that stands elsewhere already.</summary>
    public IReadOnlyDictionary<RecordType, IReadOnlyList<string>> Match { get; init; } =
        new Dictionary<RecordType, IReadOnlyList<string>>();

    /// <summary>What the company keeps on records besides their own fields.</summary>
    public CustomFieldTypes CustomFields { get; init; } = CustomFieldTypes.None;

    /// <summary>What to do about faults.</summary>
    public required PolicyOptions Policy { get; init; }

    /// <summary>How long content is kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>Whether a route takes records of a type from a system.</summary>
    public bool Takes(string system, RecordType type) => Routes.Any(route => route.From == system && route.Record == type);

    /// <summary>Where the hub's own records lie.</summary>
    public StoreOptions Store { get; init; } = StoreOptions.Embedded;
}

/// <summary>How long content is kept, each at least a day; ids, hashes, lanes, effects, letters and audit are kept for ever.</summary>
public sealed record RetentionOptions
{
    /// <summary>Raw bodies of deliveries that are done, from when they were received.</summary>
    public TimeSpan RawBodies { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Requests that were sent, from when they were first sent.</summary>
    public TimeSpan Requests { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Canonical content of revisions that newer ones have replaced, from when it was stored.</summary>
    public TimeSpan SupersededContent { get; init; } = TimeSpan.FromDays(90);
}

/// <summary>A legal company.</summary>
/// <param name="Code">Short code used in records.</param>
/// <param name="Name">Legal name.</param>
/// <param name="Currency">Base currency.</param>
/// <param name="TimeZone">The calendar its document dates are in.</param>
public sealed record EntityOptions(string Code, string Name, Currency Currency, TimeZoneInfo TimeZone);

/// <summary>One external product instance.</summary>
public sealed record SystemOptions
{
    /// <summary>Its name, e.g. <c>billing-eu</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its connector kind, e.g. <c>shop</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its roles.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Code of the legal entity it belongs to.</summary>
    public required string Entity { get; init; }

    /// <summary>Base address of its API.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>Credential name → secret reference, e.g. <c>apiKey</c> → <c>env:BILLING_API_KEY</c>.</summary>
    public required IReadOnlyDictionary<string, string> Credentials { get; init; }

    /// <summary>Settings of its kind, e.g. <c>account</c>, as plain text.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Calls that may be under way at once.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Deadline of one call.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one use of the system takes at most: a record may be read in a few calls one after the other.</summary>
    public TimeSpan LongestCall => 4 * CallTimeout;

    /// <summary>Overrides the declared longest time the vendor may still work on a lost call.</summary>
    public TimeSpan? LongestWork { get; init; }

    /// <summary>Time between two polls of a source.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far a poll reaches back behind its cursor.</summary>
    public TimeSpan PollOverlap { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A record type, its source, its targets, a filter.</summary>
public sealed record RouteOptions
{
    /// <summary>What travels.</summary>
    public required RecordType Record { get; init; }

    /// <summary>The source system.</summary>
    public required string From { get; init; }

    /// <summary>The target systems.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The filter over the canonical record, as written; null lets everything through.</summary>
    public string? When { get; init; }

    /// <summary>Whether nothing is written to a target until <c>qtc link</c> has matched what both sides hold already.</summary>
    public bool StartsByLink { get; init; }

    /// <summary>What a record's end at the source means at the target.</summary>
    public WhenGone Gone { get; init; } = WhenGone.Hold;

    /// <summary>Target → filter, as written, over records that the target makes itself: they are found there by a match key, never written.</summary>
    public IReadOnlyDictionary<string, string> Link { get; init; } = new Dictionary<string, string>();

    /// <summary>How payments are matched with what they pay before the target that owns applications is told of them; null: they are not.</summary>
    public CashApplicationOptions? CashApplication { get; init; }
}

/// <summary>What a record's end at its source means at a target. Nothing is ever deleted.</summary>
public enum WhenGone
{
    /// <summary>A person decides.</summary>
    Hold,

    /// <summary>The target's record is made inactive.</summary>
    Inactivate,
}

/// <summary>What the hub does about faults.</summary>
public sealed record PolicyOptions
{
    /// <summary>Attempts before a transient fault becomes a dead letter (1–100).</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>First wait after a transient fault.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between two attempts.</summary>
    public TimeSpan RetryMost { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a circuit stays open before its next probe.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a system stays paused after a refused credential before it is tried again with one call.</summary>
    public TimeSpan PauseFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long anything may wait (parked, held, unknown, intake) before it becomes a dead letter.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time between two readings-back of an unknown write.</summary>
    public TimeSpan ReadBackEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Time that must lie between two 404s before a record counts as gone.</summary>
    public TimeSpan GoneAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether a document of a closed period is posted into the first open day (marked "prior period") rather than held.</summary>
    public bool PostClosedInOpenPeriod { get; init; }
}
