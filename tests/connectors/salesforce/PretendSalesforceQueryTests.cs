using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>Queries: what they find, in which order, page by page, and what is refused.</summary>
public sealed class PretendSalesforceQueryTests
{
    private readonly PretendOrgBench bench = new();

    [Fact]
    public async Task A_query_gives_the_fields_that_are_asked_for_in_that_order()
    {
        var id = await bench.MakeAsync("Account", """{"Name":"Ada","Phone":"1"}""");
        var page = await bench.QueryAsync("select phone, Name from account");
        Assert.Equal((1, true), ((int)page["totalSize"]!, (bool)page["done"]!));
        var row = Assert.Single(page["records"]!.AsArray())!.AsObject();
        Assert.Equal(["attributes", "Phone", "Name"], row.Select(pair => pair.Key));
        Assert.Equal($"{PretendOrgBench.Api}/sobjects/Account/{id}", (string?)row["attributes"]!["url"]);
        Assert.Null(page["nextRecordsUrl"]);
    }

    [Fact]
    public async Task Parents_fields_are_nested_and_a_parent_that_is_not_there_is_null()
    {
        var (order, product) = await OrderedAsync();
        var page = await bench.QueryAsync(
            "SELECT Id, PricebookEntry.Product2.ProductCode, PricebookEntry.Product2.Name, PricebookEntry.UnitPrice, Order.Account.Name, OriginalOrderItem.Quantity FROM OrderItem"
        );
        var row = Assert.Single(page["records"]!.AsArray())!;
        var entry = row["PricebookEntry"]!;
        Assert.Equal(("SKU-1", "Seat"), ((string?)entry["Product2"]!["ProductCode"], (string?)entry["Product2"]!["Name"]));
        Assert.Equal($"{PretendOrgBench.Api}/sobjects/Product2/{product}", (string?)entry["Product2"]!["attributes"]!["url"]);
        Assert.Equal((10m, "Ada"), ((decimal)entry["UnitPrice"]!, (string?)row["Order"]!["Account"]!["Name"]));
        Assert.True(row.AsObject().ContainsKey("OriginalOrderItem"));
        Assert.Null(row["OriginalOrderItem"]);
        Assert.Equal([order], await bench.IdsAsync("SELECT Id FROM Order WHERE Account.Name = 'Ada'"));
    }

    [Theory]
    [InlineData("Name = 'ada'", "1")]
    [InlineData("Name != 'Ada'", "2 3 4")]
    [InlineData("Name <> 'Ada'", "2 3 4")]
    [InlineData("Name IN ('Ada','O\\'Neil')", "1 3")]
    [InlineData("Name NOT IN ('Ada','O\\'Neil')", "2 4")]
    [InlineData("Name = 'a\\\\b\\n\\u00e9'", "4")]
    [InlineData("Phone = null", "1 3 4")]
    [InlineData("Phone != null", "2")]
    [InlineData("Phone != '1'", "1 3 4")]
    [InlineData("Name = 'Ada' OR Name = 'Bob'", "1 2")]
    [InlineData("Name = 'Ada' AND Phone = null", "1")]
    [InlineData("(Name = 'Ada' OR Name = 'Bob') AND NOT Phone = '1'", "1")]
    [InlineData("Account.Name = 'Bob'", "2")]
    [InlineData("Parent.Name = 'Ada'", "2")]
    [InlineData("SystemModstamp > 2026-08-03T12:00:01Z", "3 4")]
    [InlineData("SystemModstamp >= 2026-08-03T12:00:01.000Z", "2 3 4")]
    [InlineData("SystemModstamp <= 2026-08-03T14:00:01+02:00", "1 2")]
    [InlineData("SystemModstamp < 2026-08-03T12:00:01Z", "1")]
    [InlineData("IsDeleted = false", "1 2 3 4")]
    public async Task A_condition_is_true_of_these(string where, string found)
    {
        var ids = await FourAsync();
        var expected = found.Split(' ').Select(number => ids[int.Parse(number) - 1]);
        Assert.Equal(expected, await bench.IdsAsync($"SELECT Id FROM Account WHERE {where} ORDER BY Id"));
    }

    [Fact]
    public async Task Rows_after_a_moment_and_an_id_are_found_in_that_order()
    {
        var ids = await FourAsync();
        var second = (await bench.ReadAsync("Account", ids[1]))["SystemModstamp"]!;
        Assert.Equal("2026-08-03T12:00:01.000+0000", (string?)second);
        var after = $"SystemModstamp > 2026-08-03T12:00:01Z OR (SystemModstamp = 2026-08-03T12:00:01Z AND Id > '{ids[0]}')";
        Assert.Equal([ids[1], ids[2]], await bench.IdsAsync($"SELECT Id FROM Account WHERE {after} ORDER BY SystemModstamp, Id LIMIT 2"));
        Assert.Equal(ids.Reverse(), await bench.IdsAsync("SELECT Id FROM Account ORDER BY SystemModstamp DESC, Id DESC"));
        Assert.Equal(ids[1], (await bench.IdsAsync("SELECT Id FROM Account ORDER BY Phone NULLS LAST, Id"))[0]);
    }

    [Fact]
    public async Task Numbers_and_days_are_compared_as_such()
    {
        var id = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1"));
        Assert.Equal(
            [id],
            await bench.IdsAsync("SELECT Id FROM Invoice__c WHERE Total__c > 20 AND Total__c = 119.50 AND IssuedOn__c >= 2026-08-03")
        );
        Assert.Empty(await bench.IdsAsync("SELECT Id FROM Invoice__c WHERE IssuedOn__c < 2026-08-03"));
        Assert.Equal(1, (int)(await bench.QueryAsync("SELECT COUNT() FROM Invoice__c WHERE Total__c > 20"))["totalSize"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SELECT FROM Account")]
    [InlineData("SELECT Id Account")]
    [InlineData("SELECT Id FROM Account WHERE")]
    [InlineData("SELECT Id FROM Account WHERE Name = Ada")]
    [InlineData("SELECT Id FROM Account WHERE Name = \"Ada\"")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'O'Neil'")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'Ada")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a\\b\\x'")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a\\u00e'")]
    [InlineData("SELECT Id FROM Account WHERE Name IN ()")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a' AND Phone = '1' OR Phone = '2'")]
    [InlineData("SELECT Id FROM Account WHERE (Name = 'a'")]
    [InlineData("SELECT Id FROM Account ORDER Name")]
    [InlineData("SELECT Id FROM Account LIMIT ten")]
    [InlineData("SELECT Id FROM Account; DELETE FROM Account")]
    [InlineData("SELECT Id, (SELECT Id FROM Contacts) FROM Account")]
    public async Task A_query_that_is_no_query_is_refused(string soql)
    {
        await FourAsync();
        Assert.Equal("MALFORMED_QUERY", await bench.RefusedAsync("GET", PretendOrgBench.QueryPath(soql)));
    }

    [Fact]
    public async Task Parentheses_without_end_are_refused_and_not_followed() =>
        Assert.Equal(
            "MALFORMED_QUERY",
            await bench.RefusedAsync("GET", PretendOrgBench.QueryPath($"SELECT Id FROM Account WHERE {new string('(', 2000)}"))
        );

    [Theory]
    [InlineData("SELECT Colour FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Colour = 'red'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account ORDER BY Colour", "INVALID_FIELD")]
    [InlineData("SELECT Owner.Name FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT Id, Name, Id FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp > '2026-08-03T12:00:00Z'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp > 2026-08-03", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR")]
    [InlineData("SELECT Id FROM Colours", "INVALID_TYPE")]
    public async Task A_query_of_what_is_not_there_is_refused(string soql, string code) =>
        Assert.Equal(code, await bench.RefusedAsync("GET", PretendOrgBench.QueryPath(soql)));

    [Fact]
    public async Task A_refusal_shows_where_the_trouble_is()
    {
        var (_, body) = await bench.SendAsync("GET", PretendOrgBench.QueryPath("SELECT Id, Colour FROM Account"));
        var message = (string)body![0]!["message"]!;
        Assert.StartsWith("\nSELECT Id, Colour FROM Account\n           ^\nERROR at Row:1:Column:12\n", message, StringComparison.Ordinal);
        Assert.Contains("No such column 'Colour' on entity 'Account'", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_names_the_next_until_there_is_none()
    {
        var ids = await FourAsync();
        bench.Org.PageSize = 3;
        var first = await bench.QueryAsync("SELECT Id FROM Account ORDER BY Id");
        Assert.Equal((4, false, 3), ((int)first["totalSize"]!, (bool)first["done"]!, first["records"]!.AsArray().Count));
        await bench.SendAsync("PATCH", $"sobjects/Account/{ids[3]}", """{"Name":"changed meanwhile"}""");
        var (status, second) = await bench.SendAsync("GET", (string)first["nextRecordsUrl"]!);
        Assert.Equal((200, 4, true), (status, (int)second!["totalSize"]!, (bool)second["done"]!));
        Assert.Equal(ids[3], (string?)Assert.Single(second["records"]!.AsArray())!["Id"]);
    }

    [Theory]
    [InlineData("batchSize=200", 200)]
    [InlineData("batchSize=1", 200)]
    [InlineData("batchSize=201", 201)]
    [InlineData("columns=all", 205)]
    public async Task A_batch_has_at_least_two_hundred_rows_where_there_are_as_many(string option, int rows)
    {
        for (var number = 0; number < 205; number++)
        {
            bench.Org.Put("Account", new JsonObject { ["Name"] = $"A{number}" });
        }

        var (_, body) = await bench.SendAsync(
            "GET",
            PretendOrgBench.QueryPath("SELECT Id FROM Account"),
            null,
            ("Sforce-Query-Options", option)
        );
        Assert.Equal(rows, body!["records"]!.AsArray().Count);
        Assert.Equal(rows == 205, (bool)body["done"]!);
    }

    [Fact]
    public async Task A_locator_is_good_for_a_while_and_makes_way_for_ten_newer_ones()
    {
        await FourAsync();
        bench.Org.PageSize = 3;
        bench.Org.LocatorLife = TimeSpan.FromMinutes(15);
        var next = (string)(await bench.QueryAsync("SELECT Id FROM Account"))["nextRecordsUrl"]!;
        bench.Now = bench.Now.AddMinutes(15).AddSeconds(-1);
        Assert.Equal(200, (await bench.SendAsync("GET", next)).Status);
        bench.Now = bench.Now.AddSeconds(1);
        Assert.Equal("INVALID_QUERY_LOCATOR", await bench.RefusedAsync("GET", next));

        var old = (string)(await bench.QueryAsync("SELECT Id FROM Account"))["nextRecordsUrl"]!;
        for (var more = 0; more < 9; more++)
        {
            await bench.QueryAsync("SELECT Id FROM Account");
        }

        Assert.Equal(200, (await bench.SendAsync("GET", old)).Status);
        await bench.QueryAsync("SELECT Id FROM Account");
        Assert.Equal("INVALID_QUERY_LOCATOR", await bench.RefusedAsync("GET", old));
        Assert.Equal("INVALID_QUERY_LOCATOR", await bench.RefusedAsync("GET", "query/nonsense"));
    }

    [Fact]
    public async Task What_was_deleted_only_the_query_of_all_finds()
    {
        var ids = await FourAsync();
        await bench.SendAsync("DELETE", $"sobjects/Account/{ids[0]}");
        Assert.Equal(ids[1..], await bench.IdsAsync("SELECT Id FROM Account ORDER BY Id"));
        Assert.Equal(ids, await bench.IdsAsync("SELECT Id FROM Account ORDER BY Id", all: true));
        Assert.Equal([ids[0]], await bench.IdsAsync("SELECT Id FROM Account WHERE IsDeleted = true", all: true));
    }

    [Fact]
    public async Task A_merged_account_is_gone_and_all_that_was_its_is_the_others()
    {
        var ids = await FourAsync();
        var contact = await bench.MakeAsync("Contact", $$"""{"LastName":"Ray","AccountId":"{{ids[0]}}"}""");
        var invoice = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1", $""","Account__c":"{ids[0]}" """));
        bench.Org.TakeWebhooks();
        bench.Now = bench.Now.AddMinutes(1);
        bench.Org.MergeAccounts(ids[1], ids[0]);

        var gone = Assert.Single(
            (await bench.QueryAsync("SELECT MasterRecordId, SystemModstamp FROM Account WHERE IsDeleted = true", all: true))[
                "records"
            ]!.AsArray()
        )!;
        Assert.Equal((ids[1], PretendOrgBench.Stamp(bench.Now)), ((string?)gone["MasterRecordId"], (string?)gone["SystemModstamp"]));
        Assert.Equal(404, (await bench.SendAsync("GET", $"sobjects/Account/{ids[0]}")).Status);
        Assert.Equal(ids[1], (string?)(await bench.ReadAsync("Invoice__c", invoice))["Account__c"]);
        var moved = await bench.ReadAsync("Contact", contact);
        Assert.Equal((ids[1], PretendOrgBench.Stamp(bench.Now)), ((string?)moved["AccountId"], (string?)moved["SystemModstamp"]));
        Assert.NotEqual((string?)moved["SystemModstamp"], (string?)moved["LastModifiedDate"]);
        // The second was a child of the first, and is nobody's now.
        Assert.Null((await bench.ReadAsync("Account", ids[1]))["ParentId"]);
        using var told = Assert.Single(bench.Org.TakeWebhooks());
        Assert.Contains(ids[1], await told.Content!.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_merged_person_points_to_the_other_and_nothing_else_can_be_merged()
    {
        var account = bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        var one = bench.Org.AddContact(account, "Ada Byron", "ada@example.com");
        var other = bench.Org.AddContact(account, "A. Byron", "ada@example.com");
        bench.Org.MergeContacts(one, other);
        Assert.Equal([one], await bench.IdsAsync("SELECT Id FROM Contact"));
        Assert.Equal([other], await bench.IdsAsync($"SELECT Id FROM Contact WHERE MasterRecordId = '{one}'", all: true));
        Assert.ThrowsAny<ArgumentException>(() => bench.Org.MergeAccounts(account, account));
        Assert.ThrowsAny<ArgumentException>(() => bench.Org.MergeContacts(one, other));
    }

    /// <summary>Four accounts, a second apart; the second is a child of the first.</summary>
    private async Task<string[]> FourAsync()
    {
        var ids = new List<string>();
        foreach (var name in new[] { "Ada", "Bob", "O'Neil", "a\\b\né" })
        {
            var fields = new JsonObject { ["Name"] = name };
            if (name == "Bob")
            {
                fields["Phone"] = "1";
                fields["ParentId"] = ids[0];
            }

            ids.Add(await bench.MakeAsync("Account", fields.ToJsonString()));
            bench.Now = bench.Now.AddSeconds(1);
        }

        return [.. ids];
    }

    private async Task<(string Order, string Product)> OrderedAsync()
    {
        var product = bench.Org.PutProduct("SKU-1", "Seat", [new("EUR", 1000)]);
        var account = await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        return (bench.Org.PlaceOrder(account, null, new DateOnly(2026, 8, 3), [new(product, 5, 900, 12)]), product);
    }
}
