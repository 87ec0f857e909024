using System.Text;
using QtcHub.Pipeline;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class PostedDocumentTests
{
    private static readonly string[] Posted = ["number", "total", "dueOn"];

    [Theory]
    [InlineData("""{"number":"1","total":10,"memo":"a"}""", """{"number":"1","total":10,"memo":"b"}""", null)]
    [InlineData("""{"number":"1","total":10}""", """{"total":10.0,"number":"1"}""", null)]
    [InlineData("""{"number":"1","total":10}""", """{"number":"2","total":11}""", "number")]
    [InlineData("""{"number":"1","total":10}""", """{"number":"1","total":11}""", "total")]
    [InlineData("""{"number":"1","total":10}""", """{"number":"1","total":10,"dueOn":"2026-01-01"}""", "dueOn")]
    [InlineData("""{"number":"1","total":10,"dueOn":"2026-01-01"}""", """{"number":"1","total":10}""", "dueOn")]
    [InlineData(
        """{"number":"1","total":{"minorUnits":10,"currency":"USD"}}""",
        """{"number":"1","total":{"minorUnits":10,"currency":"EUR"}}""",
        "total"
    )]
    public void The_first_posted_field_that_differs_is_named(string applied, string wanted, string? field) =>
        Assert.Equal(field, PostedDocument.FirstChange(Encoding.UTF8.GetBytes(applied), Encoding.UTF8.GetBytes(wanted), Posted));

    [Fact]
    public void What_is_not_declared_as_posted_may_change() =>
        Assert.Null(
            PostedDocument.FirstChange(Encoding.UTF8.GetBytes("""{"number":"1"}"""), Encoding.UTF8.GetBytes("""{"number":"2"}"""), [])
        );
}
