using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>The sandbox beside the hub in one process.</summary>
public sealed class SandboxTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-sandbox-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Pretend_vendors_come_back_as_they_were_after_a_kill()
    {
        var url = QtcHub.Server.Hosting.FreePort.Loopback();
        string[] args = ["--data", Path.Combine(folder.FullName, "data"), "--urls", url.ToString(), "--sandbox"];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["STRIPE_WEBHOOK_SECRET"] = TestConfig.WebhookSecret };
        using var client = new HttpClient { BaseAddress = url };
        string before;
        using (var doomed = await QtcProcess.ServeAsync(args, environment))
        {
            using var made = new StringContent("""{"id":"cus_kept","name":"Kept","email":"kept@example.com"}""");
            using var created = await client.PostAsync("/_sandbox/stripe/records/customer", made);
            using var sent = await client.PostAsync("/_sandbox/stripe/webhook/customer/cus_kept", null);
            Assert.True(created.IsSuccessStatusCode && sent.IsSuccessStatusCode);
            before = await ArrivedAsync(client);
            await doomed.KillAsync();
        }

        using var again = await QtcProcess.ServeAsync(args, environment);

        Assert.Equal(before, await client.GetStringAsync("/_sandbox/netsuite/records/customer"));
        Assert.Contains("cus_kept", await client.GetStringAsync("/_sandbox/stripe/records/customer"), StringComparison.Ordinal);
    }

    private static async Task<string> ArrivedAsync(HttpClient client)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (TimeProvider.System.GetUtcNow() < end)
        {
            var records = await client.GetStringAsync("/_sandbox/netsuite/records/customer");
            if (records.Contains("cus_kept", StringComparison.Ordinal))
            {
                return records;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("the record did not arrive");
    }
}
