using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Azure.Model;

namespace QtcHub.Simulation;

/// <summary>
/// The cloud's store: each process has the real one, over one model of table and blobs. So a process can die between any two of its calls, which leaves commits
/// half done; answers get lost; and what the lists say may be out of date.
/// </summary>
internal sealed class CloudStorage : Storage
{
    private static readonly AzureStoreOptions Options = new()
    {
        ConnectionString = "the model has none",
        ListShards = 2,
        DueShards = 2,
        WorkShards = 2,
    };

    private readonly TimeProvider clock;
    private ModelTable table;
    private ModelBlobs blobs;
    private TableWorkQueue queue;
    private AzureStore store;
    private long ids;

    public CloudStorage(TimeProvider clock)
    {
        this.clock = clock;
        Use(new ModelTable(), new ModelBlobs(clock));
    }

    /// <summary>Calls of all processes, by what they are for.</summary>
    public FaultTally Calls { get; } = new();

    /// <summary>The table's rows, by what they are for.</summary>
    public FaultTally Rows
    {
        get
        {
            var rows = new FaultTally();
            foreach (var row in table.Rows)
            {
                rows.Add(SimulatedCloud.Purpose(row.Partition));
            }

            return rows;
        }
    }

    /// <summary>Canonical records, by the heads that they have.</summary>
    public long Records => table.Rows.LongCount(row => row.RowKey == Ledger.Rows.HeadKey);

    /// <summary>The size of the table as the service counts it.</summary>
    public long TableBytes => table.Bytes;

    public override IHubStore Store => store;

    public override IWorkQueue Queue => queue;

    public override bool IsShared => true;

    public override StorageWay Way(Scheduler scheduler, ProcessLife life, Dice dice, FaultTally tally) =>
        new CloudWay(this, new Errand(scheduler, life, dice), dice, tally);

    public override Action Backup()
    {
        var (tableCopy, blobsCopy) = (table.Copy(), blobs.Copy());
        return () => Use(tableCopy, blobsCopy);
    }

    /// <summary>A restored store has a table and a container of its own: what the dead had under way reaches the old ones.</summary>
    [MemberNotNull(nameof(table), nameof(blobs), nameof(queue), nameof(store))]
    private void Use(ModelTable ofTable, ModelBlobs ofBlobs)
    {
        (table, blobs) = (ofTable, ofBlobs);
        var parts = new CloudParts(table, blobs, Options, clock, NewId);
        queue = new TableWorkQueue(parts);
        store = new AzureStore(parts, queue);
    }

    private string NewId() => (++ids).ToString("x24", CultureInfo.InvariantCulture);

    private sealed class CloudWay : StorageWay
    {
        private readonly AzureStore store;

        public CloudWay(CloudStorage cloud, Errand errand, Dice dice, FaultTally tally)
        {
            var wire = new SimulatedCloud(cloud.table, cloud.blobs, errand, () => MayFail ? dice : null, tally) { Calls = cloud.Calls };
            var parts = new CloudParts(wire, wire, Options, cloud.clock, cloud.NewId);
            var queue = new TableWorkQueue(parts);
            (store, Queue) = (new AzureStore(parts, queue), queue);
        }

        public override IHubStore Store => store;

        public override IWorkQueue Queue { get; }

        public override Task RelayAsync() => store.RelayAsync(CancellationToken.None);
    }
}
