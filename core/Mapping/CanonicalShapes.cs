using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>The fields of each canonical record, read from the records themselves, so that the two cannot differ.</summary>
internal static class CanonicalShapes
{
    private static readonly FrozenDictionary<RecordType, FieldType> Shapes = RecordKinds.All.ToFrozenDictionary(
        kind => kind.Type,
        kind => Object(kind.Json.Type)
    );

    private static readonly FrozenDictionary<RecordType, IReadOnlyList<string>> Grouping = Shapes.ToFrozenDictionary(
        shape => shape.Key,
        IReadOnlyList<string> (shape) =>
            [.. shape.Value.Fields!.Where(field => field.Value.Refers == RecordType.Customer).Select(field => field.Key)]
    );

    /// <summary>The field below which a company's custom fields lie.</summary>
    public static readonly string Custom = JsonNamingPolicy.CamelCase.ConvertName(nameof(CanonicalRecord.Custom));

    /// <summary>The fields that a record has of itself.</summary>
    public static FieldType Of(RecordType type) => Shapes[type];

    /// <summary>The fields of a record that say which customer it belongs to: a customer only groups.</summary>
    public static IReadOnlyList<string> GroupingFields(RecordType type) => Grouping[type];

    /// <summary>The same with the fields that a company has declared.</summary>
    public static FieldType Of(RecordType type, CustomFieldTypes declared)
    {
        var custom = new FieldType(
            Kind.Object,
            Fields: declared.Of(type).ToDictionary(field => field.Key, field => TypeOf(field.Value), StringComparer.Ordinal),
            CustomOf: type
        );
        return Shapes[type] with
        {
            Fields = new Dictionary<string, FieldType>(Shapes[type].Fields!, StringComparer.Ordinal) { [Custom] = custom },
        };
    }

    private static FieldType TypeOf(CustomType type) =>
        type switch
        {
            CustomType.Text => FieldType.Text,
            CustomType.Number => FieldType.Number,
            CustomType.Flag => FieldType.Flag,
            CustomType.Date => FieldType.Date,
            CustomType.Money => FieldType.Money,
            _ => throw new InvariantException("a known custom type"),
        };

    /// <summary>The properties that are fields of a record's own.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type record) =>
        record
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null && !IsIgnored(property));

    /// <summary>The name of a property as JSON and mappings write it.</summary>
    public static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The type of a property, whether or not it may be absent.</summary>
    public static Type Bare(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static FieldType Object(Type record) =>
        new(Kind.Object, Fields: Properties(record).ToDictionary(NameOf, Of, StringComparer.Ordinal));

    // An override does not inherit the attribute of the property it overrides; custom fields are not the record's own.
    private static bool IsIgnored(PropertyInfo property) => property.Name is nameof(CanonicalRecord.Type) or nameof(CanonicalRecord.Custom);

    /// <summary>The field of a property.</summary>
    public static FieldType Of(PropertyInfo property)
    {
        var type = Bare(property);
        var mayBeUnmapped = property.GetCustomAttribute<RequiredWhereMappedAttribute>() is not null;
        var required = mayBeUnmapped || property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
        var known =
            type == typeof(string) ? FieldType.Text
            : type == typeof(decimal) || type == typeof(int) || type == typeof(long) ? FieldType.Number
            : type == typeof(bool) ? FieldType.Flag
            : type == typeof(Money) ? FieldType.Money
            : type == typeof(Currency) ? FieldType.Currency
            : type == typeof(DateOnly) ? FieldType.Date
            : type == typeof(CanonicalId) ? new FieldType(Kind.Id, Refers: Referred(property))
            : type.IsGenericType ? new FieldType(Kind.List, Element: Object(type.GetGenericArguments()[0]))
            : Object(type);
        return known with { Required = required, MayBeUnmapped = mayBeUnmapped };
    }

    // "Account" points to a BillingAccount, "Invoice" to an Invoice; any other name says so by its attribute.
    private static RecordType Referred(PropertyInfo property) =>
        property.GetCustomAttribute<RefersAttribute>()?.Type
        ?? Enum.GetValues<RecordType>().Single(type => type.ToString().EndsWith(property.Name, StringComparison.Ordinal));
}
