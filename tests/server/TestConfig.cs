namespace QtcHub.Tests.Server;

/// <summary>Configurations for tests: the shipped pair with short waits, and polls rare enough to stay out of the way.</summary>
internal static class TestConfig
{
    public const string WebhookSecret = "whsec_tests_only_4f1d";

    /// <summary>
    /// Writes a configuration. <paramref name="vendors"/> is where the vendors' APIs are, or null where a sandbox will say; <paramref name="store"/> is the store as
    /// the file names it.
    /// </summary>
    public static string Write(string folder, Uri? vendors = null, string pollEvery = "1h", string store = "embedded")
    {
        var root = vendors ?? new Uri("https://vendors.invalid/");
        var path = Path.Combine(folder, "hub.yaml");
        File.WriteAllText(
            path,
            $"""
            hub: test
            store: {store}
            entities:
              us:
                name: Example Inc.
                currency: USD
                timeZone: America/New_York
            systems:
              stripe:
                kind: stripe
                roles: [billing, payments]
                entity: us
                baseUrl: {new Uri(root, "/_sandbox/stripe/api/")}
                credentials:
                  apiKey: env:TEST_STRIPE_API_KEY
                  webhookSecret: env:TEST_STRIPE_WEBHOOK_SECRET
                concurrency: 8
                callTimeout: 1s
                pollEvery: {pollEvery}
              netsuite:
                kind: netsuite
                roles: [erp]
                entity: us
                baseUrl: {new Uri(root, "/_sandbox/netsuite/api/")}
                credentials:
                  consumerKey: env:TEST_NETSUITE_CONSUMER_KEY
                  consumerSecret: env:TEST_NETSUITE_CONSUMER_SECRET
                  tokenId: env:TEST_NETSUITE_TOKEN_ID
                  tokenSecret: env:TEST_NETSUITE_TOKEN_SECRET
                settings:
                  account: '1234567'
                concurrency: 8
                callTimeout: 1s
                longestWork: 4s
            routes:
              - record: BillingAccount
                from: stripe
                to: [netsuite]
                gone: inactivate
              - record: Invoice
                from: stripe
                to: [netsuite]
                when: status | one-of(open, paid, uncollectible, void)
              - record: Payment
                from: stripe
                to: [netsuite]
                when: status | one-of(succeeded)
            policy:
              retryFirst: 1s
              retryMost: 2s
              probeEvery: 1s
              pauseFor: 1s
              readBackEvery: 1s
              goneAfter: 2s

            """
        );
        return path;
    }
}
