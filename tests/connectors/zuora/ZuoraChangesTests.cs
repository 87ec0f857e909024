using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraChangesTests
{
    private readonly ZuoraSourceBench bench = new();

    [Fact]
    public async Task Every_kind_of_record_that_changed_is_told_of_as_its_callout_would_have()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var subscription = bench.Vendor.Subscribe(account, "monthly-arrears", 10, new DateOnly(2026, 8, 1));
        var run = bench.Vendor.RunBilling(new DateOnly(2026, 8, 1));
        var invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0);
        var memo = bench.Vendor.CreditInvoice(invoice, 100);
        var payment = bench.Vendor.TakePayment(account, 500, "EUR", [new PlayedApplication(invoice, 400)]);
        var refund = bench.Vendor.RefundPayment(payment, 100);
        var found = await bench.PollAsync(Bench.Noon.AddMinutes(-5), Bench.Noon);
        Assert.Equal(
            [
                $$"""{"AccountId":"{{account}}"}""",
                $$"""{"AccountId":"{{account}}"}""",
                $$"""{"SubscriptionNumber":"{{subscription}}"}""",
                $$"""{"BillRunId":"{{run}}"}""",
                $$"""{"InvoiceId":"{{invoice}}"}""",
                $$"""{"CreditMemoId":"{{memo}}"}""",
                $$"""{"PaymentId":"{{payment}}"}""",
                $$"""{"RefundId":"{{refund}}"}""",
            ],
            found.Select(ZuoraSourceBench.Told)
        );
        Assert.All(found, change => Assert.NotEmpty(((IWebhookSource)bench.Connector).ReadNotices(change.Body).Value));
    }

    [Fact]
    public async Task More_changes_than_a_page_of_a_query_or_of_a_list_are_read_to_their_end_each_once()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var invoices = new List<string>();
        var memos = new List<string>();
        for (var n = 0; n < 401; n++)
        {
            bench.Now = Bench.Noon.AddSeconds(n);
            invoices.Add(bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0));
            if (n < 81)
            {
                memos.Add(bench.Vendor.CreditInvoice(invoices[^1], 100));
            }
        }

        var found = (await bench.PollAsync(Bench.Noon, bench.Now)).Select(ZuoraSourceBench.Told).ToList();
        Assert.Equal(invoices.Select(id => $$"""{"InvoiceId":"{{id}}"}"""), Told(found, "InvoiceId"));
        Assert.Equal(
            memos.Select(id => $$"""{"CreditMemoId":"{{id}}"}""").Order(StringComparer.Ordinal),
            Told(found, "CreditMemoId").Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, bench.Asked.Count(request => request == "POST /v1/action/queryMore"));
        Assert.Equal(3, bench.Asked.Count(request => request.StartsWith("GET /v1/creditmemos", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_list_is_read_no_further_back_than_its_window()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        for (var n = 0; n < 100; n++)
        {
            bench.Vendor.TakePayment(account, 100, "EUR", []);
            bench.Now = bench.Now.AddMinutes(1);
        }

        Assert.Equal(
            11,
            Told((await bench.PollAsync(bench.Now.AddMinutes(-11), bench.Now)).Select(ZuoraSourceBench.Told), "PaymentId").Count()
        );
        Assert.Single(bench.Asked, request => request.StartsWith("GET /v1/payments", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_change_is_skipped_whatever_comes_while_pages_are_read_and_whenever_the_process_dies()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var play = new Play(new Random(seed));
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var from = Bench.Noon;
            for (var round = 0; round < 4; round++)
            {
                from = await play.RoundAsync(from, seen);
            }

            play.IsResting = true;
            await play.RoundAsync(from, seen);
            Assert.True(play.Changed.IsSubsetOf(seen), $"seed {seed} skipped {string.Join(' ', play.Changed.Except(seen))}");
        }
    }

    [Fact]
    public async Task A_change_that_a_later_window_finds_again_has_the_same_name_and_causes_no_second_read()
    {
        bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        bench.Now = bench.Now.AddSeconds(3);
        var first = await bench.PollAsync(Bench.Noon, bench.Now);
        bench.Now = bench.Now.AddMinutes(4);
        var second = await bench.PollAsync(Bench.Noon, bench.Now);
        Assert.Equal(first.Select(change => change.EventId), second.Select(change => change.EventId));
    }

    [Fact]
    public async Task A_change_of_a_second_that_is_not_over_is_read_once_more_because_the_stamp_of_another_would_be_the_same()
    {
        bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var first = await bench.PollAsync(Bench.Noon, bench.Now);
        bench.Now = bench.Now.AddMinutes(4);
        var second = await bench.PollAsync(Bench.Noon, bench.Now);
        Assert.Empty(first.Select(change => change.EventId).Intersect(second.Select(change => change.EventId)));
    }

    [Fact]
    public async Task Running_a_page_twice_gives_the_same_names_and_the_same_next_page()
    {
        bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var feed = (IChangeFeed)bench.Connector;
        var once = (await feed.ReadChangesAsync(null, Bench.Noon, bench.Now, CancellationToken.None)).Value;
        var twice = (await feed.ReadChangesAsync(null, Bench.Noon, bench.Now, CancellationToken.None)).Value;
        Assert.Equal(once.Deliveries.Select(change => change.EventId), twice.Deliveries.Select(change => change.EventId));
        Assert.Equal(once.Cursor, twice.Cursor);
    }

    [Fact]
    public async Task Every_name_of_a_change_is_one_that_a_delivery_can_have()
    {
        bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        Assert.All(
            await bench.PollAsync(Bench.Noon, bench.Now),
            change => Assert.True(Ledger.DeliveryId.IsFit(change.EventId), change.EventId)
        );
    }

    [Fact]
    public async Task A_locator_that_has_ended_begins_its_kind_again_and_not_for_ever()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        for (var n = 0; n < 201; n++)
        {
            bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0);
        }

        bench.Instead = request =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/queryMore", StringComparison.Ordinal))
            {
                bench.Now = bench.Now.AddMinutes(16);
            }

            return null;
        };
        Fault? fault = null;
        string? cursor = null;
        for (var page = 0; fault is null && page < 100; page++)
        {
            var read = await ((IChangeFeed)bench.Connector).ReadChangesAsync(cursor, Bench.Noon, Bench.Noon, CancellationToken.None);
            fault = read.Fault;
            cursor = fault is null ? read.Value.Cursor : null;
        }

        Assert.IsType<Fault.Rejected>(fault);
        // Accounts, contacts, subscriptions and bill runs once, and invoices once and again after each locator that had ended.
        Assert.Equal(4 + 1 + 3, bench.Asked.Count(request => request == "POST /v1/action/query"));
    }

    [Theory]
    [InlineData("query", """{"size":0,"done":true}""")]
    [InlineData("query", """{"records":[],"size":900,"done":false}""")]
    [InlineData("query", """{"records":[{"Id":"1"}],"size":1,"done":true}""")]
    [InlineData("payments", """{"success":true}""")]
    [InlineData("payments", """{"payments":[{"id":"1"}],"success":true}""")]
    [InlineData("payments", """{"payments":[{"updatedDate":"2026-08-03T12:00:00Z"}],"success":true}""")]
    [InlineData(
        "payments",
        """{"payments":[{"id":"1","updatedDate":"2026-08-03T12:00:00Z"},{"id":"2","updatedDate":"2026-08-03T12:00:01Z"}],"success":true}"""
    )]
    [InlineData("payments", """{"payments":[],"nextPage":"https://rest.zuora.invalid/v1/payments","success":true}""")]
    public async Task A_list_that_cannot_be_read_to_its_end_is_a_fault_and_never_a_short_list(string path, string body)
    {
        bench.Instead = request =>
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith(path, StringComparison.Ordinal))
            {
                return null;
            }

            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) };
            response.Headers.Date = Bench.Noon;
            return response;
        };
        Fault? fault = null;
        string? cursor = null;
        for (var page = 0; fault is null && page < 20; page++)
        {
            var read = await ((IChangeFeed)bench.Connector).ReadChangesAsync(cursor, Bench.Noon, Bench.Noon, CancellationToken.None);
            fault = read.Fault;
            cursor = fault is null ? read.Value.Cursor : null;
            if (fault is null && read.Value.IsLast)
            {
                break;
            }
        }

        Assert.IsType<Fault.Rejected>(fault);
    }

    private static IEnumerable<string> Told(IEnumerable<string> found, string parameter) =>
        found.Where(body => JsonNode.Parse(body)!.AsObject().ContainsKey(parameter));

    /// <summary>A tenant that goes on while it is asked, and a process that dies between pages.</summary>
    private sealed class Play
    {
        private readonly ZuoraSourceBench bench = new();
        private readonly Random random;
        private readonly string account;
        private readonly List<string> invoices = [];

        public Play(Random random)
        {
            this.random = random;
            account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
            for (var n = 0; n < 60; n++)
            {
                Act();
            }
        }

        public bool IsResting { get; set; }

        public HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

        /// <summary>One round as the hub does it; gives where the next begins.</summary>
        public async Task<DateTimeOffset> RoundAsync(DateTimeOffset from, HashSet<string> seen)
        {
            var until = bench.Now;
            string? cursor = null;
            ChangePage page;
            do
            {
                page = (await ((IChangeFeed)bench.Connector).ReadChangesAsync(cursor, from, until, CancellationToken.None)).Value;
                seen.UnionWith(page.Deliveries.Select(ZuoraSourceBench.Told));
                for (var n = IsResting ? 0 : random.Next(4); n > 0; n--)
                {
                    Act();
                }

                // A crash between two pages: the page was taken in, the cursor was not kept.
                cursor = random.Next(10) == 0 ? cursor : page.Cursor;
            } while (!page.IsLast || cursor is not null);

            bench.Now = bench.Now.AddMinutes(1);
            return until.AddSeconds(-30);
        }

        private void Act()
        {
            bench.Now = bench.Now.AddSeconds(random.Next(2));
            if (invoices.Count == 0 || random.Next(3) == 0)
            {
                invoices.Add(bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1_000_000)], 0));
                Changed.Add($$"""{"InvoiceId":"{{invoices[^1]}}"}""");
                return;
            }

            var invoice = invoices[random.Next(invoices.Count)];
            var (parameter, id) =
                random.Next(2) == 0
                    ? ("CreditMemoId", bench.Vendor.CreditInvoice(invoice, 100))
                    : ("PaymentId", bench.Vendor.TakePayment(account, 100, "EUR", [new PlayedApplication(invoice, 100)]));
            Changed.Add(string.Create(CultureInfo.InvariantCulture, $$"""{"{{parameter}}":"{{id}}"}"""));
        }
    }
}
