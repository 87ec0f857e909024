using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraReadingTests
{
    private readonly ZuoraSourceBench bench = new();
    private readonly string account;

    public ZuoraReadingTests() => account = bench.Vendor.OpenAccount("Ada", "ada@example.com", "EUR", "DE");

    [Fact]
    public async Task An_account_is_read_with_its_contacts_without_its_balances_and_with_a_marker_about_the_answers_date()
    {
        bench.Now = Bench.Noon.AddMilliseconds(62_700);
        var found = Assert.IsType<RecordReading.Found>(await bench.ReadAsync("account", account));
        var record = JsonElement.Parse(found.Record.Span);
        Assert.Equal("ada@example.com", record.GetProperty("billToContact").GetProperty("workEmail").GetString());
        Assert.False(record.TryGetProperty("metrics", out _));
        Assert.False(record.TryGetProperty("success", out _));
        Assert.Equal(new Marker(Bench.Noon.AddSeconds(60), Bench.Noon.AddSeconds(64)), found.Marker);
    }

    [Theory]
    [InlineData("account", "")]
    [InlineData("subscription", "")]
    [InlineData("bill-run", "")]
    [InlineData("invoice", "")]
    [InlineData("document-state", "invoice:")]
    [InlineData("document-state", "debit-memo:")]
    [InlineData("document-state", "credit-memo:")]
    [InlineData("debit-memo", "")]
    [InlineData("credit-memo", "")]
    [InlineData("payment", "")]
    [InlineData("payment-parts", "")]
    [InlineData("credit-memo-parts", "")]
    [InlineData("refund", "")]
    public async Task What_Zuora_does_not_know_is_missing(string type, string before) =>
        Assert.IsType<RecordReading.Missing>(await bench.ReadAsync(type, $"{before}8ad08c84ffffffffffffffffffffffff"));

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(121)]
    public async Task An_invoice_is_read_with_every_page_of_its_items_and_the_stamp_it_bears(int count)
    {
        var id = Issue(count);
        bench.Now = bench.Now.AddMinutes(1);
        var found = Assert.IsType<RecordReading.Found>(await bench.ReadAsync("invoice", id));
        var items = JsonElement.Parse(found.Record.Span).GetProperty("items");
        Assert.Equal(
            Enumerable.Range(1, count).Select(n => n / 100m),
            items.EnumerateArray().Select(item => item.GetProperty("chargeAmount").GetDecimal())
        );
        Assert.Equal(Marker.At(Bench.Noon), found.Marker);
    }

    [Fact]
    public async Task An_invoice_carries_of_its_account_what_decides_entity_and_currency_and_nothing_that_changes_with_every_document()
    {
        var record = await bench.FindAsync("invoice", Issue(1));
        Assert.Equal("EUR", record.GetProperty("account").GetProperty("Currency").GetString());
        Assert.False(record.GetProperty("account").TryGetProperty("Balance", out _));
        var taxes = record.GetProperty("items")[0].GetProperty("taxationItems");
        Assert.Equal("TaxExclusive", Assert.Single(taxes.EnumerateArray()).GetProperty("taxMode").GetString());
    }

    [Theory]
    [InlineData("""{"data":[],"nextPage":"https://elsewhere.invalid/v1/x?page=2"}""")]
    [InlineData("null")]
    public async Task Taxation_items_that_an_item_does_not_carry_whole_are_read_as_the_list_they_are(string carried)
    {
        var id = Issue(1);
        bench.Instead = request =>
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("/items", StringComparison.Ordinal))
            {
                return null;
            }

            var answer = JsonNode.Parse(ZuoraSourceBench.BodyOf(Request(bench.Vendor.Answer(request))))!;
            answer["invoiceItems"]![0]!["taxationItems"] = JsonNode.Parse(carried);
            return Answer(answer);
        };
        var record = await bench.FindAsync("invoice", id);
        Assert.Single(record.GetProperty("items")[0].GetProperty("taxationItems").EnumerateArray());
        Assert.Contains(bench.Asked, request => request.Contains("/taxation-items?pageSize=40", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_discount_comes_after_the_charge_that_it_lowers_wherever_Zuora_lists_it()
    {
        bench.Vendor.Subscribe(account, "setup", 1, new DateOnly(2026, 1, 1));
        bench.Vendor.Subscribe(account, "annual-prepaid", 1, new DateOnly(2026, 1, 1));
        bench.Vendor.RunBilling(new DateOnly(2026, 1, 1));
        bench.Instead = request =>
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("/items", StringComparison.Ordinal))
            {
                return null;
            }

            var answer = JsonNode.Parse(ZuoraSourceBench.BodyOf(Request(bench.Vendor.Answer(request))))!;
            var items = answer["invoiceItems"]!.AsArray();
            answer["invoiceItems"] = new JsonArray([.. items.Reverse().Select(item => item!.DeepClone())]);
            return Answer(answer);
        };
        var record = await bench.FindAsync("invoice", Assert.Single(bench.Vendor.Book().Invoices).Id);
        Assert.Equal(
            ["Platform fee", "Loyalty discount", "Setup"],
            record.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("chargeName").GetString())
        );
    }

    [Fact]
    public async Task A_document_that_changes_while_it_is_read_is_read_again_and_not_put_together_of_two_states()
    {
        var id = Issue(1);
        // Token, invoice, account, items: the change falls before the last.
        bench.Before = (
            4,
            () =>
            {
                bench.Now = bench.Now.AddSeconds(1);
                bench.Vendor.ReviseInvoice(id, 100);
            }
        );
        Assert.IsType<Fault.Transient>((await bench.Reader.ReadAsync("invoice", id, CancellationToken.None)).Fault);
        Assert.Equal(1.01m, (await bench.FindAsync("invoice", id)).GetProperty("items")[0].GetProperty("chargeAmount").GetDecimal());
    }

    [Fact]
    public async Task A_credit_memo_is_read_with_its_items_and_each_of_its_applications_is_a_record()
    {
        var invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 190);
        var memo = bench.Vendor.CreditInvoice(invoice, 500);
        var record = await bench.FindAsync("credit-memo", memo);
        Assert.Equal(5m, Assert.Single(record.GetProperty("items").EnumerateArray()).GetProperty("amountWithoutTax").GetDecimal());

        var notice = Assert.Single(await bench.ListAsync("credit-memo-parts", memo));
        var application = await bench.FindAsync(notice.ExternalType, notice.ExternalId);
        Assert.Equal(JsonElement.Parse(notice.Embedded!.Value.Span).GetRawText(), application.GetRawText());
        Assert.Equal(
            (memo, invoice),
            (application.GetProperty("creditMemoId").GetString(), application.GetProperty("invoiceId").GetString())
        );
    }

    [Fact]
    public async Task A_payment_carries_the_processor_s_reference_and_each_of_its_applications_is_a_record()
    {
        var (one, two) = (Issue(1), Issue(2));
        var payment = bench.Vendor.TakePayment(account, 100, "EUR", [new PlayedApplication(one, 1), new PlayedApplication(two, 2)]);
        Assert.StartsWith(
            "ch_",
            (await bench.FindAsync("payment", payment)).GetProperty("referenceId").GetString()!,
            StringComparison.Ordinal
        );
        var parts = await bench.ListAsync("payment-parts", payment);
        Assert.Equal([one, two], parts.Select(part => JsonElement.Parse(part.Embedded!.Value.Span).GetProperty("invoiceId").GetString()));
        Assert.All(parts, part => Assert.StartsWith($"payment:{payment}:", part.ExternalId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task More_applications_than_a_page_are_listed_and_each_is_found()
    {
        var invoices = Enumerable.Range(1, 41).Select(_ => Issue(1)).ToList();
        var payment = bench.Vendor.TakePayment(account, 41, "EUR", [.. invoices.Select(invoice => new PlayedApplication(invoice, 1))]);
        var parts = await bench.ListAsync("payment-parts", payment);
        Assert.Equal(41, parts.Count);
        Assert.IsType<RecordReading.Found>(await bench.ReadAsync("application", parts[40].ExternalId));
    }

    [Fact]
    public async Task What_is_unapplied_is_on_the_list_no_more_and_its_application_is_deleted_until_it_is_applied_again()
    {
        var invoice = Issue(1);
        var payment = bench.Vendor.TakePayment(account, 100, "EUR", [new PlayedApplication(invoice, 1)]);
        var part = Assert.Single(await bench.ListAsync("payment-parts", payment));
        bench.Now = bench.Now.AddMinutes(1);
        bench.Vendor.UnapplyPayment(payment, new PlayedApplication(invoice, 1));
        Assert.Empty(await bench.ListAsync("payment-parts", payment));
        var gone = Assert.IsType<RecordReading.Deleted>(await bench.ReadAsync("application", part.ExternalId));
        Assert.True(gone.Marker.IsNewerThan(part.Marker));

        bench.Now = bench.Now.AddMinutes(1);
        bench.Vendor.ApplyPayment(payment, new PlayedApplication(invoice, 1));
        Assert.Equal(part.ExternalId, Assert.Single(await bench.ListAsync("payment-parts", payment)).ExternalId);
    }

    [Fact]
    public async Task The_state_of_an_invoice_is_its_balance_and_status_without_its_items()
    {
        var invoice = Issue(3);
        bench.Vendor.TakePayment(account, 2, "EUR", [new PlayedApplication(invoice, 2)]);
        var state = await bench.FindAsync("document-state", $"invoice:{invoice}");
        Assert.False(state.TryGetProperty("items", out _));
        Assert.Equal(invoice, state.GetProperty("invoiceId").GetString());
        Assert.Equal(state.GetProperty("Amount").GetDecimal() - 0.02m, state.GetProperty("Balance").GetDecimal());
    }

    [Fact]
    public async Task The_state_of_a_credit_memo_is_what_is_not_applied_of_it_without_its_items()
    {
        var invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 190);
        var memo = bench.Vendor.CreditInvoice(invoice, 500);
        var applied = await bench.FindAsync("document-state", $"credit-memo:{memo}");
        Assert.Equal(memo, applied.GetProperty("creditMemoId").GetString());
        Assert.Equal(0m, applied.GetProperty("unappliedAmount").GetDecimal());
        Assert.False(applied.TryGetProperty("items", out _));
    }

    [Fact]
    public async Task A_bill_run_of_many_accounts_has_none_and_one_of_an_account_bears_what_decides_its_entity()
    {
        var many = await bench.FindAsync("bill-run", bench.Vendor.RunBilling(new DateOnly(2026, 8, 1)));
        Assert.False(many.TryGetProperty("account", out _));
        var only = bench.Vendor.RunBilling(new DateOnly(2026, 8, 1));
        bench.Instead = request =>
        {
            if (!request.RequestUri!.AbsolutePath.Contains("/object/bill-run/", StringComparison.Ordinal))
            {
                return null;
            }

            var answer = JsonNode.Parse(ZuoraSourceBench.BodyOf(Request(bench.Vendor.Answer(request))))!;
            answer["AccountId"] = account;
            return Answer(answer);
        };
        var one = await bench.FindAsync("bill-run", only);
        Assert.Equal("EUR", one.GetProperty("account").GetProperty("Currency").GetString());
    }

    [Theory]
    [InlineData("invoice", "")]
    [InlineData("invoice", ".")]
    [InlineData("invoice", "..")]
    [InlineData("application", "payment:1")]
    [InlineData("application", "payment:..:1")]
    [InlineData("application", "refund:1:2")]
    [InlineData("document-state", "8ad0")]
    [InlineData("document-state", "invoice:")]
    [InlineData("document-state", "invoice:..")]
    [InlineData("document-state", "payment:8ad0")]
    public async Task An_id_that_is_none_is_invalid_and_not_asked_for(string type, string id)
    {
        Assert.IsType<Fault.Invalid>((await bench.Reader.ReadAsync(type, id, CancellationToken.None)).Fault);
        Assert.Empty(bench.Asked);
    }

    [Fact]
    public async Task A_next_page_elsewhere_is_not_followed_there()
    {
        var id = Issue(41);
        bench.Instead = request =>
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("/items", StringComparison.Ordinal))
            {
                return null;
            }

            var answer = JsonNode.Parse(ZuoraSourceBench.BodyOf(Request(bench.Vendor.Answer(request))))!;
            if (answer["nextPage"] is { } next)
            {
                answer["nextPage"] = $"https://elsewhere.invalid/{new Uri(next.ToString()).Query}";
            }

            return Answer(answer);
        };
        Assert.Equal(41, (await bench.FindAsync("invoice", id)).GetProperty("items").GetArrayLength());
    }

    /// <summary>An invoice of so many lines of 1, 2, 3 … cents, and a tax of 19 cents.</summary>
    private string Issue(int lines) =>
        bench.Vendor.IssueInvoice(account, [.. Enumerable.Range(1, lines).Select(n => new PlayedLine($"Line {n}", 1, n))], 19);

    private static HttpRequestMessage Request(HttpResponseMessage response) => new() { Content = response.Content };

    private static HttpResponseMessage Answer(JsonNode body)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body.ToJsonString()) };
        response.Headers.Date = Bench.Noon;
        return response;
    }
}
