namespace QtcHub.Hosting;

/// <summary>What a head owns; the last kept goes first.</summary>
public sealed class Belongings : IAsyncDisposable
{
    private readonly Stack<object> kept = new();

    /// <summary>Keeps a part until the end.</summary>
    public T Keep<T>(T part)
        where T : class
    {
        kept.Push(part);
        return part;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        while (kept.TryPop(out var part))
        {
            if (part is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                (part as IDisposable)?.Dispose();
            }
        }
    }
}
