using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using QtcHub.Server.Hosting;
using QtcHub.Server.Sandbox;

namespace QtcHub.Tests.Server;

/// <summary>The pretend vendors in the test's own process, so that they outlive a hub that is killed.</summary>
internal sealed class VendorsOutside : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SandboxFleet fleet = new();
    private readonly WebhookSender sender;

    private VendorsOutside(WebApplication app, Uri address)
    {
        (this.app, Address) = (app, address);
        sender = new WebhookSender(address);
    }

    public Uri Address { get; }

    public IPlaysBilling Billing => (IPlaysBilling)fleet.Systems["stripe"].Vendor;

    public IPlaysErp Erp => (IPlaysErp)fleet.Systems["netsuite"].Vendor;

    /// <summary>The secrets that a hub in front of these vendors needs, as its environment.</summary>
    public Dictionary<string, string> Environment { get; } =
        new(StringComparer.Ordinal) { ["TEST_STRIPE_WEBHOOK_SECRET"] = TestConfig.WebhookSecret };

    /// <summary>Calls that each system's API has and had under way.</summary>
    public Traffic Traffic { get; } = new();

    public static async Task<VendorsOutside> StartAsync(string folder, string pollEvery = "1h", string store = "embedded")
    {
        var address = FreePort.Loopback();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address.ToString());
        builder.Logging.ClearProviders();
        var vendors = new VendorsOutside(builder.Build(), address);
        var installation = InstallationFile.Load(TestConfig.Write(folder, address, pollEvery, store)).Installation!;
        vendors.fleet.Stand(installation.Options, installation.Kinds, new Only(vendors.Environment), address, TimeProvider.System);
        foreach (var system in installation.Options.Systems.Values)
        {
            foreach (var (name, value) in vendors.fleet.Systems[system.Name].Vendor.Credentials)
            {
                vendors.Environment[system.Credentials[name]["env:".Length..]] = value;
            }
        }

        vendors.app.Use(vendors.Traffic.CountAsync);
        SandboxEndpoints.Map(vendors.app, vendors.fleet, vendors.sender);
        await vendors.app.StartAsync();
        return vendors;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        sender.Dispose();
        fleet.Dispose();
    }

    private sealed class Only(Dictionary<string, string> environment) : ISecrets
    {
        public string? Find(string reference) => environment.GetValueOrDefault(reference.Replace("env:", "", StringComparison.Ordinal));
    }
}
