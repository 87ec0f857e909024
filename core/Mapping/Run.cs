using System.Globalization;
using System.Text;

namespace QtcHub.Mapping;

/// <summary>One run of a mapping: what it leaves out, where it is, and the first thing that went wrong.</summary>
internal sealed class Run(IReadOnlySet<string> omit, List<(string? Name, int Index)> place)
{
    public Run(IReadOnlySet<string> omit)
        : this(omit, []) { }

    public Fault? Fault { get; private set; }

    /// <summary>The expression that failed and where it ran, for whoever asks why.</summary>
    public (Expression Expression, Scope Scope)? Failing { get; private set; }

    /// <summary>Whether an output fed by these fields is left out.</summary>
    public bool Omits(IReadOnlyList<string> feeds) => omit.Count > 0 && feeds.Any(omit.Contains);

    /// <summary>Goes to a field of the output.</summary>
    public void Enter(string name) => place.Add((name, 0));

    /// <summary>Goes to an element of the output.</summary>
    public void Enter(int index) => place.Add((null, index));

    /// <summary>Goes back to where it was.</summary>
    public void Leave() => place.RemoveAt(place.Count - 1);

    /// <summary>Something is wrong here.</summary>
    public void Fail(string rule) => Fault ??= new Fault.MappingFailed(Path(), rule);

    /// <summary>The value of an expression is wrong here.</summary>
    public void Fail(Value value, Expression expression, in Scope scope)
    {
        Failing ??= (expression, scope);
        Fail(value);
    }

    /// <summary>A value is wrong here.</summary>
    public void Fail(Value value)
    {
        switch (value)
        {
            case Value.Failed failed:
                Fail(failed.Rule);
                break;
            case Value.Unresolved { Reference: var reference }:
                Fault ??= new Fault.MissingReference(reference.Type, reference.Id);
                break;
            default:
                throw new InvariantException("a value that is a fault");
        }
    }

    private string Path()
    {
        var path = new StringBuilder();
        foreach (var (name, index) in place)
        {
            if (name is null)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
            else
            {
                path.Append(path.Length == 0 ? "" : ".").Append(name);
            }
        }

        return path.ToString();
    }
}
