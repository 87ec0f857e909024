using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>The rows by which processes that share a store hold a system's limits together.</summary>
/// <param name="Store">The store that they share.</param>
/// <param name="Process">This process's name, which no other has.</param>
public sealed record SharedGate(IHubStore Store, string Process)
{
    private const int MostConflicts = 8;

    /// <summary>The system's row as it is now.</summary>
    internal async Task<Stored<GateState>> ReadAsync(string system, CancellationToken cancellationToken) =>
        Rows.Read<GateState>(await Store.ReadAsync(HomeOf(system), Rows.GateKey, cancellationToken))
        ?? new Stored<GateState>(new GateState(), 0);

    /// <summary>Changes the row; null where the store is too busy, and then nothing has changed.</summary>
    internal async Task<Stored<GateState>?> ChangeAsync(
        string system,
        Func<GateState, GateState> change,
        CancellationToken cancellationToken
    )
    {
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var stored = await ReadAsync(system, cancellationToken);
            var next = change(stored.Value);
            if (next == stored.Value)
            {
                return stored;
            }

            var commit = new Commit(HomeOf(system), Change.Put(Rows.Of(next), stored.Version));
            switch (await Store.CommitAsync(commit, cancellationToken))
            {
                case CommitResult.Committed:
                    return new Stored<GateState>(next, stored.Version + 1);
                case CommitResult.Overloaded:
                    return null;
            }
        }

        return null;
    }

    private static Home HomeOf(string system) => Home.OfJob($"gate-{system}");
}
