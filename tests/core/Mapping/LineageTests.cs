using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class LineageTests
{
    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
        Resolved = new Dictionary<Reference, string>(),
    };

    [Fact]
    public void An_output_names_every_input_function_and_lookup_it_comes_from()
    {
        var leaf = Leaf("stripe.invoice -> Invoice", "lines[].amount");

        Assert.Equal(["lines.data.amount", "lines.data.discount_amounts.amount", "lines.data.taxes.amount", "currency"], leaf.Inputs);
        Assert.Equal(["lines.data", "lines.data.taxes.tax_behavior"], leaf.Deciding);
        Assert.Equal(["sum", "minus", "sum", "minus", "minor"], leaf.Functions);
        Assert.Equal(["stripe-exponents"], leaf.Lookups);
    }

    [Fact]
    public void Conditions_decide_and_variables_are_named()
    {
        Assert.Equal(
            ["invoice_payments.data", "invoice_payments.data.status"],
            Leaf("stripe.payment_intent -> Payment", "applications[].invoice").Deciding
        );
        Assert.Equal(["$entity"], Leaf("stripe.invoice -> Invoice", "entity").Variables);
        Assert.Equal(
            ["lines.taxes", "lines.taxes.treatment"],
            Leaf("Invoice -> netsuite.invoice", "item.items[].quantity", last: true).Deciding
        );
    }

    [Fact]
    public void An_input_names_every_output_that_it_feeds() =>
        Assert.Equal(
            ["currency", "lines[].amount", "tax", "total"],
            Described("stripe.invoice -> Invoice")
                .Leaves.Where(leaf => leaf.Inputs.Contains("currency", StringComparer.Ordinal))
                .Select(leaf => leaf.Output)
        );

    [Fact]
    public void Every_output_of_every_shipped_mapping_comes_from_somewhere() =>
        Assert.All(
            MappingFolder.Catalog.Mappings.SelectMany(mapping => mapping.Describe().Leaves),
            leaf =>
            {
                Assert.True(leaf.Line > 1);
                Assert.EndsWith(".yaml", leaf.File, StringComparison.Ordinal);
            }
        );

    [Fact]
    public void A_leaf_that_fails_is_told_step_by_step()
    {
        var tried = Mapping("stripe.customer -> BillingAccount").Try("""{"id":"cus_1","tax_exempt":"partial"}"""u8.ToArray(), Context);

        Assert.Equal(new Fault.MappingFailed("taxStatus", "'partial' is not in the lookup stripe-tax-exempt"), tried.Output.Fault);
        Assert.Equal(
            [
                "tax_exempt = 'partial'",
                "'none' = 'none'",
                "tax_exempt | default('none') = 'partial'",
                "tax_exempt | default('none') | lookup(stripe-tax-exempt) = fails: 'partial' is not in the lookup stripe-tax-exempt",
            ],
            tried.Steps.Select(step => $"{step.Expression} = {step.Gave}")
        );
    }

    [Fact]
    public void A_record_that_maps_has_no_steps()
    {
        var tried = Mapping("stripe.customer -> BillingAccount").Try("""{"id":"cus_1"}"""u8.ToArray(), Context);

        Assert.Equal(
            """{"entity":"us","number":"cus_1","name":"cus_1","taxStatus":"taxable"}""",
            Encoding.UTF8.GetString(tried.Output.Value.Span)
        );
        Assert.Empty(tried.Steps);
    }

    [Theory]
    [InlineData("stripe.invoice -> Invoice", 1)]
    [InlineData("stripe.invoice->Invoice", 1)]
    [InlineData("netsuite.invoice", 2)]
    [InlineData("netsuite.invoices", 0)]
    public void A_mapping_goes_by_its_heading_or_its_vendor_s_end(string name, int count) =>
        Assert.Equal(count, MappingFolder.Catalog.Named(name).Count);

    private static CompiledMapping Mapping(string name) => Assert.Single(MappingFolder.Catalog.Named(name));

    private static MappingDescription Described(string name) => Mapping(name).Describe();

    private static LeafDescription Leaf(string mapping, string output, bool last = false)
    {
        var leaves = Described(mapping).Leaves.Where(leaf => leaf.Output == output).ToList();
        return last ? leaves[^1] : Assert.Single(leaves);
    }
}
