using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Sandbox;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>kill -9 of the real process under load: what was answered 2xx is not lost, and nothing is doubled.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 5;
    private static readonly TimeSpan BetweenKills = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-kill-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_under_load_it_loses_nothing_it_acknowledged_and_doubles_nothing()
    {
        await using var vendors = await VendorsOutside.StartAsync(folder.FullName);
        var (data, url) = (Path.Combine(folder.FullName, "data"), FreePort.Loopback());
        string[] args = ["--config", Path.Combine(folder.FullName, "hub.yaml"), "--data", data, "--urls", url.ToString()];
        using var stop = new CancellationTokenSource();
        using var client = new Deliverer(url, Path.Combine(folder.FullName, "acknowledged.txt"));
        var load = Task.Run(() => LoadAsync(vendors.Billing, client, stop.Token));

        for (var kill = 0; kill < Kills; kill++)
        {
            using var doomed = await QtcProcess.ServeAsync(args, vendors.Environment);
            await Task.Delay(BetweenKills);
            await doomed.KillAsync();
        }

        await stop.CancelAsync();
        using var last = await QtcProcess.ServeAsync(args, vendors.Environment);
        await load;
        await client.EmptyAsync();
        var found = await DrainAsync(data);

        var acknowledged = await File.ReadAllLinesAsync(client.File);
        Assert.True(acknowledged.Length >= 50, $"only {acknowledged.Length} webhooks were acknowledged");
        Assert.Equal((0L, 0L), (found.Open, found.Unknown));
        Assert.Equal(acknowledged.Distinct(StringComparer.Ordinal).Count(), found.Acknowledged);
        await AssertStoredAsync(data, acknowledged);
        AssertSameBooks(vendors.Billing.Book(), vendors.Erp.Book());
    }

    private static async Task LoadAsync(IPlaysBilling billing, Deliverer client, CancellationToken stop)
    {
        var random = new Random(11);
        var accounts = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            var account = billing.OpenAccount($"Account {accounts.Count}", null, "USD", "US");
            accounts.Add(account);
            var invoice = billing.IssueInvoice(account, [new PlayedLine("Seats", 2, 2 * random.Next(100, 9999))], random.Next(500));
            var total = billing.Book().Invoices.First(known => known.Id == invoice).Total;
            billing.TakePayment(account, total, "USD", [new PlayedApplication(invoice, total)]);
            billing.RenameAccount(accounts[random.Next(accounts.Count)], $"Renamed {accounts.Count}");
            foreach (var webhook in billing.TakeWebhooks())
            {
                client.Deliver(webhook);
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task<Verification> DrainAsync(string data)
    {
        await using var store = SqliteStore.OpenForReading(data);
        var end = TimeProvider.System.GetUtcNow() + DrainLimit;
        while (true)
        {
            var found = await new Verifier(store).VerifyAsync(CancellationToken.None);
            if (
                (found.Open + found.Unknown == 0 && await store.LengthAsync(CancellationToken.None) == 0)
                || TimeProvider.System.GetUtcNow() > end
            )
            {
                return found;
            }

            await Task.Delay(250);
        }
    }

    private static async Task AssertStoredAsync(string data, IEnumerable<string> acknowledged)
    {
        await using var store = SqliteStore.OpenForReading(data);
        foreach (var id in acknowledged)
        {
            var delivery = await store.DeliveryAsync(new DeliveryId("stripe", id), CancellationToken.None);
            Assert.True(delivery is { Value.Acknowledged: true }, $"{id} was acknowledged and is lost");
        }
    }

    private static void AssertSameBooks(Book source, Book target)
    {
        Assert.Equal(
            source.Accounts.Select(account => $"{account.Number} {account.Name}").Order(StringComparer.Ordinal),
            target.Accounts.Select(account => $"{account.Number} {account.Name}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            source
                .Invoices.Select(invoice => $"{invoice.Number} {invoice.AccountNumber} {invoice.Total} {invoice.Status}")
                .Order(StringComparer.Ordinal),
            target
                .Invoices.Select(invoice => $"{invoice.Number} {invoice.AccountNumber} {invoice.Total} {invoice.Status}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            source.Payments.Select(Line).Order(StringComparer.Ordinal),
            target.Payments.Select(Line).Order(StringComparer.Ordinal)
        );
    }

    private static string Line(BookPayment payment) =>
        $"{payment.Reference} {payment.AccountNumber} {payment.Amount} {string.Join(' ', payment.Applications.Select(part => $"{part.InvoiceNumber}={part.Amount}"))}";

    /// <summary>Delivers webhooks as vendors do, again and again until they are acknowledged, and keeps a synced list of those that were.</summary>
    private sealed class Deliverer(Uri hub, string file) : IDisposable
    {
        private readonly HttpClient client = new() { BaseAddress = hub, Timeout = TimeSpan.FromSeconds(5) };
        private readonly FileStream list = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        private readonly Lock writing = new();
        private readonly List<Task> underWay = [];

        public string File => file;

        public void Deliver(HttpRequestMessage webhook) => underWay.Add(DeliverAsync(webhook));

        public Task EmptyAsync() => Task.WhenAll(underWay);

        public void Dispose()
        {
            client.Dispose();
            list.Dispose();
        }

        private async Task DeliverAsync(HttpRequestMessage webhook)
        {
            var body = await webhook.Content!.ReadAsStringAsync();
            while (!await TryAsync(body))
            {
                await Task.Delay(200);
            }

            lock (writing)
            {
                list.Write(Encoding.UTF8.GetBytes($"{JsonNode.Parse(body)!["id"]}\n"));
                list.Flush(flushToDisk: true);
            }
        }

        private async Task<bool> TryAsync(string body)
        {
            using var request = ServedHub.Signed(body);
            try
            {
                using var answer = await client.SendAsync(request);
                return answer.IsSuccessStatusCode;
            }
            catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        }
    }
}
