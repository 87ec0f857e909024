namespace QtcHub.Mapping;

/// <summary>What a mapping is once everything that makes it has been put together.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Version">Its content hash, 16 hex characters.</param>
/// <param name="Files">The files it is made of: the mapping, then its override.</param>
/// <param name="Lookups">The lookup tables it uses.</param>
/// <param name="Leaves">Every output, in order.</param>
public sealed record MappingDescription(
    string Name,
    string Version,
    IReadOnlyList<string> Files,
    IReadOnlyList<LookupDescription> Lookups,
    IReadOnlyList<LeafDescription> Leaves
);

/// <summary>A lookup table that a mapping uses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">Where it is.</param>
/// <param name="HasPeriods">Whether a date chooses among its values.</param>
public sealed record LookupDescription(string Name, string File, bool HasPeriods);

/// <summary>One output and where it comes from.</summary>
/// <param name="Output">Its path; <c>[]</c> goes through the elements of a list.</param>
/// <param name="Expression">As written.</param>
/// <param name="File">The file that says so.</param>
/// <param name="Line">The line there.</param>
/// <param name="Inputs">The input fields whose values it is made from.</param>
/// <param name="Deciding">The input fields that decide whether it is there: of conditions, filters and the lists gone through.</param>
/// <param name="Functions">The functions on the way, in order.</param>
/// <param name="Lookups">The lookup tables on the way.</param>
/// <param name="Variables">What it takes besides the record.</param>
public sealed record LeafDescription(
    string Output,
    string Expression,
    string File,
    int Line,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Deciding,
    IReadOnlyList<string> Functions,
    IReadOnlyList<string> Lookups,
    IReadOnlyList<string> Variables
);
