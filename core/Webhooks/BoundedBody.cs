namespace QtcHub.Webhooks;

/// <summary>Reads a request's body up to a limit, whether or not its length was announced.</summary>
public static class BoundedBody
{
    private const int FirstBytes = 16 * 1024;

    /// <summary>The body, or null where it is longer than <paramref name="limit"/> bytes: then the rest stays unread.</summary>
    /// <param name="body">The body.</param>
    /// <param name="announced">Its length, where it was announced.</param>
    /// <param name="limit">Most bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream body, long? announced, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (announced > limit)
        {
            return null;
        }

        var buffer = new byte[announced is { } length ? (int)length + 1 : Math.Min(limit + 1, FirstBytes)];
        var filled = 0;
        while (true)
        {
            var read = await body.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            if (read == 0)
            {
                return buffer.AsMemory(0, filled);
            }

            if (filled > limit)
            {
                return null;
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(limit + 1, buffer.Length * 2));
            }
        }
    }
}
