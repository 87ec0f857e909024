using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Connectors;

/// <summary>One kind of system: its name, what it declares of itself, and how to make a connector. Found by scanning the connectors assembly.</summary>
public interface IConnectorKind
{
    /// <summary>The kind's name as <c>hub.yaml</c> writes it, lower case, e.g. <c>shop</c>.</summary>
    string Name { get; }

    /// <summary>What the vendor promises and where its limits are.</summary>
    ConnectorFacts Facts { get; }

    /// <summary>Makes a connector for one configured system.</summary>
    IConnector Create(ConnectorContext context);
}

/// <summary>A connector; what it can do is what it implements besides: <see cref="IWebhookSource"/>, <see cref="IRecordReader"/>,
/// <see cref="IChangeFeed"/>, <see cref="IRecordWriter"/>.</summary>
public interface IConnector;

/// <summary>What a connector is made from.</summary>
/// <param name="System">The configured system.</param>
/// <param name="Entity">The legal entity the system belongs to.</param>
/// <param name="Secrets">Where credentials come from.</param>
/// <param name="Handler">The HTTP transport; not owned by the connector.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">The seeded source of jitter and nonces.</param>
public sealed record ConnectorContext(
    SystemOptions System,
    EntityOptions Entity,
    ISecrets Secrets,
    HttpMessageHandler Handler,
    TimeProvider Time,
    Random Random
)
{
    /// <summary>Who is told what the vendor says is left of its quota.</summary>
    public Action<Quota> OnQuota { get; init; } = static _ => { };

    /// <summary>Whether a route takes records of a type from the system: what none takes a poll need not ask for.</summary>
    public Func<RecordType, bool> IsTaken { get; init; } = static _ => true;

    /// <summary>A credential of the system as it is now, or null where it is not configured or its reference does not resolve.</summary>
    public string? FindSecret(string credential) =>
        System.Credentials.TryGetValue(credential, out var reference) ? Secrets.Find(reference) : null;
}

/// <summary>Where secrets come from, by the reference that <c>hub.yaml</c> names.</summary>
public interface ISecrets
{
    /// <summary>The secret behind a reference such as <c>env:BILLING_WEBHOOK_SECRET</c>, or null where it does not resolve or is empty.</summary>
    string? Find(string reference);
}
