using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>A compiled mapping: one vendor form to a canonical record, or back. Immutable and safe to share.</summary>
public sealed class CompiledMapping
{
    private static readonly HashSet<string> Nothing = new(StringComparer.Ordinal);
    private readonly Heading heading;
    private readonly ObjectBlock block;

    internal CompiledMapping(Heading heading, string version, ObjectBlock block)
    {
        this.heading = heading;
        this.block = block;
        Version = version;
    }

    /// <summary>Its heading, e.g. <c>shop.bill -> Invoice</c>.</summary>
    public string Name => heading.Name;

    /// <summary>Its content hash (the file and every lookup table it uses), 16 hex characters.</summary>
    public string Version { get; }

    /// <summary>The references that mapping <paramref name="input"/> will ask for, so that they can be resolved first. In: external ids. Out: canonical ids.</summary>
    public Outcome<IReadOnlyList<Reference>> ReferencesIn(ReadOnlyMemory<byte> input)
    {
        using var document = InputDocument.Read(input);
        if (document is null)
        {
            return InputDocument.Unreadable;
        }

        var run = new Run(Nothing);
        var references = new List<Reference>();
        block.Collect(new Scope(document.RootElement, document.RootElement, null), "", run, references);
        return run.Fault is { } fault ? fault : references.Distinct().ToList();
    }

    /// <summary>Maps UTF-8 JSON to UTF-8 JSON. Fails only with <see cref="Fault.MappingFailed"/> or <see cref="Fault.MissingReference"/>.</summary>
    public Outcome<ReadOnlyMemory<byte>> Map(ReadOnlyMemory<byte> input, MappingContext context)
    {
        using var document = InputDocument.Read(input);
        if (document is null)
        {
            return InputDocument.Unreadable;
        }

        var run = new Run(heading.Direction == Direction.Out ? context.Omit : Nothing);
        var output = block.Make(new Scope(document.RootElement, document.RootElement, context), "", run);
        return run.Fault is { } fault ? fault : output?.ToJson() ?? throw new InvariantException("a root block makes an output or fails");
    }
}
