using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using QtcHub.Canonical;
using QtcHub.Connectors.Salesforce;
using QtcHub.Mapping;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>What the shipped mappings write is what the sample metadata has room for.</summary>
public sealed partial class SalesforceMetadataTests
{
    private const string Reference = "QtcHub_Id__c";
    private const string Integration = "QtcHub_Integration";
    private const string Reader = "QtcHub_Reader";
    private const int LongestName = 80;

    // Salesforce's own on every object of an org with several currencies; the name is declared by the object.
    private static readonly string[] Standard = ["Name", "CurrencyIsoCode"];

    private static readonly Dictionary<string, string> Nothing = [];
    private static readonly UnreachableHandler Nobody = new();
    private static readonly MappingCatalog Catalog = Load();

    private readonly SalesforceMetadata? metadata = SalesforceMetadata.Find();

    public static TheoryData<RecordType> Targets => [.. SalesforceTargets.All.Keys.Order()];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_field_that_a_mapping_writes_is_in_the_sample_metadata_with_a_type_that_holds_it(RecordType type)
    {
        var fields = Metadata.FieldsOf(SalesforceTargets.All[type].Object);
        foreach (var leaf in Leaves(type).Where(leaf => !Standard.Contains(leaf.Output)))
        {
            Assert.True(fields.TryGetValue(leaf.Output, out var field), $"{type}: no {leaf.Output}");
            Assert.True(Holds(field, PropertyOf(type, leaf), leaf), $"{type}: {leaf.Output} is {field}, and gets {leaf.Expression}");
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_field_of_the_sample_metadata_is_written_and_the_reference_is_a_key(RecordType type)
    {
        var fields = Metadata.FieldsOf(SalesforceTargets.All[type].Object);
        var written = Leaves(type).Select(leaf => leaf.Output).Except(Standard).Append(Reference);

        Assert.Equal(written.Order(StringComparer.Ordinal), fields.Keys.Order(StringComparer.Ordinal));
        Assert.True(fields[Reference] is { IsKey: true, IsRequired: false, Type: "Text", Length: 64 });
        Assert.DoesNotContain(fields.Values, field => field.IsKey && field.Name != Reference);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_required_field_is_one_that_the_mapping_never_leaves_empty(RecordType type)
    {
        var leaves = Leaves(type).ToDictionary(leaf => leaf.Output, StringComparer.Ordinal);
        Assert.All(
            Metadata.FieldsOf(SalesforceTargets.All[type].Object).Values.Where(field => field.IsRequired),
            field =>
            {
                var isGiven = leaves[field.Name].Inputs[0].Split('.').Aggregate((Type: TypeOf(type), Is: true), Given).Is;
                Assert.True(isGiven, $"{type}: {field.Name} can be empty");
                Assert.DoesNotContain("default", leaves[field.Name].Functions);
            }
        );
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_name_is_written_exactly_where_the_object_does_not_count_its_own(RecordType type)
    {
        var name = Leaves(type).SingleOrDefault(leaf => leaf.Output == "Name");
        Assert.Equal(name is null ? "AutoNumber" : "Text", Metadata.NameOf(SalesforceTargets.All[type].Object));
        Assert.Equal(name is null ? null : LongestName, name is null ? null : CutAt(name));
    }

    [Fact]
    public void The_hub_may_write_every_field_that_is_not_required_and_delete_nothing_and_people_may_read_the_same()
    {
        var objects = SalesforceTargets.All.Values.Select(target => target.Object).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(objects, Metadata.Objects.Where(name => name.EndsWith("__c", StringComparison.Ordinal)));
        // A required field is in no permission set: Salesforce refuses to deploy that.
        var optional = objects
            .SelectMany(name => Metadata.FieldsOf(name).Values.Where(field => !field.IsRequired).Select(field => $"{name}.{field.Name}"))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var (set, right) in new[] { (Integration, "edit"), (Reader, "read") })
        {
            var allowed = Metadata.FieldPermissions(set).Where(one => one.Key.Split('.')[0].EndsWith("__c", StringComparison.Ordinal));
            Assert.Equal(
                optional.Select(field => KeyValuePair.Create(field, right)),
                allowed.OrderBy(one => one.Key, StringComparer.Ordinal)
            );
        }

        Assert.All(objects, name => Assert.Equal(["Create", "Edit", "Read"], Metadata.ObjectPermissions(Integration)[name]));
        Assert.All(objects, name => Assert.Equal(["Read"], Metadata.ObjectPermissions(Reader)[name]));
        Assert.All(
            Metadata.ObjectPermissions(Integration).Where(one => !objects.Contains(one.Key)),
            one => Assert.Equal(["Read"], one.Value)
        );
    }

    [Fact]
    public void Every_field_of_the_org_s_own_that_is_asked_for_is_in_the_sample_metadata_and_the_hub_may_read_it()
    {
        var asked = SalesforceFields.Of(new SalesforceSettings(Bench.Context(new SalesforceKind(), Nothing, _ => null, Nobody).System));
        var own = SalesforceFields
            .Objects.SelectMany(name => asked[name].Where(IsOwn).Select(field => $"{name}.{field}"))
            .Order(StringComparer.Ordinal)
            .ToList();
        var standard = Metadata.Objects.Where(name => !IsOwn(name)).ToList();

        Assert.Equal(
            own,
            standard.SelectMany(name => Metadata.FieldsOf(name).Keys.Select(field => $"{name}.{field}")).Order(StringComparer.Ordinal)
        );
        Assert.All(own, field => Assert.Equal("read", Metadata.FieldPermissions(Integration)[field]));
        Assert.DoesNotContain(standard.SelectMany(name => Metadata.FieldsOf(name).Values), field => field.IsRequired);
        Assert.Equal(Words(typeof(OrderLine), nameof(OrderLine.Action)), Metadata.FieldsOf("OrderItem")["Action__c"].Values);
        Assert.Equal(Words(typeof(BillingAccount), nameof(BillingAccount.TaxStatus)), Metadata.FieldsOf("Account")["TaxStatus__c"].Values);
    }

    private SalesforceMetadata Metadata
    {
        get
        {
            Assert.SkipWhen(metadata is null, "not run inside the source tree");
            return metadata;
        }
    }

    private static bool IsOwn(string name) =>
        name.EndsWith("__c", StringComparison.Ordinal) && !name.Contains('.', StringComparison.Ordinal);

    private static IEnumerable<string> Words(Type of, string property) =>
        of.GetProperty(property)!.GetCustomAttribute<OneOfAttribute>()!.Words.Split(' ');

    private static bool Holds(MetadataField field, PropertyInfo property, LeafDescription leaf)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var words = property.GetCustomAttribute<OneOfAttribute>()?.Words.Split(' ');
        return (field.Type, type.Name) switch
        {
            // Three digits after the point are the most that a currency has.
            ("Currency", nameof(Money)) => field is { Precision: 18, Scale: 3 } && leaf.Functions.Contains("major"),
            ("Date", nameof(DateOnly)) => true,
            ("Checkbox", nameof(Boolean)) => true,
            ("Number", nameof(Int32)) => field is { Scale: 0, Precision: >= 9 },
            ("Lookup", nameof(CanonicalId)) => field.To == ObjectOf(property) && leaf.Functions.Contains("xref"),
            ("Picklist", nameof(String)) => field.IsRestricted && words is not null && words.SequenceEqual(field.Values),
            ("Text" or "LongTextArea", nameof(String)) => words is null && field.Length == (CutAt(leaf) ?? Uncut(property)),
            _ => false,
        };
    }

    // What is not cut is a key, and cut it would be another: Salesforce refuses what is too long. An entity's code is the configuration's.
    private static int Uncut(PropertyInfo property) => property.Name == nameof(CanonicalRecord.Entity) ? 80 : 255;

    private static string ObjectOf(PropertyInfo lookup) =>
        lookup.Name == "Account" ? "Account" : SalesforceTargets.All[Enum.Parse<RecordType>(lookup.Name)].Object;

    private static int? CutAt(LeafDescription leaf) =>
        Truncate().Match(leaf.Expression) is { Success: true } cut
            ? int.Parse(cut.Groups["at"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    private static (Type Type, bool Is) Given((Type Type, bool Is) at, string name)
    {
        var property = Find(at.Type, name);
        var isGiven = property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;
        return (property.PropertyType, at.Is && isGiven);
    }

    /// <summary>The property of the canonical record that an output is made from.</summary>
    private static PropertyInfo PropertyOf(RecordType type, LeafDescription leaf)
    {
        var steps = leaf.Inputs[0].Split('.');
        return Find(steps[..^1].Aggregate(TypeOf(type), (at, step) => Find(at, step).PropertyType), steps[^1]);
    }

    private static PropertyInfo Find(Type type, string field) =>
        type.GetProperty(field, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
        ?? throw new InvalidOperationException($"{type.Name} has no {field}");

    private static Type TypeOf(RecordType type) =>
        typeof(CanonicalRecord).Assembly.GetType($"QtcHub.Canonical.{type}", throwOnError: true)!;

    private static IReadOnlyList<LeafDescription> Leaves(RecordType type) =>
        Catalog.Out("salesforce", type, SalesforceTargets.All[type].Object)!.Describe().Leaves;

    private static MappingCatalog Load()
    {
        var loaded = MappingCatalog.Load([Path.Combine(AppContext.BaseDirectory, "mappings")]);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog;
    }

    [GeneratedRegex(@"truncate\((?<at>\d+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Truncate();
}
