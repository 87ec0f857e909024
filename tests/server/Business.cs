using QtcHub.Sandbox;

namespace QtcHub.Tests.Server;

/// <summary>A company's business, played as fast as it is told to the hub.</summary>
internal static class Business
{
    /// <summary>Accounts, invoices and payments, and now and then another name, until it is stopped.</summary>
    public static async Task PlayAsync(IPlaysBilling billing, Deliverer client, TimeSpan pace, CancellationToken stop)
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

            await Task.Delay(pace, CancellationToken.None);
        }
    }
}
