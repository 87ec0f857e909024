namespace QtcHub.Mapping;

/// <summary>A mapping, lookup or shape file.</summary>
/// <param name="Path">Where it is, for messages.</param>
/// <param name="Text">Its content.</param>
public sealed record MappingFile(string Path, string Text);
