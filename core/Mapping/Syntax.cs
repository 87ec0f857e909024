namespace QtcHub.Mapping;

/// <summary>An expression as written; <paramref name="At"/> is its offset in the text.</summary>
internal abstract record Syntax(int At);

/// <summary><c>lines.data</c>, or <c>$.lines.data</c> from the root.</summary>
internal sealed record PathSyntax(int At, bool FromRoot, IReadOnlyList<Segment> Segments) : Syntax(At)
{
    public string Text => (FromRoot ? "$." : "") + string.Join('.', Segments.Select(segment => segment.Text));

    /// <summary>The single bare word it is, where it stands for a name; else null.</summary>
    public string? Word => !FromRoot && Segments is [{ Filter: null, Index: null } only] ? only.Name : null;
}

/// <summary>A step of a path: a name, and for a list which elements: those whose field has a value, or one by its position.</summary>
internal sealed record Segment(int At, string Name, SegmentFilter? Filter, int? Index)
{
    public string Text =>
        Filter is { } filter ? $"{Name}[{filter.Field}={filter.Value}]"
        : Index is { } index ? $"{Name}[{index}]"
        : Name;
}

/// <summary><c>[field=value]</c>.</summary>
internal sealed record SegmentFilter(string Field, string Value);

/// <summary><c>'text'</c>, <c>1</c>, <c>true</c> or <c>null</c>.</summary>
internal sealed record LiteralSyntax(int At, Value Value) : Syntax(At);

/// <summary><c>$entity</c>.</summary>
internal sealed record VariableSyntax(int At, string Name) : Syntax(At);

/// <summary><c>input | name(arguments)</c>, or <c>name(arguments)</c> at the head.</summary>
internal sealed record CallSyntax(int At, string Name, Syntax? Input, IReadOnlyList<Syntax> Arguments) : Syntax(At);

/// <summary><c>left &amp;&amp; right</c>.</summary>
internal sealed record AndSyntax(int At, Syntax Left, Syntax Right) : Syntax(At);

/// <summary>Where an expression stops being one.</summary>
internal sealed record SyntaxError(int At, string Message, string Fix);
