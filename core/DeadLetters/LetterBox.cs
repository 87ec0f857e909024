using QtcHub.Ledger;

namespace QtcHub.DeadLetters;

/// <summary>The open dead letters of the hub.</summary>
public sealed class LetterBox(IHubStore store)
{
    /// <summary>Open letters, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync("letter", "Open", null, limit, cancellationToken);
        return [.. page.Rows.Select(row => Rows.Parse<DeadLetter>(row.Row))];
    }

    /// <summary>One letter, open or closed, by its id, or null.</summary>
    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var bang = id.IndexOf('!', StringComparison.Ordinal);
        if (bang < 0)
        {
            return null;
        }

        var row = await store.ReadAsync(Home.Parse(id[..bang]), id[(bang + 1)..], cancellationToken);
        return row is { Kind: "letter" } ? Rows.Parse<DeadLetter>(row) : null;
    }
}
