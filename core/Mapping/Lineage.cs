using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>A place of the output while a mapping is described, with the list that it goes through and what decides whether it is there.</summary>
internal sealed record LineagePlace(string Output, string Prefix, IReadOnlyList<string> Deciding)
{
    public static readonly LineagePlace Root = new("", "", []);

    public LineagePlace Field(string name) =>
        this with
        {
            Output = Output.Length == 0 || name == "[]" ? Output + name : $"{Output}.{name}",
        };

    /// <summary>The elements of a list, each of which gives one.</summary>
    public LineagePlace Each(PathExpression list)
    {
        var sources = new Sources(Prefix);
        sources.Read(list);
        return Field("[]") with { Prefix = sources.Inputs[0], Deciding = [.. Deciding.Union(sources.All, StringComparer.Ordinal)] };
    }

    public LineagePlace Under(Expression condition)
    {
        var sources = new Sources(Prefix);
        sources.Read(condition);
        return this with { Deciding = [.. Deciding.Union(sources.All, StringComparer.Ordinal)] };
    }

    public LeafDescription Leaf(Expression expression, string written, YamlScalar at)
    {
        var sources = new Sources(Prefix);
        sources.Read(expression);
        return new LeafDescription(
            Output,
            written,
            at.File ?? "",
            at.Line,
            sources.Inputs,
            [.. Deciding.Union(sources.Filters, StringComparer.Ordinal)],
            sources.Functions,
            sources.Lookups,
            sources.Variables
        );
    }

    /// <summary>What an expression is made from; paths are told from the record, without brackets.</summary>
    private sealed class Sources(string prefix)
    {
        public List<string> Inputs { get; } = [];

        /// <summary>The fields that brackets select by.</summary>
        public List<string> Filters { get; } = [];

        public List<string> Functions { get; } = [];

        public List<string> Lookups { get; } = [];

        public List<string> Variables { get; } = [];

        public IEnumerable<string> All => Inputs.Concat(Filters);

        public void Read(Expression expression)
        {
            foreach (var part in expression.Parts)
            {
                Read(part);
            }

            switch (expression)
            {
                case PathExpression { Path: var path }:
                    Read(path);
                    break;
                case EntityVariable or PostingPeriodVariable:
                    Keep(Variables, expression.Text);
                    break;
                case Call call:
                    Functions.Add(call.Name);
                    Keep(Lookups, call.Lookup?.Name);
                    break;
                default:
                    break;
            }
        }

        private void Read(PathSyntax path)
        {
            var place = path.FromRoot ? "" : prefix;
            foreach (var segment in path.Segments)
            {
                place = place.Length == 0 ? segment.Name : $"{place}.{segment.Name}";
                if (segment.Filter is { } filter)
                {
                    Keep(Filters, $"{place}.{filter.Field}");
                }
            }

            Keep(Inputs, place);
        }

        private static void Keep(List<string> names, string? name)
        {
            if (name is not null && !names.Contains(name, StringComparer.Ordinal))
            {
                names.Add(name);
            }
        }
    }
}
