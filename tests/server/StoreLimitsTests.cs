using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>What a store that is too busy, too full or on a wrong clock means to whoever sends webhooks.</summary>
public sealed class StoreLimitsTests
{
    [Fact]
    public async Task Over_the_limit_of_waiting_commits_webhooks_are_503_nothing_of_them_is_stored_and_later_they_are_taken()
    {
        await using var hub = await ServedHub.StartAsync(store: new() { MaxWaiting = 8 });
        string[] events = [.. Enumerable.Range(0, 60).Select(number => $"evt_busy_{number}")];
        List<Task<HttpResponseMessage>> sent;
        using (await HoldWriterAsync(hub))
        {
            sent = [.. events.Select(id => hub.Client.SendAsync(Webhook(id)))];
            await hub.UntilAsync(() => Task.FromResult(sent.Count(one => one.IsCompleted) >= 30));
        }

        var answers = await Task.WhenAll(sent);
        var refused = events.Where((_, at) => answers[at].StatusCode == HttpStatusCode.ServiceUnavailable).ToList();
        Assert.True(refused.Count >= 30, $"{refused.Count} were refused");
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
        foreach (var (id, answer) in events.Zip(answers))
        {
            var isTaken = answer.StatusCode == HttpStatusCode.OK;
            Assert.Equal(isTaken, await IsStoredAsync(hub, id));
            if (!isTaken)
            {
                Assert.NotNull(answer.Headers.RetryAfter);
                Assert.Equal("busy", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["rule"]);
            }
        }

        // What was taken is worked on meanwhile, and its commits may be over the limit once more.
        await hub.UntilAsync(async () =>
        {
            using var again = await hub.Client.SendAsync(Webhook(refused[0]));
            return again.StatusCode == HttpStatusCode.OK
                && (await again.Content.ReadAsStringAsync()).Contains("accepted", StringComparison.Ordinal);
        });
        Assert.True(await IsStoredAsync(hub, refused[0]));
    }

    [Fact]
    public async Task Over_two_seconds_of_backlog_webhooks_are_503()
    {
        await using var hub = await ServedHub.StartAsync();
        Task<HttpResponseMessage> early;
        using (await HoldWriterAsync(hub))
        {
            early = hub.Client.SendAsync(Webhook("evt_early_1"));
            await Task.Delay(200);
            _ = hub.Client.SendAsync(Webhook("evt_early_2"));
            await Task.Delay(2500);

            using var late = await hub.Client.SendAsync(Webhook("evt_late"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
            Assert.NotNull(late.Headers.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.OK, (await early).StatusCode);
        Assert.False(await IsStoredAsync(hub, "evt_late"));
        await hub.UntilAsync(async () => (await hub.Client.SendAsync(Webhook("evt_late"))).StatusCode == HttpStatusCode.OK);
        Assert.True(await IsStoredAsync(hub, "evt_late"));
    }

    [Fact]
    public async Task Full_disk_answers_503_and_loses_nothing_that_was_acknowledged()
    {
        var acknowledged = new List<string>();
        var folder = Directory.CreateTempSubdirectory("qtc-full-");
        await using (var hub = await ServedHub.StartAsync(store: new() { MaxDatabaseBytes = 400 * 1024 }))
        {
            var refused = false;
            for (var number = 0; number < 2000 && !refused; number++)
            {
                using var answer = await hub.Client.SendAsync(Webhook($"evt_full_{number}"));
                refused = answer.StatusCode == HttpStatusCode.ServiceUnavailable;
                if (!refused)
                {
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    acknowledged.Add($"evt_full_{number}");
                }
            }

            Assert.True(refused, "the disk became full");
            Assert.Contains("the disk is full", (await hub.Server.Store.Embedded!.Failed).Message, StringComparison.Ordinal);
            await hub.UntilAsync(() => Task.FromResult(hub.Server.StoreHasFailed));
            foreach (var file in Directory.GetFiles(hub.Data, "hub.db*"))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }
        }

        await using (var store = SqliteStore.Open(folder.FullName, TimeProvider.System))
        {
            foreach (var id in acknowledged)
            {
                Assert.NotNull(await store.DeliveryAsync(new DeliveryId("stripe", id), CancellationToken.None));
            }
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public void Clock_of_the_head_never_goes_back()
    {
        var inner = new SetClock { Now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) };
        var clock = new SteadyClock(inner);
        var first = clock.GetUtcNow();
        inner.Now = first.AddHours(-1);

        Assert.Equal(first, clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(1), clock.Behind);

        inner.Now = first.AddSeconds(1);
        Assert.Equal(first.AddSeconds(1), clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.Behind);
    }

    [Fact]
    public async Task Port_in_use_is_2_with_one_line_that_says_so()
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = Directory.CreateTempSubdirectory("qtc-port-");
        string[] arguments =
        [
            "serve",
            "--sandbox",
            "--config",
            TestConfig.Write(folder.FullName),
            "--data",
            Path.Combine(folder.FullName, "data"),
        ];

        var (code, _, error) = await QtcProcess.RunAsync([.. arguments, "--urls", hub.Client.BaseAddress!.ToString()]);

        Assert.Equal(2, code);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'), line => line.Contains("--urls", StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }

    private static HttpRequestMessage Webhook(string id) =>
        ServedHub.Signed(ServedHub.Event(id, "customer.created", "customer", "cus_none"));

    private static async Task<bool> IsStoredAsync(ServedHub hub, string id) =>
        await hub.Server.Store.Rows.DeliveryAsync(new DeliveryId("stripe", id), CancellationToken.None) is not null;

    /// <summary>Keeps the store's writer from beginning a transaction until it is disposed.</summary>
    private static async Task<IDisposable> HoldWriterAsync(ServedHub hub)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(hub.Data, "hub.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = new SqliteCommand("BEGIN IMMEDIATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
