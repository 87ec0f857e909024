using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Demo;

/// <summary>The shipped pair, in a hurry: waits that are minutes in earnest are seconds here. Nothing else differs from <c>qtc serve --sandbox</c>.</summary>
internal static class DemoSettings
{
    private const string SecretReference = "demo:webhook-secret";

    public static Installation Hurried(Installation installation)
    {
        var systems = installation.Options.Systems.ToDictionary(
            pair => pair.Key,
            pair => Hurried(pair.Value, installation.Kinds[pair.Value.Kind].Facts),
            StringComparer.Ordinal
        );
        var policy = installation.Options.Policy with
        {
            RetryFirst = TimeSpan.FromMilliseconds(100),
            RetryMost = TimeSpan.FromSeconds(2),
            ProbeEvery = TimeSpan.FromMilliseconds(300),
            PauseFor = TimeSpan.FromSeconds(1),
            ReadBackEvery = TimeSpan.FromMilliseconds(200),
            GoneAfter = TimeSpan.FromSeconds(2),
            Attempts = 20,
        };
        return installation with { Options = installation.Options with { Systems = systems, Policy = policy } };
    }

    private static SystemOptions Hurried(SystemOptions system, ConnectorFacts facts)
    {
        var credentials = facts.WebhookSecret is { } webhook
            ? new Dictionary<string, string>(StringComparer.Ordinal) { [webhook] = SecretReference }
            : [];
        return system with
        {
            Credentials = credentials,
            Concurrency = 8,
            CallTimeout = TimeSpan.FromMilliseconds(1500),
            LongestWork = TimeSpan.FromSeconds(1),
            PollEvery = TimeSpan.FromSeconds(1),
            PollOverlap = TimeSpan.FromMinutes(1),
        };
    }

    /// <summary>The demo's only secret, and it is none of anybody's: the pretend vendor and the hub of this one process share it.</summary>
    public sealed class Secrets : ISecrets
    {
        public string? Find(string reference) => reference == SecretReference ? "whsec_of_the_demo" : null;
    }
}
