using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>A route's compiled filter.</summary>
public sealed class CompiledFilter
{
    private readonly Expression condition;
    private readonly FieldNames names;

    internal CompiledFilter(Expression condition, FieldNames names)
    {
        this.condition = condition;
        this.names = names;
    }

    /// <summary>The top-level fields that it decides by.</summary>
    public IEnumerable<string> Fields => condition.Feeds.Distinct(StringComparer.Ordinal);

    /// <summary>Whether a canonical record passes. Bytes that are no record do not.</summary>
    public bool Passes(ReadOnlyMemory<byte> canonical)
    {
        using var document = InputDocument.Read(canonical, names);
        return document is not null && condition.Evaluate(new Scope(document.Root, document.Root, null)) is Value.Flag { IsTrue: true };
    }
}
