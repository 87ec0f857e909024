using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>A commit as it will be written, once the rows that it changes are known.</summary>
internal sealed class CommitPlan
{
    private readonly Commit commit;
    private readonly string id;
    private readonly Lists lists;
    private readonly List<CloudWrite> writes = [];
    private readonly List<(string RowKey, Header Header)> written = [];
    private readonly List<(ListEntry Entry, Row Row)> entered = [];
    private readonly List<ListEntry> left = [];
    private readonly List<ListEntry> idle = [];
    private readonly List<(string Name, ReadOnlyMemory<byte> Bytes)> blobs = [];
    private readonly List<string> oldBlobs = [];
    private readonly HashSet<string> inline;

    /// <summary>A plan; <paramref name="former"/> is what a try that was refused has prepared.</summary>
    public CommitPlan(Commit commit, string id, Lists lists, IReadOnlyDictionary<string, Header> headers, CommitNote? former)
    {
        this.commit = commit;
        this.id = id;
        this.lists = lists;
        Partition = HomeRows.Partition(commit.Home);
        inline = Inline(commit);
        foreach (var change in commit.Changes)
        {
            Add(change, headers.GetValueOrDefault(change.Key));
        }

        // Where the rows have become others meanwhile, entries that the former try made stand for nothing, whether this one comes or not.
        idle.AddRange(former?.Entries.Except(entered.Select(one => one.Entry)) ?? []);
        left.AddRange(idle);
        var note = new CommitNote(Partition, left, oldBlobs, [.. commit.Work.Select(OutgoingWork.Of)]);
        writes.Add(new CloudWrite.Insert(note.On(Marker.Row(Partition, id, Marker.Open))));
        Todo = note;
    }

    /// <summary>The home's partition.</summary>
    public string Partition { get; }

    /// <summary>The home's transaction.</summary>
    public IReadOnlyList<CloudWrite> Writes => writes;

    /// <summary>Entries of lists that are made before it.</summary>
    public IReadOnlyList<(ListEntry Entry, Row Row)> Entered => entered;

    /// <summary>Blobs that are written before it.</summary>
    public IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> Blobs => blobs;

    /// <summary>What is to be done after it.</summary>
    public CommitNote Todo { get; }

    /// <summary>What is to be taken back where it never comes.</summary>
    public CommitNote Undo => new(Partition, [.. entered.Select(one => one.Entry), .. idle], [.. blobs.Select(blob => blob.Name)], []);

    /// <summary>Whether anything but the marker lies outside the home, before or after the transaction.</summary>
    public bool NeedsDueRow => entered.Count + left.Count + commit.Work.Length > 0;

    /// <summary>What the rows are known by once the transaction is done.</summary>
    public IEnumerable<(string RowKey, Header Header)> Headers(IReadOnlyList<string> etags) =>
        written.Select((one, at) => (one.RowKey, one.Header with { ETag = etags[at] }));

    private void Add(Change change, Header? known)
    {
        switch (change)
        {
            case Change.Insert insert:
                Write(insert.Row, known: null);
                break;
            case Change.Replace replace:
                Invariant.Holds(known is not null, "a row that is replaced is known");
                Write(replace.Row, known);
                break;
            case Change.Delete delete:
                Invariant.Holds(known is not null, "a row that is removed is known");
                var rowKey = HomeRows.RowKey(delete.RowKey);
                writes.Add(new CloudWrite.Delete(rowKey, known.ETag));
                written.Add((rowKey, new Header(0, "", "", "", "", null)));
                Leave(delete.RowKey, known);
                DropBlob(known);
                break;
        }
    }

    private void Write(Row row, Header? known)
    {
        var stays = known is not null && known.Kind == row.Kind && known.State == row.State;
        var header = new Header((known?.Version ?? 0) + 1, "", row.Kind, row.State, ListedBy(row, stays ? known : null), null);
        var isInline = inline.Contains(row.Key);
        var cloud = HomeRows.Write(commit.Home, row, header, (id, isInline));
        if (!isInline)
        {
            header = header with { Blob = HomeRows.BlobName(cloud.Partition, cloud.RowKey, header.Version, id) };
            blobs.Add((header.Blob, row.Body));
        }

        writes.Add(known is null ? new CloudWrite.Insert(cloud) : new CloudWrite.Replace(cloud, known.ETag));
        written.Add((cloud.RowKey, header));
        if (!stays && row.Kind.Length > 0)
        {
            entered.Add((lists.Entry(commit.Home, row.Key, (row.Kind, row.State), id), row));
        }

        if (!stays && known is not null)
        {
            Leave(row.Key, known);
        }

        DropBlob(known);
    }

    private string ListedBy(Row row, Header? same) => row.Kind.Length == 0 ? "" : same?.ListedBy ?? id;

    private void Leave(string key, Header known)
    {
        if (known.Kind.Length > 0)
        {
            left.Add(lists.Entry(commit.Home, key, (known.Kind, known.State), known.ListedBy));
        }
    }

    private void DropBlob(Header? known)
    {
        if (known?.Blob is { } blob)
        {
            oldBlobs.Add(blob);
        }
    }

    /// <summary>The rows whose bodies the transaction holds: small ones, smallest first, as many as fit together.</summary>
    private static HashSet<string> Inline(Commit commit)
    {
        var room = HomeRows.MostInlineTogether;
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var row in commit
                .Changes.Select(change =>
                    change switch
                    {
                        Change.Insert insert => insert.Row,
                        Change.Replace replace => replace.Row,
                        _ => null,
                    }
                )
                .OfType<Row>()
                .OrderBy(row => row.Body.Length)
        )
        {
            room -= row.Body.Length;
            if (row.Body.Length > HomeRows.MostInline || room < 0)
            {
                break;
            }

            chosen.Add(row.Key);
        }

        return chosen;
    }
}
