using System.Xml.Linq;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>The sample metadata as it is deployed: objects with their fields, and who may do what with them.</summary>
internal sealed class SalesforceMetadata(string root)
{
    private static readonly XNamespace Soap = "http://soap.sforce.com/2006/04/metadata";

    /// <summary>Beside the source tree, or null.</summary>
    public static SalesforceMetadata? Find()
    {
        const string project = "infra/salesforce/sfdx-project.json";
        return Bench.FindUp(project) is { } root
            ? new SalesforceMetadata(Path.Combine(root, "infra", "salesforce", "force-app", "main", "default"))
            : null;
    }

    public IReadOnlyList<string> Objects { get; } =
    [
        .. Directory
            .EnumerateDirectories(Path.Combine(root, "objects"))
            .Select(path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The type of an object's name: one that is written, or one that counts itself.</summary>
    public string? NameOf(string name) =>
        Read(Path.Combine(root, "objects", name, $"{name}.object-meta.xml")).Element(Soap + "nameField")?.Element(Soap + "type")?.Value;

    public IReadOnlyDictionary<string, MetadataField> FieldsOf(string name) =>
        Directory
            .EnumerateFiles(Path.Combine(root, "objects", name, "fields"))
            .Select(path => (File: Path.GetFileName(path), Field: FieldOf(Read(path))))
            .ToDictionary(
                // A deployment takes a field by its file's name as well as by its own.
                one => one.File == $"{one.Field.Name}.field-meta.xml" ? one.Field.Name : $"{one.File} is not of {one.Field.Name}",
                one => one.Field,
                StringComparer.Ordinal
            );

    /// <summary>What a permission set lets of each field (<c>Object.Field</c>), as <c>read</c> or <c>edit</c>.</summary>
    public IReadOnlyDictionary<string, string> FieldPermissions(string set) =>
        Permissions(set)
            .Elements(Soap + "fieldPermissions")
            .ToDictionary(
                one => one.Element(Soap + "field")!.Value,
                one => Flag(one, "editable") ? "edit" : "read",
                StringComparer.Ordinal
            );

    /// <summary>What a permission set lets be done with each object.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ObjectPermissions(string set) =>
        Permissions(set)
            .Elements(Soap + "objectPermissions")
            .ToDictionary(
                one => one.Element(Soap + "object")!.Value,
                IReadOnlyList<string> (one) =>
                    [
                        .. one.Elements()
                            .Where(allowed =>
                                allowed.Name.LocalName.StartsWith("allow", StringComparison.Ordinal) && allowed.Value == "true"
                            )
                            .Select(allowed => allowed.Name.LocalName["allow".Length..]),
                    ],
                StringComparer.Ordinal
            );

    private XElement Permissions(string set) => Read(Path.Combine(root, "permissionsets", $"{set}.permissionset-meta.xml"));

    private static XElement Read(string path) => XDocument.Load(path).Root!;

    private static MetadataField FieldOf(XElement field) =>
        new(field.Element(Soap + "fullName")!.Value, field.Element(Soap + "type")!.Value)
        {
            Length = Number(field, "length"),
            Precision = Number(field, "precision"),
            Scale = Number(field, "scale"),
            IsRequired = Flag(field, "required"),
            IsKey = Flag(field, "externalId") && Flag(field, "unique") && Flag(field, "caseSensitive"),
            To = field.Element(Soap + "referenceTo")?.Value,
            IsRestricted = field.Element(Soap + "valueSet") is { } set && Flag(set, "restricted"),
            Values = [.. field.Descendants(Soap + "value").Select(value => value.Element(Soap + "fullName")!.Value)],
        };

    private static int? Number(XElement of, string name) =>
        of.Element(Soap + name) is { } element ? int.Parse(element.Value, System.Globalization.CultureInfo.InvariantCulture) : null;

    private static bool Flag(XElement of, string name) => of.Element(Soap + name)?.Value == "true";
}

/// <summary>A field of the sample metadata.</summary>
internal sealed record MetadataField(string Name, string Type)
{
    public int? Length { get; init; }

    public int? Precision { get; init; }

    public int? Scale { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>Whether records are made and found by it: a unique external id of which case matters.</summary>
    public bool IsKey { get; init; }

    public string? To { get; init; }

    public bool IsRestricted { get; init; }

    public IReadOnlyList<string> Values { get; init; } = [];
}
