using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>A compiled mapping: one vendor form to a canonical record, or back. Immutable and safe to share.</summary>
public sealed class CompiledMapping
{
    /// <summary>Its heading, e.g. <c>stripe.invoice -> Invoice</c>.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>Its content hash (the file and every lookup table it uses), 16 hex characters.</summary>
    public string Version => throw new NotImplementedException();

    /// <summary>The references that mapping <paramref name="input"/> will ask for, so that they can be resolved first. In: external ids. Out: canonical ids.</summary>
    public Outcome<IReadOnlyList<Reference>> ReferencesIn(ReadOnlyMemory<byte> input) => throw new NotImplementedException();

    /// <summary>Maps UTF-8 JSON to UTF-8 JSON. Fails only with <see cref="Fault.MappingFailed"/> or <see cref="Fault.MissingReference"/>.</summary>
    public Outcome<ReadOnlyMemory<byte>> Map(ReadOnlyMemory<byte> input, MappingContext context) => throw new NotImplementedException();
}

/// <summary>A route's compiled filter.</summary>
public sealed class CompiledFilter
{
    /// <summary>Whether a canonical record passes.</summary>
    public bool Passes(ReadOnlyMemory<byte> canonical) => throw new NotImplementedException();
}

/// <summary>Every mapping and lookup of an installation, checked and compiled.</summary>
public sealed class MappingCatalog
{
    /// <summary>The mapping from <paramref name="kind"/>'s <paramref name="externalType"/> to a canonical type, or null.</summary>
    public CompiledMapping? In(string kind, string externalType, RecordType type) => throw new NotImplementedException();

    /// <summary>The mapping from a canonical type to <paramref name="kind"/>'s <paramref name="externalType"/>, or null.</summary>
    public CompiledMapping? Out(string kind, RecordType type, string externalType) => throw new NotImplementedException();

    /// <summary>The compiled <c>when:</c> of a route.</summary>
    public CompiledFilter Filter(RecordType type, string when) => throw new NotImplementedException();
}
