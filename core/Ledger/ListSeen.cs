using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>The records that were on a source's list when it was last read, by the source's own ids, in ordinal order.</summary>
public sealed record ListSeen(ImmutableArray<string> Ids);
