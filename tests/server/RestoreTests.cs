using System.Text.Json.Nodes;
using QtcHub.Ledger;
using QtcHub.Sandbox;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>A backup beside a running server, its loss by kill -9, and a restore from that backup.</summary>
public sealed class RestoreTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-restore-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Data => Path.Combine(folder.FullName, "data");

    [Fact]
    public async Task Restored_from_an_earlier_backup_nothing_is_doubled_and_the_newest_state_stands()
    {
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName);
        var billing = vendors.Billing;
        var url = FreePort.Loopback();
        string[] args = ["--config", Path.Combine(folder.FullName, "hub.yaml"), "--data", Data, "--urls", url.ToString()];
        var backup = Path.Combine(folder.FullName, "backup.db");
        using var client = new HttpClient { BaseAddress = url };
        string account;
        using (var first = await QtcProcess.ServeAsync(args, vendors.Environment))
        {
            account = billing.OpenAccount("Ada Ltd", "ada@example.com", "USD", "US");
            billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 999)], 0);
            await TellAsync(client, billing);
            await UntilAsync(() => vendors.Erp.Book().Invoices.Count == 1);

            var (code, output, error) = await QtcProcess.RunAsync(["backup", "--data", Data, "--to", backup, "--json"]);
            Assert.True(code == 0, error);
            Assert.Equal(0, (int?)JsonNode.Parse(output)!["epoch"]);

            billing.RenameAccount(account, "Ada Limited");
            var second = billing.OpenAccount("Bob Ltd", null, "USD", "US");
            var invoice = billing.IssueInvoice(second, [new PlayedLine("Support", 1, 4999)], 0);
            billing.TakePayment(second, 4999, "USD", [new PlayedApplication(invoice, 4999)]);
            await TellAsync(client, billing);
            await UntilAsync(() =>
                vendors.Erp.Book() is { Payments.Count: 1, Accounts.Count: 2 } book && book.Accounts.Any(one => one.Name == "Ada Limited")
            );
            Assert.Equal(3, (await QtcProcess.RunAsync(["restore", "--data", Data, "--from", backup])).Code);
            await first.KillAsync();
        }

        var restored = await QtcProcess.RunAsync(["restore", "--data", Data, "--from", backup, "--json"]);
        Assert.Equal(0, restored.Code);
        Assert.Equal(1, (int?)JsonNode.Parse(restored.Out)!["epoch"]);
        Assert.True(File.Exists((string?)JsonNode.Parse(restored.Out)!["kept"]));
        billing.RenameAccount(account, "Ada Holding");
        var before = vendors.Erp.Book();

        using var again = await QtcProcess.ServeAsync(args, vendors.Environment);
        await UntilAsync(() => vendors.Erp.Book().Accounts.Any(one => one.Name == "Ada Holding"));
        await RestAsync();

        var book = vendors.Erp.Book();
        Assert.Equal((2, 2, 1), (book.Accounts.Count, book.Invoices.Count, book.Payments.Count));
        Assert.Equal(before.Invoices.Select(one => (one.Number, one.Total)), book.Invoices.Select(one => (one.Number, one.Total)));
        Assert.Equal(before.Payments.Select(one => (one.Reference, one.Amount)), book.Payments.Select(one => (one.Reference, one.Amount)));
        Assert.Equal(["Ada Holding", "Bob Ltd"], book.Accounts.Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Equal("[]", (await QtcProcess.RunAsync(["deadletters", "list", "--data", Data, "--json"])).Out.Trim());
    }

    [Fact]
    public async Task Restore_of_a_file_that_is_no_backup_is_3_and_says_why()
    {
        var file = Path.Combine(folder.FullName, "text.db");
        await File.WriteAllTextAsync(file, new string('?', 5000));

        var (code, _, error) = await QtcProcess.RunAsync(["restore", "--data", Data, "--from", file]);

        Assert.Equal(3, code);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static async Task TellAsync(HttpClient client, IPlaysBilling billing)
    {
        foreach (var webhook in billing.TakeWebhooks())
        {
            using var request = ServedHub.Signed(await webhook.Content!.ReadAsStringAsync());
            using var answer = await client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, "it did not come to hold");
            await Task.Delay(100);
        }
    }

    /// <summary>Waits until no work is left, then verifies.</summary>
    private async Task RestAsync()
    {
        await using (var store = SqliteStore.OpenForReading(Data))
        {
            var end = TimeProvider.System.GetUtcNow() + Patience;
            while (await store.LengthAsync(CancellationToken.None) > 0 && TimeProvider.System.GetUtcNow() < end)
            {
                await Task.Delay(200);
            }

            Assert.DoesNotContain(
                await store.CountAsync(CancellationToken.None),
                count => count.Kind == "delivery" && count.State != "Done"
            );
        }

        Assert.Equal(0, (await QtcProcess.RunAsync(["verify", "--data", Data])).Code);
    }
}
