namespace QtcHub.Mapping;

/// <summary>One run of a mapping: what it leaves out, and the first thing that went wrong.</summary>
internal sealed class Run(IReadOnlySet<string> omit)
{
    public Fault? Fault { get; private set; }

    /// <summary>Whether an output fed by these fields is left out.</summary>
    public bool Omits(IEnumerable<string> feeds) => omit.Count > 0 && feeds.Any(omit.Contains);

    public Output? Fail(string path, string rule) => Fail(new Fault.MappingFailed(path, rule));

    /// <summary>The expression that failed and where it ran, for whoever asks why.</summary>
    public (Expression Expression, Scope Scope)? Failing { get; private set; }

    public Output? Fail(string path, Value value, Expression expression, in Scope scope)
    {
        Failing ??= (expression, scope);
        return Fail(path, value);
    }

    public Output? Fail(string path, Value value) =>
        value switch
        {
            Value.Failed failed => Fail(path, failed.Rule),
            Value.Unresolved { Reference: var reference } => Fail(new Fault.MissingReference(reference.Type, reference.Id)),
            _ => throw new InvariantException("a value that is a fault"),
        };

    private Output? Fail(Fault fault)
    {
        Fault ??= fault;
        return null;
    }
}
