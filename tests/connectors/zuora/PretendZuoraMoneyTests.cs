using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Invoices, memos, payments, refunds, and what is applied to what.</summary>
public sealed class PretendZuoraMoneyTests
{
    private readonly ZuoraBench bench = new();
    private string account = "";

    [Fact]
    public async Task An_external_payment_pays_several_invoices_in_parts_and_what_is_left_later()
    {
        var (first, second) = (await InvoiceAsync(10000), await InvoiceAsync(5000));
        var payment = await bench.PostAsync(
            "/v1/payments",
            $$"""{"accountId":"{{account}}","amount":120.50,"currency":"EUR","type":"External","referenceId":"bank-7","effectiveDate":"2026-08-03","QtcHubId__c":"pay-1","invoices":[{"invoiceId":"{{first}}","amount":60.25}]}"""
        );
        Assert.Equal((120.50m, 60.25m, 60.25m), Amounts(payment));
        Assert.Equal(("bank-7", "pay-1"), ((string?)payment["referenceId"], (string?)payment["QtcHubId__c"]));
        payment = await bench.PutAsync(
            $"/v1/payments/{payment["id"]}/apply",
            $$"""{"invoices":[{"invoiceId":"{{first}}","amount":10.25},{"invoiceId":"{{second}}","amount":50}]}"""
        );
        Assert.Equal((120.50m, 120.50m, 0m), Amounts(payment));
        Assert.Equal((29.50m, 0m), (await BalanceAsync(first), await BalanceAsync(second)));
        var parts = await bench.GetAsync($"/v1/payments/{payment["id"]}/parts");
        Assert.Equal(
            [(first, 70.50m), (second, 50m)],
            parts["parts"]!.AsArray().Select(part => ((string)part!["invoiceId"]!, (decimal)part["amount"]!))
        );

        payment = await bench.PutAsync(
            $"/v1/payments/{payment["id"]}/unapply",
            $$"""{"invoices":[{"invoiceId":"{{second}}","amount":50}]}"""
        );
        Assert.Equal((120.50m, 70.50m, 50m), Amounts(payment));
        Assert.Equal(50m, await BalanceAsync(second));
        Assert.Single((await bench.GetAsync($"/v1/payments/{payment["id"]}/parts"))["parts"]!.AsArray());
        Assert.Equal(
            "70.5",
            (await bench.GetAsync($"/v1/invoices/{first}/application-parts"))["applicationParts"]![0]!["appliedAmount"]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("100.01", "100.01")]
    [InlineData("50", "50.01")]
    [InlineData("50", "0")]
    [InlineData("50", "-1")]
    [InlineData("50", "1.001")]
    public async Task Nothing_is_overpaid_and_a_refused_payment_is_not_made(string amount, string applied)
    {
        var invoice = await InvoiceAsync(10000);
        await bench.RefusedAsync(
            "POST",
            "/v1/payments",
            $$"""{"accountId":"{{account}}","amount":{{amount}},"currency":"EUR","type":"External","invoices":[{"invoiceId":"{{invoice}}","amount":{{applied}}}]}"""
        );
        Assert.Empty(bench.Tenant.Records("Payment")!);
        Assert.Equal(100m, await BalanceAsync(invoice));
    }

    [Fact]
    public async Task The_same_invoice_named_twice_is_not_overpaid_either()
    {
        var invoice = await InvoiceAsync(10000);
        var payment = await PayAsync(200);
        var twice = $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":60},{"invoiceId":"{{invoice}}","amount":60}]}""";
        Assert.Equal("30", await bench.RefusedAsync("PUT", $"/v1/payments/{payment}/apply", twice));
        Assert.Equal("30", await bench.RefusedAsync("PUT", $"/v1/payments/{payment}/unapply", twice));
        Assert.Equal(100m, await BalanceAsync(invoice));
    }

    [Fact]
    public async Task A_payment_pays_only_its_own_accounts_invoices()
    {
        var invoice = await InvoiceAsync(10000);
        account = (string)(await bench.AccountAsync())["accountId"]!;
        var payment = await PayAsync(200);
        Assert.Equal(
            "30",
            await bench.RefusedAsync("PUT", $"/v1/payments/{payment}/apply", $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":60}]}""")
        );
    }

    [Fact]
    public async Task Yen_have_no_decimals()
    {
        account = (string)(await bench.AccountAsync("JPY", "JP"))["accountId"]!;
        var body = $$"""{"accountId":"{{account}}","amount":100.5,"currency":"JPY","type":"External"}""";
        await bench.RefusedAsync("POST", "/v1/payments", body);
        await bench.PostAsync("/v1/payments", body.Replace("100.5", "100", StringComparison.Ordinal));
        Assert.Equal(100, Assert.Single(bench.Tenant.Book().Payments).Amount);
    }

    [Fact]
    public async Task A_payment_of_the_gateway_bears_the_processors_reference()
    {
        var invoice = await InvoiceAsync(10000);
        var payment = await bench.PostAsync(
            "/v1/payments",
            $$"""{"accountId":"{{account}}","amount":1,"currency":"EUR","type":"Electronic","paymentMethodId":"pm"}"""
        );
        Assert.StartsWith("ch_", (string)payment["referenceId"]!, StringComparison.Ordinal);
        Assert.Equal("Settled", (string?)payment["gatewayState"]);
        bench.Zuora.CollectPayment(invoice, "pi_42");
        Assert.Equal("pi_42", bench.Tenant.Book().Payments[1].Reference);
        Assert.Equal("30", await bench.RefusedAsync("PUT", $"/v1/payments/{payment["id"]}/cancel"));
    }

    [Fact]
    public async Task A_refund_takes_what_is_unapplied_and_no_more()
    {
        var invoice = await InvoiceAsync(10000);
        var payment = await PayAsync(100);
        await bench.PutAsync($"/v1/payments/{payment}/apply", $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":60}]}""");
        var address = $"/v1/payments/{payment}/refunds";
        await bench.RefusedAsync("POST", address, """{"totalAmount":40.01,"type":"External","methodType":"WireTransfer"}""");
        await bench.RefusedAsync("POST", address, """{"totalAmount":40,"type":"External"}""");
        var refund = await bench.PostAsync(
            address,
            """{"totalAmount":30,"type":"External","methodType":"WireTransfer","referenceId":"re_1","refundDate":"2026-08-03"}"""
        );
        Assert.Equal(("Processed", 30m), ((string?)refund["status"], (decimal)refund["amount"]!));
        Assert.Equal(10m, (decimal)(await bench.GetAsync($"/v1/payments/{payment}"))["unappliedAmount"]!);
        Assert.Equal(
            "30",
            await bench.RefusedAsync("PUT", $"/v1/payments/{payment}/apply", $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":11}]}""")
        );
        Assert.Equal("Canceled", (string?)(await bench.PutAsync($"/v1/refunds/{refund["id"]}/cancel"))["status"]);
        Assert.Equal(40m, (decimal)(await bench.GetAsync($"/v1/payments/{payment}"))["unappliedAmount"]!);
        Assert.Equal("30", await bench.RefusedAsync("PUT", $"/v1/refunds/{refund["id"]}/cancel"));
    }

    [Fact]
    public async Task A_payment_is_canceled_only_while_nothing_is_applied()
    {
        var invoice = await InvoiceAsync(10000);
        var payment = await PayAsync(100);
        var apply = $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":60}]}""";
        await bench.PutAsync($"/v1/payments/{payment}/apply", apply);
        await bench.RefusedAsync("PUT", $"/v1/payments/{payment}/cancel");
        await bench.PutAsync($"/v1/payments/{payment}/unapply", apply);
        Assert.Equal("Canceled", (string?)(await bench.PutAsync($"/v1/payments/{payment}/cancel"))["status"]);
        await bench.RefusedAsync("PUT", $"/v1/payments/{payment}/apply", apply);
    }

    [Fact]
    public async Task A_credit_memo_is_drafted_posted_applied_and_unapplied()
    {
        var invoice = await InvoiceAsync(10000, tax: 1900);
        var item = await ItemAsync(invoice);
        var memo = await bench.PostAsync($"/v1/invoices/{invoice}/creditmemos", Memo(item, "50"));
        Assert.Equal(
            ("Draft", 59.50m, 9.50m, 0m),
            ((string?)memo["status"], (decimal)memo["amount"]!, (decimal)memo["taxAmount"]!, (decimal)memo["unappliedAmount"]!)
        );
        var (address, apply) = ($"/v1/creditmemos/{memo["id"]}", $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":59.5}]}""");
        await bench.RefusedAsync("PUT", $"{address}/apply", apply);
        await bench.PutAsync($"{address}/post");
        memo = await bench.PutAsync($"{address}/apply", apply);
        Assert.Equal((59.5m, 0m), ((decimal)memo["appliedAmount"]!, (decimal)memo["unappliedAmount"]!));
        Assert.Equal(59.5m, await BalanceAsync(invoice));
        Assert.Equal(
            (string?)memo["id"],
            (string?)(await bench.GetAsync($"/v1/invoices/{invoice}/application-parts"))["applicationParts"]![0]!["creditMemoId"]
        );
        await bench.RefusedAsync("PUT", $"{address}/unpost");
        await bench.PutAsync($"{address}/unapply", apply);
        Assert.Equal(119m, await BalanceAsync(invoice));
        await bench.PutAsync($"{address}/unpost");
        Assert.Equal("Canceled", (string?)(await bench.PutAsync($"{address}/cancel"))["status"]);
        Assert.Equal(item, (string?)(await bench.GetAsync($"{address}/items"))["items"]![0]!["sourceItemId"]);
        await bench.RefusedAsync("POST", $"/v1/invoices/{invoice}/creditmemos", Memo(item, "100.01"));
    }

    [Fact]
    public async Task A_debit_memo_is_owed_and_paid_like_an_invoice()
    {
        var invoice = await InvoiceAsync(10000);
        var memo = await bench.PostAsync(
            $"/v1/invoices/{invoice}/debitmemos",
            Memo(await ItemAsync(invoice), "20", ""","autoPost":true""")
        );
        Assert.Equal(("Posted", 20m, "2026-09-02"), ((string?)memo["status"], (decimal)memo["balance"]!, (string?)memo["dueDate"]));
        var payment = await PayAsync(20);
        await bench.PutAsync($"/v1/payments/{payment}/apply", $$"""{"debitMemos":[{"debitMemoId":"{{memo["id"]}}","amount":20}]}""");
        Assert.Equal(0m, (decimal)(await bench.GetAsync($"/v1/debitmemos/{memo["number"]}"))["balance"]!);
        Assert.Equal((string?)memo["id"], (string?)(await bench.GetAsync($"/v1/payments/{payment}/parts"))["parts"]![0]!["debitMemoId"]);
    }

    [Fact]
    public async Task A_posted_document_is_put_off_and_is_otherwise_as_it_was_and_what_is_reversed_is_not()
    {
        var invoice = await InvoiceAsync(10000);
        var before = await bench.GetAsync($"/v1/object/invoice/{invoice}");
        var answer = await bench.PutAsync($"/v1/invoices/{invoice}", """{"dueDate":"2027-01-31","Stage__c":"second"}""");
        Assert.Equal(("2027-01-31", "second"), ((string?)answer["dueDate"], (string?)answer["Stage__c"]));
        var after = await bench.GetAsync($"/v1/object/invoice/{invoice}");
        Assert.Equal("2027-01-31", (string?)after["DueDate"]);
        Assert.Equal(("Posted", "second", 100m), ((string?)after["Status"], (string?)after["Stage__c"], (decimal)after["Balance"]!));
        Assert.Equal((string?)before["InvoiceDate"], (string?)after["InvoiceDate"]);

        await bench.RefusedAsync("PUT", $"/v1/invoices/{invoice}", """{"dueDate":"2001-01-01"}""");
        await bench.RefusedAsync("PUT", $"/v1/invoices/{invoice}", """{"amount":1}""");
        await bench.PutAsync($"/v1/invoices/{invoice}/reverse");
        await bench.RefusedAsync("PUT", $"/v1/invoices/{invoice}", """{"dueDate":"2027-02-28"}""");
    }

    [Fact]
    public async Task An_invoice_is_reversed_by_a_memo_over_all_of_it_unless_something_is_applied()
    {
        var invoice = await InvoiceAsync(10000, tax: 1900);
        var payment = await PayAsync(10);
        var apply = $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":10}]}""";
        await bench.PutAsync($"/v1/payments/{payment}/apply", apply);
        await bench.RefusedAsync("PUT", $"/v1/invoices/{invoice}/reverse");
        await bench.PutAsync($"/v1/payments/{payment}/unapply", apply);
        var memo = (string)(await bench.PutAsync($"/v1/invoices/{invoice}/reverse"))["creditMemo"]!["id"]!;
        var read = await bench.GetAsync($"/v1/object/invoice/{invoice}");
        Assert.Equal(("Reversed", 119m, 0m), ((string?)read["Status"], (decimal)read["Amount"]!, (decimal)read["Balance"]!));
        Assert.Equal(119m, (decimal)(await bench.GetAsync($"/v1/creditmemos/{memo}"))["appliedAmount"]!);
        await bench.RefusedAsync("PUT", $"/v1/invoices/{invoice}/reverse");
        await bench.RefusedAsync("PUT", $"/v1/payments/{payment}/apply", apply);
        await bench.RefusedAsync("PUT", $"/v1/creditmemos/{memo}/unapply", $$"""{"invoices":[{"invoiceId":"{{invoice}}","amount":119}]}""");
    }

    [Fact]
    public async Task An_invoice_goes_back_to_a_draft_and_is_canceled_only_from_there()
    {
        var invoice = await InvoiceAsync(10000);
        Assert.Equal(400, (await bench.SendAsync("PUT", $"/v1/object/invoice/{invoice}", """{"Status":"Canceled"}""")).Status);
        await bench.PutAsync($"/v1/object/invoice/{invoice}", """{"Status":"Draft"}""");
        await bench.PutAsync($"/v1/object/invoice/{invoice}", """{"Status":"Canceled","QtcHubId__c":"inv-1"}""");
        var read = await bench.GetAsync($"/v1/object/invoice/{invoice}");
        Assert.Equal(("Canceled", "inv-1", 0m), ((string?)read["Status"], (string?)read["QtcHubId__c"], (decimal)read["Balance"]!));
        Assert.Empty(bench.Tenant.Book().Invoices);
    }

    [Fact]
    public async Task Lists_are_filtered_and_sorted_with_ties_in_the_order_of_ids()
    {
        await InvoiceAsync(10000);
        string[] made = [await PayAsync(1), await PayAsync(2), await PayAsync(1)];
        bench.Now = bench.Now.AddMinutes(1);
        await bench.PutAsync($"/v1/payments/{made[0]}", """{"comment":"seen"}""");
        Assert.Equal([made[1], made[2], made[0]], await PaymentsAsync("sort=-updatedDate"));
        Assert.Equal([made[0], made[1], made[2]], await PaymentsAsync("sort=%2BupdatedDate"));
        Assert.Equal([made[0], made[2]], await PaymentsAsync("amount=1&sort=-number"));
        Assert.Equal([made[0]], await PaymentsAsync("updatedDate=2026-08-03T12:01:00.000Z"));
        Assert.Equal("20", await bench.RefusedAsync("GET", "/v1/payments?shoes=1"));
        Assert.Equal("20", await bench.RefusedAsync("GET", "/v1/payments?sort=shoes"));
    }

    [Fact]
    public async Task The_book_counts_what_was_miscounted_and_revised()
    {
        var (first, second) = (await InvoiceAsync(10000, tax: 1900), await InvoiceAsync(500));
        bench.Zuora.ReviseInvoice(first, 1);
        bench.Zuora.MiscountInvoice(second, -1);
        Assert.Equal(
            [(10001L, 11901L), (500L, 499L)],
            bench.Tenant.Book().Invoices.Select(invoice => (invoice.LineAmounts[0], invoice.Total))
        );
        Assert.Equal(new BookTotal("de", "EUR", "Invoice", 2, 12400, 1900, 0, 0, 12400), Assert.Single(bench.Tenant.Book().Totals));
    }

    private async Task<string> InvoiceAsync(long amount, long tax = 0)
    {
        account = account.Length > 0 ? account : (string)(await bench.AccountAsync())["accountId"]!;
        return bench.Zuora.IssueInvoice(account, [new PlayedLine("Work", 1, amount)], tax);
    }

    private async Task<string> PayAsync(decimal amount) =>
        (string)
            (
                await bench.PostAsync(
                    "/v1/payments",
                    $$"""{"accountId":"{{account}}","amount":{{amount}},"currency":"EUR","type":"External"}"""
                )
            )["id"]!;

    private async Task<string> ItemAsync(string invoice) =>
        (string)(await bench.GetAsync($"/v1/invoices/{invoice}/items"))["invoiceItems"]![0]!["id"]!;

    private async Task<decimal> BalanceAsync(string invoice) =>
        (decimal)(await bench.GetAsync($"/v1/object/invoice/{invoice}"))["Balance"]!;

    private async Task<string[]> PaymentsAsync(string query) =>
        [.. (await bench.GetAsync($"/v1/payments?{query}"))["payments"]!.AsArray().Select(payment => (string)payment!["id"]!)];

    private static (decimal, decimal, decimal) Amounts(JsonObject payment) =>
        ((decimal)payment["amount"]!, (decimal)payment["appliedAmount"]!, (decimal)payment["unappliedAmount"]!);

    private static string Memo(string item, string amount, string more = "") =>
        $$"""{"effectiveDate":"2026-08-03","comment":"late","items":[{"invoiceItemId":"{{item}}","skuName":"Work","amount":{{amount}}}]{{more}}}""";
}
