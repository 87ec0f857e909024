using System.Globalization;
using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Stripe;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

public sealed class StripeChangesTests
{
    private static readonly long Start = Bench.Noon.ToUnixTimeSeconds();

    [Fact]
    public async Task No_event_and_no_movement_of_the_balance_is_skipped_whatever_comes_while_pages_are_read()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var log = new EventLog(random);
            var feed = (IChangeFeed)StripeBench.Over(new AnsweringHandler(log.Answer));
            var seen = new HashSet<string>(StringComparer.Ordinal);
            string? cursor = null;
            for (var poll = 0; poll < 6; poll++)
            {
                cursor = await PollAsync(feed, log, cursor, seen, random);
            }

            // The last poll comes when nothing more is added, and within the overlap of what was added last.
            log.IsResting = true;
            await PollAsync(feed, log, cursor, seen, random);
            var skipped = log.Ids.Concat(log.Ids.Select(id => $"balance_transaction:{id}")).Except(seen);
            Assert.True(!skipped.Any(), $"seed {seed} skipped {string.Join(' ', skipped)}");
        }
    }

    [Fact]
    public async Task A_page_gives_the_stored_bodies_of_the_types_the_hub_reads_oldest_first()
    {
        var bench = new StripeBench();
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        bench.Now = bench.Now.AddSeconds(5);
        bench.Vendor.RenameAccount(account, "Ada Lovelace");
        var page = await ReadAsync((IChangeFeed)bench.Connector, null, Bench.Noon, bench.Now);
        Assert.False(page.IsLast);
        Assert.Equal(
            ["customer.created", "customer.updated"],
            page.Deliveries.Select(delivery => JsonElement.Parse(delivery.Body.Span).GetProperty("type").GetString())
        );
        Assert.All(page.Deliveries, delivery => Assert.Single(((IWebhookSource)bench.Connector).ReadNotices(delivery.Body).Value));
    }

    [Fact]
    public async Task More_than_a_page_of_events_at_the_real_page_size_is_read_to_its_end()
    {
        var bench = new StripeBench();
        var accounts = Enumerable.Range(0, 250).Select(n => bench.Vendor.OpenAccount($"A{n}", null, "EUR", "DE")).ToList();
        var pages = 0;
        var seen = new List<string>();
        ChangePage page;
        string? cursor = null;
        do
        {
            page = await ReadAsync((IChangeFeed)bench.Connector, cursor, Bench.Noon, Bench.Noon);
            cursor = page.Cursor;
            pages++;
            seen.AddRange(
                page.Deliveries.Select(delivery => ((IWebhookSource)bench.Connector).ReadNotices(delivery.Body).Value[0].ExternalId)
            );
        } while (!page.IsLast);

        // Three of events, and one of movements.
        Assert.Equal(4, pages);
        Assert.Equal(accounts.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Events_of_other_types_are_left_out_and_the_window_still_ends()
    {
        var handler = new AnsweringHandler(_ =>
            Page("""{"id":"evt_1","type":"terminal.reader.updated"},{"id":"evt_0","type":"invoice.paid"}""", false)
        );
        var page = await ReadAsync((IChangeFeed)StripeBench.Over(handler), null, Bench.Noon, Bench.Noon.AddMinutes(5));
        Assert.Equal("evt_0", Assert.Single(page.Deliveries).EventId);
        Assert.StartsWith("balance_transactions.", page.Cursor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_whose_anchor_has_expired_begins_again()
    {
        var anchors = new List<string?>();
        var handler = new AnsweringHandler(request =>
        {
            var query = EventLog.Query(request);
            anchors.Add(query.GetValueOrDefault("starting_after"));
            return anchors.Count switch
            {
                1 => Page("""{"id":"evt_9","type":"invoice.paid"}""", true),
                2 => new HttpResponseMessage(System.Net.HttpStatusCode.BadRequest)
                {
                    Content = new StringContent(
                        """{"error":{"code":"resource_missing","param":"starting_after","message":"No such event"}}"""
                    ),
                },
                _ => Page("", false),
            };
        });
        var feed = (IChangeFeed)StripeBench.Over(handler);
        var first = await ReadAsync(feed, null, Bench.Noon, Bench.Noon.AddMinutes(5));
        var lost = await ReadAsync(feed, first.Cursor, Bench.Noon, Bench.Noon.AddMinutes(5));
        var again = await ReadAsync(feed, lost.Cursor, Bench.Noon, Bench.Noon.AddMinutes(5));
        Assert.StartsWith("events.", lost.Cursor, StringComparison.Ordinal);
        Assert.StartsWith("balance_transactions.", again.Cursor, StringComparison.Ordinal);
        Assert.True((await ReadAsync(feed, again.Cursor, Bench.Noon, Bench.Noon.AddMinutes(5))).IsLast);
        Assert.Equal([null, "evt_9", null, null], anchors);
    }

    [Fact]
    public async Task A_clock_set_back_does_not_move_the_mark_back()
    {
        var feed = (IChangeFeed)StripeBench.Over(new AnsweringHandler(_ => Page("", false)));
        string? cursor = null;
        var marks = new List<string?>();
        foreach (var until in new[] { Bench.Noon.AddMinutes(5), Bench.Noon })
        {
            ChangePage page;
            do
            {
                page = await ReadAsync(feed, cursor, Bench.Noon, until);
                cursor = page.Cursor;
            } while (!page.IsLast);

            marks.Add(cursor);
        }

        Assert.Equal(marks[0], marks[1]);
    }

    [Fact]
    public async Task A_cursor_that_an_earlier_program_left_inside_its_window_goes_on_in_the_event_log()
    {
        Dictionary<string, string> asked = [];
        var handler = new AnsweringHandler(request =>
        {
            Assert.EndsWith("/v1/events", request.RequestUri!.AbsolutePath, StringComparison.Ordinal);
            asked = EventLog.Query(request);
            return Page("", false);
        });
        await ReadAsync((IChangeFeed)StripeBench.Over(handler), "1785758400.1785758700.evt_9", Bench.Noon, Bench.Noon.AddMinutes(9));
        Assert.Equal(("1785758400", "1785758700", "evt_9"), (asked["created[gte]"], asked["created[lte]"], asked["starting_after"]));
    }

    [Fact]
    public async Task A_movement_of_the_balance_is_told_of_once_though_each_poll_finds_it_again()
    {
        var bench = new StripeBench();
        bench.Vendor.ChargeFee("EUR", 300, "Radar");
        var feed = (IChangeFeed)bench.Connector;
        var first = await StripeLife.PagesAsync(cursor => feed.ReadChangesAsync(cursor, Bench.Noon, bench.Now, CancellationToken.None));
        bench.Now = bench.Now.AddSeconds(30);
        var second = await StripeLife.PagesAsync(cursor => feed.ReadChangesAsync(cursor, Bench.Noon, bench.Now, CancellationToken.None));
        Assert.Equal(Assert.Single(first).EventId, Assert.Single(second).EventId);
        var notice = Assert.Single(((IWebhookSource)bench.Connector).ReadNotices(first[0].Body).Value);
        Assert.Equal(("balance_transaction", "txn_00000000000001"), (notice.ExternalType, notice.ExternalId));
        Assert.Null(notice.Embedded);
    }

    [Fact]
    public async Task Movements_of_the_balance_are_not_listed_where_nobody_takes_them()
    {
        var bench = new StripeBench();
        bench.Vendor.ChargeFee("EUR", 300, "Radar");
        var context = Bench.Context(
            new StripeKind(),
            new Dictionary<string, string>(),
            name => name == "apiKey" ? bench.Vendor.Credentials["apiKey"] : StripeBench.Secret,
            new VendorHandler(bench.Vendor, bench.Faults, TimeProvider.System),
            new Uri("https://api.stripe.com")
        );
        var feed = (IChangeFeed)new StripeKind().Create(context with { IsTaken = type => type != RecordType.SettlementItem });
        bench.Faults.Plan(new PlannedFault { Status = 403, PathContains = "balance_transactions" });

        Assert.Empty(await StripeLife.PagesAsync(cursor => feed.ReadChangesAsync(cursor, Bench.Noon, bench.Now, CancellationToken.None)));
    }

    [Theory]
    [InlineData("customer", 1)]
    [InlineData("invoice", 2)]
    [InlineData("credit_note", 3)]
    [InlineData("payment_intent", 3)]
    [InlineData("refund", 3)]
    [InlineData("dispute", 3)]
    [InlineData("balance_transaction", 23)]
    [InlineData("payout", 5)]
    public async Task A_backfill_lists_all_that_there_is_of_a_type_and_a_later_one_reads_it_again(string type, int count)
    {
        var bench = new StripeBench();
        new StripeLife(bench).Play();
        var feed = (IBackfill)bench.Connector;
        var listed = await StripeLife.PagesAsync(cursor =>
            feed.ReadRecordsAsync(type, cursor, Bench.Noon, bench.Now, CancellationToken.None)
        );
        var notices = listed.SelectMany(delivery => ((IWebhookSource)bench.Connector).ReadNotices(delivery.Body).Value).ToList();
        Assert.Equal(count, notices.DistinctBy(notice => notice.ExternalId).Count());
        Assert.All(notices, notice => Assert.Equal(type, notice.ExternalType));
        bench.Now = bench.Now.AddDays(1);
        var again = await StripeLife.PagesAsync(cursor =>
            feed.ReadRecordsAsync(type, cursor, Bench.Noon, bench.Now, CancellationToken.None)
        );
        // A movement of the balance does not change, and its payout's list tells of the payout.
        var both = listed.Concat(again).DistinctBy(delivery => delivery.EventId).Count();
        Assert.Equal(type == "balance_transaction" ? listed.Count : 2 * listed.Count, both);
    }

    [Fact]
    public async Task A_backfill_of_more_than_a_page_goes_on_where_it_was_and_leaves_out_what_was_made_before_or_after()
    {
        var bench = new StripeBench();
        for (var n = 0; n < 250; n++)
        {
            bench.Vendor.ChargeFee("EUR", 1, "Radar");
            bench.Now = bench.Now.AddSeconds(1);
        }

        var feed = (IBackfill)bench.Connector;
        var (from, until) = (Bench.Noon.AddSeconds(10), Bench.Noon.AddSeconds(219));
        var listed = await StripeLife.PagesAsync(cursor =>
            feed.ReadRecordsAsync("balance_transaction", cursor, from, until, CancellationToken.None)
        );
        Assert.Equal(
            Enumerable.Range(11, 210).Select(n => string.Create(CultureInfo.InvariantCulture, $"balance_transaction:txn_{n:D14}")),
            listed.Select(delivery => delivery.EventId).Order(StringComparer.Ordinal)
        );
    }

    private static async Task<string?> PollAsync(IChangeFeed feed, EventLog log, string? cursor, HashSet<string> seen, Random random)
    {
        ChangePage page;
        do
        {
            page = await ReadAsync(feed, cursor, DateTimeOffset.FromUnixTimeSeconds(Start), DateTimeOffset.FromUnixTimeSeconds(log.Now));
            seen.UnionWith(page.Deliveries.Select(delivery => delivery.EventId));
            // A crash between two pages: the page was taken in, the cursor was not kept.
            cursor = random.Next(10) == 0 ? cursor : page.Cursor;
        } while (!page.IsLast);

        return page.Cursor;
    }

    private static async Task<ChangePage> ReadAsync(IChangeFeed feed, string? cursor, DateTimeOffset from, DateTimeOffset until) =>
        (await feed.ReadChangesAsync(cursor, from, until, CancellationToken.None)).Value;

    private static HttpResponseMessage Page(string events, bool hasMore)
    {
        var more = hasMore ? "true" : "false";
        var response = new HttpResponseMessage
        {
            Content = new StringContent($$"""{"object":"list","data":[{{events}}],"has_more":{{more}}}"""),
        };
        response.Headers.Date = Bench.Noon;
        return response;
    }

    /// <summary>An event log that grows while it is read, shows some events late, and gives small pages newest first.</summary>
    private sealed class EventLog(Random random)
    {
        private readonly List<(long Created, string Id)> events = [];

        public long Now { get; private set; } = Start;

        public bool IsResting { get; set; }

        public HashSet<string> Ids => [.. events.Select(entry => entry.Id)];

        public static Dictionary<string, string> Query(HttpRequestMessage request) =>
            request
                .RequestUri!.Query.TrimStart('?')
                .Split('&')
                .Select(pair => pair.Split('='))
                .ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair[1]));

        public HttpResponseMessage Answer(HttpRequestMessage request)
        {
            var query = Query(request);
            var listed = events
                .OrderByDescending(entry => entry.Created)
                .ThenByDescending(entry => entry.Id, StringComparer.Ordinal)
                .Where(entry => entry.Created >= Whole(query["created[gte]"]) && entry.Created <= Whole(query["created[lte]"]))
                .ToList();
            if (query.TryGetValue("starting_after", out var after))
            {
                listed = [.. listed.SkipWhile(entry => entry.Id != after).Skip(1)];
            }

            var size = random.Next(1, 4);
            var shown = listed
                .Take(size)
                .Select(entry =>
                    $$"""{"id":"{{entry.Id}}","object":"balance_transaction","type":"invoice.updated","created":{{entry.Created}}}"""
                );
            var response = Page(string.Join(',', shown), listed.Count > size);
            Grow();
            return response;
        }

        private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

        private void Grow()
        {
            if (IsResting)
            {
                return;
            }

            Now += random.Next(3);
            for (var count = random.Next(4); count > 0 && events.Count < 60; count--)
            {
                // Late, but by less than the poll's overlap.
                events.Add((Now - random.Next(20), $"evt_{random.Next(1000):D3}_{events.Count:D4}"));
            }
        }
    }
}
