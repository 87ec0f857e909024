using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Server.Commands;

namespace QtcHub.Server.Demo;

/// <summary>The shipped month, in a hurry: waits for a call are short. Nothing else differs from <c>qtc serve --sandbox</c> but the clock.</summary>
internal static class DemoSettings
{
    private const string SecretReference = "demo:webhook-secret";

    /// <summary>How long a call may take. Nobody has anything else to do while the last one of a day waits for it.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a source that does not answer is left alone before it is asked again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The demo asks every source itself, each day: by the machine's clock no poll comes due.
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    // All vendors keep the hub's own time, and nothing comes to light there later than it is dated.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    /// <summary>The configuration that is played.</summary>
    public static string Config => SharedOptions.Stack("month.yaml");

    public static Installation Hurried(Installation installation)
    {
        var systems = installation.Options.Systems.ToDictionary(
            pair => pair.Key,
            pair => Hurried(pair.Value, installation.Kinds[pair.Value.Kind].Facts),
            StringComparer.Ordinal
        );
        return installation with { Options = installation.Options with { Systems = systems } };
    }

    private static SystemOptions Hurried(SystemOptions system, ConnectorFacts facts)
    {
        var credentials = facts.WebhookSecret is { } webhook
            ? new Dictionary<string, string>(StringComparer.Ordinal) { [webhook] = SecretReference }
            : [];
        return system with
        {
            Credentials = credentials,
            CallTimeout = CallTimeout,
            LongestWork = TimeSpan.FromSeconds(2),
            PollEvery = Never,
            PollOverlap = Overlap,
        };
    }

    /// <summary>The demo's only secret, and it is none of anybody's: the pretend vendors and the hub of this one process share it.</summary>
    public sealed class Secrets : ISecrets
    {
        public string? Find(string reference) => reference == SecretReference ? "whsec_of_the_demo" : null;
    }
}
