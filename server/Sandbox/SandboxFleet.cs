using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Sandbox;

namespace QtcHub.Server.Sandbox;

/// <summary>A pretend vendor for every configured system, kept in the data folder beside the hub's own state where one is given, and the configuration that points the hub at them.</summary>
internal sealed class SandboxFleet(string? dataFolder = null) : IDisposable
{
    private readonly SortedDictionary<string, SandboxedSystem> systems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> credentials = new(StringComparer.Ordinal);

    /// <summary>Every pretend vendor by the name of its system.</summary>
    public IReadOnlyDictionary<string, SandboxedSystem> Systems => systems;

    /// <summary>
    /// Makes the vendors and gives the configuration to run with: base addresses lead to this process, and credentials that are unset, the webhook
    /// secret apart, are those that the pretend vendor accepts.
    /// </summary>
    public HubOptions Stand(
        HubOptions options,
        IReadOnlyDictionary<string, IConnectorKind> kinds,
        ISecrets secrets,
        Uri own,
        TimeProvider time
    )
    {
        var pointed = options.Systems.Values.ToDictionary(
            system => system.Name,
            system =>
            {
                var secret = kinds[system.Kind].Facts.WebhookSecret;
                var vendor = Make(options, system, secret is null ? null : Find(system, secret, secrets), time);
                systems.Add(system.Name, new SandboxedSystem(system.Name, vendor, new FaultDesk(), time));
                return Point(system, vendor, secret, secrets, own);
            },
            StringComparer.Ordinal
        );
        return options with { Systems = pointed };
    }

    /// <summary>The secrets to run with: those given, and the pretend vendors' own.</summary>
    public ISecrets Secrets(ISecrets given) => new WithSandbox(given, credentials);

    public void Dispose()
    {
        foreach (var system in systems.Values)
        {
            system.Dispose();
        }
    }

    private IPretendVendor Make(HubOptions options, SystemOptions system, string? webhookSecret, TimeProvider time)
    {
        var setup = new VendorSetup(system.Name, time.GetUtcNow, options.Entities[system.Entity].TimeZone, webhookSecret);
        if (dataFolder is null)
        {
            return Plain(system, setup);
        }

        Directory.CreateDirectory(dataFolder);
        return new JournaledVendor(made => Plain(system, made), setup, Path.Combine(dataFolder, $"sandbox-{system.Name}.jsonl"));
    }

    private static IPretendVendor Plain(SystemOptions system, VendorSetup setup) =>
        PretendVendors.Make(system.Kind, setup)
        ?? throw new SandboxRefusedException($"the sandbox has no pretend vendor for system {system.Name} of kind {system.Kind}");

    private SystemOptions Point(SystemOptions system, IPretendVendor vendor, string? webhookSecret, ISecrets secrets, Uri own)
    {
        var references = new Dictionary<string, string>(system.Credentials, StringComparer.Ordinal);
        foreach (var (name, value) in vendor.Credentials)
        {
            if (name != webhookSecret && Find(system, name, secrets) is null)
            {
                references[name] = $"sandbox:{system.Name}/{name}";
                credentials[references[name]] = value;
            }
        }

        return system with
        {
            BaseUrl = new Uri(own, $"/_sandbox/{system.Name}/api/"),
            Credentials = references,
        };
    }

    private static string? Find(SystemOptions system, string credential, ISecrets secrets) =>
        system.Credentials.TryGetValue(credential, out var reference) ? secrets.Find(reference) : null;

    private sealed class WithSandbox(ISecrets given, Dictionary<string, string> sandbox) : ISecrets
    {
        public string? Find(string reference) => sandbox.TryGetValue(reference, out var value) ? value : given.Find(reference);
    }
}

/// <summary>The sandbox cannot be had with this configuration or these addresses.</summary>
internal sealed class SandboxRefusedException(string message) : Exception(message);
