using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>A route's compiled filter.</summary>
public sealed class CompiledFilter
{
    private readonly Expression condition;

    internal CompiledFilter(Expression condition) => this.condition = condition;

    /// <summary>Whether a canonical record passes. Bytes that are no record do not.</summary>
    public bool Passes(ReadOnlyMemory<byte> canonical)
    {
        using var document = InputDocument.Read(canonical);
        return document is not null
            && condition.Evaluate(new Scope(document.RootElement, document.RootElement, null)) is Value.Flag { IsTrue: true };
    }
}
