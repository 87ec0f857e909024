using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Mapping;
using QtcHub.Sandbox;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Newcomer;

/// <summary>A connector written from the page alone works in the hub as the others do.</summary>
public sealed class PaperboxTests : IDisposable
{
    private readonly PaperboxBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task What_a_webhook_tells_of_is_read_and_written_to_the_target()
    {
        Open("Acme", "ap@acme.example");
        Assert.Equal([ReceiptKind.Accepted], Kinds(await bench.DeliverAsync()));
        await bench.WorkAsync(TimeSpan.FromMinutes(1));

        var written = Assert.Single(bench.Back.Book().Accounts);
        Assert.Equal(("A-1", "Acme", "ap@acme.example", true), (written.Number, written.Name, written.Email, written.Active));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task A_change_is_written_over_the_record_that_was_made_and_what_is_empty_is_cleared()
    {
        var id = Open("Acme", "ap@acme.example");
        await bench.DeliverAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(1));
        bench.Front.Put(
            "account",
            new JsonObject
            {
                ["id"] = id,
                ["name"] = "Acme & Sons",
                ["email"] = null,
            }
        );
        await bench.DeliverAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(1));

        var written = Assert.Single(bench.Back.Book().Accounts);
        Assert.Equal(("Acme & Sons", null), (written.Name, written.Email));
    }

    [Fact]
    public async Task A_webhook_that_comes_twice_is_acknowledged_and_changes_nothing()
    {
        Open("Acme", null);
        var sent = new List<WebhookRequest>();
        await bench.DeliverAsync(Keep);
        await bench.WorkAsync(TimeSpan.FromMinutes(1));
        Open("Other", null);

        Assert.Equal([ReceiptKind.Duplicate], Kinds(await bench.DeliverAsync(_ => sent[0])));
        await bench.WorkAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("Acme", Assert.Single(bench.Back.Book().Accounts).Name);

        WebhookRequest Keep(WebhookRequest request)
        {
            sent.Add(request);
            return request;
        }
    }

    [Fact]
    public async Task A_webhook_whose_body_was_altered_is_refused_and_nothing_is_taken_in()
    {
        Open("Acme", null);
        var receipts = await bench.DeliverAsync(request =>
            request with
            {
                Body = Encoding.UTF8.GetBytes(
                    Encoding.UTF8.GetString(request.Body.Span).Replace("evt_000001", "evt_000002", StringComparison.Ordinal)
                ),
            }
        );
        await bench.WorkAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["signature-mismatch"], receipts.Select(receipt => receipt.Rule));
        Assert.Equal([ReceiptKind.Unauthenticated], Kinds(receipts));
        Assert.Empty(bench.Back.Book().Accounts);
    }

    [Fact]
    public async Task A_webhook_that_is_sent_again_by_somebody_later_is_refused()
    {
        Open("Acme", null);
        var receipts = await bench.DeliverAsync(request => request with { ReceivedAt = request.ReceivedAt.AddMinutes(6) });

        Assert.Equal(["timestamp-out-of-tolerance"], receipts.Select(receipt => receipt.Rule));
    }

    [Fact]
    public async Task What_no_webhook_told_of_is_found_by_the_poll_page_after_page()
    {
        for (var account = 0; account < 120; account++)
        {
            Open($"Customer {account}", null);
        }

        bench.LoseWebhooks();
        await bench.PollAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(Names(bench.Front), Names(bench.Back));
        Assert.Equal(120, bench.Back.Book().Accounts.Count);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_not_made_twice()
    {
        bench.BackFaults.Plan(
            new PlannedFault
            {
                Method = "POST",
                Cut = Cut.AfterCommit,
                Count = 5,
            }
        );
        Open("Acme", null);
        await bench.DeliverAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(10));

        Assert.Equal("Acme", Assert.Single(bench.Back.Book().Accounts).Name);
        Assert.True(bench.BackFaults.Planned.Sum(fault => fault.Count) < 5, "an answer was lost");
        Assert.Empty(await bench.LettersAsync());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_target_that_is_busy_or_falls_over_gets_it_once_when_it_is_back(int status)
    {
        bench.BackFaults.Plan(
            new PlannedFault
            {
                Method = "POST",
                Status = status,
                RetryAfter = TimeSpan.FromSeconds(30),
                Count = 3,
            }
        );
        Open("Acme", null);
        await bench.DeliverAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(20));

        Assert.Single(bench.Back.Book().Accounts);
        Assert.Empty(bench.BackFaults.Planned);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task An_account_that_the_source_deleted_is_made_inactive_and_stays()
    {
        var id = Open("Acme", null);
        await bench.DeliverAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(1));
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        bench.Front.Delete(id);
        await bench.DeliverAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(5));

        Assert.False(Assert.Single(bench.Back.Book().Accounts).Active);
    }

    [Fact]
    public async Task What_a_mapping_cannot_make_is_a_letter_that_names_the_field()
    {
        bench.Front.Put(
            "account",
            new JsonObject
            {
                ["number"] = "A-1",
                ["name"] = "Acme",
                ["tax"] = "partly",
            }
        );
        await bench.DeliverAsync();
        await bench.WorkAsync(TimeSpan.FromMinutes(5));

        Assert.Empty(bench.Back.Book().Accounts);
        Assert.Contains("taxStatus", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_case_beside_its_mappings_passes()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "newcomer", "mappings");
        var files = Directory.GetFiles(folder, "*.cases.yaml", SearchOption.AllDirectories);
        Assert.Equal(2, files.Length);
        Assert.All(
            files.SelectMany(file => MappingCases.Run(bench.Installation.Mappings, file, File.ReadAllText(file))),
            result => Assert.True(result.Passed, $"{result.Name}: {result.Detail}")
        );
    }

    private string Open(string name, string? email)
    {
        var number = $"A-{bench.Front.Book().Accounts.Count + 1}";
        var account = new JsonObject
        {
            ["number"] = number,
            ["name"] = name,
            ["email"] = email,
            ["currency"] = "USD",
        };
        return bench.Front.Put("account", account)!["id"]!.GetValue<string>();
    }

    private static IEnumerable<string> Names(IPretendVendor vendor) =>
        vendor.Book().Accounts.Select(account => account.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<ReceiptKind> Kinds(IEnumerable<Receipt> receipts) => receipts.Select(receipt => receipt.Kind);
}
