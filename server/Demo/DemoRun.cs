using System.Diagnostics;
using QtcHub.Hosting;
using QtcHub.Sandbox;
using QtcHub.Server.Commands;
using QtcHub.Server.Hosting;
using QtcHub.Server.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>Plays a script against a hub of its own with pretend vendors over loopback HTTP, in bad weather, and compares the books at the end.</summary>
internal sealed class DemoRun(int seed, bool alter)
{
    private const int MostLetters = 100;
    private static readonly TimeSpan BetweenActs = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // Two rounds of polling: what a webhook did not tell of is found by then.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(2500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DemoScript script = DemoScript.Of(seed);
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>Runs to the end; <paramref name="progress"/> is told what goes on.</summary>
    public async Task<DemoReport> RunAsync(Installation installation, Action<string> progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("qtc-demo-");
        try
        {
            var settings = new ServeSettings
            {
                Data = folder.FullName,
                Urls = [FreePort.Loopback()],
                Sandbox = true,
            };
            await using var server = await HubServer.BuildAsync(
                DemoSettings.Hurried(installation),
                settings,
                new DemoSettings.Secrets(),
                cancellationToken
            );
            await server.StartAsync(cancellationToken);
            using var sender = new WebhookSender(settings.Urls[0]);
            var report = await PlayAsync(server, sender, progress, cancellationToken);
            await server.StopAsync(cancellationToken);
            return report;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<DemoReport> PlayAsync(
        HubServer server,
        WebhookSender sender,
        Action<string> progress,
        CancellationToken cancellationToken
    )
    {
        var source = server.Fleet!.Systems.Values.First(system => system.Played is IPlaysBilling);
        var target = server.Fleet.Systems.Values.First(system => system.Played is IPlaysErp);
        var stage = new Stage((IPlaysBilling)source.Played);
        var post = new PostOffice(source, sender, new Random(seed + 1));
        var weather = new Weather(source.Desk, target.Desk, new Random(seed + 2));
        await ActAsync(script.Morning, stage, post, weather, progress, cancellationToken);
        weather.Clear();
        await RestAsync(server, post, progress, cancellationToken);
        await ActAsync(script.Noon, stage, post, null, progress, cancellationToken);
        var open = await RestAsync(server, post, progress, cancellationToken);
        if (alter)
        {
            ((IPlaysBilling)source.Played).ReviseInvoice(stage.IdOf(script.Altered), 1);
        }

        var comparison = new Comparison(Expected.Of(script.All), stage, Planted(target.Name));
        var book = source.Played.Book();
        comparison.Compare(source.Name, book, book);
        comparison.Compare(target.Name, target.Played.Book(), book);
        var letters = await server.Hub.DeadLettersAsync(MostLetters, cancellationToken);
        return new DemoReport
        {
            Seed = seed,
            Seconds = decimal.Round((decimal)watch.Elapsed.TotalMilliseconds / 1000, 1),
            Agrees = comparison.Agrees && open == 0,
            Webhooks = new WebhookCounts(post.Made, post.Lost, post.Doubled, post.Acknowledged),
            Faults = weather.Planned,
            Holdings = comparison.Holdings,
            Differences = comparison.Differences,
            Absent = [.. comparison.Absent],
            Open = open,
            DeadLetters = [.. letters.Select(LetterLine.Of)],
        };
    }

    /// <summary>The ledger refuses one invoice, and a person has yet to decide about the one that was voided after it was posted.</summary>
    private HashSet<string> Planted(string target) =>
        new(StringComparer.Ordinal) { $"{target}/{script.Refused}/presence", $"{target}/{script.Voided}/status" };

    private static async Task ActAsync(
        IReadOnlyList<Act> acts,
        Stage stage,
        PostOffice post,
        Weather? weather,
        Action<string> progress,
        CancellationToken cancellationToken
    )
    {
        for (var played = 0; played < acts.Count; played++)
        {
            stage.Play(acts[played]);
            weather?.Turn();
            post.Collect(cancellationToken);
            progress(
                $"{played + 1} of {acts.Count} acts played; webhooks: {post.Made} made, {post.Lost} lost, {post.Doubled} doubled, {post.Acknowledged} acknowledged"
            );
            await Task.Delay(BetweenActs, cancellationToken);
        }
    }

    /// <summary>Waits until nothing moves any more; gives what still does when patience ends.</summary>
    private static async Task<long> RestAsync(
        HubServer server,
        PostOffice post,
        Action<string> progress,
        CancellationToken cancellationToken
    )
    {
        await post.EmptyAsync();
        var waited = Stopwatch.StartNew();
        var resting = Stopwatch.StartNew();
        while (true)
        {
            var moving = await MovingAsync(server, cancellationToken);
            if (moving > 0)
            {
                resting.Restart();
            }

            if (resting.Elapsed >= Rest || waited.Elapsed >= Patience)
            {
                return moving;
            }

            progress($"settling: {moving} under way, {post.Acknowledged} webhooks acknowledged");
            await Task.Delay(Look, cancellationToken);
        }
    }

    private static async Task<long> MovingAsync(HubServer server, CancellationToken cancellationToken)
    {
        var verification = await server.Hub.VerifyAsync(cancellationToken);
        var soon = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(10);
        var waiting = 0;
        foreach (var share in server.Hub.Shares)
        {
            waiting += await server.Store.Queue.NextDueAsync(share, cancellationToken) < soon ? 1 : 0;
        }

        return verification.Open + verification.Unknown + waiting;
    }
}
