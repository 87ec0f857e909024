using QtcHub.Connectors;
using QtcHub.Tests.Core.Bench;

namespace QtcHub.Tests.Core.Inbox;

public sealed class PollingTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Source_is_asked_when_its_time_has_come_and_not_before()
    {
        Assert.Empty(await PollDueAsync());
        Assert.Single(bench.Vendor.Windows);

        bench.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        await PollDueAsync();
        Assert.Single(bench.Vendor.Windows);

        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await PollDueAsync();
        Assert.Equal(2, bench.Vendor.Windows.Count);
    }

    [Fact]
    public async Task Round_of_several_pages_goes_to_its_end()
    {
        bench.Vendor.AnswersNextPage(new ChangePage([], "second", IsLast: false));
        bench.Vendor.AnswersNextPage(new ChangePage([], "third", IsLast: false));

        await PollDueAsync();

        Assert.Equal([null, "second", "third"], bench.Vendor.Cursors);
    }

    [Fact]
    public async Task Round_that_ended_early_is_told_and_goes_on_where_it_was()
    {
        bench.Vendor.AnswersNextPage(new ChangePage([], "second", IsLast: false));
        bench.Vendor.AnswersNextPage(new Fault.Transient("not now"));

        var (system, fault) = Assert.Single(await PollDueAsync());
        Assert.Equal(("shop", "Transient"), (system, fault.Name));

        Assert.Empty(await PollDueAsync());
        Assert.Equal([null, "second", "second"], bench.Vendor.Cursors);
    }

    [Fact]
    public async Task Round_that_the_system_takes_no_call_for_is_put_off_and_ends_where_it_begins_then()
    {
        bench.Vendor.AnswersNextPage(new Fault.RateLimited(TimeSpan.FromMinutes(6), "later"));
        await PollDueAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False((await bench.Hub.PollRoundAsync("shop", CancellationToken.None)).IsRoundOver);
        Assert.Single(bench.Vendor.Windows);

        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await bench.Hub.PollRoundAsync("shop", CancellationToken.None)).IsRoundOver);
        Assert.Equal(bench.Clock.GetUtcNow(), bench.Vendor.Windows[1].Until);
    }

    private Task<IReadOnlyList<(string System, Fault Fault)>> PollDueAsync() => bench.Hub.PollDueAsync(CancellationToken.None);
}
