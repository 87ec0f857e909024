using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>A compiled mapping: one vendor form to a canonical record, or back. It does not change, and many may run it at once.</summary>
public sealed class CompiledMapping
{
    private static readonly HashSet<string> Nothing = new(StringComparer.Ordinal);
    private readonly Heading heading;
    private readonly ObjectBlock block;
    private readonly FieldNames names;

    // The buffers of a run that has ended, for the next one.
    private Output? spare;

    internal CompiledMapping(Heading heading, string version, ObjectBlock block, FieldNames names)
    {
        this.heading = heading;
        this.block = block;
        this.names = names;
        Version = version;
    }

    /// <summary>Its heading, e.g. <c>shop.bill -> Invoice</c>.</summary>
    public string Name => heading.Name;

    /// <summary>The vendor's end of it, e.g. <c>shop.bill</c>.</summary>
    public string Vendor => heading.Vendor;

    /// <summary>Its content hash (the file, its override and every lookup table it uses), 16 hex characters.</summary>
    public string Version { get; }

    /// <summary>The files it is made of.</summary>
    internal IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The lookup tables it uses.</summary>
    internal IReadOnlyList<LookupTable> Lookups { get; init; } = [];

    /// <summary>The way to the list of the output without which there is nothing to write; empty where every output is written.</summary>
    internal IReadOnlyList<string> Needed { get; init; } = [];

    /// <summary>Whether an output of this mapping says nothing that would have to be written: the list that it is about is empty.</summary>
    public bool SaysNothing(ReadOnlyMemory<byte> output)
    {
        if (Needed.Count == 0)
        {
            return false;
        }

        using var document = JsonDocument.Parse(output);
        var at = document.RootElement;
        foreach (var step in Needed)
        {
            if (!at.TryGetProperty(step, out at))
            {
                return true;
            }
        }

        return at.GetArrayLength() == 0;
    }

    /// <summary>The references that mapping <paramref name="input"/> will ask for, so that they can be resolved first. In: external ids. Out: canonical ids.</summary>
    /// <param name="input">The record, UTF-8 JSON.</param>
    /// <param name="omit">The fields that are left out when it is mapped; of those nothing is asked for.</param>
    public Outcome<IReadOnlyList<Reference>> ReferencesIn(ReadOnlyMemory<byte> input, IReadOnlySet<string>? omit = null)
    {
        if (!block.AsksForReferences)
        {
            return Array.Empty<Reference>();
        }

        using var document = InputDocument.Read(input, names);
        if (document is null)
        {
            return InputDocument.Unreadable;
        }

        var run = new Run(omit ?? Nothing);
        var references = new List<Reference>();
        block.Collect(new Scope(document.Root, document.Root, null), run, references);
        return run.Fault is { } fault ? fault : references.Distinct().ToList();
    }

    /// <summary>Maps UTF-8 JSON to UTF-8 JSON. Fails only with <see cref="Fault.MappingFailed"/> or <see cref="Fault.MissingReference"/>.</summary>
    public Outcome<ReadOnlyMemory<byte>> Map(ReadOnlyMemory<byte> input, MappingContext context)
    {
        using var document = InputDocument.Read(input, names);
        return document is null ? InputDocument.Unreadable : Map(document, context, out _);
    }

    /// <summary>As <see cref="Map(ReadOnlyMemory{byte}, MappingContext)"/>, telling step by step what failed. The steps hold the record's values: they are for whoever gave the record.</summary>
    public MappingTrial Try(ReadOnlyMemory<byte> input, MappingContext context)
    {
        using var document = InputDocument.Read(input, names);
        if (document is null)
        {
            return new MappingTrial(InputDocument.Unreadable, []);
        }

        var output = Map(document, context, out var run);
        var steps = new List<TrialStep>();
        if (run.Failing is var (expression, scope))
        {
            Explain(expression, scope, steps);
        }

        return new MappingTrial(output, steps);
    }

    /// <summary>What it is made of, and where every output comes from.</summary>
    public MappingDescription Describe()
    {
        var leaves = new List<LeafDescription>();
        block.Describe(LineagePlace.Root, leaves);
        return new MappingDescription(
            Name,
            Version,
            Files,
            [.. Lookups.Select(table => new LookupDescription(table.Name, table.File, table.IsDated))],
            leaves
        );
    }

    private Outcome<ReadOnlyMemory<byte>> Map(InputDocument document, MappingContext context, out Run run)
    {
        var output = Interlocked.Exchange(ref spare, null) ?? new Output();
        output.Reset();
        run = new Run(heading.Direction == Direction.Out ? context.Omit : Nothing, output.Place);
        var isMade = block.Make(new Scope(document.Root, document.Root, context), null, run, output);
        Invariant.Holds(isMade == (run.Fault is null), "a root block makes an output or fails");
        Outcome<ReadOnlyMemory<byte>> outcome = run.Fault is { } fault ? fault : (ReadOnlyMemory<byte>)output.ToJson();
        if (output.IsReusable)
        {
            Volatile.Write(ref spare, output);
        }

        return outcome;
    }

    private static void Explain(Expression expression, in Scope scope, List<TrialStep> steps)
    {
        foreach (var part in expression.Parts)
        {
            Explain(part, scope, steps);
        }

        steps.Add(new TrialStep(expression.Text, Shown(expression.Evaluate(scope))));
    }

    private static string Shown(Value value) =>
        value switch
        {
            Value.Nothing => "absent",
            Value.Cleared => "null",
            Value.Text text => Literal.Quote(text.Content),
            Value.Amount { Money: var money } => $"{money}",
            Value.Json { IsList: true } list => $"a list of {list.Elements.Count}",
            Value.Json => "an object",
            Value.Failed failed => $"fails: {failed.Rule}",
            Value.Unresolved { Reference: var reference } => $"fails: {reference.Type} {reference.Id} is not there yet",
            _ => value.AsText() ?? "",
        };
}
