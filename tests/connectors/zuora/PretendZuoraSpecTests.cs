using System.Text.Json.Nodes;
using QtcHub.Tests.Connectors.Conformance;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Every operation of the pretend tenant against the vendor's own description, where that is on this machine.</summary>
public sealed class PretendZuoraSpecTests(ITestOutputHelper output)
{
    /// <summary>Where the description contradicts itself, the vendor is as its examples are; each with its reason.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Excused = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GET /v1/catalog/product/{product-id} response: $.success is not described"] = "the example of the same operation has it",
        ["POST /v1/orders response: $.paidAmount is Number, not string"] = "the example of the same operation has a number",
    };

    private readonly ZuoraBench bench = new();

    [Fact]
    public async Task Every_request_taken_and_every_answer_given_is_as_described()
    {
        var description = ApiDescription.Load(Path.Combine("zuora", "zuora.json"), name => name.EndsWith("__c", StringComparison.Ordinal));
        Assert.SkipWhen(description is null, "QTC_VENDOR_SPECS names no folder of descriptions");
        await LiveAsync();
        var tally = new ConformanceTally("pretend zuora", description);
        foreach (var exchange in bench.Said)
        {
            var refused = exchange.Response is JsonObject answer && (bool?)answer["success"] == false;
            tally.Check(exchange, refused ? "CommonResponseType" : null);
        }

        tally.Report();
        output.WriteLine(tally.ToString());
        output.WriteLine(string.Join(Environment.NewLine, tally.Problems.Distinct(StringComparer.Ordinal)));
        Assert.Empty(tally.Problems.Except(Excused.Keys, StringComparer.Ordinal).Distinct(StringComparer.Ordinal));
        Assert.Empty(Excused.Keys.Except(tally.Problems, StringComparer.Ordinal));
        Assert.True(tally.Operations.Count >= 55, $"{tally.Operations.Count} operations");
    }

    /// <summary>Asks for everything the tenant answers, at least once, and is refused in each way.</summary>
    private async Task LiveAsync()
    {
        var account = (string)
            (await bench.AccountAsync(more: ""","QtcHubId__c":"a","taxInfo":{"exemptStatus":"No"},"notes":"n" """))["accountNumber"]!;
        var id = (string)(await bench.GetAsync($"/v1/accounts/{account}"))["basicInfo"]!["id"]!;
        await bench.PutAsync($"/v1/accounts/{account}", """{"name":"Ada & Co","QtcHubId__c":"a"}""");
        await bench.GetAsync($"/v1/object/account/{id}");
        var contact = (string)
            (await bench.PostAsync("/v1/object/contact", $$"""{"AccountId":"{{id}}","FirstName":"A","LastName":"B"}"""))["Id"]!;
        await bench.PutAsync($"/v1/object/contact/{contact}", """{"City":"Bonn"}""");
        await bench.GetAsync($"/v1/object/contact/{contact}");
        var products = await bench.GetAsync("/v1/catalog/products?pageSize=1");
        await bench.GetAsync($"/v1/catalog/product/{products["products"]![0]!["id"]}");
        await OrdersAsync(account);
        await DocumentsAsync(account);
        await MoneyAsync(id);
        await QueriesAsync();
        await bench.SendAsync("POST", "/v1/accounts", "{}");
        await bench.SendAsync("GET", "/v1/object/invoice/none");
        await bench.SendAsync("POST", "/v1/object/contact", """{"FirstName":"A"}""");
    }

    private async Task OrdersAsync(string account)
    {
        await bench.SubscribeAsync(account, "annual-prepaid", "2026-08-01", "S-1", "O-1");
        await bench.SubscribeAsync(account, "usage", "2026-08-01", "S-2");
        await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01", "S-3");
        var plan = (string)(await bench.PlanAsync("setup"))["id"]!;
        await bench.AmendAsync(
            account,
            "S-3",
            "2026-08-01",
            $$$"""{"type":"AddProduct","addProduct":{"productRatePlanId":"{{{plan}}}"}}"""
        );
        var subscription = await bench.GetAsync("/v1/subscriptions/S-3");
        await bench.AmendAsync(
            account,
            "S-3",
            "2026-08-01",
            $$$"""{"type":"RemoveProduct","removeProduct":{"ratePlanId":"{{{subscription["ratePlans"]![1]!["id"]}}}"}}"""
        );
        await bench.AmendAsync(account, "S-3", "2026-08-01", """{"type":"RenewSubscription"}""");
        var usage = (await bench.GetAsync("/v1/subscriptions/S-2"))["ratePlans"]![0]!["ratePlanCharges"]![0]!["number"];
        var reported = await bench.PostAsync(
            "/v1/object/usage",
            $$"""{"AccountNumber":"{{account}}","ChargeNumber":"{{usage}}","Quantity":120,"UOM":"Each","StartDateTime":"2026-08-03T10:00:00Z"}"""
        );
        await bench.GetAsync($"/v1/object/usage/{reported["Id"]}");
        await bench.PostAsync(
            "/v1/orders?returnIds=true",
            $$$$"""
            {"orderDate":"2026-08-01","existingAccountNumber":"{{{{account}}}}","description":"d","customFields":{"QtcHubId__c":"o"},
            "processingOptions":{"runBilling":true,"collectPayment":true,"billingOptions":{"targetDate":"2026-08-01"}},
            "subscriptions":[{"orderActions":[{"type":"CreateSubscription","createSubscription":{"terms":{"initialTerm":{"period":12,"periodType":"Month","termType":"TERMED"}},
            "subscribeToRatePlans":[{"productRatePlanId":"{{{{plan}}}}"}]}}]}]}
            """
        );
        await bench.GetAsync("/v1/orders/O-1");
        await bench.GetAsync("/v1/orders?pageSize=1&page=2&dateFilterOption=updatedDate&startDate=2026-08-01");
        await bench.GetAsync("/v1/orders/subscription/S-1");
        await bench.GetAsync($"/v1/subscriptions/accounts/{account}");
        await bench.GetAsync("/v1/subscriptions/S-3?charge-detail=all-segments");
        await bench.GetAsync("/v1/subscriptions/S-3/versions/1");
        await bench.GetAsync($"/v1/object/subscription/{subscription["id"]}");
    }

    private async Task DocumentsAsync(string account)
    {
        var run = (string)
            (await bench.PostAsync("/v1/object/bill-run", """{"InvoiceDate":"2026-09-01","TargetDate":"2026-09-01"}"""))["Id"]!;
        await bench.GetAsync($"/v1/object/bill-run/{run}");
        await bench.PutAsync($"/v1/object/bill-run/{run}", """{"Status":"Posted"}""");
        foreach (var invoice in await bench.IdsAsync("Invoice"))
        {
            await bench.GetAsync($"/v1/object/invoice/{invoice}");
            foreach (var item in (await bench.GetAsync($"/v1/invoices/{invoice}/items?pageSize=40"))["invoiceItems"]!.AsArray())
            {
                await bench.GetAsync($"/v1/invoices/{invoice}/items/{item!["id"]}/taxation-items");
                await bench.GetAsync($"/v1/object/invoice-item/{item["id"]}");
            }
        }

        await bench.GetAsync($"/v1/transactions/invoices/accounts/{account}?pageSize=1");
        await bench.PutAsync($"/v1/object/invoice/{(await bench.IdsAsync("Invoice"))[^1]}", """{"QtcHubId__c":"i"}""");
    }

    private async Task MoneyAsync(string account)
    {
        var invoice = bench.Zuora.IssueInvoice(account, [new Sandbox.PlayedLine("Work", 1, 20000)], 3800);
        var item = (string)(await bench.GetAsync($"/v1/invoices/{invoice}/items"))["invoiceItems"]![0]!["id"]!;
        var credit = await MemoAsync(invoice, item, "creditmemos");
        var debit = await MemoAsync(invoice, item, "debitmemos");
        foreach (var step in new[] { "post", "unpost", "post" })
        {
            await bench.PutAsync($"/v1/creditmemos/{credit}/{step}");
            await bench.PutAsync($"/v1/debitmemos/{debit}/{step}");
        }

        var ten = $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":10}]}""";
        await bench.PutAsync($"/v1/creditmemos/{credit}/apply", ten);
        await bench.GetAsync($"/v1/creditmemos/{credit}/parts");
        await bench.PutAsync($"/v1/creditmemos/{credit}/unapply", ten);
        await CancelMemosAsync(invoice, item);
        var payment = (string)
            (
                await bench.PostAsync(
                    "/v1/payments",
                    $$"""{"accountId":"{{account}}","amount":99.5,"currency":"EUR","type":"External","referenceId":"r","QtcHubId__c":"p"}"""
                )
            )["id"]!;
        await bench.PutAsync($"/v1/payments/{payment}", """{"comment":"seen"}""");
        await bench.PutAsync($"/v1/payments/{payment}/apply", ten);
        await bench.GetAsync($"/v1/payments/{payment}");
        await bench.GetAsync($"/v1/payments/{payment}/parts");
        await bench.GetAsync($"/v1/invoices/{invoice}/application-parts");
        var refund = (string)
            (
                await bench.PostAsync(
                    $"/v1/payments/{payment}/refunds",
                    """{"totalAmount":5,"type":"External","methodType":"WireTransfer"}"""
                )
            )["id"]!;
        await bench.GetAsync($"/v1/refunds/{refund}");
        await bench.PutAsync($"/v1/refunds/{refund}/cancel");
        await bench.PutAsync($"/v1/payments/{payment}/unapply", ten);
        await bench.PutAsync($"/v1/payments/{payment}/cancel");
        await bench.PutAsync($"/v1/invoices/{invoice}/reverse", """{"memoDate":"2026-08-03"}""");
        foreach (var list in new[] { "payments", "refunds", "creditmemos", "debitmemos" })
        {
            await bench.GetAsync($"/v1/{list}?sort=-updatedDate&pageSize=40");
        }
    }

    private async Task<string> MemoAsync(string invoice, string item, string kind)
    {
        var body = $$"""{"effectiveDate":"2026-08-03","items":[{"invoiceItemId":"{{item}}","skuName":"Work","amount":50}]}""";
        var memo = (string)(await bench.PostAsync($"/v1/invoices/{invoice}/{kind}", body))["id"]!;
        await bench.GetAsync($"/v1/{kind}/{memo}");
        var own = (string)(await bench.GetAsync($"/v1/{kind}/{memo}/items"))["items"]![0]!["id"]!;
        await bench.GetAsync($"/v1/{kind}/{memo}/items/{own}/taxation-items");
        return memo;
    }

    private async Task CancelMemosAsync(string invoice, string item)
    {
        foreach (var kind in new[] { "creditmemos", "debitmemos" })
        {
            await bench.PutAsync($"/v1/{kind}/{await MemoAsync(invoice, item, kind)}/cancel");
        }
    }

    private async Task QueriesAsync()
    {
        var page = await bench.PostAsync("/v1/action/query", """{"queryString":"select Id, Amount from Invoice","conf":{"batchSize":1}}""");
        await bench.PostAsync("/v1/action/queryMore", $$"""{"queryLocator":"{{page["queryLocator"]}}"}""");
    }
}
