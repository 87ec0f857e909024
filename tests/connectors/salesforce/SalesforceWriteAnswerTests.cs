using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>What each answer to a write means, and what is asked for it.</summary>
public sealed class SalesforceWriteAnswerTests
{
    private const string Row = "a00D0000004IqhSIAS";
    private const string Loser = "001D000000IqhSLIAZ";
    private const string Survivor = "001D000000IqhSMIAZ";
    private const string Sent = $$"""{"Number__c":"INV-1","Account__c":"{{Loser}}","CurrencyIsoCode":"USD","Total__c":10.70}""";
    private const string Made = $$"""{"id":"{{Row}}","success":true,"errors":[],"created":true}""";
    private const string None = """{"totalSize":0,"done":true,"records":[]}""";

    private readonly SalesforceWire wire = new();
    private readonly List<string> writes = [];
    private readonly Queue<HttpResponseMessage> answers = new();
    private string rows = None;

    public SalesforceWriteAnswerTests() => wire.Answer = Take;

    [Fact]
    public async Task A_record_is_made_by_the_external_id_that_bears_its_reference_with_the_digits_that_were_stored()
    {
        Answer(201, Made);

        Assert.Equal(Row, (await WriteAsync()).Value.ExternalId);
        Assert.Equal([$"PATCH /services/data/v62.0/sobjects/Invoice__c/QtcHub_Id__c/inv_1 {Sent}"], writes);
    }

    [Fact]
    public async Task A_record_that_is_known_to_stand_is_changed_by_its_own_id_and_stamped_anew()
    {
        Answer(204, "");

        Assert.Equal(Row, (await WriteAsync(id: Row)).Value.ExternalId);
        var stamped = Sent.Replace("}", ",\"QtcHub_Id__c\":\"inv_1\"}", StringComparison.Ordinal);
        Assert.Equal([$"PATCH /services/data/v62.0/sobjects/Invoice__c/{Row} {stamped}"], writes);
    }

    [Theory]
    [InlineData(RecordType.Invoice, "invoiceObject", "Invoice__c")]
    [InlineData(RecordType.DebitMemo, "debitMemoObject", "DebitMemo__c")]
    [InlineData(RecordType.CreditNote, "creditNoteObject", "CreditNote__c")]
    [InlineData(RecordType.Payment, "paymentObject", "Payment__c")]
    [InlineData(RecordType.Refund, "refundObject", "Refund__c")]
    [InlineData(RecordType.Dispute, "disputeObject", "Dispute__c")]
    [InlineData(RecordType.Subscription, "subscriptionObject", "Subscription__c")]
    [InlineData(RecordType.DocumentState, "documentStateObject", "DocumentState__c")]
    public async Task Each_record_has_an_object_of_its_own_by_a_setting_and_all_have_one_external_id(
        RecordType type,
        string setting,
        string usual
    )
    {
        Answer(201, Made);
        await WriteAsync(type);
        (wire.Settings[setting], wire.Settings["referenceField"]) = ("bill__Paper__c", "bill__Hub__c");
        Answer(201, Made);
        await WriteAsync(type);

        Assert.Equal(
            [$"{usual}/QtcHub_Id__c/inv_1", "bill__Paper__c/bill__Hub__c/inv_1"],
            writes.Select(write => write.Split(' ')[1][30..])
        );
    }

    [Theory]
    [InlineData("invoiceObject", "Invoice")]
    [InlineData("referenceField", "QtcHub_Id__c/x__c")]
    [InlineData("currency", "Euro")]
    public void A_setting_that_cannot_be_is_named_with_the_fix(string setting, string value)
    {
        wire.Settings[setting] = value;
        var thrown = Assert.Throws<ArgumentException>(wire.Connect);
        Assert.StartsWith($"systems.salesforce.settings.{setting}: write", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"id":"a00D0000004IqhSIAS","success":true,"errors":[],"created":false}""", None, null)]
    [InlineData(204, "", $$"""{"records":[{"Id":"{{Row}}","QtcHub_Id__c":"inv_1"}]}""", null)]
    [InlineData(201, "<html>", $$"""{"records":[{"Id":"{{Row}}","QtcHub_Id__c":"inv_1"}]}""", null)]
    [InlineData(204, "", None, typeof(Fault.Ambiguous))]
    [InlineData(204, "", "<html>", typeof(Fault.Ambiguous))]
    [InlineData(200, """{"success":false,"errors":[{"statusCode":"X"}]}""", None, typeof(Fault.Rejected))]
    [InlineData(300, $$"""["/services/data/v62.0/sobjects/Invoice__c/{{Row}}"]""", None, typeof(Fault.Rejected))]
    [InlineData(302, "", None, typeof(Fault.Rejected))]
    [InlineData(408, "", None, typeof(Fault.Ambiguous))]
    [InlineData(503, "", None, typeof(Fault.Ambiguous))]
    public async Task What_saved_without_an_id_is_looked_up_and_what_may_have_saved_is_ambiguous(
        int status,
        string body,
        string found,
        Type? fault
    )
    {
        (rows, _) = (found, Answer(status, body));
        var written = await WriteAsync();

        Assert.Equal(fault, written.Fault?.GetType());
        Assert.True(fault is not null || written.Value.ExternalId == Row);
        Assert.Single(writes);
    }

    [Fact]
    public async Task A_row_that_is_locked_was_not_changed_and_is_tried_again_later()
    {
        Error(400, "UNABLE_TO_LOCK_ROW");
        Assert.IsType<Fault.Transient>((await WriteAsync()).Fault);
        Assert.Single(writes);
    }

    [Fact]
    public async Task A_lost_answer_is_ambiguous_and_nothing_is_sent_again_from_here()
    {
        wire.Answer = request =>
        {
            writes.Add(request.Method.Method);
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut");
        };

        Assert.IsType<Fault.Ambiguous>((await WriteAsync()).Fault);
        Assert.IsType<Fault.Ambiguous>((await WriteAsync(id: Row)).Fault);
        Assert.Equal(["PATCH", "PATCH"], writes);
    }

    [Fact]
    public async Task A_session_that_ended_did_nothing_and_the_write_goes_once_more_under_a_new_one()
    {
        Error(401, "INVALID_SESSION_ID");
        Answer(201, Made);

        Assert.Equal(Row, (await WriteAsync()).Value.ExternalId);
        Assert.Equal(2, wire.Forms.Count);
        Assert.Equal(writes[0], writes[1]);
    }

    [Theory]
    [InlineData("[]", null, "DUPLICATE_VALUE")]
    [InlineData($$"""[{"Id":"{{Row}}","QtcHub_Id__c":"inv_1"}]""", null, "Ambiguous")]
    [InlineData($$"""[{"Id":"{{Row}}","QtcHub_Id__c":"INV_1"}]""", null, "DUPLICATE_VALUE")]
    [InlineData("[]", Row, "DUPLICATE_VALUE")]
    [InlineData($$"""[{"Id":"{{Row}}","QtcHub_Id__c":"inv_1"}]""", Row, "DUPLICATE_VALUE")]
    [InlineData("""[{"Id":"a00D0000004Other","QtcHub_Id__c":"inv_1"}]""", Row, "several-records")]
    [InlineData("""[{"Id":"a0","QtcHub_Id__c":"inv_1"},{"Id":"a1","QtcHub_Id__c":"inv_1"}]""", null, "several-records")]
    [InlineData("no list", null, "Ambiguous")]
    public async Task A_duplicate_is_ours_or_another_s_and_only_the_reference_tells(string found, string? id, string meant)
    {
        rows = $$"""{"records":{{found}}}""";
        Error(400, "DUPLICATE_VALUE");
        var fault = (await WriteAsync(id: id)).Fault;

        Assert.Equal(meant, fault is Fault.Rejected rejected ? rejected.VendorCode : fault?.Name);
    }

    [Theory]
    [InlineData(404, "ENTITY_IS_DELETED", Row, "no-such-row")]
    [InlineData(404, "NOT_FOUND", Row, "no-such-row")]
    [InlineData(404, "NOT_FOUND", null, "NOT_FOUND")]
    [InlineData(400, "INVALID_FIELD", null, "INVALID_FIELD")]
    [InlineData(400, "STRING_TOO_LONG", Row, "STRING_TOO_LONG")]
    [InlineData(400, "REQUIRED_FIELD_MISSING", null, "REQUIRED_FIELD_MISSING")]
    [InlineData(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", null, "FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    [InlineData(403, "INSUFFICIENT_ACCESS_OR_READONLY", null, "INSUFFICIENT_ACCESS_OR_READONLY")]
    public async Task A_refusal_is_a_dead_letter_and_a_row_deleted_by_hand_is_not_made_again(
        int status,
        string code,
        string? id,
        string meant
    )
    {
        Error(status, code);
        Assert.Equal(meant, Assert.IsType<Fault.Rejected>((await WriteAsync(id: id)).Fault).VendorCode);
        Assert.Single(writes);
    }

    [Theory]
    [InlineData(400, "ENTITY_IS_DELETED")]
    [InlineData(400, "INVALID_CROSS_REFERENCE_KEY")]
    [InlineData(403, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY")]
    public async Task A_document_of_an_account_that_was_merged_goes_to_the_account_it_was_merged_into(int status, string code)
    {
        Merge((Loser, "001D000000IqhSNIAZ"), ("001D000000IqhSNIAZ", Survivor), (Survivor, null));
        Error(status, code);
        Answer(201, Made);

        Assert.Equal(Row, (await WriteAsync()).Value.ExternalId);
        Assert.Equal(
            [Loser, Survivor],
            writes.Select(write => (string?)JsonNode.Parse(write[write.IndexOf('{', StringComparison.Ordinal)..])!["Account__c"])
        );
    }

    [Fact]
    public async Task A_document_of_an_account_that_was_deleted_or_is_forgotten_is_a_dead_letter()
    {
        Error(400, "ENTITY_IS_DELETED");
        Assert.Equal("ENTITY_IS_DELETED", Assert.IsType<Fault.Rejected>((await WriteAsync()).Fault).VendorCode);

        Merge((Loser, null));
        Error(400, "ENTITY_IS_DELETED");
        Assert.Equal("ENTITY_IS_DELETED", Assert.IsType<Fault.Rejected>((await WriteAsync()).Fault).VendorCode);

        // A ring of merges cannot be; it would be followed for ever.
        Merge((Loser, Survivor), (Survivor, Loser));
        Error(400, "ENTITY_IS_DELETED");
        Assert.Equal("ENTITY_IS_DELETED", Assert.IsType<Fault.Rejected>((await WriteAsync()).Fault).VendorCode);
        Assert.Equal(3, writes.Count);
    }

    [Fact]
    public async Task A_merge_that_cannot_be_asked_for_is_asked_for_again_for_nothing_was_done()
    {
        rows = "<html>";
        Error(400, "ENTITY_IS_DELETED");
        Assert.IsType<Fault.Transient>((await WriteAsync()).Fault);
    }

    [Fact]
    public async Task An_org_with_one_currency_is_not_told_of_it_and_takes_no_amount_of_another()
    {
        wire.Settings["currency"] = "USD";
        Answer(201, Made);
        Assert.Null((await WriteAsync()).Fault);
        Assert.DoesNotContain("CurrencyIsoCode", writes[0], StringComparison.Ordinal);

        wire.Settings["currency"] = "EUR";
        Assert.Equal("another-currency", Assert.IsType<Fault.Rejected>((await WriteAsync()).Fault).VendorCode);
        Assert.Single(writes);
    }

    [Fact]
    public async Task A_refusal_repeats_nothing_of_what_was_written()
    {
        Answer(400, """[{"errorCode":"STRING_TOO_LONG","message":"data value too large: INV-1 of Ada","fields":["Memo__c"]}]""");
        var refused = Assert.IsType<Fault.Rejected>((await WriteAsync()).Fault);
        Assert.Equal("data value too large: … of Ada (Memo__c)", refused.VendorText);
    }

    [Fact]
    public async Task A_request_that_is_no_object_is_not_sent()
    {
        Assert.IsType<Fault.Invalid>((await WriteAsync(body: "[]")).Fault);
        Assert.Empty(wire.Asked);
    }

    private Task<Outcome<WriteReceipt>> WriteAsync(RecordType type = RecordType.Invoice, string? id = null, string body = Sent) =>
        ((IRecordWriter)wire.Connect()).WriteAsync(
            new WriteRequest(type, new string('k', 43), "inv_1", id, Encoding.UTF8.GetBytes(body)) { SendBefore = DateTimeOffset.MaxValue },
            CancellationToken.None
        );

    /// <summary>Accounts and what each was merged into.</summary>
    private void Merge(params (string Account, string? Into)[] merges) =>
        wire.Answer = request =>
        {
            var query = Uri.UnescapeDataString(request.RequestUri!.Query);
            if (!request.RequestUri.AbsolutePath.EndsWith("/queryAll", StringComparison.Ordinal))
            {
                return Take(request);
            }

            var (account, into) = merges.Single(one => query.Contains($"'{one.Account}'", StringComparison.Ordinal));
            var row = new JsonObject { ["Id"] = account, ["MasterRecordId"] = into };
            return SalesforceWire.Json(new JsonObject { ["records"] = new JsonArray(row) }.ToJsonString());
        };

    private bool Answer(int status, string body)
    {
        answers.Enqueue(SalesforceWire.Json(body, (HttpStatusCode)status));
        return true;
    }

    private void Error(int status, string code) => answers.Enqueue(SalesforceWire.Error(status, code, "no"));

    private HttpResponseMessage Take(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get)
        {
            return SalesforceWire.Json(rows);
        }

        using var reader = new StreamReader(request.Content!.ReadAsStream(), Encoding.UTF8);
        writes.Add($"{request.Method} {request.RequestUri!.AbsolutePath} {reader.ReadToEnd()}");
        return answers.Dequeue();
    }
}
