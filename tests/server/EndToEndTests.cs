using System.Net;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Server;

public sealed class EndToEndTests
{
    [Fact]
    public async Task Signed_event_becomes_a_record_at_the_target()
    {
        await using var hub = await ServedHub.StartAsync();
        var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Ada Ltd")))["id"]!;

        using var answer = await hub.Client.SendAsync(
            ServedHub.Signed(ServedHub.Event("evt_test_1", "customer.created", "customer", account))
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("stripe:evt_test_1", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await hub.UntilAsync(() => Task.FromResult(hub.Erp.Book().Accounts.Count == 1));
        var held = Assert.Single(hub.Erp.Book().Accounts);
        Assert.Equal((account, "Ada Ltd", "ada@example.com"), (held.Number, held.Name, held.Email));
    }

    [Fact]
    public async Task Webhook_is_at_the_target_soon_after_its_answer()
    {
        await using var hub = await ServedHub.StartAsync();
        var warm = (string)(await hub.PutAsync("stripe", "customer", Customer("Warm")))["id"]!;
        await hub.SendAsync("customer", warm);
        await hub.RestAsync();
        var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Ada Ltd")))["id"]!;

        await hub.SendAsync("customer", account);
        var sent = TimeProvider.System.GetTimestamp();
        await hub.UntilAsync(() => Task.FromResult(hub.Erp.Book().Accounts.Count == 2));

        // Far below any timer: only the signal after each commit brings it there.
        Assert.True(TimeProvider.System.GetElapsedTime(sent) < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Same_event_fifty_times_at_once_makes_one_record()
    {
        await using var hub = await ServedHub.StartAsync();
        var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Ada Ltd")))["id"]!;

        var sent = await hub.SendAsync("customer", account, "?times=50&parallel");
        await hub.RestAsync();

        Assert.Equal(50, (int)sent["statuses"]!["200"]!);
        Assert.Single(hub.Erp.Book().Accounts);
        Assert.Equal(1, (await hub.Server.Hub.VerifyAsync(CancellationToken.None)).Acknowledged);
    }

    [Fact]
    public async Task Payment_before_invoice_before_account_ends_right()
    {
        await using var hub = await ServedHub.StartAsync();
        var account = hub.Billing.OpenAccount("Ada Ltd", "ada@example.com", "USD", "US");
        var invoice = hub.Billing.IssueInvoice(account, [new PlayedLine("Seats", 3, 29_997), new PlayedLine("Support", 1, 4_999)], 2_450);
        var payment = hub.Billing.TakePayment(account, 37_446, "USD", [new PlayedApplication(invoice, 37_446)]);

        await hub.SendAsync("payment_intent", payment);
        await hub.SendAsync("invoice", invoice);
        await hub.SendAsync("customer", account);
        await hub.RestAsync();

        var book = hub.Erp.Book();
        Assert.Equal(account, Assert.Single(book.Accounts).Number);
        var posted = Assert.Single(book.Invoices);
        Assert.Equal((37_446L, 2_450L, "USD", "paid"), (posted.Total, posted.Tax, posted.Currency, posted.Status));
        var paid = Assert.Single(book.Payments);
        Assert.Equal((payment, 37_446L), (paid.Reference, paid.Amount));
        Assert.Equal(new BookApplication(posted.Number, 37_446), Assert.Single(paid.Applications));
    }

    [Theory]
    [InlineData("""{"delayMs":2500,"delayAfterCommit":true,"method":"PUT"}""")]
    [InlineData("""{"cut":"after","method":"PUT"}""")]
    public async Task Answer_lost_after_the_commit_leaves_one_record(string fault)
    {
        await using var hub = await ServedHub.StartAsync();
        var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Ada Ltd")))["id"]!;
        await hub.PlanAsync("netsuite", (JsonObject)JsonNode.Parse(fault)!);

        await hub.SendAsync("customer", account);
        await hub.RestAsync();

        Assert.Single(hub.Erp.Book().Accounts);
        Assert.Equal(1, (await hub.Server.Hub.VerifyAsync(CancellationToken.None)).Applied);
    }

    [Fact]
    public async Task Two_updates_while_the_first_call_hangs_leave_one_record_with_the_newest_content()
    {
        await using var hub = await ServedHub.StartAsync();
        var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Ada Ltd")))["id"]!;
        // Longer than a call may take and shorter than the vendor may work: it commits after the hub has given the call up.
        await hub.PlanAsync("netsuite", new JsonObject { ["delayMs"] = 2500, ["method"] = "PUT" });

        await hub.SendAsync("customer", account);
        foreach (var name in (string[])["Ada Limited", "Ada Holding Limited"])
        {
            await Task.Delay(300);
            await hub.PutAsync("stripe", "customer", new JsonObject { ["id"] = account, ["name"] = name });
            await hub.SendAsync("customer", account);
        }

        await hub.UntilAsync(() => Task.FromResult(hub.Erp.Book().Accounts is [{ Name: "Ada Holding Limited" }]));
        await hub.RestAsync();

        Assert.Equal("Ada Holding Limited", Assert.Single(hub.Erp.Book().Accounts).Name);
    }

    [Fact]
    public async Task Lost_webhook_is_found_by_polling()
    {
        await using var hub = await ServedHub.StartAsync(pollEvery: "1s");

        var account = hub.Billing.OpenAccount("Never Told", null, "EUR", "DE");
        await hub.UntilAsync(() => Task.FromResult(hub.Erp.Book().Accounts.Count == 1));

        Assert.Equal(account, hub.Erp.Book().Accounts[0].Number);
        Assert.Equal(0, (await hub.Server.Hub.VerifyAsync(CancellationToken.None)).Acknowledged);
    }

    [Fact]
    public async Task Refused_invoice_is_dead_lettered_with_its_money_and_stops_nothing_else()
    {
        await using var hub = await ServedHub.StartAsync();
        var account = hub.Billing.OpenAccount("Ada Ltd", "ada@example.com", "USD", "US");
        var refused = hub.Billing.IssueInvoice(account, [new PlayedLine("Readings", 20_000_000_000, 124_900)], 0);
        var sound = hub.Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 999)], 0);

        await hub.SendAsync("invoice", refused);
        await hub.SendAsync("invoice", sound);
        await hub.RestAsync();

        Assert.Equal(999, Assert.Single(hub.Erp.Book().Invoices).Total);
        var letter = Assert.Single(await hub.Server.Hub.DeadLettersAsync(10, CancellationToken.None));
        Assert.Equal("Rejected", letter.Fault.Name);
        Assert.Equal(124_900, letter.Amount!.Value.MinorUnits);
        Assert.Equal(1, (await hub.Server.Hub.VerifyAsync(CancellationToken.None)).DeadLettered);
    }

    [Fact]
    public async Task Health_tells_of_a_system_that_does_not_answer()
    {
        await using var hub = await ServedHub.StartAsync();
        Assert.Equal("ok", (string?)JsonNode.Parse(await hub.Client.GetStringAsync("/health"))!["status"]);
        await hub.PlanAsync("netsuite", new JsonObject { ["status"] = 401, ["count"] = 1000 });
        var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Ada Ltd")))["id"]!;

        await hub.SendAsync("customer", account);
        await hub.UntilAsync(async () => (string?)JsonNode.Parse(await hub.Client.GetStringAsync("/health"))!["status"] == "degraded");

        var health = JsonNode.Parse(await hub.Client.GetStringAsync("/health"))!;
        Assert.Equal("netsuite", (string?)health["systems"]![0]!["system"]);
        Assert.True((long)health["queue"]! > 0);
        using var cleared = await hub.Client.DeleteAsync("/_sandbox/netsuite/faults");
        Assert.Equal(HttpStatusCode.NoContent, cleared.StatusCode);
        await hub.UntilAsync(() => Task.FromResult(hub.Erp.Book().Accounts.Count == 1));
    }

    private static JsonObject Customer(string name) =>
        new()
        {
            ["name"] = name,
            ["email"] = "ada@example.com",
            ["currency"] = "usd",
            ["address"] = new JsonObject { ["country"] = "US" },
        };
}
