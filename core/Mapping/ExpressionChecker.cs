using System.Globalization;
using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>What an expression can see: the whole input, the element at hand, and the top-level field that element came from.</summary>
internal sealed record ScopeShape(FieldType Root, FieldType Current, string? Top);

/// <summary>Turns what was written into what can run; everything wrong is told with its place.</summary>
internal sealed class ExpressionChecker(
    ErrorList errors,
    IReadOnlyDictionary<string, LookupTable> lookups,
    Direction direction,
    bool isFilter
)
{
    private YamlScalar scalar = new(1, 1, "", Quoted: false, OneLine: true);

    /// <summary>The fields that are read.</summary>
    public FieldNames Names { get; } = new();

    /// <summary>The lookup tables that were used.</summary>
    public SortedDictionary<string, LookupTable> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>The checked expression, or null after telling why not. Quoted YAML is plain text.</summary>
    public Expression? Check(YamlScalar written, ScopeShape shape)
    {
        scalar = written;
        if (written.Quoted)
        {
            return new Literal(FieldType.Text, new Value.Text(written.Text));
        }

        if (ExpressionParser.Parse(written.Text, out var wrong) is { } syntax)
        {
            return Check(syntax, shape);
        }

        return Wrong(wrong!.At, wrong.Message, wrong.Fix);
    }

    /// <summary>A condition: true or false, and known before anything is resolved.</summary>
    public Expression? Condition(YamlScalar written, ScopeShape shape)
    {
        var condition = Check(written, shape);
        if (condition is null || (condition.Type.Kind is Kind.Flag or Kind.Any && !condition.NeedsContext))
        {
            return condition;
        }

        return condition.NeedsContext
            ? Wrong(0, "a condition may not depend on dates or variables", "test a field of the record instead")
            : Wrong(0, $"a condition is true or false, this is {condition.Type.Name}", "end it with one-of, equals, present or is-zero");
    }

    private Expression? Check(Syntax syntax, ScopeShape shape) =>
        syntax switch
        {
            LiteralSyntax literal => new Literal(TypeOf(literal.Value), literal.Value),
            VariableSyntax variable => Variable(variable),
            PathSyntax path => Path(path, shape),
            AndSyntax and => Both(and, shape),
            CallSyntax call => Call(call, shape),
            _ => throw new InvariantException("a known syntax"),
        };

    private static FieldType TypeOf(Value value) =>
        value switch
        {
            Value.Text => FieldType.Text,
            Value.Number => FieldType.Number,
            Value.Flag => FieldType.Flag,
            _ => FieldType.None,
        };

    private Expression? Variable(VariableSyntax variable) =>
        variable.Name switch
        {
            "entity" when !isFilter => new EntityVariable(),
            "postingPeriod" when !isFilter && direction == Direction.Out => new PostingPeriodVariable(),
            _ => Wrong(
                variable.At,
                $"${variable.Name} is not known here",
                isFilter
                    ? "test a field of the record"
                    : Nearest.Fix(variable.Name, direction == Direction.Out ? ["entity", "postingPeriod"] : ["entity"])
            ),
        };

    private Expression? Path(PathSyntax path, ScopeShape shape)
    {
        var type = path.FromRoot ? shape.Root : shape.Current;
        var isList = false;
        foreach (var segment in path.Segments)
        {
            var selects = segment.Filter is not null || segment.Index is not null;
            if (type.Kind == Kind.Any)
            {
                break;
            }

            if (type.Fields is null || !type.Fields.TryGetValue(segment.Name, out var next))
            {
                var (message, fix) = type.Unknown("field", segment.Name);
                return Wrong(segment.At, message, fix);
            }

            if (selects && next.Kind is not (Kind.List or Kind.Any))
            {
                return Wrong(segment.At, $"{segment.Name} is {next.Name}, not a list", "remove the brackets");
            }

            isList |= next.Kind == Kind.List && segment.Index is null;
            type = next.Kind == Kind.List ? next.Element! : next;
        }

        type = isList ? new FieldType(Kind.List, Element: type) : type;
        return new PathExpression(type, path, path.FromRoot || shape.Top is null ? path.Segments[0].Name : shape.Top, Names);
    }

    private Expression? Both(AndSyntax and, ScopeShape shape)
    {
        var left = Check(and.Left, shape);
        var right = Check(and.Right, shape);
        if (left is null || right is null)
        {
            return null;
        }

        return left.Type.Kind is Kind.Flag or Kind.Any && right.Type.Kind is Kind.Flag or Kind.Any
            ? new And(left, right)
            : Wrong(and.At, "both sides of && are true or false", "end each side with one-of, equals, present or is-zero");
    }

    private Expression? Call(CallSyntax call, ScopeShape shape)
    {
        if (!Functions.All.TryGetValue(call.Name, out var function))
        {
            return Wrong(call.At, $"unknown function {call.Name}", Nearest.Fix(call.Name, Functions.All.Keys));
        }

        var input = call.Input is null ? null : Check(call.Input, shape);
        if (IsMisplaced(call, function) || !HasItsArguments(call, function))
        {
            return null;
        }

        var arguments = Bind(call, function, shape);
        if (arguments is null || (call.Input is not null && input is null))
        {
            return null;
        }

        return Typed(call, function, input, arguments);
    }

    private Expression? Typed(CallSyntax call, Function function, Expression? input, BoundArguments arguments)
    {
        var taken = input?.Type ?? FieldType.None;
        if (taken.Kind is not (Kind.Any or Kind.None) && !function.TakesKind(taken.Kind))
        {
            return Wrong(call.At, $"{call.Name} takes {function.TakesText}, not {taken.Name}", Advice(taken));
        }

        if (function.Name == "xref")
        {
            arguments = arguments with { Reference = taken.Refers };
        }

        if (function.Name == "lookup" && LookupArguments.Mistake(call, arguments) is { } mistake)
        {
            return Wrong(mistake.At, mistake.Message, mistake.Fix);
        }

        if (function.Gives(taken, arguments) is not { } given)
        {
            return Wrong(
                call.At,
                $"the types of {function.Usage} do not go together",
                "give it values of one type, e.g. numbers with numbers"
            );
        }

        if (arguments.Reference is not null && input?.NeedsContext == true)
        {
            return Wrong(call.At, "a reference may not depend on dates or variables", "refer by a field of the record");
        }

        return new Call(given, function, input, arguments);
    }

    private static string Advice(FieldType taken) =>
        taken.Kind switch
        {
            Kind.Money => "turn money into a number with | major",
            Kind.Id => "turn a reference into the target's id with | xref",
            Kind.List => "pick one element with [0], add them up with sum(…), or use each:",
            Kind.Object => "go on to one of its fields",
            Kind.Number or Kind.Flag or Kind.Date => "turn it into text with | text",
            _ => "turn text into a number with | decimal",
        };

    private bool IsMisplaced(CallSyntax call, Function function)
    {
        var message = (call.Input, function.Position) switch
        {
            (null, Position.Pipe) => ($"{call.Name} needs something before it", $"write path | {function.Usage}"),
            (not null, Position.Head) => ($"{call.Name} begins an expression", $"write {function.Usage}"),
            _ when isFilter && !function.InFilters => (
                $"{call.Name} may not stand in a filter, because it can fail",
                Nearest.Fix(call.Name, Functions.All.Values.Where(known => known.InFilters).Select(known => known.Name))
            ),
            _ when function.Only is { } only && only != direction => (
                $"{call.Name} belongs to mappings {(only == Direction.In ? "in" : "out")}",
                only == Direction.In ? "use xref on the way out" : "remove it on the way in"
            ),
            _ => default,
        };
        if (message.Item1 is null)
        {
            return false;
        }

        Wrong(call.At, message.Item1, message.Item2);
        return true;
    }

    private bool HasItsArguments(CallSyntax call, Function function)
    {
        var most = function.Repeats ? int.MaxValue : function.Arguments.Count;
        var least = function.Arguments.Count - function.Optional;
        if (call.Name == "lookup")
        {
            least = call.Input is null ? 2 : 1;
            most = least + 1;
        }

        if (call.Arguments.Count >= least && call.Arguments.Count <= most)
        {
            return true;
        }

        Wrong(call.At, $"{call.Name} has {call.Arguments.Count} arguments", $"write {function.Usage}");
        return false;
    }

    private BoundArguments? Bind(CallSyntax call, Function function, ScopeShape shape)
    {
        var expressions = new List<Expression>();
        var words = new List<string>();
        var written = new List<string>();
        var bound = new BoundArguments { Expressions = expressions, Words = words };
        var whole = true;
        for (var place = 0; place < call.Arguments.Count; place++)
        {
            var syntax = call.Arguments[place];
            switch (function.Arguments[Math.Min(place, function.Arguments.Count - 1)])
            {
                case Argument.Expression:
                    whole &= Check(syntax, shape) is { } expression && Keep(expressions, expression) && Keep(written, expression.Text);
                    break;
                case Argument.Word:
                    whole &= Word(syntax, function) is { } word && Keep(words, word) && Keep(written, Literal.Quote(word));
                    break;
                case Argument.Lookup:
                    var table = Table(syntax, function);
                    whole &= table is not null && Keep(written, table.Name);
                    bound = bound with { Lookup = table };
                    break;
                case Argument.RecordType:
                    var type = Record(syntax);
                    whole &= type is not null && Keep(written, $"{type}");
                    bound = bound with { Reference = type };
                    break;
                default:
                    var count =
                        syntax is LiteralSyntax { Value: Value.Number { Exact: >= 1 and <= 100_000 } number }
                        && number.Exact == decimal.Truncate(number.Exact)
                            ? (int)number.Exact
                            : 0;
                    whole &=
                        count > 0
                        || Wrong(syntax.At, $"{function.Name} takes a whole number", $"write {function.Usage} with n from 1 to 100000")
                            is not null;
                    bound = bound with { Count = count };
                    written.Add(count.ToString(CultureInfo.InvariantCulture));
                    break;
            }
        }

        if (function.Name == "lookup")
        {
            bound = call.Input is null
                ? bound with
                {
                    Key = expressions.FirstOrDefault(),
                    Date = expressions.ElementAtOrDefault(1),
                }
                : bound with
                {
                    Date = expressions.FirstOrDefault(),
                };
        }

        return whole ? bound with { Written = written } : null;
    }

    private static bool Keep<T>(List<T> list, T item)
    {
        list.Add(item);
        return true;
    }

    private string? Word(Syntax syntax, Function function)
    {
        var word = (syntax as PathSyntax)?.Word ?? (syntax as LiteralSyntax)?.Value.AsText();
        if (word is null)
        {
            Wrong(syntax.At, $"{function.Name} takes words", $"write {function.Usage}, quoting a word that holds other signs");
        }

        return word;
    }

    private LookupTable? Table(Syntax syntax, Function function)
    {
        var name = (syntax as PathSyntax)?.Word;
        if (name is null || !lookups.TryGetValue(name, out var table))
        {
            var fix = lookups.Count == 0 ? $"add a file that begins with lookup: {name}" : Nearest.Fix(name ?? "", lookups.Keys);
            Wrong(syntax.At, $"unknown lookup {name ?? "here"}", fix);
            return null;
        }

        if (function.LooksUpDigits && (table.IsDated || table.Values.Values.Any(value => value is not ("0" or "1" or "2" or "3" or "4"))))
        {
            Wrong(syntax.At, $"the lookup {name} does not hold numbers of digits", "give each currency 0, 1, 2, 3 or 4");
            return null;
        }

        Used[table.Name] = table;
        return table;
    }

    private RecordType? Record(Syntax syntax)
    {
        var name = (syntax as PathSyntax)?.Word ?? "";
        if (Enum.GetNames<RecordType>().Contains(name, StringComparer.Ordinal))
        {
            return Enum.Parse<RecordType>(name);
        }

        Wrong(syntax.At, $"unknown record type {name}", Nearest.Fix(name, Enum.GetNames<RecordType>()));
        return null;
    }

    private Expression? Wrong(int at, string message, string fix)
    {
        errors.Add(scalar with { Column = scalar.Column + (scalar.OneLine ? at : 0) }, message, fix);
        return null;
    }
}
