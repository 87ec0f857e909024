using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>Single records: made, read, changed, upserted, deleted, and what is refused.</summary>
public sealed class PretendSalesforceRecordTests
{
    private readonly PretendOrgBench bench = new();

    [Fact]
    public async Task An_id_tells_its_object_and_ends_in_what_its_capitals_make()
    {
        // The ids of Salesforce's own samples prove the test's own arithmetic.
        Assert.Equal("0031I0000081tbPQAQ", Whole("0031I0000081tbP"));
        Assert.Equal("04l1I000000fzt9QAA", Whole("04l1I000000fzt9"));
        var account = await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        var invoice = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1"));
        Assert.Equal(("001", Whole(account[..15])), (account[..3], account));
        Assert.Equal(("a00", Whole(invoice[..15])), (invoice[..3], invoice));
        Assert.Equal(account, (string?)(await bench.ReadAsync("Account", account[..15]))["Id"]);
        Assert.Equal(404, (await bench.SendAsync("GET", $"sobjects/Account/{account[..15]}ZZZ")).Status);
    }

    [Fact]
    public async Task A_record_is_read_as_it_was_made_with_what_the_org_fills_in()
    {
        var id = await bench.MakeAsync("Account", """{"Name":" Ada ","BillingCountryCode":"DE","Phone":"","TaxStatus__c":"exempt"}""");
        Assert.Equal($"{PretendOrgBench.Api}/sobjects/Account/{id}", bench.Header("Location"));
        var read = await bench.ReadAsync("Account", id);
        Assert.Equal(
            ("Account", $"{PretendOrgBench.Api}/sobjects/Account/{id}"),
            ((string?)read["attributes"]!["type"], (string?)read["attributes"]!["url"])
        );
        Assert.Equal(("Ada", "Germany", "EUR"), ((string?)read["Name"], (string?)read["BillingCountry"], (string?)read["CurrencyIsoCode"]));
        Assert.True(read.ContainsKey("Phone"));
        Assert.Null(read["Phone"]);
        Assert.Equal(PretendOrgBench.Stamp(Bench.Noon), (string?)read["SystemModstamp"]);
        Assert.False((bool)read["IsDeleted"]!);
    }

    [Fact]
    public async Task A_read_has_the_fields_that_are_asked_for()
    {
        var id = await bench.MakeAsync("Account", """{"Name":"Ada","Phone":"1"}""");
        var (_, body) = await bench.SendAsync("GET", $"sobjects/Account/{id}?fields=Name,phone");
        Assert.Equal(["attributes", "Id", "Name", "Phone"], body!.AsObject().Select(pair => pair.Key));
        Assert.Equal("INVALID_FIELD", await bench.RefusedAsync("GET", $"sobjects/Account/{id}?fields=Name,Colour"));
    }

    [Fact]
    public async Task Every_change_moves_the_stamps_to_the_second()
    {
        var id = await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        bench.Now = bench.Now.AddMilliseconds(61_700);
        Assert.Equal(204, (await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Bob"}""")).Status);
        var read = await bench.ReadAsync("Account", id);
        Assert.Equal(PretendOrgBench.Stamp(Bench.Noon.AddSeconds(61)), (string?)read["SystemModstamp"]);
        Assert.Equal(PretendOrgBench.Stamp(Bench.Noon), (string?)read["CreatedDate"]);
        Assert.Equal(Bench.Noon.AddSeconds(61), bench.Last!.Headers.Date);
    }

    [Fact]
    public async Task An_upsert_makes_a_record_once_and_changes_it_ever_after()
    {
        const string Path = "sobjects/Invoice__c/QtcHub_Id__c/inv%2F1";
        var (made, first) = await bench.SendAsync("PATCH", Path, PretendOrgBench.Invoice("R-1"));
        var (changed, second) = await bench.SendAsync("PATCH", Path, """{"Status__c":"paid","Memo__c":null}""");
        Assert.Equal((201, true), (made, (bool)first!["created"]!));
        Assert.Equal((200, false, true), (changed, (bool)second!["created"]!, (bool)second["success"]!));
        Assert.Equal((string?)first["id"], (string?)second["id"]);
        var (_, read) = await bench.SendAsync("GET", Path);
        Assert.Equal(("inv/1", "paid", "R-1"), ((string?)read!["QtcHub_Id__c"], (string?)read["Status__c"], (string?)read["Number__c"]));
        Assert.Equal(204, (await bench.SendAsync("PATCH", $"/services/data/v45.0/{Path}", """{"Status__c":"open"}""")).Status);
        Assert.Single(bench.Org.Records("Invoice")!);
    }

    [Fact]
    public async Task An_upsert_that_may_only_change_makes_nothing()
    {
        var (status, _) = await bench.SendAsync(
            "PATCH",
            "sobjects/Invoice__c/QtcHub_Id__c/i?updateOnly=true",
            PretendOrgBench.Invoice("R-1")
        );
        Assert.Equal(404, status);
        Assert.Empty(bench.Org.Records("Invoice")!);
    }

    [Fact]
    public async Task Where_several_bear_an_external_id_they_are_listed_and_none_is_changed()
    {
        bench.Org.KeepsExternalIdsUnique = false;
        var one = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1", ""","QtcHub_Id__c":"i" """));
        var other = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-2", ""","QtcHub_Id__c":"i" """));
        var (status, body) = await bench.SendAsync("PATCH", "sobjects/Invoice__c/QtcHub_Id__c/i", """{"Status__c":"void"}""");
        Assert.Equal(300, status);
        Assert.Equal(
            [$"{PretendOrgBench.Api}/sobjects/Invoice__c/{one}", $"{PretendOrgBench.Api}/sobjects/Invoice__c/{other}"],
            body!.AsArray().Select(uri => (string)uri!)
        );
        Assert.All(bench.Org.Records("Invoice")!, row => Assert.Equal("open", (string?)row!["Status__c"]));
    }

    [Fact]
    public async Task An_external_id_belongs_to_one_record_and_its_case_matters()
    {
        var first = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1", ""","QtcHub_Id__c":"Ab" """));
        var (status, body) = await bench.SendAsync(
            "POST",
            "sobjects/Invoice__c",
            PretendOrgBench.Invoice("R-2", ""","QtcHub_Id__c":"Ab" """)
        );
        Assert.Equal((400, "DUPLICATE_VALUE"), (status, (string?)body![0]!["errorCode"]));
        Assert.EndsWith(first, (string)body[0]!["message"]!, StringComparison.Ordinal);
        Assert.Equal(201, (await bench.SendAsync("PATCH", "sobjects/Invoice__c/QtcHub_Id__c/aB", PretendOrgBench.Invoice("R-3"))).Status);
    }

    [Theory]
    [InlineData("Account", "{}", "REQUIRED_FIELD_MISSING")]
    [InlineData("Account", """{"Name":" "}""", "REQUIRED_FIELD_MISSING")]
    [InlineData("Account", """{"Name":"A","Colour":"red"}""", "INVALID_FIELD")]
    [InlineData("Account", """{"Name":"A","MasterRecordId":null}""", "INVALID_FIELD_FOR_INSERT_UPDATE")]
    [InlineData("Account", """{"Name":1}""", "JSON_PARSER_ERROR")]
    [InlineData("Account", """{"Name":"A","Name":"B"}""", "JSON_PARSER_ERROR")]
    [InlineData("Account", "nothing", "JSON_PARSER_ERROR")]
    [InlineData("Account", """{"Name":"A","BillingPostalCode":"123456789012345678901"}""", "STRING_TOO_LONG")]
    [InlineData("Account", """{"Name":"A","TaxStatus__c":"maybe"}""", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]
    [InlineData("Account", """{"Name":"A","CurrencyIsoCode":"XXX"}""", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]
    [InlineData("Account", """{"Name":"A","BillingCountry":"Atlantis"}""", "FIELD_INTEGRITY_EXCEPTION")]
    [InlineData("Account", """{"Name":"A","ParentId":"003000000000001AAA"}""", "MALFORMED_ID")]
    [InlineData("Account", """{"Name":"A","ParentId":"001000000000001AAA"}""", "INVALID_CROSS_REFERENCE_KEY")]
    [InlineData("Product2", """{"Name":"A","IsActive":null}""", "JSON_PARSER_ERROR")]
    [InlineData("Contact", """{"FirstName":"Ada"}""", "REQUIRED_FIELD_MISSING")]
    public async Task What_a_record_cannot_be_is_refused_and_leaves_nothing_behind(string of, string body, string code)
    {
        Assert.Equal(code, await bench.RefusedAsync("POST", $"sobjects/{of}", body));
        Assert.Empty(bench.Org.Records(of)!);
    }

    [Theory]
    [InlineData(""","Total__c":"119.50" """, "JSON_PARSER_ERROR")]
    [InlineData(""","Total__c":119.505""", "FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    [InlineData(""","CurrencyIsoCode":"JPY" """, "FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    [InlineData(""","Total__c":1000000000000000""", "NUMBER_OUTSIDE_VALID_RANGE")]
    [InlineData(""","Total__c":null""", "REQUIRED_FIELD_MISSING")]
    [InlineData(""","IssuedOn__c":"03.08.2026" """, "JSON_PARSER_ERROR")]
    [InlineData(""","Status__c":"Open" """, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]
    public async Task An_amount_or_day_that_the_org_cannot_hold_is_refused_and_the_record_stays_as_it_was(string change, string code)
    {
        var id = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1"));
        var before = (await bench.ReadAsync("Invoice__c", id)).ToJsonString();
        bench.Now = bench.Now.AddMinutes(1);
        Assert.Equal(code, await bench.RefusedAsync("PATCH", $"sobjects/Invoice__c/{id}", $$"""{"Memo__c":"x"{{change}}}"""));
        Assert.Equal(before, (await bench.ReadAsync("Invoice__c", id)).ToJsonString());
    }

    [Fact]
    public async Task Amounts_are_in_major_units_of_the_records_currency()
    {
        var yen = await bench.MakeAsync(
            "Invoice__c",
            PretendOrgBench
                .Invoice("R-1")
                .Replace("119.5", "119", StringComparison.Ordinal)
                .Replace("}", ""","CurrencyIsoCode":"JPY"}""", StringComparison.Ordinal)
        );
        var dinar = await bench.MakeAsync(
            "Invoice__c",
            PretendOrgBench
                .Invoice("R-2")
                .Replace("119.5", "119.505", StringComparison.Ordinal)
                .Replace("}", ""","CurrencyIsoCode":"KWD"}""", StringComparison.Ordinal)
        );
        Assert.EndsWith("\"Total__c\":119.0}", (await bench.ReadAsync("Invoice__c", yen)).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(119.505m, (decimal)(await bench.ReadAsync("Invoice__c", dinar))["Total__c"]!);
        Assert.Equal([119, 119505], bench.Org.Book().Invoices.Select(invoice => invoice.Total));
    }

    [Theory]
    [InlineData("""{"Id":"a00000000000001AAA"}""", "INVALID_FIELD")]
    [InlineData("""{"QtcHub_Id__c":"i"}""", "INVALID_FIELD")]
    public async Task An_upsert_does_not_say_again_what_its_address_says(string body, string code) =>
        Assert.Equal(code, await bench.RefusedAsync("PATCH", "sobjects/Invoice__c/QtcHub_Id__c/i", body));

    [Fact]
    public async Task By_a_field_that_is_no_external_id_nothing_is_found()
    {
        var (status, body) = await bench.SendAsync("PATCH", "sobjects/Account/AccountNumber/1", """{"Name":"A"}""");
        Assert.Equal((404, "NOT_FOUND"), (status, (string?)body![0]!["errorCode"]));
    }

    [Fact]
    public async Task What_was_deleted_is_not_read_nor_changed_nor_pointed_to()
    {
        var id = await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        Assert.Equal(204, (await bench.SendAsync("DELETE", $"sobjects/Account/{id}")).Status);
        Assert.Equal(404, (await bench.SendAsync("GET", $"sobjects/Account/{id}")).Status);
        var (status, body) = await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Bob"}""");
        Assert.Equal((404, "ENTITY_IS_DELETED"), (status, (string?)body![0]!["errorCode"]));
        Assert.Equal("ENTITY_IS_DELETED", await bench.RefusedAsync("POST", "sobjects/Account", $$"""{"Name":"Bob","ParentId":"{{id}}"}"""));
    }

    [Fact]
    public async Task A_delete_takes_along_what_is_only_the_records_own_and_stops_at_what_needs_it()
    {
        var parent = await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        var child = await bench.MakeAsync("Account", $$"""{"Name":"Bob","ParentId":"{{parent}}"}""");
        var contact = await bench.MakeAsync("Contact", $$"""{"LastName":"Ray","AccountId":"{{parent}}"}""");
        var invoice = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1", $""","Account__c":"{parent}" """));
        Assert.Equal("DELETE_FAILED", await bench.RefusedAsync("DELETE", $"sobjects/Account/{parent}"));
        Assert.Equal(200, (await bench.SendAsync("GET", $"sobjects/Contact/{contact}")).Status);
        await bench.SendAsync("DELETE", $"sobjects/Invoice__c/{invoice}");
        Assert.Equal(204, (await bench.SendAsync("DELETE", $"sobjects/Account/{parent}")).Status);
        Assert.Equal(404, (await bench.SendAsync("GET", $"sobjects/Contact/{contact}")).Status);
        Assert.Null((await bench.ReadAsync("Account", child))["ParentId"]);
    }

    [Fact]
    public async Task A_row_that_is_locked_is_refused_as_often_as_that_and_then_written()
    {
        await bench.SendAsync("PATCH", "sobjects/Invoice__c/QtcHub_Id__c/i", PretendOrgBench.Invoice("R-1"));
        bench.Org.LockRow((string)bench.Org.Records("Invoice")![0]!["Id"]!, 2);
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(
                "UNABLE_TO_LOCK_ROW",
                await bench.RefusedAsync("PATCH", "sobjects/Invoice__c/QtcHub_Id__c/i", """{"Status__c":"paid"}""")
            );
        }

        Assert.Equal(200, (await bench.SendAsync("PATCH", "sobjects/Invoice__c/QtcHub_Id__c/i", """{"Status__c":"paid"}""")).Status);
    }

    [Fact]
    public async Task A_write_that_asks_for_an_unmodified_record_is_refused_where_it_was_modified()
    {
        var id = await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        var seen = Bench.Noon.ToString("r");
        Assert.Equal(
            204,
            (await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Bob"}""", ("If-Unmodified-Since", seen))).Status
        );
        bench.Now = bench.Now.AddSeconds(1);
        await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Cy"}""");
        Assert.Equal(
            412,
            (await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Dee"}""", ("If-Unmodified-Since", seen))).Status
        );
        Assert.Equal(400, (await bench.SendAsync("PATCH", $"sobjects/Account/{id}", "{}", ("If-Unmodified-Since", "yesterday"))).Status);
        Assert.Equal(
            304,
            (await bench.SendAsync("GET", $"sobjects/Account/{id}", null, ("If-Modified-Since", bench.Now.ToString("r")))).Status
        );
        Assert.Equal("Cy", (string?)(await bench.ReadAsync("Account", id))["Name"]);
    }

    [Fact]
    public async Task An_account_has_an_entity_tag_that_changes_with_it()
    {
        var id = await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        await bench.ReadAsync("Account", id);
        var tag = bench.Header("ETag");
        Assert.Equal(204, (await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Bob"}""", ("If-Match", tag))).Status);
        Assert.Equal(412, (await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Cy"}""", ("If-Match", tag))).Status);
        Assert.Equal(400, (await bench.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Name":"Cy"}""", ("If-Match", "x"))).Status);
        await bench.ReadAsync("Account", id);
        Assert.Equal(304, (await bench.SendAsync("GET", $"sobjects/Account/{id}", null, ("If-None-Match", bench.Header("ETag")))).Status);
        await bench.ReadAsync("Contact", await bench.MakeAsync("Contact", """{"LastName":"Ray"}"""));
        Assert.Empty(bench.Header("ETag"));
    }

    [Theory]
    [InlineData("PUT", "sobjects/Account")]
    [InlineData("GET", "sobjects/Account")]
    [InlineData("POST", "query?q=SELECT+Id+FROM+Account")]
    public async Task A_method_that_a_resource_does_not_have_is_refused(string method, string path) =>
        Assert.Equal(405, (await bench.SendAsync(method, path, "{}")).Status);

    [Fact]
    public void By_hand_a_record_is_made_changed_deleted_and_merged_under_any_of_its_names()
    {
        var made = bench.Org.Put("BillingAccount", new JsonObject { ["Name"] = "Ada" })!;
        made["Name"] = "Bob";
        var changed = bench.Org.Put("accounts", (JsonObject)made.DeepClone())!;
        Assert.Equal(((string?)made["Id"], "Bob"), ((string?)changed["Id"], (string?)changed["Name"]));
        made["CreatedDate"] = "2026-01-01T00:00:00.000+0000";
        Assert.ThrowsAny<ArgumentException>(() => bench.Org.Put("Account", made));
        Assert.ThrowsAny<ArgumentException>(() => bench.Org.Put("Account", []));

        var other = bench.Org.Put("Customer", new JsonObject { ["Name"] = "Bob Ltd" })!;
        var merged = bench.Org.Put("Account", new JsonObject { ["id"] = (string)other["Id"]!, ["MasterRecordId"] = (string)made["Id"]! })!;
        Assert.Equal((true, (string?)made["Id"]), ((bool)merged["IsDeleted"]!, (string?)merged["MasterRecordId"]));
        var deleted = bench.Org.Put("Account", new JsonObject { ["id"] = (string)made["Id"]!, ["IsDeleted"] = true })!;
        Assert.True((bool)deleted["IsDeleted"]!);
    }

    private static string Whole(string fifteen)
    {
        var suffix = "";
        for (var chunk = 0; chunk < 15; chunk += 5)
        {
            var capitals = Enumerable.Range(0, 5).Sum(at => char.IsAsciiLetterUpper(fifteen[chunk + at]) ? 1 << at : 0);
            suffix += (char)(capitals < 26 ? 'A' + capitals : '0' + capitals - 26);
        }

        return fifteen + suffix;
    }
}
