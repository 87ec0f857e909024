using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Azure.Broker;
using QtcHub.Stores.Azure.Model;
using QtcHub.Tests.Core.Bench;

namespace QtcHub.Tests.Core.Broker;

/// <summary>
/// A hub over the cloud's store and a broker, worked as the triggers of the Functions head work it: what a trigger does beyond binding is
/// <see cref="BrokeredWork"/>, and that is the real one.
/// </summary>
internal sealed class BrokerBench : IDisposable
{
    private static readonly AzureStoreOptions Options = new()
    {
        ConnectionString = "the model has none",
        ListShards = 2,
        DueShards = 2,
        WorkShards = 1,
    };

    private readonly Random chance;
    private AzureStore store = null!;
    private ModelBroker broker = null!;
    private int ids;
    private int depth;

    public BrokerBench(int seed)
    {
        chance = new Random(seed);
        Hub = new HubBench(over: Over);
        Hub.Store.Before = _ => MeanwhileAsync();
        Hub.Store.After = _ => MeanwhileAsync();
    }

    public HubBench Hub { get; }

    public ModelBroker Broker => broker;

    public AzureStore Store => store;

    /// <summary>One commit in so many is the last of its process, or comes while another instance does something else; 0: none.</summary>
    public int DisturbedOneIn { get; set; }

    /// <summary>Whether a process may die at all.</summary>
    public bool MayDie { get; set; } = true;

    public BrokeredWork Work => new(Hub.Hub, broker, Hub.Clock, NullLogger<BrokeredWork>.Instance);

    public void Dispose() => Hub.Dispose();

    /// <summary>Lets time pass: at each step the timers fire and everything due is done.</summary>
    public async Task PassAsync(TimeSpan step, int steps)
    {
        for (var at = 0; at < steps; at++)
        {
            await DrainAsync();
            Hub.Clock.Advance(step);
            await TimerAsync(() => store.RelayAsync(CancellationToken.None));
            await TimerAsync(() => Hub.Hub.SweepAsync(CancellationToken.None));
            await DrainAsync();
        }
    }

    /// <summary>Does every message that is due, and takes up every one that was given up.</summary>
    public async Task DrainAsync()
    {
        for (var most = 0; most < 20_000; most++)
        {
            if (!await OneAsync())
            {
                return;
            }
        }

        Assert.Fail("the broker does not come to rest");
    }

    private async Task<bool> OneAsync()
    {
        if (broker.Take() is { } held)
        {
            await TriggerAsync(held, () => Work.ProcessAsync(held.Body, held.Properties, CancellationToken.None));
            return true;
        }

        if (broker.TakeDead() is { } given)
        {
            await TriggerAsync(given, () => Work.GiveUpAsync(given.Body, given.Properties, given.Reason, CancellationToken.None));
            return true;
        }

        return false;
    }

    private async Task TriggerAsync(ModelBroker.Held held, Func<Task<Settlement>> trigger)
    {
        try
        {
            broker.Settle(held, await trigger());
        }
        catch (DiedException)
        {
            // Nobody settles it: its lock ends.
            Hub.Restart();
        }
        catch (InvalidOperationException)
        {
            // As the host does with what a trigger throws.
            ModelBroker.Abandon(held);
        }
    }

    private async Task TimerAsync(Func<Task> timer)
    {
        try
        {
            await timer();
        }
        catch (DiedException)
        {
            Hub.Restart();
        }
    }

    /// <summary>Before and after a commit a process may die, or another instance may do a message of its own.</summary>
    private async Task MeanwhileAsync()
    {
        if (DisturbedOneIn == 0 || depth > 2 || chance.Next(DisturbedOneIn) != 0)
        {
            return;
        }

        if (MayDie && chance.Next(3) == 0)
        {
            throw new DiedException();
        }

        depth++;
        await OneAsync();
        depth--;
    }

    private AzureStore Over(TimeProvider clock)
    {
        broker = new ModelBroker(clock, chance);
        var table = new MortalTable(
            new ModelTable(),
            () => depth == 0 && MayDie && DisturbedOneIn > 0 && chance.Next(DisturbedOneIn * 20) == 0
        );
        var parts = new CloudParts(table, new ModelBlobs(clock), Options, clock, NewId);
        return store = new AzureStore(parts, new BrokerOutlet(broker, clock));
    }

    private string NewId() => (++ids).ToString("x24", CultureInfo.InvariantCulture);

    internal sealed class DiedException : Exception;

    /// <summary>A table at whose writes a process may die: before it or after it.</summary>
    private sealed class MortalTable(ICloudTable inner, Func<bool> dies) : ICloudTable
    {
        public Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken) =>
            inner.GetAsync(partition, row, cancellationToken);

        public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken) =>
            inner.QueryAsync(range, cancellationToken);

        public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken) =>
            inner.ScanAsync(from, before, continuation, cancellationToken);

        public async Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken)
        {
            if (dies())
            {
                throw new DiedException();
            }

            var answer = await inner.SubmitAsync(partition, writes, cancellationToken);
            return dies() ? throw new DiedException() : answer;
        }
    }
}
