using System.Text;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using QtcHub.Webhooks;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraWebhookTests
{
    private const string Body = """{"InvoiceId":"8ad0"}""";

    [Theory]
    [InlineData("hub:one", "hub:one", true)]
    [InlineData("hub:one", "hub:two", false)]
    [InlineData("hub:one", "hib:one", false)]
    [InlineData("hub:one", "hub:one ", false)]
    [InlineData("hub:one", "hub:on", false)]
    [InlineData("hub:one", "", false)]
    [InlineData("hub:with:colons", "hub:with:colons", true)]
    [InlineData("hub:ümlaut", "hub:ümlaut", true)]
    [InlineData("one", "zuora:one", true)]
    [InlineData("one", "one", false)]
    public void User_and_password_are_the_endpoint_s(string secret, string given, bool isAuthentic) =>
        Assert.Equal(isAuthentic, Verify(Source(secret), Basic(given)) is WebhookVerdict.Verified);

    [Fact]
    public void While_a_password_is_rotated_the_old_and_the_new_one_are_both_good()
    {
        var source = Source("hub:new hub:old");
        Assert.IsType<WebhookVerdict.Verified>(Verify(source, Basic("hub:new")));
        Assert.IsType<WebhookVerdict.Verified>(Verify(source, Basic("hub:old")));
        Assert.Equal(new WebhookVerdict.Refused("authorization-mismatch"), Verify(source, Basic("hub:older")));
    }

    [Theory]
    [InlineData(null, "authorization-missing")]
    [InlineData(" ", "authorization-missing")]
    [InlineData("Bearer aHViOm9uZQ==", "authorization-malformed")]
    [InlineData("Basic", "authorization-malformed")]
    [InlineData("Basic not base64!", "authorization-malformed")]
    [InlineData("Basic aHViOnR3bw==", "authorization-mismatch")]
    public void Anything_else_is_refused_by_name(string? header, string rule) =>
        Assert.Equal(new WebhookVerdict.Refused(rule), Verify(Source("hub:one"), header));

    [Fact]
    public void A_header_longer_than_any_password_is_refused() =>
        Assert.Equal(new WebhookVerdict.Refused("authorization-malformed"), Verify(Source("hub:one"), "Basic " + new string('A', 8192)));

    [Fact]
    public void Without_a_secret_nothing_can_be_judged() => Assert.IsType<WebhookVerdict.NoSecret>(Verify(Source("  "), Basic("hub:one")));

    [Fact]
    public void An_authentic_callout_has_no_event_id_and_a_body_that_is_no_object_no_envelope()
    {
        Assert.Equal(new WebhookVerdict.Verified(null), Verify(Source("hub:one"), Basic("hub:one")));
        Assert.IsType<WebhookVerdict.Unreadable>(Source("hub:one").Verify(Bench.Webhook("[]", ("authorization", Basic("hub:one")))));
    }

    [Theory]
    [InlineData("""{"AccountId":"1"}""", "account 1")]
    [InlineData("""{"InvoiceId":"1"}""", "invoice 1, document-state invoice:1")]
    [InlineData("""{"SubscriptionNumber":"A-S1"}""", "subscription A-S1")]
    [InlineData("""{"BillRunId":"1"}""", "bill-run 1")]
    [InlineData("""{"DebitMemoId":"1"}""", "debit-memo 1, document-state debit-memo:1")]
    [InlineData("""{"CreditMemoId":"1"}""", "credit-memo 1, credit-memo-parts 1, document-state credit-memo:1")]
    [InlineData("""{"PaymentId":"1"}""", "payment 1, payment-parts 1")]
    [InlineData("""{"RefundId":"1"}""", "refund 1")]
    [InlineData("""{"PaymentId":"2","AccountId":"1","Anything":"3"}""", "account 1, payment 2, payment-parts 2")]
    [InlineData("""{"PaymentId":null,"AccountId":"1"}""", "account 1")]
    [InlineData("""{"OrderId":"1"}""", "")]
    [InlineData("{}", "")]
    public void A_callout_names_the_records_that_may_have_changed_and_never_says_when(string body, string expected)
    {
        var notices = Source("hub:one").ReadNotices(Encoding.UTF8.GetBytes(body)).Value;
        Assert.Equal(expected, string.Join(", ", notices.Select(notice => $"{notice.ExternalType} {notice.ExternalId}")));
        Assert.All(notices, notice => Assert.Equal(Marker.AnyTime, notice.Marker));
        Assert.All(notices, notice => Assert.Null(notice.Embedded));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"InvoiceId":7}""")]
    [InlineData("""{"InvoiceId":""}""")]
    [InlineData("""{"InvoiceId":".."}""")]
    public void A_callout_of_another_shape_is_invalid_and_throws_nothing(string body) =>
        Assert.IsType<Fault.Invalid>(Source("hub:one").ReadNotices(Encoding.UTF8.GetBytes(body)).Fault);

    [Fact]
    public void Every_callout_that_the_pretend_vendor_sends_is_authentic_and_readable()
    {
        var bench = new ZuoraSourceBench();
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 2, 1000)], 190);
        bench.Vendor.CreditInvoice(invoice, 100);
        bench.Vendor.RunBilling(new DateOnly(2026, 8, 1));
        bench.Vendor.Subscribe(account, "usage", 1, new DateOnly(2026, 8, 1));
        var payment = bench.Vendor.TakePayment(account, 500, "EUR", [new PlayedApplication(invoice, 400)]);
        bench.Vendor.RefundPayment(payment, 100);
        var sent = bench.Vendor.TakeWebhooks();
        var source = (IWebhookSource)bench.Connector;
        var told = new List<string>();
        foreach (var request in sent)
        {
            var body = ZuoraSourceBench.BodyOf(request);
            var header = $"{request.Headers.Authorization}";
            Assert.IsType<WebhookVerdict.Verified>(source.Verify(Bench.Webhook(body, ("authorization", header))));
            told.AddRange(source.ReadNotices(Encoding.UTF8.GetBytes(body)).Value.Select(notice => notice.ExternalType));
        }

        Assert.Equal(
            [
                "account",
                "bill-run",
                "credit-memo",
                "credit-memo-parts",
                "document-state",
                "invoice",
                "payment",
                "payment-parts",
                "refund",
                "subscription",
            ],
            told.Distinct().Order(StringComparer.Ordinal)
        );
    }

    private static string Basic(string pair) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";

    private static IWebhookSource Source(string secret) =>
        (IWebhookSource)ZuoraSourceBench.Over(new UnreachableHandler(), name => name == "webhookSecret" ? secret : "test");

    private static WebhookVerdict Verify(IWebhookSource source, string? header) =>
        source.Verify(header is null ? Bench.Webhook(Body) : Bench.Webhook(Body, ("authorization", header)));
}
