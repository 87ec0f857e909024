using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Tests.Connectors.Conformance;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>Against Stripe's own published description and examples, where they lie beside the source tree.</summary>
public sealed class StripeSpecTests(ITestOutputHelper output)
{
    private const string Absent = "Stripe's published specs are not beside the source tree";

    /// <summary>What the connector calls; each has to have been judged.</summary>
    private static readonly string[] Operations =
    [
        "GET /v1/balance_transactions",
        "GET /v1/balance_transactions/{id}",
        "GET /v1/credit_notes",
        "GET /v1/credit_notes/{id}",
        "GET /v1/customers",
        "GET /v1/customers/{customer}",
        "GET /v1/disputes",
        "GET /v1/disputes/{dispute}",
        "GET /v1/events",
        "GET /v1/invoice_payments",
        "GET /v1/invoices",
        "GET /v1/invoices/{invoice}",
        "GET /v1/invoices/{invoice}/lines",
        "GET /v1/payment_intents",
        "GET /v1/payment_intents/{intent}",
        "GET /v1/payouts",
        "GET /v1/payouts/{payout}",
        "GET /v1/prices",
        "GET /v1/products",
        "GET /v1/products/{id}",
        "GET /v1/refunds",
        "GET /v1/refunds/{refund}",
        "GET /v1/subscription_items",
        "GET /v1/subscriptions",
        "GET /v1/subscriptions/{subscription_exposed_id}",
        "POST /v1/customers",
        "POST /v1/customers/{customer}",
    ];

    [Fact]
    public async Task Every_request_is_one_that_is_described_and_every_object_answered_is_as_the_published_example()
    {
        var description = StripeDescription.Load();
        Assert.SkipWhen(description is null, Absent);
        var bench = new StripeBench();
        new StripeLife(bench).Play();
        var exchanges = new List<Exchange>();
        var connector = StripeBench.Over(
            new RecordingHandler(new VendorHandler(bench.Vendor, bench.Faults, TimeProvider.System), exchanges)
        );
        await StripeLife.ReadAllAsync(connector, bench);
        await StripeLife.WriteAsync(connector);
        exchanges.ForEach(description.Check);
        foreach (var sent in bench.Vendor.TakeWebhooks())
        {
            using var reader = new StreamReader(sent.Content!.ReadAsStream());
            description.CheckObjects("webhook", JsonNode.Parse(reader.ReadToEnd())!);
        }

        ConformanceReport.Add(description.ToString());
        output.WriteLine(description.ToString());
        Assert.Empty(description.Problems.Distinct());
        Assert.Empty(description.IdleExceptions);
        Assert.Equal(Operations, description.Counts.Keys);
        Assert.All(description.Counts, count => Assert.True(count.Value is { Requests: > 0, Responses: > 0 }, count.Key));
    }

    [Fact]
    public void Every_record_that_the_pretend_vendor_holds_is_as_the_published_example()
    {
        var description = StripeDescription.Load();
        Assert.SkipWhen(description is null, Absent);
        var bench = new StripeBench();
        new StripeLife(bench).Play();
        foreach (var entity in bench.Vendor.Entities)
        {
            var records = bench.Vendor.Records(entity)!;
            Assert.NotEmpty(records);
            description.CheckObjects(entity, records);
        }

        Assert.Empty(description.Problems.Distinct());
    }

    [Fact]
    public void A_missing_property_would_be_noticed()
    {
        var problems = new List<string>();
        StripeDescription.Compare(
            "x",
            new JsonObject { ["a"] = 1, ["b"] = "t" },
            new JsonObject
            {
                ["b"] = 2,
                ["c"] = 3,
                ["d"] = 4,
            },
            problems,
            new HashSet<string> { "d" }
        );
        Assert.Equal(["x.a is missing", "x.c is not Stripe's", "x.b is Number, not String"], problems);
    }

    /// <summary>Keeps what goes over the wire.</summary>
    private sealed class RecordingHandler(HttpMessageHandler inner, List<Exchange> exchanges) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            var response = await base.SendAsync(request, cancellationToken);
            var names = $"{request.RequestUri!.Query.TrimStart('?')}&{form}"
                .Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => Uri.UnescapeDataString(pair.Split('=')[0]));
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            exchanges.Add(
                new Exchange(request.Method.Method, request.RequestUri.AbsolutePath, [.. names], null, (int)response.StatusCode, body)
            );
            return response;
        }
    }
}
