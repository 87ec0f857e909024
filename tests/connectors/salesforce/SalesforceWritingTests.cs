using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>Writing over a pretend org that refuses what the sample metadata has no room for.</summary>
public sealed class SalesforceWritingTests : IDisposable
{
    private const RecordType Invoice = RecordType.Invoice;
    private const string Object = "Invoice__c";
    private readonly SalesforceTargetBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task An_upsert_that_is_said_twice_makes_one_row_with_the_reference_and_the_cents()
    {
        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        Assert.Equal(id, await bench.SaveAsync(Invoice, "inv_1", bench.Invoice(status: "void")));

        var row = Assert.Single(bench.Rows(Object));
        Assert.Equal(
            ("inv_1", "INV-1", bench.Account, "void"),
            (Text(row, "QtcHub_Id__c"), Text(row, "Name"), Text(row, "Account__c"), Text(row, "Status__c"))
        );
        Assert.Equal((1.90m, 11.90m), ((decimal)row["Tax__c"]!, (decimal)row["Total__c"]!));
        Assert.Equal([$"PATCH {Object}/QtcHub_Id__c/inv_1", $"PATCH {Object}/QtcHub_Id__c/inv_1"], bench.Asked);
    }

    [Fact]
    public async Task What_was_written_reads_back_as_it_was_asked_for_and_what_was_changed_by_hand_does_not()
    {
        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        Assert.True(await IsAsAskedAsync("inv_1", bench.Invoice()));

        bench.Put(Object, id, "Total__c", 11.91m);
        Assert.False(await IsAsAskedAsync("inv_1", bench.Invoice()));
    }

    [Fact]
    public async Task A_row_is_found_by_id_by_reference_and_not_at_all()
    {
        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        foreach (var (reference, known) in new[] { ("inv_1", null), ("inv_1", id), ("unknown", id), ("inv_1", "a00D0000004IqhSIAS") })
        {
            Assert.Equal(id, Assert.IsType<Lookup.Found>(await bench.FindAsync(Invoice, reference, known)).ExternalId);
        }

        // References differ in case.
        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Invoice, "INV_1"));
        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Invoice, "x' OR Number__c = 'INV-1"));
        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Invoice, "x\\"));
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_create_whose_answer_is_lost_is_ambiguous_is_read_back_and_makes_one_row(Cut cut)
    {
        bench.Lose(cut);
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Invoice, "inv_1", bench.Invoice())).Fault);
        Assert.Single(bench.Asked);
        Assert.Equal(cut == Cut.AfterCommit, await bench.FindAsync(Invoice, "inv_1", body: bench.Invoice()) is Lookup.Found);

        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        Assert.Equal(id, Text(Assert.Single(bench.Rows(Object)), "Id"));
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_change_whose_answer_is_lost_is_ambiguous_and_the_row_says_whether_it_was_made(Cut cut)
    {
        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        var changed = bench.Invoice(status: "void");
        bench.Lose(cut);

        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Invoice, "inv_1", changed, id)).Fault);
        Assert.Equal(cut == Cut.AfterCommit, await IsAsAskedAsync("inv_1", changed, id));
        Assert.Equal(id, await bench.SaveAsync(Invoice, "inv_1", changed, id));
        Assert.Equal("void", Text(Assert.Single(bench.Rows(Object)), "Status__c"));
    }

    [Fact]
    public async Task A_failure_after_the_row_was_saved_is_ambiguous_and_read_back()
    {
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "PATCH",
                Status = 503,
                DelayAfterCommit = true,
            }
        );
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Invoice, "inv_1", bench.Invoice())).Fault);
        Assert.True(await IsAsAskedAsync("inv_1", bench.Invoice()));
    }

    [Fact]
    public async Task A_reference_that_was_taken_off_by_hand_is_put_back_and_makes_no_second_row()
    {
        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        bench.Put(Object, id, "QtcHub_Id__c", null);

        await bench.SaveAsync(Invoice, "inv_1", bench.Invoice(), id);
        Assert.Equal("inv_1", Text(Assert.Single(bench.Rows(Object)), "QtcHub_Id__c"));
        Assert.Equal($"PATCH {Object}/{id}", bench.Asked[^1]);
    }

    [Fact]
    public async Task A_row_that_was_there_before_is_matched_by_its_number_in_its_company_and_then_bears_the_reference()
    {
        var older = bench.Org.Put(Object, Older("INV-1", "de"))!;
        bench.Org.Put(Object, Older("INV-1", "us"));
        bench.Org.Put(Object, Older("inv-1", "de"));
        var id = Text(older, "Id")!;

        Assert.Equal([id], await bench.MatchAsync(Invoice, "number", "INV-1", bench.Invoice()));
        Assert.Equal(2, (await bench.MatchAsync(Invoice, "number", "INV-1")).Count);
        Assert.Empty(await bench.MatchAsync(Invoice, "number", "it's not there", bench.Invoice("it's not there")));

        await bench.SaveAsync(Invoice, "inv_1", bench.Invoice(), id);
        Assert.Equal(id, Assert.IsType<Lookup.Found>(await bench.FindAsync(Invoice, "inv_1")).ExternalId);
    }

    [Fact]
    public async Task Where_the_external_id_is_not_unique_two_rows_of_one_reference_are_a_person_s_to_settle()
    {
        await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        bench.Org.KeepsExternalIdsUnique = false;
        var twin = Text(bench.Org.Put(Object, Older("INV-1", "de"))!, "Id")!;
        bench.Put(Object, twin, "QtcHub_Id__c", "inv_1");

        Assert.Equal(
            "several-records",
            Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Invoice, "inv_1", bench.Invoice())).Fault).VendorCode
        );
        Assert.Equal("several-records", Assert.IsType<Fault.Rejected>((await bench.LookAsync(Invoice, "inv_1")).Fault).VendorCode);
    }

    [Fact]
    public async Task A_row_cannot_be_stamped_with_a_reference_that_another_bears()
    {
        await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        var other = Text(bench.Org.Put(Object, Older("INV-2", "de"))!, "Id")!;
        var refused = await bench.WriteAsync(Invoice, "inv_1", bench.Invoice(), other);
        Assert.Equal("several-records", Assert.IsType<Fault.Rejected>(refused.Fault).VendorCode);
    }

    [Fact]
    public async Task A_locked_row_is_left_as_it_was_and_written_when_it_is_free()
    {
        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        bench.Org.LockRow(id, 1);

        Assert.IsType<Fault.Transient>((await bench.WriteAsync(Invoice, "inv_1", bench.Invoice(status: "void"), id)).Fault);
        Assert.Equal("open", Text(Assert.Single(bench.Rows(Object)), "Status__c"));
        await bench.SaveAsync(Invoice, "inv_1", bench.Invoice(status: "void"), id);
        Assert.Equal("void", Text(Assert.Single(bench.Rows(Object)), "Status__c"));
    }

    [Fact]
    public async Task A_session_that_an_administrator_ended_costs_a_sign_in_and_no_write()
    {
        await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        bench.Org.EndSessions();
        await bench.SaveAsync(Invoice, "inv_2", bench.Invoice("INV-2"));
        Assert.Equal(2, bench.Rows(Object).Count);
    }

    [Fact]
    public async Task A_document_of_a_merged_account_goes_to_the_account_it_was_merged_into_and_reads_back_as_asked()
    {
        var before = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        var survivor = bench.Org.OpenAccount("Ada AG", null, "EUR", "DE", "de");
        var last = bench.Org.OpenAccount("Ada SE", null, "EUR", "DE", "de");
        bench.Org.MergeAccounts(survivor, bench.Account);
        bench.Org.MergeAccounts(last, survivor);

        // What is under way, and what comes once more, knows the account by its old id.
        await bench.SaveAsync(Invoice, "inv_2", bench.Invoice("INV-2"));
        await bench.SaveAsync(Invoice, "inv_1", bench.Invoice(status: "void"), before);

        Assert.Equal([last, last], bench.Rows(Object).Select(row => Text(row, "Account__c")));
        Assert.True(await IsAsAskedAsync("inv_2", bench.Invoice("INV-2")));
        Assert.True(await IsAsAskedAsync("inv_1", bench.Invoice(status: "void"), before));
        Assert.False(await IsAsAskedAsync("inv_2", bench.Invoice("INV-2", bench.Org.OpenAccount("Bob", null, "EUR", "DE", "de"))));
    }

    [Fact]
    public async Task A_document_of_an_account_that_was_deleted_is_a_dead_letter()
    {
        bench.Org.CloseAccount(bench.Account);
        Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Invoice, "inv_1", bench.Invoice())).Fault);
        Assert.Single(bench.Asked);
    }

    [Fact]
    public async Task A_row_that_was_deleted_by_hand_is_not_made_again()
    {
        var id = await bench.SaveAsync(Invoice, "inv_1", bench.Invoice());
        bench.Put(Object, id, "IsDeleted", true);

        var refused = await bench.WriteAsync(Invoice, "inv_1", bench.Invoice(status: "void"), id);
        Assert.Equal("no-such-row", Assert.IsType<Fault.Rejected>(refused.Fault).VendorCode);
        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Invoice, "inv_1", id));
        Assert.Empty(bench.Rows(Object));
    }

    [Fact]
    public async Task A_field_that_the_org_lacks_is_refused_by_its_name()
    {
        var body = JsonNode.Parse(bench.Invoice().Span)!.AsObject();
        body["Region__c"] = "EMEA";
        var refused = Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Invoice, "inv_1", SalesforceBody.Bytes(body))).Fault);
        Assert.Equal("INVALID_FIELD", refused.VendorCode);
        Assert.Contains("Region__c", refused.VendorText, StringComparison.Ordinal);
    }

    private async Task<bool> IsAsAskedAsync(string reference, ReadOnlyMemory<byte> body, string? id = null) =>
        Covers.Request(body, Assert.IsType<Lookup.Found>(await bench.FindAsync(Invoice, reference, id, body)).Record);

    /// <summary>A row of an earlier integration's.</summary>
    private JsonObject Older(string number, string entity)
    {
        var row = JsonNode.Parse(bench.Invoice(number, entity: entity).Span)!.AsObject();
        row["Status__c"] = "draft";
        return row;
    }

    private static string? Text(JsonObject row, string field) => (string?)row[field];
}
