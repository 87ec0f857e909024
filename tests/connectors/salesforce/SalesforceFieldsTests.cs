using QtcHub.Connectors.Salesforce;
using QtcHub.Hosting;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>A field that a mapping reads and nobody asks for would be absent from every record, and nothing would say so.</summary>
public sealed class SalesforceFieldsTests
{
    private static readonly string[] AddedByTheConnector = ["Id", "Prices", "Lines", "SubscriptionId", "CustomerId"];

    [Theory]
    [InlineData("account.shape.yaml", "Account", null)]
    [InlineData("account-billing.shape.yaml", "Account", null)]
    [InlineData("contact.shape.yaml", "Contact", null)]
    [InlineData("product.shape.yaml", "Product2", "PricebookEntry")]
    [InlineData("order.shape.yaml", "Order Opportunity", "OrderItem OpportunityLineItem")]
    public void What_is_asked_for_is_what_the_shape_of_the_record_has(string shape, string objects, string? parts)
    {
        var (own, below) = Read(shape);

        Assert.Equal(Asked(objects), own);
        Assert.Equal(parts is null ? [] : Asked(parts), below);
    }

    private static IEnumerable<string> Asked(string objects)
    {
        var system = new SystemOptions
        {
            Name = "salesforce",
            Kind = "salesforce",
            Roles = ["crm"],
            Entity = "de",
            BaseUrl = new Uri("https://acme.my.salesforce.invalid"),
            Credentials = new Dictionary<string, string>(),
        };
        var fields = SalesforceFields.Of(new SalesforceSettings(system));
        return objects.Split(' ').SelectMany(name => fields[name]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    /// <summary>The paths of a shape's own fields, and of those of its list; a shape is lines of names, deeper ones further in.</summary>
    private static (IEnumerable<string> Own, IEnumerable<string> Below) Read(string shape)
    {
        var folder = Bench.FindUp("mappings")!;
        var paths = new List<string>();
        var (own, below) = (new List<string>(), new List<string>());
        var isBelow = false;
        foreach (
            var line in File.ReadLines(Path.Combine(folder, "mappings", "salesforce", shape)).SkipWhile(line => line != "fields:").Skip(1)
        )
        {
            var depth = (line.Length - line.TrimStart(' ', '-').Length) / 2 - 1;
            var (name, type) = (line.Trim(' ', '-').Split(':')[0], line.Split(':', 2)[1].Trim());
            isBelow = depth == 0 ? name is "Prices" or "Lines" : isBelow;
            // The elements of a list stand one further in.
            depth -= isBelow && depth > 0 ? 1 : 0;
            paths.RemoveRange(Math.Min(depth, paths.Count), paths.Count - Math.Min(depth, paths.Count));
            paths.Add(name);
            if (type.Length > 0 && !AddedByTheConnector.Contains(name))
            {
                (isBelow ? below : own).Add(string.Join('.', isBelow ? paths.Skip(1) : paths));
            }
        }

        return (own.Order(StringComparer.Ordinal), below.Order(StringComparer.Ordinal));
    }
}
