using System.Reflection;
using System.Text;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>One field of a canonical record, for people.</summary>
/// <param name="Path">Where it is, e.g. <c>lines[].taxes[].amount</c>.</param>
/// <param name="Type">What it is.</param>
/// <param name="Unit">What it counts; empty where there is nothing to count.</param>
/// <param name="IsRequired">Whether every record (or element) has it.</param>
/// <param name="AnyOrder">Whether it is a list whose order means nothing.</param>
/// <param name="Words">The words that it may be; empty where it may be any.</param>
/// <param name="Owner">The role of the system that owns it by default.</param>
public sealed record FieldDocument(
    string Path,
    string Type,
    string Unit,
    bool IsRequired,
    bool AnyOrder,
    IReadOnlyList<string> Words,
    string Owner
);

/// <summary>One canonical record, for people.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Prefix">What its ids begin with.</param>
/// <param name="Owner">The role of the system that owns it by default.</param>
/// <param name="Fields">Its fields, each before those within it.</param>
public sealed record CanonicalDocument(RecordType Type, string Prefix, string Owner, IReadOnlyList<FieldDocument> Fields);

/// <summary>Every canonical record with its fields, read from the records themselves.</summary>
public static class CanonicalReference
{
    /// <summary>Every record, in the order in which they depend on each other.</summary>
    public static IReadOnlyList<CanonicalDocument> All { get; } = [.. RecordKinds.All.Select(Record)];

    /// <summary>All of it as a page.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder(
            """
            # Canonical records

            Printed by `qtc mappings records --markdown` from the records themselves, in the order in which they depend on each other, which is the order of
            replay. A field marked with * is required. The owner is the role of the system whose word counts where `hub.yaml` does not say otherwise. Every
            document carries its entity, and a number is unique within (system, entity, kind).

            Money is minor units (cents, yen, fils) and a currency. A date is a day in the entity's calendar. Numbers are exact decimals or whole. What a
            list marked *any order* holds is sorted before it is stored, so that equal facts are equal bytes. A company's own fields lie below `custom`
            ([mapping.md](mapping.md#custom-fields-of-canonical-records)).

            """
        );
        foreach (var record in All)
        {
            page.Append($"\n## {record.Type}\n\nIds begin with `{record.Prefix}_`. Owner: {record.Owner}.\n\n");
            page.Append("| field | type | unit | owner |\n|---|---|---|---|\n");
            foreach (var field in record.Fields)
            {
                page.Append($"| `{field.Path}`{(field.IsRequired ? " *" : "")} | {Told(field)} | {field.Unit} | {field.Owner} |\n");
            }
        }

        return page.ToString();
    }

    private static string Told(FieldDocument field) =>
        field.Words.Count > 0 ? string.Join(", ", field.Words.Select(word => $"`{word}`"))
        : field.AnyOrder ? $"{field.Type}, any order"
        : field.Type;

    private static CanonicalDocument Record(RecordKind kind)
    {
        var owner = kind.Json.Type.GetCustomAttribute<OwnedByAttribute>()?.Role;
        Invariant.Holds(owner is not null, "a record says who owns it");
        return new CanonicalDocument(kind.Type, kind.Prefix, owner, [.. Fields(kind.Json.Type, "", owner)]);
    }

    private static IEnumerable<FieldDocument> Fields(Type record, string path, string owner)
    {
        foreach (var property in CanonicalShapes.Properties(record))
        {
            var field = Field(property, path, owner);
            yield return field;
            var type = CanonicalShapes.Bare(property);
            var within = type.IsGenericType ? type.GetGenericArguments()[0] : type;
            var isDeep = CanonicalShapes.Of(property).Kind is Kind.List or Kind.Object;
            foreach (var inner in isDeep ? Fields(within, $"{field.Path}{(type.IsGenericType ? "[]" : "")}.", field.Owner) : [])
            {
                yield return inner;
            }
        }
    }

    private static FieldDocument Field(PropertyInfo property, string path, string owner)
    {
        var type = CanonicalShapes.Of(property);
        var clr = CanonicalShapes.Bare(property);
        var isWhole = clr == typeof(int) || clr == typeof(long);
        var unit =
            property.GetCustomAttribute<UnitAttribute>()?.Unit
            ?? type.Kind switch
            {
                Kind.Money => "minor units",
                Kind.Date => "day in the entity's calendar",
                Kind.Number => isWhole ? "count" : "exact decimal",
                _ => "",
            };
        return new FieldDocument(
            path + CanonicalShapes.NameOf(property),
            type.Kind == Kind.Number && isWhole ? "a whole number" : type.Name,
            unit,
            type.HasToBeMapped,
            property.GetCustomAttribute<AnyOrderAttribute>() is not null,
            property.GetCustomAttribute<OneOfAttribute>()?.Words.Split(' ') ?? [],
            property.GetCustomAttribute<OwnedByAttribute>()?.Role ?? owner
        );
    }
}
