namespace QtcHub.Mapping;

/// <summary>What mapping one record gave, with the reason where it failed.</summary>
/// <param name="Output">The output as UTF-8 JSON, or the fault.</param>
/// <param name="Steps">Of a leaf or condition that failed: what each part of its expression gave, innermost first.</param>
public sealed record MappingTrial(Outcome<ReadOnlyMemory<byte>> Output, IReadOnlyList<TrialStep> Steps);

/// <summary>A part of an expression and what it gave, as people read it.</summary>
public sealed record TrialStep(string Expression, string Gave);
