using QtcHub.Tests.Core.Bench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class TimedJobsTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly HubBench bench = new();
    private int runs;

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Of_two_clocks_that_strike_in_one_period_one_is_heard()
    {
        for (var seconds = 0; seconds < 300; seconds += 10)
        {
            await StrikeAsync();
            bench.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(10, runs);
    }

    [Fact]
    public async Task A_clock_that_strikes_a_little_early_is_heard()
    {
        await StrikeAsync();
        bench.Clock.Advance(Every - TimeSpan.FromSeconds(1));

        Assert.True(await StrikeAsync());
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task While_a_job_runs_it_is_not_begun_again()
    {
        var end = new TaskCompletionSource();
        var running = bench.Hub.InTurnAsync("job", Every, _ => end.Task, CancellationToken.None);
        bench.Clock.Advance(2 * Every);

        Assert.False(await StrikeAsync());
        end.SetResult();

        Assert.True(await running);
        Assert.True(await StrikeAsync());
    }

    [Fact]
    public async Task A_job_whose_process_died_is_taken_over_when_its_lease_has_run_out()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            bench.Hub.InTurnAsync("job", Every, _ => throw new InvalidOperationException("the process dies"), CancellationToken.None)
        );
        bench.Clock.Advance(Every);
        Assert.False(await StrikeAsync());

        bench.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.True(await StrikeAsync());
    }

    [Fact]
    public async Task After_a_restore_every_job_runs_at_once()
    {
        await StrikeAsync();
        var (backup, taken) = (bench.Backup(), bench.Clock.GetUtcNow());
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await bench.RestoreAsync(backup, taken);

        Assert.True(await StrikeAsync());
        Assert.False(await StrikeAsync());
    }

    [Fact]
    public async Task Jobs_of_other_names_do_not_wait_for_each_other()
    {
        await StrikeAsync();

        Assert.True(await StrikeAsync("another"));
    }

    private Task<bool> StrikeAsync(string job = "job") =>
        bench.Hub.InTurnAsync(
            job,
            Every,
            _ =>
            {
                runs++;
                return Task.CompletedTask;
            },
            CancellationToken.None
        );
}
