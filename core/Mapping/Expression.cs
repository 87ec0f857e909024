using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>Where an expression runs: the whole input, the element at hand, and what is known besides (nothing, while references are collected).</summary>
internal readonly record struct Scope(InputNode Root, InputNode Current, MappingContext? Context);

/// <summary>A checked expression: it gives a value and never throws.</summary>
internal abstract class Expression(FieldType type)
{
    /// <summary>What it gives, as far as known.</summary>
    public FieldType Type => type;

    /// <summary>The expressions it is made of.</summary>
    public virtual IEnumerable<Expression> Parts => [];

    /// <summary>Whether it needs what is not known while references are collected.</summary>
    public virtual bool NeedsContext => Parts.Any(part => part.NeedsContext);

    /// <summary>Whether it asks for the canonical id of another record, or for a target's.</summary>
    public virtual bool AsksForReferences => Parts.Any(part => part.AsksForReferences);

    /// <summary>The top-level input fields that feed it.</summary>
    public virtual IEnumerable<string> Feeds => Parts.SelectMany(part => part.Feeds);

    /// <summary>As it would be written.</summary>
    public abstract string Text { get; }

    public abstract Value Evaluate(in Scope scope);

    /// <summary>Adds the references it will ask for; gives a fault where one cannot be known.</summary>
    public virtual Value? Collect(in Scope scope, ICollection<Reference> references)
    {
        foreach (var part in Parts)
        {
            if (part.Collect(scope, references) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }
}

internal sealed class Literal(FieldType type, Value value) : Expression(type)
{
    public Value Value => value;

    public override string Text =>
        value switch
        {
            Value.Text text => Quote(text.Content),
            Value.Cleared => "null",
            _ => value.AsText() ?? "",
        };

    public static string Quote(string text) => $"'{text}'";

    public override Value Evaluate(in Scope scope) => value;
}

internal sealed class EntityVariable() : Expression(FieldType.Text)
{
    public override string Text => "$entity";

    public override bool NeedsContext => true;

    public override Value Evaluate(in Scope scope) => scope.Context is { } context ? new Value.Text(context.Entity.Code) : Value.Absent;
}

internal sealed class PostingPeriodVariable() : Expression(FieldType.Text)
{
    public override string Text => "$postingPeriod";

    public override bool NeedsContext => true;

    public override Value Evaluate(in Scope scope) => scope.Context?.PostingPeriod is { } period ? new Value.Text(period) : Value.Absent;
}

internal sealed class And(Expression left, Expression right) : Expression(FieldType.Flag)
{
    public override string Text => $"{left.Text} && {right.Text}";

    public override IEnumerable<Expression> Parts => [left, right];

    public override Value Evaluate(in Scope scope)
    {
        var first = left.Evaluate(scope);
        return first is Value.Flag { IsTrue: true } ? right.Evaluate(scope) : first;
    }
}

/// <summary>A function with its input and arguments.</summary>
internal sealed class Call(FieldType type, Function function, Expression? input, BoundArguments arguments) : Expression(type)
{
    public string Name => function.Name;

    public LookupTable? Lookup => arguments.Lookup;

    public override string Text
    {
        get
        {
            var called = arguments.Written.Count == 0 ? function.Name : $"{function.Name}({string.Join(", ", arguments.Written)})";
            return input is null ? called : $"{input.Text} | {called}";
        }
    }

    public override IEnumerable<Expression> Parts => input is null ? arguments.Expressions : [input, .. arguments.Expressions];

    public override bool NeedsContext => function.NeedsContext || base.NeedsContext;

    public override bool AsksForReferences => arguments.Reference is not null || base.AsksForReferences;

    public override Value Evaluate(in Scope scope)
    {
        var value = input?.Evaluate(scope) ?? Value.Absent;
        var isNone = value is Value.Nothing or Value.Cleared;
        if (value.IsFault || (input is not null && isNone && !function.SeesAbsent))
        {
            return value;
        }

        return isNone || function.TakesKind(value.Kind)
            ? function.Run(value, arguments, scope)
            : new Value.Failed($"{function.Name} takes {function.TakesText}, not {new FieldType(value.Kind).Name}");
    }

    public override Value? Collect(in Scope scope, ICollection<Reference> references)
    {
        if (arguments.Reference is not { } type)
        {
            return base.Collect(scope, references);
        }

        var value = input?.Evaluate(scope) ?? Value.Absent;
        if (value is Value.Text text)
        {
            references.Add(new Reference(type, text.Content));
        }

        return value.IsFault ? value : null;
    }
}
