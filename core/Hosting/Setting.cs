using QtcHub.Canonical;

namespace QtcHub.Hosting;

/// <summary>What a key of <c>hub.yaml</c> holds.</summary>
internal enum SettingForm
{
    Text,
    Words,
    Duration,
    Count,
    Flag,

    /// <summary>Keys and values, or a list of them.</summary>
    Section,

    /// <summary>One condition or a list of them.</summary>
    Condition,
}

/// <summary>A key of <c>hub.yaml</c>, for reading it and for the schema that editors use.</summary>
internal sealed record Setting(string Name, SettingForm Form, string Does)
{
    public bool Required { get; init; }

    /// <summary>The largest count.</summary>
    public int Most { get; init; }

    /// <summary>The only words it may be, or null.</summary>
    public IReadOnlyList<string>? OneOf { get; init; }
}

/// <summary>Every key of <c>hub.yaml</c>.</summary>
internal static class HubSettings
{
    public static readonly IReadOnlyList<Setting> File =
    [
        new("hub", SettingForm.Text, "The hub's name.") { Required = true },
        new("mappings", SettingForm.Text, "The company's own folder of mappings, relative to this file."),
        new("entities", SettingForm.Section, "Legal companies by code.") { Required = true },
        new("systems", SettingForm.Section, "External product instances by name.") { Required = true },
        new("routes", SettingForm.Section, "What travels from where to where.") { Required = true },
        new("owners", SettingForm.Section, "Record, then field, to the system that owns it; the route's source owns all else."),
        new("match", SettingForm.Section, "Record, to the fields by which it is known to be one that stands elsewhere already."),
        new("customFields", SettingForm.Section, "Record, then name, to the type of what the company keeps on it besides."),
        new("policy", SettingForm.Section, "What is done about faults."),
        new("retention", SettingForm.Section, "How long content is kept; ids, hashes, states and audit stay."),
        new("store", SettingForm.Section, "Where the hub's own records lie: embedded in the data folder, or a storage account on Azure."),
    ];

    public static readonly IReadOnlyList<Setting> Store =
    [
        new("kind", SettingForm.Text, "Which store.") { Required = true, OneOf = ["embedded", "azure"] },
        new(
            "connection",
            SettingForm.Text,
            "A reference to the account's connection string; env:QTC_STORAGE where nothing names the account."
        ),
        new("tables", SettingForm.Text, "The account's table endpoint, asked under the managed identity."),
        new("blobs", SettingForm.Text, "The account's blob endpoint, asked under the managed identity."),
        new("table", SettingForm.Text, "The table, qtchub unless named."),
        new("container", SettingForm.Text, "The container of large bodies, qtchub unless named."),
    ];

    public static readonly IReadOnlyList<Setting> Entity =
    [
        new("name", SettingForm.Text, "The legal name.") { Required = true },
        new("currency", SettingForm.Text, "The base currency, ISO 4217.") { Required = true },
        new("timeZone", SettingForm.Text, "The calendar of its document dates, an IANA name.") { Required = true },
    ];

    public static readonly IReadOnlyList<Setting> System =
    [
        new("kind", SettingForm.Text, "The kind of product.") { Required = true },
        new("roles", SettingForm.Words, "What it does for the company.") { Required = true },
        new("entity", SettingForm.Text, "The code of the entity it belongs to.") { Required = true },
        new("baseUrl", SettingForm.Text, "The address of its API.") { Required = true },
        new("credentials", SettingForm.Section, "References to secrets: env:NAME or file:/path."),
        new("settings", SettingForm.Section, "What its kind needs besides."),
        new("concurrency", SettingForm.Count, "Calls that may be under way at once.") { Most = 100 },
        new("callTimeout", SettingForm.Duration, "The deadline of one call."),
        new("longestWork", SettingForm.Duration, "The longest time the vendor may still work on a lost call."),
        new("pollEvery", SettingForm.Duration, "The time between two polls."),
        new("pollOverlap", SettingForm.Duration, "How far a poll reaches back behind the last one."),
    ];

    public static readonly IReadOnlyList<Setting> Route =
    [
        new("record", SettingForm.Text, "What travels.") { Required = true, OneOf = Enum.GetNames<RecordType>() },
        new("from", SettingForm.Text, "The source system.") { Required = true },
        new("to", SettingForm.Words, "The target systems.") { Required = true },
        new("when", SettingForm.Condition, "Which records travel: conditions over the canonical record that all hold."),
        new("link", SettingForm.Section, "Target, to which records it makes itself: they are found there by a match key, never written."),
        new("startsBy", SettingForm.Text, "link: nothing is written until qtc link has matched what both sides hold already.")
        {
            OneOf = ["link"],
        },
        new(
            "cashApplication",
            SettingForm.Section,
            "How payments are matched with what they pay before the target that owns their applications is told of them."
        ),
        new("gone", SettingForm.Text, "What a record's end at its source means at a target.") { OneOf = ["hold", "inactivate"] },
    ];

    public static readonly IReadOnlyList<Setting> CashApplication =
    [
        new("match", SettingForm.Text, "What a payment is matched by: the numbers that its remittance text names.")
        {
            Required = true,
            OneOf = ["remittance"],
        },
        new(
            "underpaid",
            SettingForm.Text,
            "What is done with a payment of less than it names: it pays the earliest due, or is left unapplied."
        )
        {
            OneOf = ["apply", "leave"],
        },
        new(
            "wait",
            SettingForm.Duration,
            "How long a payment waits whose text may name a document that is not known yet; not at all unless named."
        ),
        new("shortPay", SettingForm.Section, "What a payment may lack so that the rest of what it names is written off."),
    ];

    public static readonly IReadOnlyList<Setting> ShortPay =
    [
        new("tolerance", SettingForm.Section, "Currency, to the most that is written off of one payment.") { Required = true },
        new("percent", SettingForm.Text, "The most that is written off in percent of what is named, less than 100.") { Required = true },
        new("reason", SettingForm.Text, "The reason code of the write-off.") { Required = true },
    ];

    public static readonly IReadOnlyList<Setting> Retention =
    [
        new("rawBodies", SettingForm.Duration, "How long the raw bodies of finished deliveries are kept, at least a day."),
        new("requests", SettingForm.Duration, "How long the requests of ended writes are kept, at least a day."),
        new("supersededContent", SettingForm.Duration, "How long the content of superseded revisions is kept, at least a day."),
    ];

    public static readonly IReadOnlyList<Setting> Policy =
    [
        new("attempts", SettingForm.Count, "Attempts before a transient fault becomes a dead letter.") { Most = 100 },
        new("retryFirst", SettingForm.Duration, "The first wait after a transient fault."),
        new("retryMost", SettingForm.Duration, "The longest wait between two attempts."),
        new("probeEvery", SettingForm.Duration, "How long a circuit stays open before its next probe."),
        new("pauseFor", SettingForm.Duration, "How long a system pauses after a refused credential."),
        new("waitLimit", SettingForm.Duration, "How long anything may wait before it becomes a dead letter."),
        new("readBackEvery", SettingForm.Duration, "The time between two readings-back of an unknown write."),
        new("goneAfter", SettingForm.Duration, "The time between two 404s before a record counts as gone."),
        new("postClosedInOpenPeriod", SettingForm.Flag, "Whether a document of a closed period is posted into the first open day."),
    ];
}
