namespace QtcHub.Connectors;

/// <summary>An access token that serves every call until it is spent; callers that need a new one share one request for it.</summary>
/// <param name="fetch">Asks for one. It serves every caller, so no single caller's cancellation ends it; the call's own deadline does.</param>
/// <param name="useUntil">When a token is given up.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedToken<T>(Func<Task<Outcome<T>>> fetch, Func<T, DateTimeOffset> useUntil, TimeProvider time)
    where T : notnull
{
    private Lazy<Task<Outcome<T>>>? current;

    public async Task<Outcome<T>> GetAsync(CancellationToken cancellationToken)
    {
        var held = Volatile.Read(ref current);
        if (held is null || await IsSpentAsync(held))
        {
            var next = new Lazy<Task<Outcome<T>>>(fetch);
            var winner = Interlocked.CompareExchange(ref current, next, held);
            held = ReferenceEquals(winner, held) ? next : winner ?? next;
        }

        return await WaitAsync(held.Value, cancellationToken);
    }

    /// <summary>Waits for what is shared no longer than its caller may. Whoever goes on does so where the wait ended, never on another thread.</summary>
    private static async Task<Outcome<T>> WaitAsync(Task<Outcome<T>> shared, CancellationToken cancellationToken)
    {
        var gaveUp = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() => gaveUp.TrySetResult());
        if (await Task.WhenAny(shared, gaveUp.Task) != shared)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await shared;
    }

    /// <summary>The next call asks for a new one.</summary>
    public void Drop() => Volatile.Write(ref current, null);

    /// <summary>The next call asks for a new one, unless another already has.</summary>
    public async Task DropAsync(Func<T, bool> isRefused)
    {
        var held = Volatile.Read(ref current);
        if (
            held is { IsValueCreated: true, Value.IsCompleted: true }
            && (await held.Value).TryGet(out var token, out _)
            && isRefused(token)
        )
        {
            Interlocked.CompareExchange(ref current, null, held);
        }
    }

    private async Task<bool> IsSpentAsync(Lazy<Task<Outcome<T>>> held)
    {
        if (!held.IsValueCreated || !held.Value.IsCompleted)
        {
            return false;
        }

        return !(await held.Value).TryGet(out var token, out _) || useUntil(token) <= time.GetUtcNow();
    }
}
