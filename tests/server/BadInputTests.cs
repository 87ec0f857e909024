using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Server;

public sealed class BadInputTests
{
    private const string Body =
        """{"id":"evt_bad","object":"event","api_version":"2020-08-27","created":1,"type":"customer.updated","data":{"object":{"id":"cus_1","object":"customer"}}}""";

    public static TheoryData<string, int, string> Rows =>
        new()
        {
            { "no signature", 401, "signature-missing" },
            { "wrong signature", 401, "signature-mismatch" },
            { "garbled signature", 401, "signature-malformed" },
            { "old timestamp", 401, "timestamp-out-of-tolerance" },
            { "unknown system", 404, "unknown-system" },
            { "system without webhooks", 404, "unknown-system" },
            { "too large", 413, "body-too-large" },
            { "too large without a length", 413, "body-too-large" },
            { "other media type", 415, "unsupported-media-type" },
            { "no media type", 415, "unsupported-media-type" },
            { "no envelope", 400, "envelope-unreadable" },
            { "no event id", 400, "event-id-missing" },
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Bad_request_is_refused_by_its_rule_and_leaves_nothing(string what, int status, string rule)
    {
        await using var hub = await ServedHub.StartAsync();
        using var request = Request(what);

        using var answer = await hub.Client.SendAsync(request);

        await AssertProblemAsync(answer, status, rule);
        Assert.Equal(0, (await hub.Server.Hub.VerifyAsync(CancellationToken.None)).Acknowledged);
        Assert.Equal(0, await hub.Server.Store.Queue.LengthAsync(CancellationToken.None));
    }

    [Fact]
    public async Task System_without_its_secret_answers_503_and_the_rest_is_served()
    {
        await using var hub = await ServedHub.StartAsync(webhookSecret: null);
        using var request = ServedHub.Signed(Body);

        using var answer = await hub.Client.SendAsync(request);

        await AssertProblemAsync(answer, 503, "webhook-secret-missing");
        Assert.NotNull(answer.Headers.RetryAfter);
        using var health = await hub.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Body_at_the_limit_is_taken()
    {
        await using var hub = await ServedHub.StartAsync();
        var padding = new string(' ', (256 * 1024) - Encoding.UTF8.GetByteCount(Body));
        using var request = ServedHub.Signed(Body + padding);

        using var answer = await hub.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Every_refusal_is_counted_by_its_rule()
    {
        var counted = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "QtcHub", Name: "qtchub.webhooks" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, _, tags, _) =>
            {
                foreach (var tag in tags)
                {
                    if (tag is { Key: "rule", Value: string rule })
                    {
                        counted.Add(rule);
                    }
                }
            }
        );
        listener.Start();
        await using var hub = await ServedHub.StartAsync();

        foreach (var what in (string[])["no signature", "too large", "unknown system"])
        {
            using var request = Request(what);
            using var answer = await hub.Client.SendAsync(request);
        }

        Assert.Superset(
            new HashSet<string>(["signature-missing", "body-too-large", "unknown-system"], StringComparer.Ordinal),
            counted.ToHashSet(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_problems_too()
    {
        await using var hub = await ServedHub.StartAsync();

        using var nowhere = await hub.Client.GetAsync("/nowhere");
        using var method = await hub.Client.GetAsync("/webhooks/stripe");

        await AssertProblemAsync(nowhere, 404, "no-such-endpoint");
        await AssertProblemAsync(method, 405, "method-not-allowed");
    }

    [Theory]
    [InlineData("""{"status":99}""", "status-out-of-range")]
    [InlineData("""{"cut":"sometime"}""", "cut-is-before-or-after")]
    [InlineData("""{"colour":"red"}""", "not-a-fault")]
    [InlineData("no json", "not-a-fault")]
    public async Task Fault_that_makes_no_sense_is_refused(string fault, string rule)
    {
        await using var hub = await ServedHub.StartAsync();

        using var answer = await hub.Client.PostAsync(
            "/_sandbox/netsuite/faults",
            new StringContent(fault, Encoding.UTF8, "application/json")
        );

        await AssertProblemAsync(answer, 400, rule);
    }

    [Fact]
    public async Task Edit_with_a_field_the_vendor_does_not_have_is_refused()
    {
        await using var hub = await ServedHub.StartAsync();

        using var field = await hub.Client.PostAsync(
            "/_sandbox/stripe/records/customer",
            new StringContent("""{"colour":"red"}""", Encoding.UTF8, "application/json")
        );
        using var entity = await hub.Client.GetAsync("/_sandbox/stripe/records/unicorn");

        await AssertProblemAsync(field, 400, "not-in-the-vendors-form");
        await AssertProblemAsync(entity, 404, "unknown-entity");
    }

    private static HttpRequestMessage Request(string what)
    {
        var large = new string(' ', (256 * 1024) + 1);
        switch (what)
        {
            case "no signature":
                return ServedHub.Unsigned(Body);
            case "wrong signature":
                return ServedHub.Signed(Body, secret: "whsec_somebody_elses");
            case "garbled signature":
                var garbled = ServedHub.Unsigned(Body);
                garbled.Headers.Add("Stripe-Signature", "v1=zz");
                return garbled;
            case "old timestamp":
                return ServedHub.Signed(Body, secondsAgo: 3600);
            case "unknown system":
                return ServedHub.Signed(Body, path: "/webhooks/nobody");
            case "system without webhooks":
                return ServedHub.Signed(Body, path: "/webhooks/netsuite");
            case "too large":
                return ServedHub.Signed(large);
            case "too large without a length":
                var chunked = ServedHub.Signed(large);
                chunked.Headers.TransferEncodingChunked = true;
                return chunked;
            case "other media type":
                var text = ServedHub.Signed(Body);
                text.Content!.Headers.ContentType = new("text/plain");
                return text;
            case "no media type":
                var untyped = ServedHub.Signed(Body);
                untyped.Content!.Headers.ContentType = null;
                return untyped;
            case "no envelope":
                return ServedHub.Signed("this is no event");
            default:
                return ServedHub.Signed("""{"object":"event"}""");
        }
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, int status, string rule)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal((status, rule), ((int)problem["status"]!, (string?)problem["rule"]));
        Assert.DoesNotContain("whsec", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cus_1", text, StringComparison.Ordinal);
    }
}
