using System.Net;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Stripe;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

public sealed class PretendStripeTests
{
    private readonly StripeBench bench = new();

    private PretendStripe Vendor => bench.Vendor;

    [Fact]
    public void The_book_is_the_vendors_own_state_in_the_companys_days()
    {
        var tokyo = TimeZoneInfo.CreateCustomTimeZone("T", TimeSpan.FromHours(9), "T", "T");
        var vendor = new PretendStripe(new VendorSetup("stripe", () => Bench.Noon.AddHours(4), tokyo, null));
        var account = vendor.OpenAccount("Ada", "ada@example.com", "EUR", "DE");
        var first = vendor.IssueInvoice(account, [new PlayedLine("Work", 2, 1000), new PlayedLine("Travel", 1, 333)], 253);
        var second = vendor.IssueInvoice(account, [new PlayedLine("More", 1, 500)], 0);
        vendor.AnnotateInvoice(first, "thanks");
        var payment = vendor.TakePayment(account, 2000, "EUR", [new PlayedApplication(second, 500)]);
        vendor.ApplyPayment(payment, new PlayedApplication(first, 1000));
        vendor.ApplyPayment(payment, new PlayedApplication(first, 200));
        var book = vendor.Book();
        Assert.Equal(new BookAccount(account, account, "Ada", "ada@example.com", true), Assert.Single(book.Accounts));
        var day = new DateOnly(2026, 8, 4);
        Assert.Equal(
            [
                $"{first} PRE00001-0001 {account} {day:O} EUR 253 1586 thanks open 1000,333",
                $"{second} PRE00001-0002 {account} {day:O} EUR 0 500  paid 500",
            ],
            book.Invoices.Select(i =>
                $"{i.Id} {i.Number} {i.AccountNumber} {i.IssuedOn:O} {i.Currency} {i.Tax} {i.Total} {i.Memo} {i.Status} {string.Join(',', i.LineAmounts)}"
            )
        );
        var paid = Assert.Single(book.Payments);
        Assert.Equal((payment, day, "EUR", 2000, "succeeded"), (paid.Reference, paid.ReceivedOn, paid.Currency, paid.Amount, paid.Status));
        Assert.Equal([new BookApplication("PRE00001-0001", 1200), new BookApplication("PRE00001-0002", 500)], paid.Applications);
        Assert.Empty(vendor.TakeWebhooks());
    }

    [Fact]
    public void A_void_invoice_and_a_closed_account_stay_in_the_book()
    {
        var account = Vendor.OpenAccount("Ada", null, "EUR", "DE");
        Vendor.VoidInvoice(Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0));
        Vendor.CloseAccount(account);
        Assert.Equal("void", Assert.Single(Vendor.Book().Invoices).Status);
        Assert.False(Assert.Single(Vendor.Book().Accounts).Active);
        Assert.Throws<ArgumentException>(() => Vendor.RenameAccount(account, "Bob"));
    }

    [Fact]
    public void A_refused_payment_leaves_nothing_behind()
    {
        var account = Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var invoice = Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0);
        Assert.Throws<ArgumentException>(() => Vendor.TakePayment(account, 5000, "EUR", [new(invoice, 600), new(invoice, 401)]));
        Assert.Throws<ArgumentException>(() => Vendor.TakePayment(account, 500, "EUR", [new(invoice, 501)]));
        Assert.Throws<ArgumentException>(() => Vendor.TakePayment(account, 500, "USD", [new(invoice, 500)]));
        Assert.Empty(Vendor.Book().Payments);
        Vendor.TakePayment(account, 5000, "EUR", [new(invoice, 600), new(invoice, 400)]);
        Assert.Equal("paid", Assert.Single(Vendor.Book().Invoices).Status);
    }

    [Theory]
    [InlineData("customer")]
    [InlineData("Customers")]
    [InlineData("BillingAccount")]
    [InlineData("billingaccounts")]
    public void An_entity_goes_by_its_own_and_its_canonical_name(string name)
    {
        var made = Vendor.Put(name, new JsonObject { ["name"] = "Ada" })!;
        Assert.Equal("cus_00000000000001", made["id"]!.GetValue<string>());
        Assert.Single(Vendor.Records(name)!);
        Assert.NotNull(Vendor.Webhook(name, "cus_00000000000001"));
        Assert.Null(Vendor.Webhook(name, "cus_none"));
    }

    [Fact]
    public void An_unknown_entity_is_null_and_an_unknown_field_refused()
    {
        Assert.Null(Vendor.Put("journal", []));
        Assert.Null(Vendor.Records("journal"));
        Assert.Throws<ArgumentException>(() => Vendor.Put("customer", new JsonObject { ["legalName"] = "Ada" }));
        Assert.Throws<ArgumentException>(() => Vendor.Put("customer", new JsonObject { ["balance"] = "much" }));
        Assert.Empty(Vendor.Records("customer")!);
    }

    [Fact]
    public void An_invoice_made_by_hand_is_totalled_and_finalised()
    {
        var account = Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var made = Vendor.Put(
            "invoice",
            JsonNode.Parse($$"""{"customer":"{{account}}","status":"open","lines":[{"amount":700},{"amount":300}]}""")!.AsObject()
        )!;
        Assert.Equal(1000, made["total"]!.GetValue<long>());
        Assert.Equal("PRE00001-0001", made["number"]!.GetValue<string>());
        Assert.Equal([700L, 300L], Assert.Single(Vendor.Book().Invoices).LineAmounts);
        Vendor.Put("invoice", new JsonObject { ["id"] = made["id"]!.GetValue<string>(), ["status"] = "void" });
        Assert.Equal("void", Assert.Single(Vendor.Book().Invoices).Status);
    }

    [Fact]
    public void A_webhook_asked_for_again_is_the_same_event_signed_now()
    {
        var account = Vendor.OpenAccount("Ada", null, "EUR", "DE");
        using var first = Vendor.TakeWebhooks().Single();
        bench.Now = bench.Now.AddDays(2);
        using var again = Vendor.Webhook("customer", account)!;
        var signature = again.Headers.GetValues("Stripe-Signature").Single();
        Assert.NotEqual(first.Headers.GetValues("Stripe-Signature").Single(), signature);
        Assert.StartsWith($"t={bench.Now.ToUnixTimeSeconds()},", signature, StringComparison.Ordinal);
        using var text = new StreamReader(again.Content!.ReadAsStream());
        using var before = new StreamReader(first.Content!.ReadAsStream());
        Assert.Equal(before.ReadToEnd(), text.ReadToEnd());
    }

    [Theory]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("sk_test_other", HttpStatusCode.Unauthorized)]
    [InlineData("sk_test_pretend", HttpStatusCode.NotFound)]
    public void A_request_needs_the_key(string key, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.stripe.com/v1/customers/cus_none");
        request.Headers.TryAddWithoutValidation("Authorization", key.Length == 0 ? null : $"Bearer {key}");
        using var response = Vendor.Answer(request);
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/customers/cus_00000000000001?surprise=1")]
    [InlineData("/v1/events?limit=101")]
    [InlineData("/v1/events?limit=x")]
    [InlineData("/v1/events?starting_after=evt_none")]
    [InlineData("/v1/payment_intents/pi_00000000000001?expand[]=customer")]
    public void A_bad_request_is_refused_as_stripe_refuses_it(string path)
    {
        var account = Vendor.OpenAccount("Ada", null, "EUR", "DE");
        Vendor.TakePayment(account, 1, "EUR", []);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.stripe.com" + path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer sk_test_pretend");
        using var response = Vendor.Answer(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
