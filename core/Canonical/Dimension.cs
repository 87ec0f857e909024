namespace QtcHub.Canonical;

/// <summary>One thing that amounts are booked under: a department, project, class.</summary>
public sealed record Dimension
{
    /// <summary>Which dimension, e.g. <c>department</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its value, as its owner codes it.</summary>
    public required string Value { get; init; }

    internal static IReadOnlyList<Dimension>? Sorted(IReadOnlyList<Dimension>? dimensions) => Rules.Sorted(dimensions, one => one.Name);

    internal static Fault.Invalid? Validate(IReadOnlyList<Dimension>? dimensions) =>
        Rules.Each("dimensions", dimensions, one => Rules.Filled("name", one.Name, "a dimension has a name"))
        ?? Rules.Unique("dimensions", dimensions, one => one.Name, "a dimension has one value");
}
