namespace QtcHub.Mapping;

/// <summary>A file of mappings: a mapping, lookup, shape, override or extension, or its cases.</summary>
/// <param name="Path">Where it is, for messages.</param>
/// <param name="Text">Its content.</param>
public sealed record MappingFile(string Path, string Text);
