using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>A piece of the output: a leaf, an object or a list.</summary>
internal abstract class Block
{
    /// <summary>Makes the output, or nothing where it is left out or the run failed.</summary>
    public abstract Output? Make(in Scope scope, string path, Run run);

    /// <summary>Adds the references that making it will ask for.</summary>
    public abstract void Collect(in Scope scope, string path, Run run, ICollection<Reference> references);
}

/// <summary>One value.</summary>
internal sealed class Leaf(Expression expression, string written, FieldType target) : Block
{
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
            return run.Fail(path, value);
        }

        if (value is Value.Nothing or Value.Cleared)
        {
            return target.Required ? run.Fail(path, $"a value is required, and {written} has none")
                : value is Value.Cleared ? new Output.Scalar(value)
                : null;
        }

        return Misfit(value) is { } rule ? run.Fail(path, rule) : new Output.Scalar(value);
    }

    public override void Collect(in Scope scope, string path, Run run, ICollection<Reference> references)
    {
        if (expression.Collect(scope, references) is { } fault)
        {
            run.Fail(path, fault);
        }
    }

    private string? Misfit(Value value) =>
        (target.Kind, value) switch
        {
            (_, Value.Json) => $"one value is expected, and {written} is {new FieldType(value.Kind).Name}",
            (Kind.Currency, Value.Text text) => Currency.TryParse(text.Content, out _) ? null : "not an ISO 4217 currency code",
            (Kind.Date, Value.Text text) => DateOnly.TryParseExact(text.Content, "yyyy-MM-dd", out _) ? null : "not a date (yyyy-MM-dd)",
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
}

/// <summary>Conditions, as blocks and list parts judge them.</summary>
internal static class Condition
{
    public static bool Fails(Expression? condition, in Scope scope, string path, Run run)
    {
        var value = condition?.Evaluate(scope);
        if (value is { IsFault: true })
        {
            run.Fail(path, value);
        }
        else if (value is not (null or Value.Flag or Value.Nothing or Value.Cleared))
        {
            run.Fail(path, "a condition is true or false");
        }

        return value is not (null or Value.Flag { IsTrue: true });
    }
}
