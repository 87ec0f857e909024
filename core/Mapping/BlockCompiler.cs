using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Turns the <c>fields:</c> of a mapping into blocks, checked against the shapes at both ends.</summary>
internal sealed class BlockCompiler(ErrorList errors, ExpressionChecker checker)
{
    public const string Each = "each";
    public const string Where = "where";
    public const string When = "when";

    /// <summary>The whole output.</summary>
    public ObjectBlock Root(YamlMap fields, FieldType target, ScopeShape shape) =>
        Object(fields, fields, target with { Required = true }, shape);

    private ObjectBlock Object(YamlMap map, YamlNode place, FieldType target, ScopeShape shape)
    {
        var when = map.Find(When) is { } condition ? All(condition.Value, shape) : null;
        var blocks = new List<(OutputName, Block)>();
        foreach (var (key, value) in map.Entries)
        {
            if (key.Text is Each or Where or When)
            {
                continue;
            }

            if (TypeOf(key, target) is { } type && Field(key, value, type, shape) is { } block)
            {
                blocks.Add((new OutputName(key.Text), block));
            }
        }

        foreach (var missing in target.Fields?.Where(field => field.Value.HasToBeMapped && map.Find(field.Key) is null) ?? [])
        {
            errors.Add(place, $"the required field {missing.Key} is missing", $"add {missing.Key}: and where it comes from");
        }

        return new ObjectBlock(when, blocks, target.Required);
    }

    private FieldType? TypeOf(YamlScalar key, FieldType target)
    {
        if (target.Fields is null)
        {
            return FieldType.Any;
        }

        if (target.Fields.TryGetValue(key.Text, out var type))
        {
            return type;
        }

        var (message, fix) = target.Unknown("output field", key.Text);
        errors.Add(key, message, fix);
        return null;
    }

    private Block? Field(YamlScalar key, YamlNode value, FieldType type, ScopeShape shape)
    {
        switch (value)
        {
            case YamlScalar scalar:
                return Leaf(key, scalar, type, shape);
            case YamlMap map when map.Find(Each) is not null:
                return List(key, [map], type, shape);
            case YamlMap map when type.Kind is Kind.Object or Kind.Any:
                RefuseWhere(map);
                return Object(map, key, type, shape);
            case YamlList list:
                return List(key, list.Items, type, shape);
            default:
                errors.Add(
                    key,
                    $"{key.Text} is {type.Name}, not an object",
                    type.Kind == Kind.List ? "begin it with each:" : $"write {key.Text}: path"
                );
                return null;
        }
    }

    private Leaf? Leaf(YamlScalar key, YamlScalar scalar, FieldType type, ScopeShape shape)
    {
        if (type.Kind is Kind.Object or Kind.List)
        {
            errors.Add(
                key,
                $"{key.Text} is {type.Name}",
                type.Kind == Kind.List ? "write each: and the fields of one element below it" : "write its fields below it"
            );
            return null;
        }

        if (scalar.IsEmpty)
        {
            errors.Add(key, $"{key.Text} has no value", "write a path, or remove the field to leave it out");
            return null;
        }

        if (checker.Check(scalar, shape) is not { } expression)
        {
            return null;
        }

        if (!expression.Type.Fits(type))
        {
            errors.Add(scalar, $"{key.Text} is {type.Name}, and this is {expression.Type.Name}", Advice(expression.Type, type));
            return null;
        }

        return new Leaf(expression, scalar, type);
    }

    private static string Advice(FieldType from, FieldType to) =>
        (from.Kind, to.Kind) switch
        {
            (_, Kind.Id) => $"add | ref({to.Refers})",
            (_, Kind.Money) => "add | minor(currency)",
            (Kind.Money, _) => "add | major",
            (Kind.Id, _) => "add | xref",
            (Kind.Number, Kind.Date) => "add | unix-date",
            (Kind.Text, Kind.Number) => "add | decimal",
            (_, Kind.Text) => "add | text",
            (Kind.List, _) => "use each:, sum(…) or pick one element with [0]",
            (Kind.Object, _) => "go on to one of its fields",
            _ => $"give it {to.Name}",
        };

    private ListBlock? List(YamlScalar key, IReadOnlyList<YamlNode> parts, FieldType type, ScopeShape shape)
    {
        if (type.Kind is not (Kind.List or Kind.Any))
        {
            errors.Add(key, $"{key.Text} is {type.Name}, not a list", "remove each:");
            return null;
        }

        var made = new List<ListPart>();
        foreach (var part in parts)
        {
            if (part is not YamlMap map)
            {
                errors.Add(part, "a part of a list has fields", "write each: and fields, or fields alone");
            }
            else if (Part(map, type.Element ?? FieldType.Any, shape) is { } listPart)
            {
                made.Add(listPart);
            }
        }

        return new ListBlock(made, type.Required);
    }

    private ListPart? Part(YamlMap map, FieldType element, ScopeShape shape)
    {
        if (map.Find(Each) is not { } each)
        {
            RefuseWhere(map);
            return new ListPart(null, null, Object(map, map, element, shape));
        }

        if (map.Find(When) is { } when)
        {
            errors.Add(when.Key, "when: does not go with each:", "choose elements with where:");
            return null;
        }

        var inner = Elements(each, shape, out var path);
        if (inner is null)
        {
            return null;
        }

        var where = map.Find(Where) is { } condition ? All(condition.Value, inner) : null;
        return new ListPart(path, where, Object(map, map, element with { Required = true }, inner));
    }

    private ScopeShape? Elements(YamlEntry each, ScopeShape shape, out PathExpression? path)
    {
        path = null;
        if (each.Value is not YamlScalar { Quoted: false } scalar)
        {
            errors.Add(each.Key, "each: takes the path of a list", "write each: lines.data");
            return null;
        }

        var expression = checker.Check(scalar, shape);
        path = expression as PathExpression;
        if (expression is not null && path is null)
        {
            errors.Add(scalar, "each: takes the path of a list", "remove the functions; choose elements with where:");
        }
        else if (path is { Type.Kind: not (Kind.List or Kind.Any) })
        {
            errors.Add(scalar, $"{scalar.Text} is {path.Type.Name}, not a list", "give the path of a list");
            path = null;
        }

        return path is null ? null : new ScopeShape(shape.Root, path.Type.Element ?? FieldType.Any, path.Feeds.FirstOrDefault());
    }

    private void RefuseWhere(YamlMap map)
    {
        if (map.Find(Where) is { } where)
        {
            errors.Add(where.Key, "where: goes with each:", "use when: for a single object");
        }
    }

    private Expression? All(YamlNode node, ScopeShape shape)
    {
        Expression? all = null;
        foreach (var item in node is YamlList list ? list.Items : [node])
        {
            if (item is not YamlScalar scalar || scalar.Quoted)
            {
                errors.Add(item, "a condition is an expression", "write e.g. status | one-of(open, paid)");
                continue;
            }

            if (checker.Condition(scalar, shape) is { } condition)
            {
                all = all is null ? condition : new And(all, condition);
            }
        }

        return all;
    }
}
