using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Connectors.Zuora;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraBackfillTests
{
    private readonly ZuoraSourceBench bench = new();

    public static TheoryData<string> Types => [.. new ZuoraKind().Facts.Sources.Values];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Every_type_of_record_is_listed_as_callouts_that_tell_of_it(string type)
    {
        PlayOneOfEach();
        var listed = await ListAsync(type, Bench.Noon.AddMinutes(-5), bench.Now);
        Assert.NotEmpty(listed);
        var lists = new ZuoraKind().Facts.Lists;
        Assert.All(
            listed,
            delivery =>
                Assert.Contains(
                    ((IWebhookSource)bench.Connector).ReadNotices(delivery.Body).Value,
                    notice => notice.ExternalType == type || lists.GetValueOrDefault(notice.ExternalType) == type
                )
        );
        Assert.All(listed, delivery => Assert.True(Ledger.DeliveryId.IsFit(delivery.EventId), delivery.EventId));
    }

    [Fact]
    public async Task A_state_is_listed_of_every_kind_of_document_and_an_application_of_whatever_is_applied()
    {
        PlayOneOfEach();
        Assert.Equal(["CreditMemoId", "DebitMemoId", "InvoiceId"], await ParametersAsync("document-state"));
        Assert.Equal(["CreditMemoId", "PaymentId"], await ParametersAsync("application"));
    }

    [Fact]
    public async Task More_records_than_a_page_are_listed_to_their_end_and_none_that_was_made_later()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var payments = Take(account, 81);
        var until = bench.Now;
        bench.Now = bench.Now.AddMinutes(1);
        Take(account, 1);
        Assert.Equal(payments.Order(StringComparer.Ordinal), (await IdsAsync("payment", Bench.Noon, until)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_did_not_change_since_the_beginning_is_not_listed_and_its_pages_are_not_asked_for()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        Take(account, 100);
        bench.Now = bench.Now.AddHours(1);
        var later = Take(account, 3);
        Assert.Equal(
            later.Order(StringComparer.Ordinal),
            (await IdsAsync("payment", bench.Now.AddMinutes(-5), bench.Now)).Order(StringComparer.Ordinal)
        );
        Assert.Single(bench.Asked, request => request.StartsWith("GET /v1/payments", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_poll_has_told_of_before_is_listed_under_another_name_so_that_it_is_taken_in_again()
    {
        bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        bench.Now = bench.Now.AddMinutes(1);
        var polled = await bench.PollAsync(Bench.Noon, bench.Now);
        var listed = await ListAsync("account", Bench.Noon, bench.Now);
        Assert.Empty(polled.Select(change => change.EventId).Intersect(listed.Select(record => record.EventId)));
        Assert.Equal(
            polled.Select(ZuoraSourceBench.Told).Distinct(StringComparer.Ordinal),
            listed.Select(ZuoraSourceBench.Told).Distinct(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Running_a_page_twice_gives_the_same_names_and_the_same_next_page()
    {
        Take(bench.Vendor.OpenAccount("Ada", null, "EUR", "DE"), 41);
        var once = await PageAsync("payment", null, Bench.Noon, bench.Now);
        var twice = await PageAsync("payment", null, Bench.Noon, bench.Now);
        Assert.Equal(once.Deliveries.Select(record => record.EventId), twice.Deliveries.Select(record => record.EventId));
        Assert.Equal(once.Cursor, twice.Cursor);
        Assert.InRange(once.Deliveries.Count, 1, 40);
    }

    [Fact]
    public async Task No_record_is_skipped_that_changes_while_pages_are_read_and_whenever_the_process_dies()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var tenant = new ZuoraSourceBench();
            var account = tenant.Vendor.OpenAccount("Ada", null, "EUR", "DE");
            var payments = new List<string>();
            for (var n = 0; n < 150; n++)
            {
                tenant.Now = tenant.Now.AddSeconds(random.Next(3));
                payments.Add(tenant.Vendor.TakePayment(account, 1_000_000, "EUR", []));
            }

            var (until, seen) = (tenant.Now, new HashSet<string>(StringComparer.Ordinal));
            string? cursor = null;
            ChangePage page;
            var pages = 0;
            do
            {
                page = await PageAsync(tenant, "payment", cursor, Bench.Noon, until);
                seen.UnionWith(page.Deliveries.Select(ZuoraSourceBench.Told));
                // The oldest, so on the pages that are not read yet; and the tenant comes to rest at last.
                for (var n = pages < 8 ? random.Next(4) : 0; n > 0; n--)
                {
                    tenant.Now = tenant.Now.AddSeconds(random.Next(2));
                    tenant.Vendor.RefundPayment(payments[random.Next(60)], 1);
                }

                tenant.Now = tenant.Now.AddSeconds(1);
                cursor = random.Next(10) == 0 ? cursor : page.Cursor;
                Assert.True(++pages < 200, $"seed {seed} does not end");
            } while (!page.IsLast || cursor is not null);

            Assert.Empty(payments.Select(id => $$"""{"PaymentId":"{{id}}"}""").Except(seen, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_locator_that_has_ended_begins_the_query_again_and_not_for_ever()
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
            var read = await ((IBackfill)bench.Connector).ReadRecordsAsync(
                "invoice",
                cursor,
                Bench.Noon,
                Bench.Noon,
                CancellationToken.None
            );
            fault = read.Fault;
            cursor = fault is null ? read.Value.Cursor : null;
        }

        Assert.IsType<Fault.Rejected>(fault);
        Assert.Equal(1 + 3, bench.Asked.Count(request => request == "POST /v1/action/query"));
    }

    private void PlayOneOfEach()
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        bench.Vendor.Subscribe(account, "monthly-arrears", 10, new DateOnly(2026, 8, 1));
        bench.Vendor.RunBilling(new DateOnly(2026, 8, 1));
        var invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0);
        bench.Vendor.CreditInvoice(invoice, 100);
        bench.Debit(invoice);
        bench.Vendor.Reprice("seats", 31);
        bench.Vendor.RefundPayment(bench.Vendor.TakePayment(account, 500, "EUR", [new PlayedApplication(invoice, 400)]), 100);
    }

    private List<string> Take(string account, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => bench.Vendor.TakePayment(account, 100, "EUR", []))];

    private async Task<IEnumerable<string>> ParametersAsync(string type) =>
        (await ListAsync(type, Bench.Noon, bench.Now))
            .Select(record => JsonNode.Parse(record.Body.Span)!.AsObject().Single().Key)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private async Task<IEnumerable<string>> IdsAsync(string type, DateTimeOffset from, DateTimeOffset until) =>
        (await ListAsync(type, from, until))
            .Select(record => JsonNode.Parse(record.Body.Span)!.AsObject().Single().Value!.ToString())
            .Distinct(StringComparer.Ordinal);

    private async Task<IReadOnlyList<PolledDelivery>> ListAsync(string type, DateTimeOffset from, DateTimeOffset until)
    {
        var found = new List<PolledDelivery>();
        string? cursor = null;
        ChangePage page;
        do
        {
            page = await PageAsync(type, cursor, from, until);
            found.AddRange(page.Deliveries);
            cursor = page.Cursor;
            // A page that is read takes its time: what is listed then is not of the second in which it changed.
            bench.Now = bench.Now.AddSeconds(10);
        } while (!page.IsLast);

        return found;
    }

    private Task<ChangePage> PageAsync(string type, string? cursor, DateTimeOffset from, DateTimeOffset until) =>
        PageAsync(bench, type, cursor, from, until);

    private static async Task<ChangePage> PageAsync(
        ZuoraSourceBench tenant,
        string type,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until
    ) => (await ((IBackfill)tenant.Connector).ReadRecordsAsync(type, cursor, from, until, CancellationToken.None)).Value;
}
