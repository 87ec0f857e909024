namespace QtcHub.Mapping;

/// <summary>Part of a list: an element for each element of the input that passes, or a single element under a condition.</summary>
internal sealed class ListPart(PathExpression? each, Expression? where, ObjectBlock element)
{
    // A condition is judged by what is: without it a list would be told in part, which is another list.
    private readonly IReadOnlyList<string> feeds = [.. each?.Feeds ?? []];

    /// <summary>Whether making it asks for references.</summary>
    public bool AsksForReferences => element.AsksForReferences;

    /// <summary>Writes its elements, the first of them at <paramref name="index"/>; tells whether the list exists at all.</summary>
    public bool Make(in Scope scope, Run run, Output output, ref int index)
    {
        if (run.Omits(feeds))
        {
            return false;
        }

        if (each is null)
        {
            return Add(scope, run, output, ref index);
        }

        if (Elements(scope, run) is not { } elements)
        {
            return false;
        }

        foreach (var item in elements)
        {
            var inner = scope with { Current = item };
            if (!Condition.Fails(where, inner, run))
            {
                Add(inner, run, output, ref index);
            }

            if (run.Fault is not null)
            {
                return false;
            }
        }

        return true;
    }

    public void Collect(in Scope scope, Run run, ICollection<Reference> references)
    {
        if (run.Omits(feeds))
        {
            return;
        }

        if (each is null)
        {
            element.Collect(scope, run, references);
            return;
        }

        foreach (var item in Elements(scope, run) ?? [])
        {
            var inner = scope with { Current = item };
            if (!Condition.Fails(where, inner, run))
            {
                element.Collect(inner, run, references);
            }
        }
    }

    public void Describe(LineagePlace place, ICollection<LeafDescription> leaves)
    {
        var inner = each is null ? place.Field("[]") : place.Each(each);
        element.Describe(where is null ? inner : inner.Under(where), leaves);
    }

    private bool Add(in Scope scope, Run run, Output output, ref int index)
    {
        run.Enter(index);
        var isMade = element.Make(scope, null, run, output);
        run.Leave();
        index += isMade ? 1 : 0;
        return isMade;
    }

    private IReadOnlyList<InputNode>? Elements(in Scope scope, Run run)
    {
        switch (each!.Evaluate(scope))
        {
            case Value.Nothing:
                return null;
            case Value.Json { IsList: true } list when list.Elements.All(item => item.IsObject):
                return list.Elements;
            case { IsFault: true } fault:
                run.Fail(fault);
                return null;
            default:
                run.Fail($"{each.Text} is not a list of objects");
                return null;
        }
    }
}
