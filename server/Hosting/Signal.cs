namespace QtcHub.Server.Hosting;

/// <summary>Wakes one waiter. A signal given while nobody waits is kept; several are one.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim given = new(0);

    public void Give()
    {
        // Two givers at once may leave two: the second only costs one idle look at the queue.
        if (given.CurrentCount == 0)
        {
            given.Release();
        }
    }

    /// <summary>Waits for a signal, or until the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost > TimeSpan.Zero)
        {
            await given.WaitAsync(atMost, cancellationToken);
        }
    }

    public void Dispose() => given.Dispose();
}
