using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class SalesforceReadingTests : IDisposable
{
    private static readonly DateOnly August = new(2026, 8, 1);

    private readonly SalesforceSourceBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("Account")]
    [InlineData("AccountBilling")]
    public async Task An_account_is_read_in_one_call_and_is_as_new_as_its_stamp(string type)
    {
        using var each = new SalesforceSourceBench(("customers", "all"));
        var account = each.Account("Ångström & Sons");
        var found = Assert.IsType<RecordReading.Found>(await each.ReadAsync(type, account));
        var record = JsonElement.Parse(found.Record.Span);

        Assert.Equal(Marker.At(Bench.Noon), found.Marker);
        Assert.Equal(
            (account, "Ångström & Sons", "EUR", "de"),
            (Text(record, "Id"), Text(record, "Name"), Text(record, "CurrencyIsoCode"), Text(record, "Entity__c"))
        );
        Assert.Single(each.Asked);
        Assert.False(record.TryGetProperty("attributes", out _));
        Assert.False(record.TryGetProperty("SystemModstamp", out _));
    }

    [Fact]
    public async Task A_product_has_its_active_prices_of_the_standard_book_with_the_digits_that_they_are_written_with()
    {
        var product = bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 9990), new PlayedPrice("USD", 12000)]);
        var usd = bench.Org.Records("PricebookEntry")!.Single(entry => (string)entry!["CurrencyIsoCode"]! == "USD")!;

        var prices = (await bench.FindAsync("Product2", product)).GetProperty("Prices");
        Assert.Equal(["EUR 99.9", "USD 120.0"], prices.EnumerateArray().Select(Price).Order(StringComparer.Ordinal));

        bench.Put("PricebookEntry", (string)usd["Id"]!, ("IsActive", false));
        prices = (await bench.FindAsync("Product2", product)).GetProperty("Prices");
        Assert.Equal(["EUR 99.9"], prices.EnumerateArray().Select(Price));
    }

    [Fact]
    public async Task Of_another_price_book_the_prices_are_its_own()
    {
        var (product, book) = SellToPartners(bench);
        using var partners = new SalesforceSourceBench(("pricebook", book));
        Assert.Equal((product, book), SellToPartners(partners));

        var standard = (await bench.FindAsync("Product2", product)).GetProperty("Prices");
        var own = (await partners.FindAsync("Product2", product)).GetProperty("Prices");
        Assert.Equal(("EUR 99.9", "EUR 80.0"), (Price(standard.EnumerateArray().Single()), Price(own.EnumerateArray().Single())));
    }

    [Fact]
    public async Task An_order_is_read_with_every_page_of_its_lines_and_its_quote()
    {
        bench.Org.PageSize = 200;
        var account = bench.Account();
        var product = bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]);
        var quote = bench.Org.Quote(account, "Q-1");
        PlayedSale[] lines = [.. Enumerable.Range(1, 450).Select(quantity => new PlayedSale(product, quantity, 900, 12))];
        var order = bench.Org.PlaceOrder(account, quote, August, lines);

        var record = await bench.FindAsync("Order", order);
        Assert.Equal(450, record.GetProperty("Lines").GetArrayLength());
        Assert.Equal(quote, Text(record, "QuoteId"));
        Assert.Equal("SEAT", Text(record.GetProperty("Lines")[0].GetProperty("Product2"), "ProductCode"));
        Assert.False(record.GetProperty("Lines")[0].TryGetProperty("Order", out _));
        Assert.Equal(4, bench.Asked.Count);
    }

    [Fact]
    public async Task An_order_that_changes_while_its_lines_are_read_is_read_again()
    {
        var (account, product) = (bench.Account(), bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]));
        var order = bench.Org.PlaceOrder(account, null, August, [new PlayedSale(product, 3, 900, 12)]);
        bench.Before = (
            2,
            () =>
            {
                bench.Now = bench.Now.AddSeconds(5);
                bench.Put("Order", order, ("PoNumber", "PO-2"));
            }
        );

        var read = await ((IRecordReader)bench.Connector).ReadAsync("Order", order, CancellationToken.None);
        Assert.IsType<Fault.Transient>(read.Fault);
        Assert.Equal("PO-2", Text(await bench.FindAsync("Order", order), "PoNumber"));
    }

    [Fact]
    public async Task A_line_that_amends_names_the_row_of_its_subscription_and_a_new_one_needs_none()
    {
        var (account, product) = (bench.Account(), bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]));
        var order = bench.Org.PlaceOrder(account, null, August, [new PlayedSale(product, 3, 900, 12), new PlayedSale(product, 1, 900, 12)]);
        var lines = bench.Org.Records("OrderItem")!.Select(line => (string)line!["Id"]!).ToList();
        bench.Put("OrderItem", lines[0], ("Action__c", "add"), ("SubscriptionNumber__c", "S-'1"));
        bench.Put("OrderItem", lines[1], ("SubscriptionNumber__c", "S-2"));
        var missing = await ((IRecordReader)bench.Connector).ReadAsync("Order", order, CancellationToken.None);
        Assert.IsType<Fault.NotYet>(missing.Fault);

        var row = Subscription(account, "S-'1");
        var read = (await bench.FindAsync("Order", order)).GetProperty("Lines");
        Assert.Equal(row, Text(read[0], "SubscriptionId"));
        Assert.False(read[1].TryGetProperty("SubscriptionId", out _));

        Subscription(account, "S-'1");
        var several = await ((IRecordReader)bench.Connector).ReadAsync("Order", order, CancellationToken.None);
        Assert.Equal("several-records", Assert.IsType<Fault.Rejected>(several.Fault).VendorCode);
    }

    [Fact]
    public async Task An_opportunity_is_an_order_while_it_is_won()
    {
        using var won = new SalesforceSourceBench(("orders", "opportunities"));
        var (account, product) = (won.Account(), won.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]));
        var opportunity = won.Org.WinOpportunity(account, null, August, [new PlayedSale(product, 3, 900, 12)]);
        var line = (string)won.Org.Records("OpportunityLineItem")![0]!["Id"]!;

        Assert.Equal([$"Order {opportunity}"], await won.ListAsync("Opportunity", opportunity));
        Assert.Equal([$"Order {opportunity}"], await won.ListAsync("OpportunityLineItem", line));
        Assert.Equal(1, (await won.FindAsync("Order", opportunity)).GetProperty("Lines").GetArrayLength());

        won.Put("Opportunity", opportunity, ("StageName", "Negotiation/Review"));
        Assert.Empty(await won.ListAsync("Opportunity", opportunity));
        Assert.Empty(await won.ListAsync("OpportunityLineItem", line));
        Assert.IsType<RecordReading.Deleted>(await won.ReadAsync("Order", opportunity));
    }

    [Fact]
    public async Task What_a_message_tells_of_a_part_leads_to_what_it_is_part_of()
    {
        var (account, product) = (bench.Account(), bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]));
        var order = bench.Org.PlaceOrder(account, null, August, [new PlayedSale(product, 3, 900, 12)]);
        var line = (string)bench.Org.Records("OrderItem")![0]!["Id"]!;
        var price = (string)bench.Org.Records("PricebookEntry")![0]!["Id"]!;

        Assert.Equal([$"Order {order}"], await bench.ListAsync("OrderItem", line));
        Assert.Equal([$"Product2 {product}"], await bench.ListAsync("PricebookEntry", price));
        bench.Put("OrderItem", line, ("IsDeleted", true));
        Assert.Equal([$"Order {order}"], await bench.ListAsync("OrderItem", line));
        Assert.IsType<RecordReading.Missing>(await bench.ReadAsync("OrderItem", "802000000000000AAA"));
    }

    [Fact]
    public async Task What_was_deleted_says_so_and_what_was_merged_says_into_which()
    {
        var (kept, merged, closed) = (bench.Account("Kept"), bench.Account("Merged"), bench.Account("Closed"));
        var (ada, twin) = (bench.Org.AddContact(kept, "Ada Byron", "a@example.com"), bench.Org.AddContact(kept, "Ada B", "b@example.com"));
        bench.Now = bench.Now.AddMinutes(1);
        bench.Org.MergeAccounts(kept, merged);
        bench.Org.MergeContacts(ada, twin);
        bench.Org.CloseAccount(closed);

        var marker = Marker.At(bench.Now);
        Assert.Equal(new RecordReading.Merged(kept, marker), await bench.ReadAsync("Account", merged));
        Assert.Equal(new RecordReading.Merged(kept, marker), await bench.ReadAsync("AccountBilling", merged));
        Assert.Equal(new RecordReading.Merged(ada, marker), await bench.ReadAsync("Contact", twin));
        Assert.Equal(new RecordReading.Deleted(marker), await bench.ReadAsync("Account", closed));
        Assert.IsType<RecordReading.Missing>(await bench.ReadAsync("Account", "001000000000000AAA"));
    }

    [Fact]
    public async Task A_contact_that_is_taken_off_its_account_is_no_customer_s_any_more()
    {
        var contact = bench.Org.AddContact(bench.Account(), "Ada Byron", "ada@example.com");
        Assert.Equal("Ada Byron", Text(await bench.FindAsync("Contact", contact), "Name"));

        bench.Put("Contact", contact, ("AccountId", null));
        Assert.IsType<RecordReading.Deleted>(await bench.ReadAsync("Contact", contact));
    }

    [Fact]
    public async Task An_id_is_no_way_into_a_query()
    {
        bench.Account();
        var read = await ((IRecordReader)bench.Connector).ReadAsync("Account", "x' OR Name != '", CancellationToken.None);

        Assert.True(read.Fault is Fault.Rejected || read.Value is RecordReading.Missing);
        Assert.Contains(@"WHERE Id = 'x\' OR Name != \''", bench.Asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_an_org_has_not_is_left_out_and_one_that_a_company_reads_is_asked_for()
    {
        using var other = new SalesforceSourceBench(
            ("customers", "all"),
            ("withoutFields", "Account.Entity__c, Account.VatNumber__c"),
            ("withFields", "Account.Industry")
        );
        var query = await QueryOfAsync(other, "Account", other.Account());

        Assert.DoesNotContain("Entity__c", query, StringComparison.Ordinal);
        Assert.DoesNotContain("VatNumber__c", query, StringComparison.Ordinal);
        Assert.Contains(", Industry FROM Account", query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_org_with_one_currency_alone_is_not_asked_for_it_and_every_amount_is_in_it()
    {
        using var single = new SalesforceSourceBench(("currency", "EUR"));
        var product = single.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 9990)]);
        var record = await single.FindAsync("Product2", product);

        Assert.All(single.Asked, asked => Assert.DoesNotContain("CurrencyIsoCode", asked, StringComparison.Ordinal));
        Assert.Equal("EUR", Text(record.GetProperty("Prices")[0], "CurrencyIsoCode"));
    }

    [Theory]
    [InlineData("withoutFields", "Entity__c")]
    [InlineData("withFields", "Account.Name FROM Account")]
    [InlineData("withFields", "Lead.Name")]
    [InlineData("orders", "quotes")]
    [InlineData("customers", "some")]
    [InlineData("organization", "acme")]
    [InlineData("pricebook", "standard")]
    [InlineData("currency", "euro")]
    [InlineData("subscriptionObject", "Subscription")]
    public void A_wrong_setting_names_its_path(string name, string text)
    {
        var wire = new SalesforceWire { Settings = { [name] = text } };

        var wrong = Assert.Throws<ArgumentException>(wire.Connect);
        Assert.Contains($"systems.salesforce.settings.{name}", wrong.Message, StringComparison.Ordinal);
    }

    private static (string Product, string Book) SellToPartners(SalesforceSourceBench of)
    {
        var product = of.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 9990)]);
        var book = (string)of.Org.Put("Pricebook2", new JsonObject { ["Name"] = "Partners", ["IsActive"] = true })!["Id"]!;
        of.Org.Put(
            "PricebookEntry",
            new JsonObject
            {
                ["Pricebook2Id"] = book,
                ["Product2Id"] = product,
                ["UnitPrice"] = 80,
                ["CurrencyIsoCode"] = "EUR",
                ["IsActive"] = true,
            }
        );
        return (product, book);
    }

    private static string Price(JsonElement price) => $"{Text(price, "CurrencyIsoCode")} {price.GetProperty("UnitPrice").GetRawText()}";

    private static string? Text(JsonElement record, string field) => record.GetProperty(field).GetString();

    private static async Task<string> QueryOfAsync(SalesforceSourceBench of, string type, string id)
    {
        await ((IRecordReader)of.Connector).ReadAsync(type, id, CancellationToken.None);
        return of.Asked[^1];
    }

    private string Subscription(string account, string number) =>
        (string)
            bench.Org.Put(
                "Subscription__c",
                new JsonObject
                {
                    ["Name"] = number,
                    ["Number__c"] = number,
                    ["Account__c"] = account,
                    ["Entity__c"] = "de",
                    ["Status__c"] = "active",
                    ["TermKind__c"] = "evergreen",
                    ["Version__c"] = 1,
                }
            )!["Id"]!;
}
