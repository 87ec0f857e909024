using QtcHub.Server.Demo.Post;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Demo;

/// <summary>
/// Lets the hub come to rest: webhooks arrive, every source is asked what changed, what waits for a time comes due by a step of the clock, until nothing moves any
/// more. The clock is stepped only while nothing is under way.
/// </summary>
internal sealed class Rest(HubServer server, SteppingClock clock, PostOffices post)
{
    // How far into a day what waits is waited for; what is due later waits for its day.
    private static readonly TimeSpan Reach = TimeSpan.FromMinutes(60);

    // What waits for about the same time is waited for together.
    private static readonly TimeSpan Stride = TimeSpan.FromSeconds(5);

    // A source that is asked within the second of a change tells of it the next time: its window ends with the last whole second.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private readonly HeadMeter meter = server.Part<HeadMeter>()!;
    private readonly WakeBoard board = server.Part<WakeBoard>()!;

    /// <summary>Comes to rest, and asks the sources for what no webhook tells.</summary>
    public async Task ComeAsync(CancellationToken cancellationToken)
    {
        await WebhooksAsync(cancellationToken);
        await ComeAsync([.. server.Hub.PolledSystems], cancellationToken);
    }

    /// <summary>Delivers what the vendors tell until they tell no more, and waits until no work is due; gives the systems of which something was lost.</summary>
    public async Task<IReadOnlyList<string>> WebhooksAsync(CancellationToken cancellationToken)
    {
        var losing = new SortedSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var (made, lost) = await post.DeliverAsync(cancellationToken);
            losing.UnionWith(lost);
            await QuietAsync(cancellationToken);
            if (made == 0)
            {
                return [.. losing];
            }
        }
    }

    /// <summary>Goes to an instant, and wakes whoever waits for it.</summary>
    public void Step(DateTimeOffset instant)
    {
        clock.StepTo(instant);
        foreach (var share in server.Hub.Shares)
        {
            board.Wake(share);
        }
    }

    private async Task ComeAsync(IReadOnlyList<string> toAsk, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + Reach;
        while (true)
        {
            if (toAsk.Count > 0)
            {
                Step(clock.GetUtcNow() + Second);
                await AskAsync(toAsk, cancellationToken);
            }
            else if (await NextDueAsync(cancellationToken) is { } due && due <= until)
            {
                Step(due + Stride);
            }
            else
            {
                return;
            }

            toAsk = await WebhooksAsync(cancellationToken);
        }
    }

    /// <summary>What the timers would do in time: asks sources what changed, and looks again at what waits.</summary>
    private async Task AskAsync(IReadOnlyList<string> systems, CancellationToken cancellationToken)
    {
        foreach (var system in systems)
        {
            // One that does not answer, or is left alone for now, is asked again: nothing else tells of what was lost.
            while (!(await server.Hub.PollRoundAsync(system, cancellationToken)).IsRoundOver)
            {
                await Task.Delay(Look, cancellationToken);
                Step(clock.GetUtcNow() + DemoSettings.Patience);
            }
        }

        await server.Hub.SweepAsync(cancellationToken);
    }

    /// <summary>Waits until no work is due and none is under way.</summary>
    private async Task QuietAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var begun = meter.Begun;
            // Whoever looked for work or did any while the queue was asked may have left more.
            if (meter.IsIdle && !(await NextDueAsync(cancellationToken) <= clock.GetUtcNow()) && meter.IsIdle && meter.Begun == begun)
            {
                return;
            }

            await Task.Delay(Look, cancellationToken);
        }
    }

    private async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        foreach (var share in server.Hub.Shares)
        {
            var due = await server.Store.Queue.NextDueAsync(share, cancellationToken);
            next = due < next || next is null ? due ?? next : next;
        }

        return next;
    }
}
