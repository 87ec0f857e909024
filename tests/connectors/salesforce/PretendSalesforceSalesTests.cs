using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>What sales does: the catalogue, orders and their amendments, opportunities; and what the org knows of billing.</summary>
public sealed class PretendSalesforceSalesTests
{
    private static readonly DateOnly First = new(2026, 9, 1);
    private readonly PretendOrgBench bench = new();

    private IPlaysSales Sales => bench.Org;

    [Fact]
    public void A_product_is_put_once_with_a_price_in_each_currency()
    {
        var id = Sales.PutProduct("SKU-1", "Seat", [new("EUR", 1000), new("JPY", 1500)]);
        Assert.Equal(id, Sales.PutProduct("SKU-1", "Chair", [new("EUR", 1100), new("KWD", 3001)]));
        Assert.Equal("Chair", (string?)Assert.Single(Sales.Records("Product")!)!["Name"]);
        Assert.Equal(
            ["EUR 11.0", "JPY 1500.0", "KWD 3.001"],
            Sales.Records("PricebookEntry")!.Select(price => $"{price!["CurrencyIsoCode"]} {price["UnitPrice"]!.ToJsonString()}")
        );
    }

    [Fact]
    public async Task A_price_needs_a_standard_price_first_and_there_is_one_of_a_currency()
    {
        var product = Sales.PutProduct("SKU-1", "Seat", []);
        var book = await bench.MakeAsync("Pricebook2", """{"Name":"Partners","IsActive":true}""");
        var standard = Assert.Single(await bench.IdsAsync("SELECT Id FROM Pricebook2 WHERE IsStandard = true"));
        string Price(string of) => $$"""{"Pricebook2Id":"{{of}}","Product2Id":"{{product}}","UnitPrice":5,"CurrencyIsoCode":"USD"}""";
        Assert.Equal("STANDARD_PRICE_NOT_DEFINED", await bench.RefusedAsync("POST", "sobjects/PricebookEntry", Price(book)));
        await bench.MakeAsync("PricebookEntry", Price(standard));
        await bench.MakeAsync("PricebookEntry", Price(book));
        Assert.Equal("DUPLICATE_VALUE", await bench.RefusedAsync("POST", "sobjects/PricebookEntry", Price(standard)));
    }

    [Fact]
    public async Task An_order_is_a_draft_with_its_quote_and_lines_until_it_is_activated()
    {
        var (account, product) = Customer();
        var quote = Sales.Quote(account, "Q for Ada");
        var order = Sales.PlaceOrder(account, quote, First, [new(product, 5, 900, 12), new(product, 1.5m, 1000, 6)]);
        var draft = await bench.ReadAsync("Order", order);
        Assert.Equal(
            ("Draft", quote, "2026-09-01", "2027-08-31"),
            ((string?)draft["Status"], (string?)draft["QuoteId"], (string?)draft["EffectiveDate"], (string?)draft["EndDate"])
        );
        Assert.Equal((60m, "USD"), ((decimal)draft["TotalAmount"]!, (string?)draft["CurrencyIsoCode"]));
        Assert.Null(draft["ActivatedDate"]);
        bench.Now = bench.Now.AddMinutes(1);
        Sales.ActivateOrder(order);
        var active = await bench.ReadAsync("Order", order);
        Assert.Equal(("A", PretendOrgBench.Stamp(bench.Now)), ((string?)active["StatusCode"], (string?)active["ActivatedDate"]));
        var lines = (
            await bench.QueryAsync(
                $"SELECT Quantity, UnitPrice, ListPrice, TotalPrice, ServiceDate, EndDate, Action__c, TermMonths__c FROM OrderItem WHERE OrderId = '{order}' ORDER BY Id"
            )
        )["records"]!.AsArray();
        Assert.Equal(
            """[5.0,9.0,10.0,45.0,"2026-09-01","2027-08-31","new",12]|[1.5,10.0,10.0,15.0,"2026-09-01","2027-02-28","new",6]""",
            string.Join(
                '|',
                lines.Select(line => $"[{string.Join(',', line!.AsObject().Skip(1).Select(pair => pair.Value?.ToJsonString()))}]")
            )
        );
    }

    [Fact]
    public async Task An_active_order_is_not_changed_and_one_without_lines_not_activated()
    {
        var (account, product) = Customer();
        var empty = await bench.MakeAsync("Order", $$"""{"AccountId":"{{account}}","EffectiveDate":"2026-09-01","Status":"Draft"}""");
        Assert.Equal("FAILED_ACTIVATION", await bench.RefusedAsync("PATCH", $"sobjects/Order/{empty}", """{"Status":"Activated"}"""));
        Assert.Equal(
            "FIELD_INTEGRITY_EXCEPTION",
            await bench.RefusedAsync(
                "POST",
                "sobjects/Order",
                $$"""{"AccountId":"{{account}}","EffectiveDate":"2026-09-01","Status":"Activated"}"""
            )
        );

        var order = Sales.PlaceOrder(account, null, First, [new(product, 5, 900, 12)]);
        Sales.ActivateOrder(order);
        var item = Assert.Single(await bench.IdsAsync("SELECT Id FROM OrderItem"));
        Assert.Equal("FIELD_INTEGRITY_EXCEPTION", await bench.RefusedAsync("PATCH", $"sobjects/OrderItem/{item}", """{"Quantity":6}"""));
        Assert.Equal(204, (await bench.SendAsync("PATCH", $"sobjects/OrderItem/{item}", """{"Description":"as agreed"}""")).Status);
        Assert.Equal(
            "FIELD_INTEGRITY_EXCEPTION",
            await bench.RefusedAsync("PATCH", $"sobjects/Order/{order}", """{"EffectiveDate":"2026-10-01"}""")
        );
        Assert.Equal("DELETE_FAILED", await bench.RefusedAsync("DELETE", $"sobjects/Account/{account}"));
        Assert.ThrowsAny<ArgumentException>(() => Sales.CloseAccount(account));
    }

    [Fact]
    public async Task A_line_is_in_the_currency_of_its_order()
    {
        var (account, product) = Customer();
        var order = await bench.MakeAsync(
            "Order",
            $$"""{"AccountId":"{{account}}","EffectiveDate":"2026-09-01","Status":"Draft","CurrencyIsoCode":"USD"}"""
        );
        var euro = Assert.Single(
            await bench.IdsAsync($"SELECT Id FROM PricebookEntry WHERE CurrencyIsoCode = 'EUR' AND Product2Id = '{product}'")
        );
        Assert.Equal(
            "FIELD_INTEGRITY_EXCEPTION",
            await bench.RefusedAsync(
                "POST",
                "sobjects/OrderItem",
                $$"""{"OrderId":"{{order}}","PricebookEntryId":"{{euro}}","Quantity":1,"UnitPrice":1}"""
            )
        );
    }

    [Fact]
    public async Task An_amendment_is_an_order_of_its_own_that_names_what_it_amends_and_the_subscription_that_billing_told_of()
    {
        var (account, product) = Customer();
        var order = Sales.PlaceOrder(account, null, First, [new(product, 5, 900, 12)]);
        Sales.ActivateOrder(order);
        var number = (string)(await bench.ReadAsync("Order", order))["OrderNumber"]!;
        Told(number);
        var support = Sales.PutProduct("SKU-2", "Support", [new("USD", 5000)]);

        Assert.Equal(("False", "2.0", "add", "2027-08-31"), await AmendedAsync(Sales.Upsell(order, product, 2, First.AddMonths(2)), order));
        Assert.Equal(
            ("True", "-1.0", "remove", "2027-08-31"),
            await AmendedAsync(Sales.Downsize(order, product, 1, First.AddMonths(3)), order)
        );
        Assert.Equal(
            ("False", "1.0", "add", "2027-08-31"),
            await AmendedAsync(Sales.CoTerm(order, new(support, 1, 4500, 0), First.AddMonths(4)), order)
        );
        Assert.ThrowsAny<ArgumentException>(() => Sales.Downsize(order, product, 5, First));
        Assert.Equal(("True", "-4.0", "cancel", "2027-08-31"), await AmendedAsync(Sales.CancelOrder(order, First.AddMonths(5)), order));
        Assert.Equal(
            0m,
            (decimal)
                (await bench.QueryAsync($"SELECT AvailableQuantity FROM OrderItem WHERE OrderId = '{order}'"))["records"]![0]![
                    "AvailableQuantity"
                ]!
        );
    }

    [Fact]
    public async Task Before_billing_has_told_of_the_subscription_an_amendment_does_not_name_it()
    {
        var (account, product) = Customer();
        var order = Sales.PlaceOrder(account, null, First, [new(product, 5, 900, 12)]);
        Sales.ActivateOrder(order);
        var amendment = Sales.Upsell(order, product, 2, First);
        var line = (await bench.QueryAsync($"SELECT SubscriptionNumber__c FROM OrderItem WHERE OrderId = '{amendment}'"))["records"]![0]!;
        Assert.Null(line["SubscriptionNumber__c"]);
    }

    [Fact]
    public async Task An_opportunity_is_won_with_its_lines_and_quote()
    {
        var (account, product) = Customer();
        var quote = Sales.Quote(account, "Q");
        var opportunity = Sales.WinOpportunity(account, quote, First, [new(product, 3, 900, 12)]);
        var won = await bench.ReadAsync("Opportunity", opportunity);
        Assert.Equal((true, true, quote), ((bool)won["IsWon"]!, (bool)won["IsClosed"]!, (string?)won["SyncedQuoteId"]));
        Assert.Equal(27m, (decimal)won["Amount"]!);
        Assert.StartsWith("006", opportunity, StringComparison.Ordinal);
        var line = (await bench.QueryAsync("SELECT Product2.ProductCode, TotalPrice, ListPrice FROM OpportunityLineItem"))["records"]![0]!;
        Assert.Equal(
            ("SKU-1", 27m, 10m),
            ((string?)line["Product2"]!["ProductCode"], (decimal)line["TotalPrice"]!, (decimal)line["ListPrice"]!)
        );
    }

    [Fact]
    public async Task The_book_tells_what_the_org_knows_of_billing()
    {
        var account = Sales.OpenAccount("Ada", "ap@ada.example", "USD", "US", "us");
        Sales.MergeAccounts(account, Sales.OpenAccount("Ada Inc", null, "USD", "US", "us"));
        string Of(string more) => $$""","Account__c":"{{account}}","CurrencyIsoCode":"USD"{{more}}""";
        var invoice = await bench.MakeAsync("Invoice__c", PretendOrgBench.Invoice("R-1", Of("")));
        await bench.MakeAsync(
            "Invoice__c",
            PretendOrgBench.Invoice("R-2", Of(",\"Entity__c\":\"us\"")).Replace("\"Entity__c\":\"de\",", "", StringComparison.Ordinal)
        );
        await bench.MakeAsync("CreditNote__c", PretendOrgBench.Invoice("G-1", Of($",\"Invoice__c\":\"{invoice}\"")));
        await bench.MakeAsync(
            "DocumentState__c",
            $$"""{"Invoice__c":"{{invoice}}","Balance__c":19.5,"CurrencyIsoCode":"USD","Entity__c":"de","Status__c":"partly-paid"}"""
        );
        var payment = await bench.MakeAsync(
            "Payment__c",
            $$"""{"Account__c":"{{account}}","Amount__c":100,"CurrencyIsoCode":"USD","Entity__c":"de","ReceivedOn__c":"2026-08-03","Reference__c":"ch_1","Status__c":"succeeded"}"""
        );
        await bench.MakeAsync(
            "Refund__c",
            $$"""{"Payment__c":"{{payment}}","Amount__c":1.25,"CurrencyIsoCode":"USD","Entity__c":"de","RefundedOn__c":"2026-08-03","Reference__c":"re_1","Status__c":"succeeded"}"""
        );
        await bench.MakeAsync(
            "Dispute__c",
            $$"""{"Payment__c":"{{payment}}","Amount__c":5,"CurrencyIsoCode":"USD","Entity__c":"de","OpenedOn__c":"2026-08-03","Reference__c":"dp_1","Status__c":"open"}"""
        );

        var book = Sales.Book();
        Assert.Equal(
            [("C-00000001", "Ada", true), ("C-00000002", "Ada Inc", false)],
            book.Accounts.Select(each => (each.Number, each.Name, each.Active))
        );
        Assert.Equal(
            ("R-1", "C-00000001", 1900, 11950),
            book.Invoices.Select(each => (each.Number, each.AccountNumber, each.Tax, each.Total)).First()
        );
        Assert.Equal(("ch_1", 10000), book.Payments.Select(each => (each.Reference, each.Amount)).Single());
        Assert.Equal((payment, 125), book.Refunds.Select(each => (each.PaymentId, each.Amount)).Single());
        Assert.Equal((payment, 500, "open"), book.Disputes.Select(each => (each.PaymentId, each.Amount, each.Status)).Single());
        Assert.Equal(("G-1", true), book.Memos.Select(each => (each.Number, each.IsCredit)).Single());
        Assert.Equal(
            [("de", "CreditMemo", 11950, 0, 11950), ("de", "Invoice", 11950, 10000, 1950), ("us", "Invoice", 11950, 0, 11950)],
            book.Totals.Select(total => (total.Entity, total.Kind, (int)total.Amount, (int)total.Applied, (int)total.Balance))
        );
    }

    private (string Account, string Product) Customer() =>
        (Sales.OpenAccount("Ada", null, "USD", "US", "us"), Sales.PutProduct("SKU-1", "Seat", [new("USD", 1000), new("EUR", 900)]));

    private void Told(string order) =>
        Sales.Put(
            "Subscription",
            new JsonObject
            {
                ["Number__c"] = "A-S1",
                ["Version__c"] = 1,
                ["OrderNumber__c"] = order,
                ["Entity__c"] = "us",
                ["Status__c"] = "active",
                ["TermKind__c"] = "termed",
            }
        );

    private async Task<(string IsReduction, string Quantity, string Action, string End)> AmendedAsync(string amendment, string original)
    {
        var order = await bench.ReadAsync("Order", amendment);
        Assert.Equal((original, "Activated"), ((string?)order["OriginalOrderId"], (string?)order["Status"]));
        var found = await bench.QueryAsync(
            $"SELECT Quantity, Action__c, EndDate, SubscriptionNumber__c, SubscriptionVersion__c FROM OrderItem WHERE OrderId = '{amendment}'"
        );
        var line = Assert.Single(found["records"]!.AsArray())!;
        Assert.Equal(("A-S1", 1), ((string?)line["SubscriptionNumber__c"], (int)line["SubscriptionVersion__c"]!));
        return (
            $"{order["IsReductionOrder"]!.GetValue<bool>()}",
            line["Quantity"]!.ToJsonString(),
            (string)line["Action__c"]!,
            (string)line["EndDate"]!
        );
    }
}
