using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>What an argument of a function is.</summary>
internal enum Argument
{
    /// <summary>An expression, evaluated where the function runs.</summary>
    Expression,

    /// <summary>A word, quoted text or number, taken as text.</summary>
    Word,

    /// <summary>The name of a lookup table.</summary>
    Lookup,

    /// <summary>A canonical record type.</summary>
    RecordType,

    /// <summary>A whole number, 1 or more.</summary>
    Count,
}

/// <summary>Whether a function begins an expression or follows a pipe.</summary>
internal enum Position
{
    Pipe,
    Head,
    Either,
}

/// <summary>The arguments of one call, bound.</summary>
internal sealed record BoundArguments
{
    public IReadOnlyList<Expression> Expressions { get; init; } = [];

    public IReadOnlyList<string> Words { get; init; } = [];

    public LookupTable? Lookup { get; init; }

    /// <summary>What a lookup looks for, where it is not the input.</summary>
    public Expression? Key { get; init; }

    /// <summary>The date that chooses a period of a lookup.</summary>
    public Expression? Date { get; init; }

    /// <summary>Every argument as it would be written, in order.</summary>
    public IReadOnlyList<string> Written { get; init; } = [];

    /// <summary>What a reference points to: <c>ref</c>'s argument, or the type of the id that <c>xref</c> is given.</summary>
    public RecordType? Reference { get; init; }

    public int Count { get; init; }
}

/// <summary>What a function is, for the checker and for running it.</summary>
internal sealed record Function
{
    private readonly uint taken = Bit(Kind.Any);

    public delegate Value Body(Value input, BoundArguments arguments, in Scope scope);

    public required string Name { get; init; }

    /// <summary>What it takes and gives, for people.</summary>
    public required string Signature { get; init; }

    /// <summary>What it does, in a sentence or two.</summary>
    public required string Does { get; init; }

    /// <summary>What it does, shown; each is a test.</summary>
    public required IReadOnlyList<FunctionExample> Examples { get; init; }

    /// <summary>How it is written, where its arguments do not tell.</summary>
    public string? Written { get; init; }

    /// <summary>The kinds of input it takes.</summary>
    public IReadOnlyList<Kind> Takes
    {
        get;
        init
        {
            field = value;
            taken = value.Aggregate(0u, (kinds, kind) => kinds | Bit(kind));
        }
    } = [Kind.Any];

    public IReadOnlyList<Argument> Arguments { get; init; } = [];

    /// <summary>How many of <see cref="Arguments"/> may be left out at the end.</summary>
    public int Optional { get; init; }

    /// <summary>Whether the last argument may be repeated.</summary>
    public bool Repeats { get; init; }

    public Position Position { get; init; } = Position.Pipe;

    /// <summary>Whether it runs on an absent or cleared input; else that passes through.</summary>
    public bool SeesAbsent { get; init; }

    public bool NeedsContext { get; init; }

    /// <summary>Whether its lookup gives each currency its number of digits.</summary>
    public bool LooksUpDigits { get; init; }

    /// <summary>Whether it may stand in a filter, where nothing may fail.</summary>
    public bool InFilters { get; init; }

    /// <summary>The direction it belongs to, or null for both.</summary>
    public Direction? Only { get; init; }

    /// <summary>What it gives for an input and arguments; null where their types do not go together.</summary>
    public required Func<FieldType, BoundArguments, FieldType?> Gives { get; init; }

    /// <summary>Runs it.</summary>
    public required Body Run { get; init; }

    /// <summary>Whether it takes a kind of input.</summary>
    public bool TakesKind(Kind kind) => (taken & (Bit(Kind.Any) | Bit(kind))) != 0;

    /// <summary>What it takes, for messages.</summary>
    public string TakesText => string.Join(" or ", Takes.Select(kind => new FieldType(kind).Name));

    /// <summary>How it is written, for messages.</summary>
    public string Usage =>
        Written
        ?? (Arguments.Count == 0 ? Name : $"{Name}({string.Join(", ", Arguments.Select((argument, place) => Shown(argument, place)))})");

    private static uint Bit(Kind kind) => 1u << (int)kind;

    private string Shown(Argument argument, int place)
    {
        var word = argument switch
        {
            Argument.Expression => "path",
            Argument.Word => "word",
            Argument.Lookup => "table",
            Argument.RecordType => "RecordType",
            _ => "n",
        };
        var more = Repeats && place == Arguments.Count - 1 ? $"{word}, …" : word;
        return place >= Arguments.Count - Optional ? $"[{more}]" : more;
    }
}

/// <summary>Which way a mapping goes.</summary>
internal enum Direction
{
    In,
    Out,
}
