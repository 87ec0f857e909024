namespace QtcHub.Tests.Architecture.Infra;

/// <summary>A value in a Bicep file: an object, a list, a loop, or an expression kept as its text.</summary>
internal abstract record BicepValue
{
    /// <summary>An expression, as written; a literal string without its quotes where asked by <see cref="Literal"/>.</summary>
    internal sealed record Expression(string Source) : BicepValue;

    /// <summary>A list.</summary>
    internal sealed record Items(IReadOnlyList<BicepValue> Values) : BicepValue;

    /// <summary>An object.</summary>
    internal sealed record Properties(IReadOnlyDictionary<string, BicepValue> Named) : BicepValue;

    /// <summary>A loop: <c>[for one in many: body]</c>.</summary>
    internal sealed record Loop(string Header, BicepValue Body) : BicepValue;

    /// <summary>The value at a path, through loops; null where there is none.</summary>
    public BicepValue? At(string path) =>
        path.Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate<string, BicepValue?>(this, (value, name) => Inner(value)?.Child(name));

    /// <summary>The expression at a path, as written; null where there is none.</summary>
    public string? Text(string path) => (At(path) as Expression)?.Source;

    /// <summary>The literal string at a path, without its quotes; null where it is none.</summary>
    public string? Literal(string path) => At(path)?.Literal();

    /// <summary>The literal string, without its quotes; null where it is none.</summary>
    public string? Literal() =>
        this is Expression { Source: ['\'', .. var inner, '\''] } && !inner.Contains('\'', StringComparison.Ordinal) ? inner : null;

    /// <summary>The elements at a path: those of a list, or the body of a loop.</summary>
    public IReadOnlyList<BicepValue> List(string path) =>
        At(path) switch
        {
            Items items => items.Values,
            Loop loop => [loop.Body],
            _ => [],
        };

    /// <summary>Names of the properties of an object, through loops.</summary>
    public IReadOnlyList<string> Names() => Inner(this) is Properties properties ? [.. properties.Named.Keys] : [];

    private static BicepValue? Inner(BicepValue? value) => value is Loop loop ? Inner(loop.Body) : value;

    private BicepValue? Child(string name) => this is Properties properties ? properties.Named.GetValueOrDefault(name) : null;
}
