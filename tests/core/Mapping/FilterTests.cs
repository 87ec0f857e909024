using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class FilterTests
{
    private const string Invoice = """{"status":"open","memo":"x","total":{"minorUnits":0,"currency":"USD"}}""";

    [Theory]
    [InlineData("status | one-of(open, paid)", true)]
    [InlineData("status | one-of(open, paid) | not", false)]
    [InlineData("status | equals('open') && total | is-zero", true)]
    [InlineData("status | equals('open') && dueOn | present", false)]
    [InlineData("memo | upper | equals('X')", true)]
    [InlineData("total.currency | one-of(EUR)", false)]
    public void A_record_passes_when_the_condition_holds(string when, bool passes) =>
        Assert.Equal(passes, MappingFolder.Catalog.Filter(RecordType.Invoice, when).Passes(Encoding.UTF8.GetBytes(Invoice)));

    [Theory]
    [InlineData("status")]
    [InlineData("stauts | one-of(open)")]
    [InlineData("status | lookup(stripe-invoice-status) | present")]
    [InlineData("entity | equals($entity)")]
    [InlineData("status | one-of()")]
    public void A_filter_that_could_fail_is_a_bug_by_the_time_it_is_compiled(string when) =>
        Assert.Throws<InvariantException>(() => MappingFolder.Catalog.Filter(RecordType.Invoice, when));

    [Fact]
    public void Bytes_that_are_no_record_do_not_pass() =>
        Assert.False(MappingFolder.Catalog.Filter(RecordType.Invoice, "status | present | not").Passes(new byte[] { 0xFF }));
}
