using QtcHub.Connectors;
using QtcHub.Connectors.Stripe;
using QtcHub.Webhooks;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

public sealed class StripeSignatureTests
{
    private const string Body = """{"id":"evt_1","object":"event","data":{"object":{"id":"in_1"}}}""";

    private readonly IConnector connector = StripeBench.Over(new UnreachableHandler());

    [Fact]
    public void An_authentic_webhook_is_verified_with_its_event_id() =>
        Assert.Equal(new WebhookVerdict.Verified("evt_1"), StripeBench.Verify(connector, Body, StripeBench.Sign(Body, Bench.Noon)));

    [Fact]
    public void A_known_signature_computed_elsewhere_is_verified()
    {
        // openssl dgst -sha256 -hmac whsec_of_the_tests over 1785758400.{"id":"evt_9"}.
        const string signature = "t=1785758400,v1=02adf37bcb6ce618d7215469abf3fcd54892a97e63e1a07d73abd7d8676333f3";
        Assert.Equal(new WebhookVerdict.Verified("evt_9"), StripeBench.Verify(connector, """{"id":"evt_9"}""", signature));
    }

    [Fact]
    public void Every_listed_signature_is_tried_and_unknown_schemes_are_ignored()
    {
        var seconds = "1785758400";
        var header = $"t={seconds},v1={new string('0', 64)},v0={StripeBench.Mac(seconds, Body)},v1={StripeBench.Mac(seconds, Body)}";
        Assert.IsType<WebhookVerdict.Verified>(StripeBench.Verify(connector, Body, header));
    }

    [Fact]
    public void A_signature_of_the_test_scheme_alone_is_refused() =>
        AssertRefused("signature-malformed", $"t=1785758400,v0={StripeBench.Mac("1785758400", Body)}");

    [Fact]
    public void A_missing_header_is_refused() => AssertRefused("signature-missing", null);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("t=1785758400")]
    [InlineData("t=,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=-1,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=99999999999999999999,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1785758400,v1=xyz")]
    [InlineData("t=1785758400,v1=00")]
    [InlineData("t=1785758400,v1=000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1=0000000000000000000000000000000000000000000000000000000000000000")]
    public void A_malformed_header_is_refused(string header) => AssertRefused("signature-malformed", header);

    [Fact]
    public void A_changed_body_is_refused() =>
        Assert.Equal(
            new WebhookVerdict.Refused("signature-mismatch"),
            StripeBench.Verify(connector, Body + " ", StripeBench.Sign(Body, Bench.Noon))
        );

    [Fact]
    public void Another_secret_is_refused() => AssertRefused("signature-mismatch", StripeBench.Sign(Body, Bench.Noon, "whsec_other"));

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void Three_hundred_seconds_are_tolerated_either_way(int seconds, bool accepted)
    {
        var verdict = StripeBench.Verify(connector, Body, StripeBench.Sign(Body, Bench.Noon.AddSeconds(seconds)));
        Assert.Equal(accepted ? new WebhookVerdict.Verified("evt_1") : new WebhookVerdict.Refused("timestamp-out-of-tolerance"), verdict);
    }

    [Theory]
    [InlineData("whsec_old,whsec_of_the_tests", null)]
    [InlineData("whsec_of_the_tests whsec_new", null)]
    [InlineData("whsec_new\nwhsec_of_the_tests\n", null)]
    [InlineData("whsec_new", "whsec_of_the_tests")]
    [InlineData(null, "whsec_of_the_tests")]
    public void Each_secret_is_tried_while_one_is_rolled(string? current, string? previous)
    {
        var rolled = WithSecrets(current, previous);
        Assert.IsType<WebhookVerdict.Verified>(StripeBench.Verify(rolled, Body, StripeBench.Sign(Body, Bench.Noon)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(" , ", null)]
    public void Without_a_secret_nothing_is_judged(string? current, string? previous) =>
        Assert.IsType<WebhookVerdict.NoSecret>(
            StripeBench.Verify(WithSecrets(current, previous), Body, StripeBench.Sign(Body, Bench.Noon, ""))
        );

    [Theory]
    [InlineData("", "envelope-unreadable")]
    [InlineData("[]", "envelope-unreadable")]
    [InlineData("{\"id\":\"evt_1\"", "envelope-unreadable")]
    [InlineData("{\"id\":\"evt_1\"} trailing", "envelope-unreadable")]
    [InlineData("{\"id\":\"\\ud800\"}", "envelope-unreadable")]
    [InlineData("{}", "event-id-missing")]
    [InlineData("{\"id\":7}", "event-id-missing")]
    [InlineData("{\"id\":\"\"}", "event-id-missing")]
    [InlineData("{\"id\":{\"id\":\"evt_1\"}}", "event-id-missing")]
    [InlineData("{\"data\":{\"id\":\"evt_1\"}}", "event-id-missing")]
    public void An_authentic_body_without_envelope_or_id_is_unreadable(string body, string rule) =>
        Assert.Equal(new WebhookVerdict.Unreadable(rule), StripeBench.Verify(connector, body, StripeBench.Sign(body, Bench.Noon)));

    [Fact]
    public void A_body_is_not_parsed_before_it_is_verified() =>
        Assert.Equal(
            new WebhookVerdict.Refused("signature-mismatch"),
            StripeBench.Verify(connector, "{", StripeBench.Sign(Body, Bench.Noon))
        );

    private static IConnector WithSecrets(string? current, string? previous)
    {
        var kind = new StripeKind();
        var context = Bench.Context(kind, new Dictionary<string, string>(), _ => null, new UnreachableHandler());
        var secrets = new Dictionary<string, string?> { ["webhookSecret"] = current, ["webhookSecretPrevious"] = previous };
        var system = context.System with { Credentials = secrets.Keys.ToDictionary(name => name, name => name) };
        return kind.Create(context with { System = system, Secrets = new SecretsByReference(name => secrets[name]) });
    }

    private void AssertRefused(string rule, string? header) =>
        Assert.Equal(new WebhookVerdict.Refused(rule), StripeBench.Verify(connector, Body, header));
}
