using System.Text.Json;

namespace QtcHub.Mapping;

/// <summary>Part of a list: an element for each element of the input that passes, or a single element under a condition.</summary>
internal sealed class ListPart(PathExpression? each, Expression? where, ObjectBlock element)
{
    private readonly IReadOnlyList<string> feeds = [.. each?.Feeds ?? [], .. where?.Feeds ?? []];

    /// <summary>Adds its elements; tells whether the list exists at all.</summary>
    public bool Make(in Scope scope, string path, Run run, List<Output> items)
    {
        if (run.Omits(feeds))
        {
            return false;
        }

        if (each is null)
        {
            return Add(scope, path, run, items);
        }

        if (Elements(scope, path, run) is not { } elements)
        {
            return false;
        }

        foreach (var inner in elements)
        {
            if (!Condition.Fails(where, inner, path, run))
            {
                Add(inner, path, run, items);
            }

            if (run.Fault is not null)
            {
                return false;
            }
        }

        return true;
    }

    public void Collect(in Scope scope, string path, Run run, ICollection<Reference> references)
    {
        if (each is null)
        {
            element.Collect(scope, path, run, references);
            return;
        }

        foreach (var inner in Elements(scope, path, run) ?? [])
        {
            if (!Condition.Fails(where, inner, path, run))
            {
                element.Collect(inner, path, run, references);
            }
        }
    }

    public void Describe(LineagePlace place, ICollection<LeafDescription> leaves)
    {
        var inner = each is null ? place.Field("[]") : place.Each(each);
        element.Describe(where is null ? inner : inner.Under(where), leaves);
    }

    private bool Add(in Scope scope, string path, Run run, List<Output> items)
    {
        if (element.Make(scope, $"{path}[{items.Count}]", run) is not { } item)
        {
            return false;
        }

        items.Add(item);
        return true;
    }

    private List<Scope>? Elements(Scope scope, string path, Run run)
    {
        switch (each!.Evaluate(scope))
        {
            case Value.Nothing:
                return null;
            case Value.Json { IsList: true } list when list.Elements.All(item => item.ValueKind == JsonValueKind.Object):
                return [.. list.Elements.Select(item => scope with { Current = item })];
            case { IsFault: true } fault:
                run.Fail(path, fault);
                return null;
            default:
                run.Fail(path, $"{each.Text} is not a list of objects");
                return null;
        }
    }
}
