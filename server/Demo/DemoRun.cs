using QtcHub.Hosting;
using QtcHub.Server.Commands;
using QtcHub.Server.Demo.Post;
using QtcHub.Server.Demo.Proof;
using QtcHub.Server.Demo.Report;
using QtcHub.Server.Demo.Script;
using QtcHub.Server.Demo.Staging;
using QtcHub.Server.Hosting;
using QtcHub.Server.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>Plays a month against a hub of its own with pretend vendors over loopback HTTP, in bad weather, and compares the books at the end.</summary>
internal sealed class DemoRun(DemoOptions options, Action<string> tell)
{
    private const int MostLetters = 100;

    // Of an account that sales has merged into another, billing, processor and ledger each keep theirs for a person to see to.
    private const int LettersOfMerge = 3;

    // In each of the company's time zones the day has this date from then until noon in New York.
    private static readonly TimeOnly Morning = new(12, 30);

    // What changes is told of a few seconds later; by then its second is over, and what is read once need not be read again.
    private static readonly TimeSpan Moments = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly MonthScript script = MonthScript.Of(options.Seed, options.Days, options.Customers);
    private readonly Progress progress = new(tell);

    /// <summary>Runs to the end and shows what came of it; whether the books agree. Where it is to be kept it serves on until it is asked to stop.</summary>
    public async Task<bool> RunAsync(Installation installation, Action<DemoReport> show, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("qtc-demo-");
        try
        {
            var clock = new SteppingClock(TimeProvider.System, At(script.Days[0].Day));
            var settings = new ServeSettings
            {
                Data = folder.FullName,
                Urls = [FreePort.Loopback()],
                Sandbox = true,
                Time = clock,
            };
            await using var server = await HubServer.BuildAsync(
                DemoSettings.Hurried(installation),
                settings,
                new DemoSettings.Secrets(),
                cancellationToken
            );
            await server.StartAsync(cancellationToken);
            using var sender = new WebhookSender(settings.Urls[0]);
            var post = new PostOffices(server.Fleet!, sender, options.Seed);
            var report = await PlayAsync(server, post, new Rest(server, clock, post), cancellationToken);
            show(report);
            if (options.Keep)
            {
                // Whoever signs a webhook by hand takes the time from the machine.
                clock.StepTo(TimeProvider.System.GetUtcNow());
                tell($"serving on {settings.Urls[0]} with the pretend vendors under /_sandbox; data in {folder.FullName}; Ctrl+C ends it");
                await server.WaitForShutdownAsync(cancellationToken);
            }

            await server.StopAsync(CancellationToken.None);
            return report.Agrees;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<DemoReport> PlayAsync(HubServer server, PostOffices post, Rest rest, CancellationToken cancellationToken)
    {
        var stage = new Stage(server.Fleet!, script.Book);
        var weather = new Weather(server.Fleet!, new Random(options.Seed));
        progress.Phase("the month before");
        foreach (var day in script.Days)
        {
            if (day.Day == MonthScript.First)
            {
                progress.Phase("the month");
            }

            rest.Step(At(day.Day));
            await PlayAsync(day, stage, weather, rest, cancellationToken);
            progress.Day(day.Day, day.Acts.Count, post.Counts, server.Part<HeadMeter>()!);
        }

        // What comes after the last poll of the month is told by its webhook alone.
        post.Handle(options.Drop ? Handling.None : Handling.Careful);
        script.LastMinute.Play(stage);
        await rest.WebhooksAsync(cancellationToken);
        if (options.Alter)
        {
            stage.Billing.ReviseInvoice(stage.IdOf(script.Altered), 1);
        }

        progress.Phase("the books");
        return await ReportAsync(server, stage, (post.Counts, weather), cancellationToken);
    }

    private async Task PlayAsync(ScriptDay day, Stage stage, Weather weather, Rest rest, CancellationToken cancellationToken)
    {
        weather.Turn();
        var isDown = script.DownOn.TryGetValue(day.Day, out var part);
        if (isDown)
        {
            weather.GoDown(stage.NameOf(part));
        }

        foreach (var act in day.Acts)
        {
            act.Play(stage);
        }

        rest.Step(At(day.Day) + Moments);
        await rest.WebhooksAsync(cancellationToken);
        if (isDown)
        {
            rest.Step(At(day.Day) + Hour);
        }

        weather.Clear();
        await rest.ComeAsync(cancellationToken);
    }

    private async Task<DemoReport> ReportAsync(
        HubServer server,
        Stage stage,
        (WebhookCounts Webhooks, Weather Weather) met,
        CancellationToken cancellationToken
    )
    {
        var comparison = Comparison.Of(script.Book, stage);
        var (forward, clearing, trial) = (RollForward.Of(script.Book, stage), Clearing.Of(script.Book, stage), TrialBalance.Of(stage));
        var addsUp = forward.All(line => line.Agrees) && clearing.All(line => line.Agrees) && trial.Agrees;
        var verification = await server.Hub.VerifyAsync(cancellationToken);
        var letters = await server.Hub.DeadLettersAsync(MostLetters, cancellationToken);
        var planted = script.Book.Refused.Count + (script.Book.Merged.Count * LettersOfMerge);
        return new DemoReport
        {
            LettersPlanted = planted,
            Seed = options.Seed,
            Seconds = decimal.Round((decimal)progress.Elapsed.TotalMilliseconds / 1000, 1),
            CpuSeconds = decimal.Round((decimal)Environment.CpuUsage.TotalTime.TotalMilliseconds / 1000, 1),
            Agrees = comparison.Agrees && addsUp && verification.Open + verification.Unknown == 0 && letters.Count == planted,
            Webhooks = met.Webhooks,
            Faults = met.Weather.Met,
            Holdings = comparison.Holdings,
            RollForward = forward,
            Clearing = clearing,
            TrialBalance = trial,
            Timeline = await Timeline.OfAsync(server, script.Book, stage, cancellationToken),
            Differences = comparison.Differences,
            Absent = comparison.Absent,
            Open = verification.Open + verification.Unknown,
            DeadLetters = [.. letters.Select(LetterLine.Of)],
        };
    }

    private static DateTimeOffset At(DateOnly day) => new(day, Morning, TimeSpan.Zero);
}

/// <summary>What to play.</summary>
internal sealed record DemoOptions
{
    public required int Seed { get; init; }

    /// <summary>How many days of the month.</summary>
    public required int Days { get; init; }

    /// <summary>How many customers the company has.</summary>
    public required int Customers { get; init; }

    /// <summary>Whether somebody changes an amount by hand in the end, by one minor unit.</summary>
    public bool Alter { get; init; }

    /// <summary>Whether the last webhook is lost, after the last poll.</summary>
    public bool Drop { get; init; }

    /// <summary>Whether the server goes on after the month.</summary>
    public bool Keep { get; init; }
}
