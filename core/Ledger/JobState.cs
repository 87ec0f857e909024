namespace QtcHub.Ledger;

/// <summary>A timed job: its cursor and the lease under which it runs.</summary>
/// <param name="Cursor">Where the next page begins, or null at the start of a round.</param>
/// <param name="From">The lower bound of the round.</param>
/// <param name="Until">The fixed upper bound of the round under way, or null between rounds.</param>
/// <param name="LeaseUntil">Until when an instance runs it.</param>
/// <param name="Epoch">The store's epoch that it knows of.</param>
public sealed record JobState(string? Cursor, DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset? LeaseUntil, int Epoch = 0);
