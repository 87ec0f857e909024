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
    private static readonly FrozenDictionary<RecordType, FieldType> Shapes = new Dictionary<RecordType, FieldType>
    {
        [RecordType.BillingAccount] = Object(typeof(BillingAccount)),
        [RecordType.Invoice] = Object(typeof(Invoice)),
        [RecordType.Payment] = Object(typeof(Payment)),
    }.ToFrozenDictionary();

    public static FieldType Of(RecordType type) => Shapes[type];

    private static FieldType Object(Type record) =>
        new(
            Kind.Object,
            Fields: record
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null && !IsIgnored(property))
                .ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), Field, StringComparer.Ordinal)
        );

    // An override does not inherit the attribute of the property it overrides.
    private static bool IsIgnored(PropertyInfo property) => property.Name == nameof(CanonicalRecord.Type);

    private static FieldType Field(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var required = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
        var known =
            type == typeof(string) ? FieldType.Text
            : type == typeof(decimal) ? FieldType.Number
            : type == typeof(bool) ? FieldType.Flag
            : type == typeof(Money) ? FieldType.Money
            : type == typeof(Currency) ? FieldType.Currency
            : type == typeof(DateOnly) ? FieldType.Date
            : type == typeof(CanonicalId) ? new FieldType(Kind.Id, Refers: Referred(property.Name))
            : type.IsGenericType ? new FieldType(Kind.List, Element: Object(type.GetGenericArguments()[0]))
            : Object(type);
        return known with { Required = required };
    }

    // "Account" points to a BillingAccount, "Invoice" to an Invoice.
    private static RecordType Referred(string property) =>
        Enum.GetValues<RecordType>().Single(type => type.ToString().EndsWith(property, StringComparison.Ordinal));
}
