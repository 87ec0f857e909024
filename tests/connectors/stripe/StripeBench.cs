using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QtcHub.Connectors;
using QtcHub.Connectors.Stripe;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Stripe;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>A pretend Stripe and a real connector over it, for tests.</summary>
internal sealed class StripeBench
{
    public const string Secret = "whsec_of_the_tests";

    public StripeBench()
    {
        Vendor = new PretendStripe(new VendorSetup("stripe", () => Now, TimeZoneInfo.Utc, Secret));
        Connector = Over(new VendorHandler(Vendor, Faults, TimeProvider.System), Vendor.Credentials["apiKey"]);
    }

    public DateTimeOffset Now { get; set; } = Bench.Noon;

    public PretendStripe Vendor { get; }

    public FaultDesk Faults { get; } = new();

    public IConnector Connector { get; }

    public IRecordReader Reader => (IRecordReader)Connector;

    public static IConnector Over(HttpMessageHandler handler, string? key = "sk_test_pretend", Uri? baseUrl = null) =>
        Bench.Create(
            new StripeKind(),
            new Dictionary<string, string>(),
            name => name == "apiKey" ? key : Secret,
            handler,
            baseUrl ?? new Uri("https://api.stripe.com")
        );

    /// <summary>Another connector over a bench's vendor, with settings of its own.</summary>
    public static IConnector Over(StripeBench bench, IReadOnlyDictionary<string, string> settings) =>
        Bench.Create(
            new StripeKind(),
            settings,
            name => name == "apiKey" ? bench.Vendor.Credentials["apiKey"] : Secret,
            new VendorHandler(bench.Vendor, bench.Faults, TimeProvider.System),
            new Uri("https://api.stripe.com")
        );

    /// <summary>A signature made by the test itself, as Stripe documents it.</summary>
    public static string Sign(string body, DateTimeOffset at, string secret = Secret)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},v1={Mac(seconds, body, secret)}";
    }

    public static string Mac(string seconds, string body, string secret = Secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}")));

    public static WebhookVerdict Verify(IConnector connector, string body, string? signature) =>
        ((IWebhookSource)connector).Verify(signature is null ? Bench.Webhook(body) : Bench.Webhook(body, ("stripe-signature", signature)));
}
