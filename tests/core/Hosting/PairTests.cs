using System.Runtime.CompilerServices;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Tests.Core.Mapping;

namespace QtcHub.Tests.Core.Hosting;

public sealed class PairTests
{
    private static readonly Dictionary<string, ConnectorFacts> Kinds = new(StringComparer.Ordinal)
    {
        ["stripe"] = new ConnectorFacts
        {
            Roles = ["billing", "payments"],
            CredentialSets =
            [
                ["apiKey"],
            ],
            WebhookSecret = "webhookSecret",
            Sources = new Dictionary<RecordType, string>
            {
                [RecordType.BillingAccount] = "customer",
                [RecordType.Invoice] = "invoice",
                [RecordType.Payment] = "payment_intent",
            },
        },
        ["netsuite"] = new ConnectorFacts
        {
            Roles = ["erp"],
            CredentialSets =
            [
                ["consumerKey", "consumerSecret", "tokenId", "tokenSecret"],
            ],
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.BillingAccount] = Target("customer"),
                [RecordType.Invoice] = Target("invoice"),
                [RecordType.Payment] = Target("customerPayment"),
            },
        },
    };

    [Fact]
    public void The_sample_pair_routes_accounts_invoices_and_payments()
    {
        var reading = HubFile.Parse(
            "pair.yaml",
            File.ReadAllText(Sample()),
            Kinds,
            new HashSet<string>(["stripe"], StringComparer.Ordinal),
            MappingFolder.Catalog
        );

        Assert.Empty(reading.Errors);
        Assert.Equal(
            [RecordType.BillingAccount, RecordType.Invoice, RecordType.Payment],
            reading.Options!.Routes.Select(route => route.Record)
        );
        Assert.Equal([WhenGone.Inactivate, WhenGone.Hold, WhenGone.Hold], reading.Options.Routes.Select(route => route.Gone));
        Assert.Equal(TimeSpan.FromSeconds(30), reading.Options.Systems["netsuite"].LongestWork);
    }

    private static string Sample([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../infra/stacks/pair.yaml"));

    private static TargetFacts Target(string type) =>
        new()
        {
            ExternalType = type,
            Part = type,
            Idempotency = Idempotency.UpsertByExternalId,
            LongestWork = TimeSpan.FromMinutes(1),
            ConsistentLookup = true,
        };
}
