namespace QtcHub.Stores.Azure;

/// <summary>
/// Headers of rows that this process has just read or written, so that a commit need not read them again. A header that is out of date costs a refused
/// transaction and a read, never more: its ETag is checked by the service.
/// </summary>
internal sealed class HeaderCache
{
    private const int Most = 20_000;
    private readonly Lock gate = new();
    private readonly Dictionary<(string Partition, string RowKey), Header> headers = [];
    private readonly Queue<(string Partition, string RowKey)> order = new();

    public Header? Find(string partition, string rowKey)
    {
        lock (gate)
        {
            return headers.GetValueOrDefault((partition, rowKey));
        }
    }

    public void Keep(string partition, string rowKey, Header header)
    {
        lock (gate)
        {
            if (!headers.TryAdd((partition, rowKey), header))
            {
                headers[(partition, rowKey)] = header;
                return;
            }

            order.Enqueue((partition, rowKey));
            while (order.Count > Most)
            {
                headers.Remove(order.Dequeue());
            }
        }
    }

    /// <summary>What is forgotten keeps its place in the order, so that the order never holds a row twice.</summary>
    public void Forget(string partition, string rowKey)
    {
        lock (gate)
        {
            if (headers.ContainsKey((partition, rowKey)))
            {
                headers[(partition, rowKey)] = Unknown;
            }
        }
    }

    private static Header Unknown { get; } = new(0, "", "", "", "", null);
}
