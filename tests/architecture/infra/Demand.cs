namespace QtcHub.Tests.Architecture.Infra;

/// <summary>Every resource of a kind must have a property with one of some values, written out; and there must be one.</summary>
internal sealed record Demand(string Kind, string Property, params string[] Allowed)
{
    public IEnumerable<string> Unmet(InfraFiles files)
    {
        var found = files.Typed(Kind).ToList();
        return found.Count == 0
            ? [$"no {Kind}"]
            : found
                .Where(one => !Allowed.Contains(one.Resource.Text(Property), StringComparer.Ordinal))
                .Select(one => $"{one.File.Path}: {one.Resource.Name}.{Property} is {one.Resource.Text(Property) ?? "missing"}");
    }
}
