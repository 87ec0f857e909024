using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>A piece of the output: a leaf, an object or a list.</summary>
internal abstract class Block
{
    /// <summary>Whether making it asks for references.</summary>
    public abstract bool AsksForReferences { get; }

    /// <summary>Writes the output, and tells whether there is one: it may be left out, or the run may fail.</summary>
    public abstract bool Make(in Scope scope, OutputName? name, Run run, Output output);

    /// <summary>Adds the references that making it will ask for.</summary>
    public abstract void Collect(in Scope scope, Run run, ICollection<Reference> references);

    /// <summary>Tells where its outputs come from.</summary>
    public abstract void Describe(LineagePlace place, ICollection<LeafDescription> leaves);
}

/// <summary>One value.</summary>
internal sealed class Leaf(Expression expression, YamlScalar at, FieldType target) : Block
{
    private readonly string written = at.Quoted ? Literal.Quote(at.Text) : at.Text;
    private readonly IReadOnlyList<string> feeds = [.. expression.Feeds];

    public override bool AsksForReferences { get; } = expression.AsksForReferences;

    public override bool Make(in Scope scope, OutputName? name, Run run, Output output)
    {
        if (run.Omits(feeds))
        {
            return false;
        }

        var value = expression.Evaluate(scope);
        if (value.IsFault)
        {
            run.Fail(value, expression, scope);
            return false;
        }

        if (value is Value.Nothing or Value.Cleared)
        {
            if (target.Required)
            {
                run.Fail(new Value.Failed($"a value is required, and {written} has none"), expression, scope);
                return false;
            }

            if (value is Value.Nothing)
            {
                return false;
            }
        }
        else if (Misfit(value) is { } rule)
        {
            run.Fail(new Value.Failed(rule), expression, scope);
            return false;
        }

        output.Write(name!, value);
        return true;
    }

    public override void Collect(in Scope scope, Run run, ICollection<Reference> references)
    {
        if (!run.Omits(feeds) && expression.Collect(scope, references) is { } fault)
        {
            run.Fail(fault);
        }
    }

    public override void Describe(LineagePlace place, ICollection<LeafDescription> leaves) =>
        leaves.Add(place.Leaf(expression, written, at));

    private string? Misfit(Value value) =>
        target.Kind == Kind.Any && value is Value.Text or Value.Number or Value.Flag ? null : Judge(value);

    private string? Judge(Value value) =>
        (target.Kind, value) switch
        {
            (_, Value.Json) => $"one value is expected, and {written} is {new FieldType(value.Kind).Name}",
            (Kind.Currency, Value.Text text) => Currency.TryParse(text.Content, out _) ? null : "not an ISO 4217 currency code",
            (Kind.Date, Value.Text text) => CalendarDate.TryRead(text.Content, out _) ? null : "not a date (yyyy-MM-dd)",
            (Kind.Id, Value.Text) or (Kind.Text, Value.Text or Value.Day) or (Kind.Any, not Value.Amount) => null,
            var (kind, _) => kind == value.Kind ? null : $"{target.Name} is expected, and {written} is {new FieldType(value.Kind).Name}",
        };
}

/// <summary>An object; it is left out where its condition fails or nothing in it has a value.</summary>
internal sealed class ObjectBlock(Expression? when, IReadOnlyList<(OutputName Name, Block Block)> fields, bool required) : Block
{
    private readonly (OutputName Name, Block Block)[] fields = [.. fields];

    public override bool AsksForReferences { get; } = fields.Any(field => field.Block.AsksForReferences);

    public override bool Make(in Scope scope, OutputName? name, Run run, Output output)
    {
        if (Condition.Fails(when, scope, run))
        {
            if (required)
            {
                run.Fail("an object is required, and its condition does not hold");
            }

            return false;
        }

        output.Enter(name, isList: false);
        foreach (var (field, block) in fields)
        {
            run.Enter(field.Text);
            block.Make(scope, field, run, output);
            run.Leave();
            if (run.Fault is not null)
            {
                return false;
            }
        }

        return output.Leave(keepEmpty: required);
    }

    public override void Collect(in Scope scope, Run run, ICollection<Reference> references)
    {
        if (Condition.Fails(when, scope, run))
        {
            return;
        }

        foreach (var (name, block) in fields)
        {
            run.Enter(name.Text);
            block.Collect(scope, run, references);
            run.Leave();
        }
    }

    public override void Describe(LineagePlace place, ICollection<LeafDescription> leaves)
    {
        var inner = when is null ? place : place.Under(when);
        foreach (var (name, block) in fields)
        {
            block.Describe(inner.Field(name.Text), leaves);
        }
    }
}

/// <summary>A list: the elements of each of its parts, in order.</summary>
internal sealed class ListBlock(IReadOnlyList<ListPart> parts, bool required) : Block
{
    public override bool AsksForReferences { get; } = parts.Any(part => part.AsksForReferences);

    public override bool Make(in Scope scope, OutputName? name, Run run, Output output)
    {
        output.Enter(name, isList: true);
        // A list that is written as [] is there, and empty.
        var exists = parts.Count == 0;
        var count = 0;
        foreach (var part in parts)
        {
            exists |= part.Make(scope, run, output, ref count);
            if (run.Fault is not null)
            {
                return false;
            }
        }

        if (!exists && required)
        {
            run.Fail("a list is required, and there is none");
        }

        return output.Leave(keepEmpty: exists);
    }

    public override void Collect(in Scope scope, Run run, ICollection<Reference> references)
    {
        foreach (var part in parts)
        {
            part.Collect(scope, run, references);
        }
    }

    public override void Describe(LineagePlace place, ICollection<LeafDescription> leaves)
    {
        foreach (var part in parts)
        {
            part.Describe(place, leaves);
        }
    }
}

/// <summary>Conditions, as blocks and list parts judge them.</summary>
internal static class Condition
{
    public static bool Fails(Expression? condition, in Scope scope, Run run)
    {
        if (condition is null)
        {
            return false;
        }

        var value = condition.Evaluate(scope);
        if (value.IsFault)
        {
            run.Fail(value, condition, scope);
        }
        else if (value is not (Value.Flag or Value.Nothing or Value.Cleared))
        {
            run.Fail("a condition is true or false");
        }

        return value is not Value.Flag { IsTrue: true };
    }
}
