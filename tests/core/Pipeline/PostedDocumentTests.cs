using System.Text;
using QtcHub.Canonical;
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

    [Theory]
    [InlineData("""{"memo":"b","dueOn":"2026-02-01"}""", """{"memo":"a","dueOn":"2026-01-01"}""", """{"memo":"b","dueOn":"2026-01-01"}""")]
    [InlineData("""{"memo":"b"}""", """{"memo":"a","dueOn":"2026-01-01"}""", """{"memo":"b","dueOn":"2026-01-01"}""")]
    [InlineData("""{"memo":"b","dueOn":"2026-02-01"}""", """{"memo":"a"}""", """{"memo":"b"}""")]
    [InlineData("""{"rate":1.10,"dueOn":"2026-01-01"}""", """{"dueOn":"2026-01-01"}""", """{"rate":1.10,"dueOn":"2026-01-01"}""")]
    [InlineData("""{"rate":1.10,"dueOn":"2026-02-01"}""", """{"dueOn":"2026-01-01"}""", """{"rate":1.10,"dueOn":"2026-01-01"}""")]
    public void What_belongs_to_a_document_s_state_is_as_it_was_posted(string wanted, string posted, string written) =>
        Assert.Equal(
            written,
            Encoding.UTF8.GetString(PostedDocument.AsPosted(Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(posted), ["dueOn"]).Span)
        );

    [Fact]
    public void The_day_a_document_is_due_belongs_to_its_state_and_nothing_else_does()
    {
        RecordType[] documents = [RecordType.Invoice, RecordType.DebitMemo, RecordType.CreditNote];
        Assert.All(documents, document => Assert.Equal(["dueOn"], PostedDocument.StateFields(document)));
        Assert.All(Enum.GetValues<RecordType>().Except(documents), other => Assert.Empty(PostedDocument.StateFields(other)));
    }

    [Fact]
    public void What_is_not_declared_as_posted_may_change() =>
        Assert.Null(
            PostedDocument.FirstChange(Encoding.UTF8.GetBytes("""{"number":"1"}"""), Encoding.UTF8.GetBytes("""{"number":"2"}"""), [])
        );
}
