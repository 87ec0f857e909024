using QtcHub.Connectors;

namespace QtcHub.Hosting;

/// <summary>A credential that a system needs and that has no value; <paramref name="Reference"/> is null where the configuration does not even name one.</summary>
public sealed record MissingSecret(string System, string Credential, string? Reference)
{
    /// <inheritdoc />
    public override string ToString() =>
        Reference is null
            ? $"systems.{System}.credentials.{Credential}: not set. Fix: add {Credential}: env:NAME"
            : $"systems.{System}.credentials.{Credential}: {Reference} has no value. Fix: set it, or change the reference";
}

/// <summary>Finds the secrets that do not resolve.</summary>
public static class MissingSecrets
{
    /// <summary>Those of every system, in the order of their names.</summary>
    public static IReadOnlyList<MissingSecret> Of(Installation installation, ISecrets secrets) =>
        [
            .. installation
                .Options.Systems.Values.OrderBy(system => system.Name, StringComparer.Ordinal)
                .SelectMany(system => Of(system, installation.Kinds[system.Kind].Facts, secrets)),
        ];

    /// <summary>
    /// One way to sign in is enough; where none is whole, the one that is configured furthest is asked for. What may be left out has a value where it is named.
    /// </summary>
    private static IEnumerable<MissingSecret> Of(SystemOptions system, ConnectorFacts facts, ISecrets secrets)
    {
        var ways = facts.CredentialSets.Select(way => way.Where(name => !Resolves(system, name, secrets)).ToList()).ToList();
        var signIn = ways.Exists(missing => missing.Count == 0)
            ? []
            : facts
                .CredentialSets.Select((way, index) => (Named: way.Count(system.Credentials.ContainsKey), Missing: ways[index]))
                .OrderByDescending(way => way.Named)
                .FirstOrDefault()
                .Missing
                ?? [];
        var webhook = facts.WebhookSecret is { } secret && !Resolves(system, secret, secrets) ? [secret] : Array.Empty<string>();
        var previous =
            facts.PreviousWebhookSecret is { } before && system.Credentials.ContainsKey(before) && !Resolves(system, before, secrets)
                ? [before]
                : Array.Empty<string>();
        return signIn
            .Concat(webhook)
            .Concat(previous)
            .Select(name => new MissingSecret(system.Name, name, system.Credentials.GetValueOrDefault(name)));
    }

    private static bool Resolves(SystemOptions system, string name, ISecrets secrets) =>
        system.Credentials.TryGetValue(name, out var reference) && secrets.Find(reference) is not null;
}
