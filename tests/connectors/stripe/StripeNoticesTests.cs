using System.Text;
using System.Text.Json;
using QtcHub.Connectors;
using QtcHub.Webhooks;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

public sealed class StripeNoticesTests
{
    private const string Pinned = "2026-07-29.dahlia";
    private const string Lines = "\"lines\":{\"object\":\"list\",\"data\":[],\"has_more\":false}";

    public static readonly TheoryData<string, string, string> Events = new()
    {
        { "customer.created", """{"id":"cus_1"}""", "customer cus_1" },
        { "customer.deleted", """{"id":"cus_1"}""", "customer cus_1" },
        { "invoice.created", """{"id":"in_1"}""", "invoice in_1" },
        { "invoice.voided", """{"id":"in_1"}""", "invoice in_1" },
        { "invoice.overdue", """{"id":"in_1"}""", "invoice in_1" },
        { "payment_intent.succeeded", """{"id":"pi_1"}""", "payment_intent pi_1" },
        { "charge.refunded", """{"id":"ch_1","payment_intent":"pi_1"}""", "payment_intent pi_1" },
        { "charge.succeeded", """{"id":"ch_1","payment_intent":{"id":"pi_1"}}""", "payment_intent pi_1" },
        { "charge.succeeded", """{"id":"ch_1","payment_intent":null}""", "" },
        {
            "invoice_payment.paid",
            """{"id":"inpay_1","invoice":"in_1","payment":{"type":"payment_intent","payment_intent":"pi_1"}}""",
            "payment_intent pi_1, invoice in_1"
        },
        { "invoice_payment.paid", """{"id":"inpay_1","invoice":"in_1","payment":{"type":"charge","charge":"ch_1"}}""", "invoice in_1" },
        { "invoice.upcoming", """{"object":"invoice"}""", "" },
        { "customer.subscription.created", """{"id":"sub_1"}""", "subscription sub_1" },
        { "customer.subscription.deleted", """{"id":"sub_1"}""", "subscription sub_1" },
        { "customer.source.created", """{"id":"card_1"}""", "" },
        { "product.updated", """{"id":"prod_1"}""", "product prod_1" },
        { "price.created", """{"id":"price_1","product":"prod_1"}""", "product prod_1" },
        { "price.deleted", """{"id":"price_1","product":{"id":"prod_1"}}""", "product prod_1" },
        {
            "charge.succeeded",
            """{"id":"ch_1","payment_intent":"pi_1","balance_transaction":"txn_1","failure_balance_transaction":null}""",
            "payment_intent pi_1, balance_transaction txn_1"
        },
        { "credit_note.voided", """{"id":"cn_1","invoice":"in_1"}""", "credit_note cn_1" },
        { "refund.created", """{"id":"re_1","balance_transaction":"txn_1"}""", "refund re_1, balance_transaction txn_1" },
        {
            "charge.refund.updated",
            """{"id":"re_1","balance_transaction":"txn_1","failure_balance_transaction":"txn_2"}""",
            "refund re_1, balance_transaction txn_1, balance_transaction txn_2"
        },
        { "charge.dispute.created", """{"id":"dp_1","payment_intent":"pi_1","balance_transactions":[]}""", "dispute dp_1" },
        {
            "charge.dispute.funds_reinstated",
            """{"id":"dp_1","balance_transactions":[{"id":"txn_1"},{"id":"txn_2"}]}""",
            "dispute dp_1, balance_transaction txn_1, balance_transaction txn_2"
        },
        {
            "payout.reconciliation_completed",
            """{"id":"po_1","automatic":true,"balance_transaction":"txn_1","failure_balance_transaction":null}""",
            "payout po_1, balance_transaction txn_1, payout_items po_1"
        },
        {
            "payout.failed",
            """{"id":"po_1","automatic":false,"balance_transaction":{"id":"txn_1"},"failure_balance_transaction":"txn_2"}""",
            "payout po_1, balance_transaction txn_1, balance_transaction txn_2"
        },
        { "terminal.reader.updated", """{"id":"tmr_1"}""", "" },
    };

    private readonly IWebhookSource source = (IWebhookSource)StripeBench.Over(new UnreachableHandler());

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_names_the_records_that_may_have_changed(string type, string subject, string expected)
    {
        var notices = Read(type, subject);
        Assert.Equal(expected, string.Join(", ", notices.Select(notice => $"{notice.ExternalType} {notice.ExternalId}")));
        Assert.All(notices, notice => Assert.Equal(Marker.At(Bench.Noon), notice.Marker));
    }

    [Theory]
    [InlineData("customer.updated", Pinned, """{"id":"cus_1"}""", true)]
    [InlineData("customer.updated", "2025-01-01", """{"id":"cus_1"}""", false)]
    [InlineData("customer.updated", Pinned, """{"id":"cus_1","sources":{"object":"list","data":[],"has_more":true}}""", false)]
    [InlineData("customer.deleted", Pinned, """{"id":"cus_1"}""", false)]
    [InlineData("invoice.paid", Pinned, "{\"id\":\"in_1\"," + Lines + "}", true)]
    [InlineData("invoice.paid", Pinned, """{"id":"in_1","lines":{"object":"list","data":[],"has_more":true}}""", false)]
    [InlineData("invoice.paid", Pinned, """{"id":"in_1"}""", false)]
    [InlineData("invoice.deleted", Pinned, "{\"id\":\"in_1\"," + Lines + "}", false)]
    [InlineData("payment_intent.succeeded", Pinned, """{"id":"pi_1"}""", false)]
    [InlineData("refund.created", Pinned, """{"id":"re_1"}""", false)]
    [InlineData("charge.dispute.closed", Pinned, """{"id":"dp_1"}""", false)]
    [InlineData("payout.paid", Pinned, """{"id":"po_1"}""", false)]
    [InlineData("product.updated", Pinned, """{"id":"prod_1"}""", false)]
    [InlineData("customer.subscription.updated", Pinned, """{"id":"sub_1"}""", false)]
    public void An_object_is_used_as_it_is_only_when_a_read_would_give_the_same(string type, string version, string subject, bool used)
    {
        var notice = Assert.Single(Read(type, subject, version));
        Assert.Equal(used, notice.Embedded is not null);
        if (notice.Embedded is { } embedded)
        {
            Assert.Equal(subject, Encoding.UTF8.GetString(embedded.Span));
        }
    }

    [Theory]
    [InlineData("""{"id":"evt_1"}""")]
    [InlineData("""{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"invoice.paid","created":"now","data":{"object":{"id":"in_1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"invoice.paid","created":9223372036854775807,"data":{"object":{"id":"in_1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"invoice.paid","created":1785758400}""")]
    [InlineData("""{"id":"evt_1","type":"invoice.paid","created":1785758400,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"price.created","created":1785758400,"data":{"object":{"id":"price_1"}}}""")]
    [InlineData("[]")]
    public void An_event_of_another_shape_is_invalid_and_throws_nothing(string body) =>
        Assert.IsType<Fault.Invalid>(source.ReadNotices(Encoding.UTF8.GetBytes(body)).Fault);

    [Fact]
    public void Every_webhook_that_the_pretend_vendor_sends_is_authentic_and_readable()
    {
        var bench = new StripeBench();
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var invoice = bench.Vendor.IssueInvoice(account, [new("Work", 2, 1000)], 190);
        bench.Vendor.TakePayment(account, 1190, "EUR", [new(invoice, 1190)]);
        bench.Vendor.CloseAccount(account);
        var sent = bench.Vendor.TakeWebhooks();
        Assert.Equal(
            "customer.created invoice.created invoice.finalized payment_intent.created charge.succeeded payment_intent.succeeded "
                + "invoice_payment.paid invoice.paid invoice.payment_succeeded customer.deleted",
            string.Join(' ', sent.Select(TypeOf))
        );
        Assert.All(
            sent,
            request =>
            {
                var body = BodyOf(request);
                var verdict = StripeBench.Verify(bench.Connector, body, request.Headers.GetValues("Stripe-Signature").Single());
                Assert.IsType<WebhookVerdict.Verified>(verdict);
                Assert.True(source.ReadNotices(Encoding.UTF8.GetBytes(body)).TryGet(out _, out _));
            }
        );
        Assert.Empty(bench.Vendor.TakeWebhooks());
    }

    private static string TypeOf(HttpRequestMessage request) => JsonElement.Parse(BodyOf(request)).GetProperty("type").GetString()!;

    private static string BodyOf(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream());
        var body = reader.ReadToEnd();
        request.Content = new StringContent(body);
        return body;
    }

    private IReadOnlyList<Notice> Read(string type, string subject, string version = Pinned)
    {
        var body =
            $$$"""{"id":"evt_1","api_version":"{{{version}}}","created":1785758400,"type":"{{{type}}}","data":{"object":{{{subject}}} }}""";
        return source.ReadNotices(Encoding.UTF8.GetBytes(body)).Value;
    }
}
