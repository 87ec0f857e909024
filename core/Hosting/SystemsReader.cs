using QtcHub.Connectors;

namespace QtcHub.Hosting;

/// <summary>Reads <c>systems:</c>.</summary>
internal sealed class SystemsReader(ErrorList errors, HubKnowledge known, IReadOnlyDictionary<string, EntityOptions> entities)
{
    public IReadOnlyDictionary<string, SystemOptions> Read(Section file)
    {
        var systems = new Dictionary<string, SystemOptions>(StringComparer.Ordinal);
        if (file.Map("systems", "a name") is not { Entries.Count: > 0 } map)
        {
            errors.Add(
                file.Node("systems") ?? new YamlScalar(1, 1, "", Quoted: false, OneLine: true),
                "there are no systems",
                "add systems: with a source and a target"
            );
            return systems;
        }

        foreach (var (name, value) in map.Entries)
        {
            if (!IsName(name.Text))
            {
                errors.Add(name, $"{name.Text} is not a name for a system", "use lower-case letters, digits and -");
            }
            else if (value is YamlMap fields)
            {
                systems[name.Text] = System(name, fields);
            }
            else
            {
                errors.Add(name, $"system {name.Text} has no fields", "add kind:, roles:, entity:, baseUrl: and credentials: below it");
            }
        }

        return systems;
    }

    // Names stand in webhook addresses and work ids.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 40 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private SystemOptions System(YamlScalar name, YamlMap fields)
    {
        var system = new Section(fields, errors, HubSettings.System);
        var kind = Kind(system);
        var facts = kind is null ? null : known.Kinds[kind];
        var usual = Usual(name.Text);
        return usual with
        {
            Kind = kind ?? "",
            Roles = Roles(system, kind, facts),
            Entity = Entity(system),
            BaseUrl = BaseUrl(system) ?? usual.BaseUrl,
            Credentials = Credentials(name, system, kind, facts),
            Settings = Settings(system),
            Concurrency = system.Count("concurrency", usual.Concurrency),
            CallTimeout = system.Duration("callTimeout", usual.CallTimeout),
            LongestWork = system.Duration("longestWork"),
            PollEvery = system.Duration("pollEvery", usual.PollEvery),
            PollOverlap = system.Duration("pollOverlap", usual.PollOverlap),
        };
    }

    /// <summary>A system of which nothing is said.</summary>
    public static SystemOptions Usual(string name) =>
        new()
        {
            Name = name,
            Kind = "",
            Roles = [],
            Entity = "",
            BaseUrl = new Uri("https://localhost/"),
            Credentials = new Dictionary<string, string>(StringComparer.Ordinal),
        };

    private string? Kind(Section system)
    {
        var kind = system.Text("kind", "the kind of product");
        if (kind is null || known.Kinds.ContainsKey(kind.Text))
        {
            return kind?.Text;
        }

        errors.Add(kind, $"unknown kind {kind.Text}", Nearest.Fix(kind.Text, known.Kinds.Keys));
        return null;
    }

    private List<string> Roles(Section system, string? kind, ConnectorFacts? facts)
    {
        var roles = system.Words("roles", "[erp]");
        foreach (var role in roles.Where(role => facts is not null && !facts.Roles.Contains(role.Text, StringComparer.Ordinal)))
        {
            errors.Add(role, $"{kind} cannot have the role {role.Text}", Nearest.Fix(role.Text, facts!.Roles));
        }

        return [.. roles.Select(role => role.Text)];
    }

    private string Entity(Section system)
    {
        var entity = system.Text("entity", "the code of an entity");
        if (entity is not null && !entities.ContainsKey(entity.Text))
        {
            errors.Add(entity, $"unknown entity {entity.Text}", Nearest.Fix(entity.Text, entities.Keys));
        }

        return entity?.Text ?? "";
    }

    private Uri? BaseUrl(Section system)
    {
        if (system.Text("baseUrl", "https://api.example.com/") is not { } written)
        {
            return null;
        }

        if (!Uri.TryCreate(written.Text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0)
        {
            errors.Add(written, "baseUrl is not an address without user name", "write baseUrl: https://api.example.com/");
            return null;
        }

        // Only a machine's own address may do without encryption.
        if (url.Scheme == "http" && !url.IsLoopback)
        {
            errors.Add(written, "baseUrl is not encrypted", "write https:// instead of http://");
            return null;
        }

        return url.AbsoluteUri.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
    }

    private Dictionary<string, string> Credentials(YamlScalar name, Section system, string? kind, ConnectorFacts? facts)
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal);
        var map = system.Map("credentials", "name: env:NAME");
        var names = facts?.Credentials.ToList() ?? [];
        foreach (var (key, value) in map?.Entries ?? [])
        {
            if (facts is not null && !names.Contains(key.Text, StringComparer.Ordinal))
            {
                errors.Add(key, $"{kind} has no credential {key.Text}", Nearest.Fix(key.Text, names));
            }
            else if (value is YamlScalar { Text: var reference } && IsReference(reference))
            {
                credentials[key.Text] = reference;
            }
            else
            {
                errors.Add(
                    value,
                    $"{key.Text} is not a reference to a secret; what stands here is not shown, and if it is a secret it must be replaced",
                    "write env:NAME or file:/path"
                );
            }
        }

        Complete(map, name, kind, facts);
        return credentials;
    }

    /// <summary>How a reference to a secret is written, as a regular expression.</summary>
    public const string ReferenceForm = "^(env:[A-Za-z0-9_]+|file:/.+)$";

    /// <summary>Whether a text is such a reference.</summary>
    public static bool IsReference(string text) =>
        (text.StartsWith("env:", StringComparison.Ordinal) && text.Length > 4 && text.AsSpan(4).IndexOfAnyExcept(EnvironmentName) < 0)
        || (text.StartsWith("file:/", StringComparison.Ordinal) && text.Length > 6);

    private static readonly global::System.Buffers.SearchValues<char> EnvironmentName = global::System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    private void Complete(YamlMap? map, YamlScalar name, string? kind, ConnectorFacts? facts)
    {
        if (facts is null)
        {
            return;
        }

        var lacking = facts
            .CredentialSets.Select(set => set.Where(key => map?.Find(key) is null).ToList())
            .OrderBy(missing => missing.Count)
            .FirstOrDefault();
        if (lacking is { Count: > 0 })
        {
            errors.Add(
                map ?? (YamlNode)name,
                $"{kind} cannot sign in without {string.Join(", ", lacking)}",
                $"add {lacking[0]}: env:NAME below credentials:"
            );
        }

        if (facts.WebhookSecret is { } secret && map?.Find(secret) is null)
        {
            errors.Add(
                map ?? (YamlNode)name,
                $"webhooks of {kind} cannot be verified without {secret}",
                $"add {secret}: env:NAME below credentials:"
            );
        }
    }

    private Dictionary<string, string> Settings(Section system)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in system.Map("settings", "name: value")?.Entries ?? [])
        {
            if (value is YamlScalar { Text.Length: > 0 } text)
            {
                settings[key.Text] = text.Text;
            }
            else
            {
                errors.Add(key, $"setting {key.Text} is a single value", $"write {key.Text}: value");
            }
        }

        return settings;
    }
}
