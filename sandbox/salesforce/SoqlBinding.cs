using System.Globalization;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>A query against the org's objects: names become fields, conditions become tests, and what does not fit is refused.</summary>
internal sealed class SoqlBinding
{
    private readonly SalesforceOrg org;
    private readonly Soql query;

    public SoqlBinding(SalesforceOrg org, Soql query)
    {
        (this.org, this.query) = (org, query);
        Of = SalesforceObjects.Find(query.Object) ?? throw SalesforceRefusal.InvalidType(query.Object);
        Selected = query.Selected.ConvertAll(Bind);
        if (Selected.CountBy(path => path.Said).FirstOrDefault(count => count.Value > 1).Key is { } twice)
        {
            throw SalesforceRefusal.InvalidField($"duplicate field selected: {twice}");
        }

        Holds = query.Where is { } where ? Test(where) : _ => true;
        Order = query.OrderBy.ConvertAll(order => (Sortable(order.Field), order));
    }

    public SObject Of { get; }

    public List<Path> Selected { get; }

    public Func<Row, bool> Holds { get; }

    private List<(Path Path, Soql.Order Order)> Order { get; }

    /// <summary>Lookups to follow, and the field at their end.</summary>
    internal sealed record Path(IReadOnlyList<Field> Steps, Field Field)
    {
        public string Said => string.Concat(Steps.Select(step => $"{step.Relationship}.")) + Field.Name;
    }

    /// <summary>The rows in the order that is asked for; without one the order is that in which they were made.</summary>
    public IEnumerable<Row> Sorted(IEnumerable<Row> rows) => rows.Order(Comparer<Row>.Create(Compare));

    /// <summary>What a row, or a parent of it, has in a field.</summary>
    public object? Value(Row row, Path path) => path.Steps.Aggregate((Row?)row, (at, step) => Parent(at, step))?[path.Field.Name];

    /// <summary>The row that a lookup leads to.</summary>
    public Row? Parent(Row? row, Field step) => row?.Text(step.Name) is { } id ? org.Find(step.To!, id) : null;

    private int Compare(Row left, Row right)
    {
        foreach (var (path, order) in Order)
        {
            var (one, other) = (Value(left, path), Value(right, path));
            var sorted =
                one is null || other is null
                    ? ((one is null ? 0 : 1) - (other is null ? 0 : 1)) * (order.NullsFirst ?? !order.IsDescending ? 1 : -1)
                    : CompareValues(one, other) * (order.IsDescending ? -1 : 1);
            if (sorted != 0)
            {
                return sorted;
            }
        }

        return 0;
    }

    private Path Bind(Soql.Name name)
    {
        var parts = name.Path.Split('.');
        var of = Of;
        List<Field> steps = [];
        foreach (var relationship in parts[..^1])
        {
            // The object's own name may stand before its fields.
            if (steps.Count == 0 && relationship.Equals(Of.Name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var step =
                of.Fields.FirstOrDefault(field => string.Equals(field.Relationship, relationship, StringComparison.OrdinalIgnoreCase))
                ?? throw Wrong(name, $"Didn't understand relationship '{relationship}' in field path.");
            steps.Add(step);
            of = SalesforceObjects.Get(step.To!);
        }

        var field =
            of.Find(parts[^1])
            ?? throw Wrong(
                name,
                $"No such column '{parts[^1]}' on entity '{of.Name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
            );
        return new Path(steps, field);
    }

    private Path Filterable(Soql.Name name) =>
        Bind(name) is { Field.Kind: not FieldKind.LongText } path
            ? path
            : throw Wrong(name, $"field '{name.Path}' can not be filtered in a query call");

    private Path Sortable(Soql.Name name) =>
        Bind(name) is { Field.Kind: not FieldKind.LongText } path
            ? path
            : throw Wrong(name, $"field '{name.Path}' can not be sorted in a query call");

    private Func<Row, bool> Test(Soql.Condition condition)
    {
        switch (condition)
        {
            case Soql.Condition.All all:
                var every = all.Of.Select(Test).ToArray();
                return row => Array.TrueForAll(every, test => test(row));
            case Soql.Condition.Any any:
                var some = any.Of.Select(Test).ToArray();
                return row => Array.Exists(some, test => test(row));
            case Soql.Condition.Not not:
                var inner = Test(not.Of);
                return row => !inner(row);
            default:
                return Comparison((Soql.Condition.Compare)condition);
        }
    }

    private Func<Row, bool> Comparison(Soql.Condition.Compare compare)
    {
        var path = Filterable(compare.Field);
        object?[] values = [.. compare.Literals.Select(literal => Typed(compare.Field, path.Field, literal))];
        return compare.Operator switch
        {
            "IN" or "=" => row => Array.Exists(values, value => AreSame(path.Field, Value(row, path), value)),
            "NOT IN" or "!=" => row => !Array.Exists(values, value => AreSame(path.Field, Value(row, path), value)),
            _ when values[0] is null || path.Field.Kind == FieldKind.Flag => throw Wrong(
                compare.Field,
                $"invalid operator on {path.Field.Name}"
            ),
            "<" => row => Value(row, path) is { } value && CompareValues(value, values[0]!) < 0,
            "<=" => row => Value(row, path) is { } value && CompareValues(value, values[0]!) <= 0,
            ">" => row => Value(row, path) is { } value && CompareValues(value, values[0]!) > 0,
            _ => row => Value(row, path) is { } value && CompareValues(value, values[0]!) >= 0,
        };
    }

    // Texts are alike in any case, ids and external ids only in their own.
    private static bool AreSame(Field field, object? one, object? other) =>
        one is string text && other is string asked && field.Kind != FieldKind.Lookup && !field.IsExternalId
            ? text.Equals(asked, StringComparison.OrdinalIgnoreCase)
            : Equals(one, other);

    private static int CompareValues(object one, object other) =>
        one is string text ? string.CompareOrdinal(text, (string)other) : ((IComparable)one).CompareTo(other);

    private object? Typed(Soql.Name name, Field field, Soql.Literal literal) =>
        (field.Kind, literal.Kind) switch
        {
            (_, Soql.LiteralKind.Null) => null,
            (FieldKind.Text or FieldKind.Picklist, Soql.LiteralKind.Text) => literal.Text,
            (FieldKind.Lookup, Soql.LiteralKind.Text) => SalesforceIds.Read(literal.Text)
                ?? throw new SalesforceRefusal(
                    400,
                    "INVALID_QUERY_FILTER_OPERATOR",
                    query.Pointing(name.At, $"invalid ID field: {literal.Text}")
                ),
            (FieldKind.Number or FieldKind.Currency, Soql.LiteralKind.Number) => decimal.Parse(literal.Text, CultureInfo.InvariantCulture),
            (FieldKind.Flag, Soql.LiteralKind.Flag) => bool.Parse(literal.Text),
            (FieldKind.Day, Soql.LiteralKind.Day) when DateOnly.TryParseExact(literal.Text, SalesforceValues.DayForm, out var day) => day,
            (FieldKind.Instant, Soql.LiteralKind.Instant) when SalesforceValues.Instant(literal.Text) is { } at => at,
            _ => throw Wrong(
                name,
                $"value of filter criterion for field '{name.Path}' must be of type {field.Kind.ToString().ToLowerInvariant()}{(literal.Kind == Soql.LiteralKind.Text ? " and should not be enclosed in quotes" : "")}"
            ),
        };

    private SalesforceRefusal Wrong(Soql.Name name, string trouble) => SalesforceRefusal.InvalidField(query.Pointing(name.At, trouble));
}
