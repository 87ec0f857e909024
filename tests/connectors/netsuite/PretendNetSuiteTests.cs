using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>The pretend account itself: what it refuses, and that its answers have the documented shapes.</summary>
public sealed class PretendNetSuiteTests : IDisposable
{
    private readonly NetSuiteBench bench = new(clientCredentials: true);

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("""{"companyName":"A"}""", "USER_ERROR", "subsidiary")]
    [InlineData("""{"subsidiary":{"id":"1"}}""", "USER_ERROR", "companyName")]
    [InlineData("""{"companyName":"A","subsidiary":{"id":"9"}}""", "INVALID_KEY_OR_REF", "subsidiary")]
    [InlineData("""{"companyName":"A","subsidiary":{"id":"1"},"shoeSize":44}""", "INVALID_CONTENT", "shoeSize")]
    [InlineData("""{"companyName":7,"subsidiary":{"id":"1"}}""", "INVALID_CONTENT", "companyName")]
    [InlineData("""{"companyName":"A","companyName":"B"}""", "INVALID_CONTENT", "")]
    [InlineData("""nothing""", "INVALID_CONTENT", "")]
    public async Task Customers_are_validated(string body, string code, string path)
    {
        var error = await RefusedAsync("customer/eid:acc_1", body);
        Assert.Equal((code, path), ((string?)error["o:errorCode"], (string?)error["o:errorPath"]));
    }

    [Theory]
    [InlineData("""{"item":{"id":"100"},"amount":1,"quantity":10000000000}""", "USER_ERROR", "item.items[0].quantity")]
    [InlineData("""{"item":{"id":"7"},"amount":1}""", "INVALID_KEY_OR_REF", "item.items[0].item")]
    [InlineData("""{"item":{"id":"100"},"amount":1.001}""", "INVALID_CONTENT", "item.items[0].amount")]
    [InlineData("""{"item":{"id":"100"}}""", "USER_ERROR", "item.items[0].amount")]
    [InlineData("""{"item":{"id":"100"},"amount":1,"colour":"red"}""", "INVALID_CONTENT", "item.items[0].colour")]
    public async Task Invoice_lines_are_validated(string line, string code, string path)
    {
        var customer = await bench.CustomerAsync();
        var error = await RefusedAsync("invoice/eid:inv_1", $$$"""{"entity":{"id":"{{{customer}}}"},"item":{"items":[{{{line}}}]}}""");
        Assert.Equal((code, path), ((string?)error["o:errorCode"], (string?)error["o:errorPath"]));
    }

    [Fact]
    public async Task Payments_apply_only_to_their_own_customers_documents_in_their_own_currency()
    {
        var customer = await bench.CustomerAsync();
        var other = await bench.CustomerAsync("acc_2", "A-2");
        var invoice = await bench.InvoiceAsync(customer);
        var foreign = NetSuiteBench
            .Payment(customer, "10.00", (invoice, "10.00"))
            .Replace("\"currency\":{\"id\":\"4\"}", "\"currency\":{\"id\":\"1\"}", StringComparison.Ordinal);

        Assert.Equal("USER_ERROR", (string?)(await RefusedAsync("customerPayment/eid:p", foreign))["o:errorCode"]);
        Assert.Equal(
            "USER_ERROR",
            (string?)(await RefusedAsync("customerPayment/eid:p", NetSuiteBench.Payment(other, "10.00", (invoice, "10.00"))))["o:errorCode"]
        );
        Assert.Equal(
            "USER_ERROR",
            (string?)
                (await RefusedAsync("customerPayment/eid:p", NetSuiteBench.Payment(customer, "9.99", (invoice, "10.00"))))["o:errorCode"]
        );
        Assert.Equal(
            "INVALID_KEY_OR_REF",
            (string?)(await RefusedAsync("customerPayment/eid:p", NetSuiteBench.Payment(customer, "10.00", ("1", "10.00"))))["o:errorCode"]
        );
        Assert.Empty(bench.Account.Book().Payments);
    }

    [Fact]
    public async Task Without_replace_lines_are_appended_as_the_vendor_documents()
    {
        var customer = await bench.CustomerAsync();
        await bench.InvoiceAsync(customer);
        var (status, _) = await SendAsync("PUT", "record/v1/invoice/eid:inv_1", NetSuiteBench.Invoice(customer));
        Assert.Equal(204, status);
        Assert.Equal(23800, Assert.Single(bench.Account.Book().Invoices).Total);
    }

    [Fact]
    public async Task Equal_document_numbers_stand_side_by_side()
    {
        var customer = await bench.CustomerAsync();
        await bench.InvoiceAsync(customer);
        await bench.InvoiceAsync(customer, "inv_2");
        Assert.Equal(["IN-1", "IN-1"], bench.Account.Book().Invoices.Select(invoice => invoice.Number));
    }

    [Theory]
    [InlineData("SELECT * FROM transaction")]
    [InlineData("SELECT id FROM employee")]
    [InlineData("SELECT id FROM transaction WHERE nosuch = 'a'")]
    [InlineData("SELECT id FROM transaction WHERE id = 'a' OR")]
    [InlineData("SELECT id FROM transaction; DELETE FROM transaction")]
    [InlineData("SELECT id FROM transaction WHERE externalid = 'a")]
    [InlineData("SELECT COUNT(id) FROM transaction")]
    [InlineData("SELECT id FROM transaction WHERE externalid LIKE 'a%'")]
    [InlineData("SELECT id FROM transaction t JOIN customer c ON t.entity = c.id")]
    [InlineData("DELETE FROM transaction")]
    [InlineData("")]
    public async Task SuiteQl_it_does_not_understand_is_refused(string query)
    {
        await bench.CustomerAsync();
        var (status, body) = await SendAsync("POST", "query/v1/suiteql", new JsonObject { ["q"] = query }.ToJsonString());
        Assert.Equal((400, "INVALID_PARAMETER"), (status, (string?)body!["o:errorDetails"]![0]!["o:errorCode"]));
    }

    [Fact]
    public async Task SuiteQl_answers_pages_in_order()
    {
        var query = new JsonObject
        {
            ["q"] =
                "select periodname, enddate from accountingperiod where startdate >= to_date('2026-01-01', 'YYYY-MM-DD') and closed = 'F' order by startdate fetch first 3 rows only",
        };
        var (status, body) = await SendAsync("POST", "query/v1/suiteql?limit=2&offset=0", query.ToJsonString());
        Assert.Equal(200, status);
        Assert.Equal(["Jan 2026", "Feb 2026"], body!["items"]!.AsArray().Select(item => (string)item!["periodname"]!));
        Assert.Equal("1/31/2026", (string?)body["items"]![0]!["enddate"]);
        Assert.Equal((true, 3), ((bool)body["hasMore"]!, (int)body["totalResults"]!));
    }

    [Fact]
    public async Task SuiteQl_needs_its_header()
    {
        var (status, _) = await SendAsync("POST", "query/v1/suiteql", """{"q":"SELECT id FROM customer"}""", prefer: null);
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Hands_edit_by_either_name_and_the_same_rules_hold()
    {
        var customer = await bench.CustomerAsync();
        var edited = bench.Account.Put("billingaccount", new JsonObject { ["id"] = customer, ["email"] = "new@example.com" });
        Assert.Equal("new@example.com", (string?)edited!["email"]);
        Assert.Throws<ArgumentException>(() => bench.Account.Put("customer", new JsonObject { ["id"] = customer, ["shoeSize"] = 44 }));
        Assert.Null(bench.Account.Put("employee", []));
        Assert.Null(bench.Account.Records("employee"));

        // A record read and put back as it is changes nothing.
        await bench.InvoiceAsync(customer);
        var invoice = (JsonObject)bench.Account.Records("Invoice")![0]!;
        var before = bench.Account.Book().Invoices[0];
        bench.Account.Put("invoice", (JsonObject)invoice.DeepClone());
        Assert.Equal(before.LineAmounts, bench.Account.Book().Invoices[0].LineAmounts);
        invoice["total"] = 1;
        Assert.Throws<ArgumentException>(() => bench.Account.Put("invoice", (JsonObject)invoice.DeepClone()));
        Assert.Empty(bench.Account.TakeWebhooks());
        Assert.Null(bench.Account.Webhook("customer", customer));
    }

    [Fact]
    public async Task Answers_have_the_shapes_of_the_samples()
    {
        var customer = await bench.CustomerAsync("acc_1");
        bench.Account.Put("customer", new JsonObject { ["id"] = customer, ["phone"] = "+49 30 1234567" });
        var invoice = await bench.SaveAsync(
            RecordType.Invoice,
            "inv_1",
            NetSuiteBench.Invoice(customer, extra: ""","dueDate":"2026-09-02","postingPeriod":{"id":"80"}""")
        );
        var payment = await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "60.00", (invoice, "50.00")));

        await SameAsync("customer.json", "GET", $"record/v1/customer/{customer}?expandSubResources=true");
        await SameAsync("invoice.json", "GET", "record/v1/invoice/eid:inv_1?expandSubResources=true");
        await SameAsync("customerPayment.json", "GET", $"record/v1/customerPayment/{payment}?expandSubResources=true");
        var journal = await bench.SaveAsync(
            RecordType.SettlementItem,
            "sti_1",
            """
            {"tranDate":"2026-08-03","subsidiary":{"id":"2"},"currency":{"id":"4"},"memo":"charge txn_1",
             "line":{"items":[{"account":{"id":"231"},"debit":0.50,"memo":"processing"},{"account":{"id":"214"},"credit":0.50}]}}
            """
        );
        await SameAsync("journalEntry.json", "GET", $"record/v1/journalEntry/{journal}?expandSubResources=true");
        await SameAsync(
            "suiteql.json",
            "POST",
            "query/v1/suiteql?limit=2",
            """{"q":"SELECT id FROM transaction WHERE externalid = 'inv_1'"}"""
        );
        await SameAsync("error.json", "PUT", "record/v1/invoice/eid:inv_2", """{"entity":{"id":"99999"}}""");
        await SameAsync("error-without-path.json", "GET", $"record/v1/invoice/{invoice}", authorization: "Bearer wrong");
        await SameAsync(
            "error-already-exists.json",
            "PATCH",
            $"record/v1/customer/{await bench.CustomerAsync("acc_2")}",
            """{"externalId":"acc_1"}"""
        );
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 1));
        await SameAsync("error-closed-period.json", "PUT", "record/v1/invoice/eid:inv_3", NetSuiteBench.Invoice(customer));
    }

    [Fact]
    public void Every_sample_is_listed_with_its_page()
    {
        var readme = File.ReadAllText(Path.Combine(Samples(), "README.md"));
        Assert.All(
            Directory.GetFiles(Samples(), "*.json"),
            file => Assert.Contains($"`{Path.GetFileName(file)}`", readme, StringComparison.Ordinal)
        );
    }

    private async Task SameAsync(string sample, string method, string path, string? body = null, string? authorization = null)
    {
        var (_, answer) = await SendAsync(method, path, body, authorization: authorization);
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Samples(), sample)))!;
        Assert.Equal(
            Shape(expected, "$").Distinct().Order(StringComparer.Ordinal),
            Shape(answer!, "$").Distinct().Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<string> Shape(JsonNode? node, string path) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => Shape(member.Value, $"{path}.{member.Key}")),
            JsonArray items => items.SelectMany(item => Shape(item, $"{path}[]")).Append($"{path}: array"),
            JsonValue value =>
            [
                $"{path}: {(value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? "flag" : value.GetValueKind().ToString())}",
            ],
            _ => [$"{path}: null"],
        };

    private static string Samples()
    {
        var root = Bench.FindUp("QtcHub.sln");
        Assert.SkipWhen(root is null, "not run inside the source tree");
        return Path.Combine(root, "sandbox", "netsuite", "samples");
    }

    private async Task<JsonNode> RefusedAsync(string path, string body)
    {
        var (status, answer) = await SendAsync("PUT", $"record/v1/{path}", body);
        Assert.Equal(400, status);
        return answer!["o:errorDetails"]![0]!;
    }

    private async Task<(int Status, JsonNode? Body)> SendAsync(
        string method,
        string path,
        string? body = null,
        string? prefer = "transient",
        string? authorization = null
    )
    {
        if (bench.Wire.Seen.Count == 0)
        {
            await bench.Connector.FindAsync(new LookupRequest(RecordType.Invoice, "warm-up", null, default), CancellationToken.None);
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(NetSuiteBench.BaseUrl, $"services/rest/{path}"));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            authorization ?? bench.Wire.Seen.Last(call => call.Authorization is not null).Authorization
        );
        if (prefer is not null)
        {
            request.Headers.TryAddWithoutValidation("Prefer", prefer);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = bench.Account.Answer(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
