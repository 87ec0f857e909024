using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>Reads and checks <c>hub.yaml</c>; every mistake is told at once, with its place and fix.</summary>
public sealed class HubFile
{
    private readonly ErrorList errors;
    private readonly HubKnowledge known;

    private HubFile(string path, HubKnowledge known)
    {
        errors = new ErrorList(path);
        this.known = known;
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">Where the file is, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="kinds">What each kind of system declares.</param>
    /// <param name="withChangeFeed">The kinds whose changes can be polled; only they can be a source, because a webhook can be lost.</param>
    /// <param name="catalog">The mappings that routes need.</param>
    public static HubReading Parse(
        string path,
        string text,
        IReadOnlyDictionary<string, ConnectorFacts> kinds,
        IReadOnlySet<string> withChangeFeed,
        MappingCatalog catalog
    ) => new HubFile(path, new HubKnowledge(kinds, withChangeFeed, catalog)).Read(text);

    /// <summary>The company's own folder of mappings that the file names (<c>mappings:</c>), relative to it, or null. It is needed before the file can be checked.</summary>
    public static string? MappingFolder(string text) =>
        (YamlReader.Read(text, new ErrorList(""))?.Find("mappings")?.Value as YamlScalar)?.Text;

    /// <summary>The custom fields that the file declares (<c>customFields:</c>), as far as they are right. They are needed before mappings can be checked.</summary>
    public static CustomFieldTypes CustomFields(string text)
    {
        var unheard = new ErrorList("");
        return YamlReader.Read(text, unheard) is { } map
            ? new CustomFieldsReader(unheard).Read(new Section(map, unheard, HubSettings.File))
            : CustomFieldTypes.None;
    }

    /// <summary>The secret references that do not resolve, each with where it is used; never a secret's content.</summary>
    public static IReadOnlyList<string> UnresolvedSecrets(HubOptions options, ISecrets secrets) =>
        [
            .. options
                .Systems.Values.OrderBy(system => system.Name, StringComparer.Ordinal)
                .SelectMany(system =>
                    system
                        .Credentials.OrderBy(credential => credential.Key, StringComparer.Ordinal)
                        .Where(credential => string.IsNullOrEmpty(secrets.Find(credential.Value)))
                        .Select(credential => $"systems.{system.Name}.credentials.{credential.Key}: {credential.Value} does not resolve")
                ),
            .. options.Store.Connection is { } connection && string.IsNullOrEmpty(secrets.Find(connection))
                ? (string[])[$"store.connection: {connection} does not resolve"]
                : [],
        ];

    private HubReading Read(string text)
    {
        if (YamlReader.Read(text, errors) is not { } map)
        {
            return new HubReading(null, errors.All);
        }

        var file = new Section(map, errors, HubSettings.File);
        var name = file.Text("hub", "my-company");
        file.Optional("mappings", "./mappings");
        var entities = Entities(file);
        var systems = new SystemsReader(errors, known, entities).Read(file);
        var custom = new CustomFieldsReader(errors).Read(file);
        var routes = new RoutesReader(errors, known, systems, custom);
        var read = routes.Read(file);
        var owners = routes.Owners(file, read);
        routes.RefuseRounds(read, owners);
        var matching = new MatchReader(errors, known, systems);
        var match = matching.Read(file, read);
        routes.RefuseBlindLinks((record, target) => matching.Unasked(record, target, match));
        routes.RefuseBlindMatching(read, owners);
        var policy = Policy(file);
        var retention = Retention(file);
        var store = new StoreReader(errors).Read(file);
        if (errors.All.Count > 0)
        {
            return new HubReading(null, [.. errors.All.OrderBy(error => error.Line).ThenBy(error => error.Column)]);
        }

        var options = new HubOptions
        {
            Name = name!.Text,
            Version = CanonicalJson.HashOf(Encoding.UTF8.GetBytes(text)),
            Entities = entities,
            Systems = systems,
            Routes = read,
            Owners = owners,
            Match = match,
            CustomFields = custom,
            Policy = policy,
            Retention = retention,
            Store = store,
        };
        return new HubReading(options, []);
    }

    private Dictionary<string, EntityOptions> Entities(Section file)
    {
        var entities = new Dictionary<string, EntityOptions>(StringComparer.Ordinal);
        if (file.Map("entities", "a code") is not { Entries.Count: > 0 } map)
        {
            errors.Add(
                file.Node("entities") ?? new YamlScalar(1, 1, "", Quoted: false, OneLine: true),
                "there are no entities",
                "add entities: with a legal company"
            );
            return entities;
        }

        foreach (var (code, value) in map.Entries)
        {
            if (value is not YamlMap fields)
            {
                errors.Add(code, $"entity {code.Text} has no fields", "add name:, currency: and timeZone: below it");
                continue;
            }

            var entity = new Section(fields, errors, HubSettings.Entity);
            var name = entity.Text("name", "Example Inc.")?.Text ?? "";
            entities[code.Text] = new EntityOptions(code.Text, name, Money(entity), Zone(entity));
        }

        return entities;
    }

    private Currency Money(Section entity)
    {
        var written = entity.Text("currency", "USD");
        if (!Currency.TryParse(written?.Text, out var currency) && written is not null)
        {
            errors.Add(written, $"{written.Text} is not an ISO 4217 currency", "write a code such as USD");
        }

        return currency;
    }

    private TimeZoneInfo Zone(Section entity)
    {
        var written = entity.Text("timeZone", "America/New_York");
        if (TimeZoneInfo.TryFindSystemTimeZoneById(written?.Text ?? "", out var zone))
        {
            return zone;
        }

        if (written is not null)
        {
            errors.Add(written, $"unknown time zone {written.Text}", "write an IANA name such as Europe/Berlin");
        }

        return TimeZoneInfo.Utc;
    }

    private RetentionOptions Retention(Section file)
    {
        var usual = new RetentionOptions();
        if (file.Map("retention", "rawBodies: 90d") is not { } map)
        {
            return usual;
        }

        var retention = new Section(map, errors, HubSettings.Retention);
        return new RetentionOptions
        {
            RawBodies = Days(retention, "rawBodies", usual.RawBodies),
            Requests = Days(retention, "requests", usual.Requests),
            SupersededContent = Days(retention, "supersededContent", usual.SupersededContent),
        };
    }

    private TimeSpan Days(Section retention, string key, TimeSpan usual)
    {
        var kept = retention.Duration(key, usual);
        if (kept < TimeSpan.FromDays(1))
        {
            errors.Add(retention.Node(key)!, $"{key} is shorter than a day", $"write at least {key}: 1d");
        }

        return kept;
    }

    private PolicyOptions Policy(Section file)
    {
        var usual = new PolicyOptions();
        if (file.Map("policy", "attempts: 8") is not { } map)
        {
            return usual;
        }

        var policy = new Section(map, errors, HubSettings.Policy);
        var read = new PolicyOptions
        {
            Attempts = policy.Count("attempts", usual.Attempts),
            RetryFirst = policy.Duration("retryFirst", usual.RetryFirst),
            RetryMost = policy.Duration("retryMost", usual.RetryMost),
            ProbeEvery = policy.Duration("probeEvery", usual.ProbeEvery),
            PauseFor = policy.Duration("pauseFor", usual.PauseFor),
            WaitLimit = policy.Duration("waitLimit", usual.WaitLimit),
            ReadBackEvery = policy.Duration("readBackEvery", usual.ReadBackEvery),
            GoneAfter = policy.Duration("goneAfter", usual.GoneAfter),
            PostClosedInOpenPeriod = policy.Flag("postClosedInOpenPeriod"),
        };
        if (read.RetryFirst > read.RetryMost)
        {
            errors.Add(policy.Node("retryFirst") ?? map, "retryFirst is longer than retryMost", "make the first wait the shorter one");
        }

        return read;
    }
}

/// <summary>What a configuration is checked against.</summary>
internal sealed record HubKnowledge(
    IReadOnlyDictionary<string, ConnectorFacts> Kinds,
    IReadOnlySet<string> WithChangeFeed,
    MappingCatalog Catalog
);
