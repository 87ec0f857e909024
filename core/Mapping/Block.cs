using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>A piece of the output: a leaf, an object or a list.</summary>
internal abstract class Block
{
    /// <summary>Makes the output, or nothing where it is left out or the run failed.</summary>
    public abstract Output? Make(in Scope scope, string path, Run run);

    /// <summary>Adds the references that making it will ask for.</summary>
    public abstract void Collect(in Scope scope, string path, Run run, ICollection<Reference> references);

    /// <summary>Tells where its outputs come from.</summary>
    public abstract void Describe(LineagePlace place, ICollection<LeafDescription> leaves);
}

/// <summary>One value.</summary>
internal sealed class Leaf(Expression expression, YamlScalar at, FieldType target) : Block
{
    private readonly string written = at.Quoted ? Literal.Quote(at.Text) : at.Text;
    private readonly IReadOnlyList<string> feeds = [.. expression.Feeds];

    public override Output? Make(in Scope scope, string path, Run run)
    {
        if (run.Omits(feeds))
        {
            return null;
        }

        var value = expression.Evaluate(scope);
        if (value.IsFault)
        {
            return run.Fail(path, value, expression, scope);
        }

        if (value is Value.Nothing or Value.Cleared)
        {
            return target.Required ? run.Fail(path, new Value.Failed($"a value is required, and {written} has none"), expression, scope)
                : value is Value.Cleared ? new Output.Scalar(value)
                : null;
        }

        return Misfit(value) is { } rule ? run.Fail(path, new Value.Failed(rule), expression, scope) : new Output.Scalar(value);
    }

    public override void Collect(in Scope scope, string path, Run run, ICollection<Reference> references)
    {
        if (expression.Collect(scope, references) is { } fault)
        {
            run.Fail(path, fault);
        }
    }

    public override void Describe(LineagePlace place, ICollection<LeafDescription> leaves) =>
        leaves.Add(place.Leaf(expression, written, at));

    private string? Misfit(Value value) =>
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
internal sealed class ObjectBlock(Expression? when, IReadOnlyList<(string Name, Block Block, bool Required)> fields, bool required) : Block
{
    private readonly IReadOnlyList<string> feeds = [.. when?.Feeds ?? []];

    public override Output? Make(in Scope scope, string path, Run run)
    {
        if (run.Omits(feeds))
        {
            return null;
        }

        if (Condition.Fails(when, scope, path, run))
        {
            return required ? run.Fail(path, "an object is required, and its condition does not hold") : null;
        }

        return Fields(scope, path, run);
    }

    public override void Collect(in Scope scope, string path, Run run, ICollection<Reference> references)
    {
        if (Condition.Fails(when, scope, path, run))
        {
            return;
        }

        foreach (var (name, block, _) in fields)
        {
            block.Collect(scope, path.Length == 0 ? name : $"{path}.{name}", run, references);
        }
    }

    public override void Describe(LineagePlace place, ICollection<LeafDescription> leaves)
    {
        var inner = when is null ? place : place.Under(when);
        foreach (var (name, block, _) in fields)
        {
            block.Describe(inner.Field(name), leaves);
        }
    }

    private Output.Fields? Fields(in Scope scope, string path, Run run)
    {
        var made = new List<(string, Output)>(fields.Count);
        var prefix = path.Length == 0 ? "" : $"{path}.";
        foreach (var (name, block, _) in fields)
        {
            if (block.Make(scope, prefix + name, run) is { } output)
            {
                made.Add((name, output));
            }

            if (run.Fault is not null)
            {
                return null;
            }
        }

        return made.Count == 0 && !required ? null : new Output.Fields(made);
    }
}

/// <summary>A list: the elements of each of its parts, in order.</summary>
internal sealed class ListBlock(IReadOnlyList<ListPart> parts, bool required) : Block
{
    public override Output? Make(in Scope scope, string path, Run run)
    {
        var items = new List<Output>();
        var exists = false;
        foreach (var part in parts)
        {
            exists |= part.Make(scope, path, run, items);
            if (run.Fault is not null)
            {
                return null;
            }
        }

        return exists ? new Output.Elements(items)
            : required ? run.Fail(path, "a list is required, and there is none")
            : null;
    }

    public override void Collect(in Scope scope, string path, Run run, ICollection<Reference> references)
    {
        foreach (var part in parts)
        {
            part.Collect(scope, path, run, references);
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
    public static bool Fails(Expression? condition, in Scope scope, string path, Run run)
    {
        var value = condition?.Evaluate(scope);
        if (value is { IsFault: true })
        {
            run.Fail(path, value, condition!, scope);
        }
        else if (value is not (null or Value.Flag or Value.Nothing or Value.Cleared))
        {
            run.Fail(path, "a condition is true or false");
        }

        return value is not (null or Value.Flag { IsTrue: true });
    }
}
