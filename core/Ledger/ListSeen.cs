using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>The records that were on a source's list when it was last read, by the source's own ids, in ordinal order.</summary>
/// <param name="Ids">Those of the list's own type.</param>
public sealed record ListSeen(ImmutableArray<string> Ids)
{
    /// <summary>Those of other types; null where there were none.</summary>
    public ImmutableArray<ListMember>? Others { get; init; }
}

/// <summary>A record on a list.</summary>
/// <param name="Type">Its type's name at the source.</param>
/// <param name="Id">The source's id.</param>
public sealed record ListMember(string Type, string Id);
