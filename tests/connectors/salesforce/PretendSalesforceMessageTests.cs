using System.Text.Json.Nodes;
using System.Xml.Linq;
using QtcHub.Sandbox.Salesforce;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>Outbound messages: what they look like, what is in them, and when they come again.</summary>
public sealed class PretendSalesforceMessageTests
{
    private const string Acknowledged = """
        <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
         <soapenv:Body>
          <notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound">
           <Ack>true</Ack>
          </notificationsResponse>
         </soapenv:Body>
        </soapenv:Envelope>
        """;

    private static readonly XNamespace Outbound = "http://soap.sforce.com/2005/09/outbound";
    private static readonly XNamespace Enterprise = "urn:sobject.enterprise.soap.sforce.com";
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly PretendOrgBench bench = new();

    [Fact]
    public void A_change_is_told_in_an_envelope_with_the_orgs_id_the_record_and_the_secret_in_the_address()
    {
        var account = bench.Org.OpenAccount("Ada & <Co> 😀", null, "EUR", "DE", "de");
        using var request = Assert.Single(bench.Org.TakeWebhooks());
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal($"/?secret={PretendOrgBench.Secret}", request.RequestUri!.OriginalString);
        Assert.Equal("text/xml", request.Content!.Headers.ContentType!.MediaType);
        var notifications = Notifications(request);
        Assert.Equal(PretendSalesforce.OrganizationId, notifications.Element(Outbound + "OrganizationId")!.Value);
        Assert.StartsWith("04k", notifications.Element(Outbound + "ActionId")!.Value, StringComparison.Ordinal);
        var notification = Assert.Single(notifications.Elements(Outbound + "Notification"));
        Assert.StartsWith("04l", notification.Element(Outbound + "Id")!.Value, StringComparison.Ordinal);
        var record = notification.Element(Outbound + "sObject")!;
        Assert.Equal("sf:Account", record.Attribute(Instance + "type")!.Value);
        Assert.Equal((account, "Ada & <Co> 😀"), (record.Element(Enterprise + "Id")!.Value, record.Element(Enterprise + "Name")!.Value));
        Assert.Equal("2026-08-03T12:00:00.000Z", record.Element(Enterprise + "SystemModstamp")!.Value);
    }

    [Fact]
    public void A_message_has_the_form_of_salesforces_own_sample()
    {
        var specs = Environment.GetEnvironmentVariable("QTC_VENDOR_SPECS");
        Assert.SkipWhen(specs is null, "QTC_VENDOR_SPECS is not set");
        var sample = XDocument.Load(Path.Combine(specs, "salesforce", "Salesforce.xml"));
        var account = bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        bench.Org.TakeWebhooks();
        bench.Org.AddContact(account, "Ada Byron", "ada@example.com");
        using var request = Assert.Single(bench.Org.TakeWebhooks());

        // The fields of the record are for the administrator to choose, of which there is always the id.
        static IEnumerable<string> Form(XElement element) =>
            element.Name.Namespace == Enterprise
                ? element.Name.LocalName == "Id"
                    ? ["Id"]
                    : []
                : element
                    .Elements()
                    .DistinctBy(child => child.Name)
                    .SelectMany(Form)
                    .Select(path => $"{element.Name}/{path}")
                    .DefaultIfEmpty(element.Name.ToString());

        using var body = request.Content!.ReadAsStream();
        var told = XDocument.Load(body);
        Assert.Equal(Form(sample.Root!), Form(told.Root!));
        Assert.Equal("sf:Contact", told.Descendants(Outbound + "sObject").Single().Attribute(Instance + "type")!.Value);
    }

    [Fact]
    public void A_message_has_at_most_a_hundred_notifications_of_one_object_and_each_has_an_id_of_its_own()
    {
        for (var number = 0; number < 101; number++)
        {
            bench.Org.Put("Account", new JsonObject { ["Name"] = $"A{number}" });
        }

        bench.Org.Put("Contact", new JsonObject { ["LastName"] = "Ray" });
        var told = bench.Org.TakeWebhooks().Select(Notifications).ToList();
        Assert.Equal([100, 1, 1], told.Select(message => message.Elements(Outbound + "Notification").Count()));
        Assert.Equal(
            102,
            told.SelectMany(message => message.Elements(Outbound + "Notification"))
                .Select(each => each.Element(Outbound + "Id")!.Value)
                .Distinct(StringComparer.Ordinal)
                .Count()
        );
        Assert.Empty(bench.Org.TakeWebhooks());
    }

    [Fact]
    public void Every_change_is_a_notification_and_each_has_what_is_true_when_it_is_sent()
    {
        var account = bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        bench.Org.RenameAccount(account, "Bob");
        using var request = Assert.Single(bench.Org.TakeWebhooks());
        Assert.Equal(["Bob", "Bob"], Notifications(request).Descendants(Enterprise + "Name").Select(name => name.Value));
    }

    [Fact]
    public void Of_a_record_that_is_gone_by_then_nothing_is_told_but_that_something_was()
    {
        var account = bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        bench.Org.CloseAccount(account);
        using var request = Assert.Single(bench.Org.TakeWebhooks());
        var record = Assert.Single(Notifications(request).Descendants(Outbound + "sObject"));
        Assert.Equal(("true", ""), (record.Attribute(Instance + "nil")!.Value, record.Value));
    }

    [Fact]
    public void A_delete_is_not_told_nor_a_price_nor_what_the_hub_writes()
    {
        var account = bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        bench.Org.PutProduct("SKU-1", "Seat", [new("EUR", 1000)]);
        bench.Org.TakeWebhooks();
        bench.Org.CloseAccount(account);
        bench.Org.Put(
            "PricebookEntry",
            new JsonObject { ["Id"] = (string)bench.Org.Records("PricebookEntry")![0]!["Id"]!, ["UnitPrice"] = 11 }
        );
        bench.Org.Put("Invoice", JsonNode.Parse(PretendOrgBench.Invoice("R-1"))!.AsObject());
        Assert.Empty(bench.Org.TakeWebhooks());
        Assert.Null(bench.Org.Webhook("Invoice", (string)bench.Org.Records("Invoice")![0]!["Id"]!));
    }

    [Fact]
    public void The_latest_message_about_a_record_bears_its_latest_notification_again()
    {
        var account = bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        using var sent = Assert.Single(bench.Org.TakeWebhooks());
        using var again = bench.Org.Webhook("BillingAccount", account)!;
        Assert.Equal(Ids(sent), Ids(again));
        Assert.Null(bench.Org.Webhook("Account", "001000000000001AAA"));
    }

    [Fact]
    public void An_org_without_an_endpoints_secret_sends_nothing()
    {
        var silent = new PretendOrgBench(secret: null);
        var account = silent.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        Assert.Empty(silent.Org.TakeWebhooks());
        Assert.Null(silent.Org.Webhook("Account", account));
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "<Ack>true</Ack>")]
    [InlineData(503, Acknowledged)]
    public void What_is_not_acknowledged_comes_again_later_and_later(int status, string answer)
    {
        bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        using var first = Assert.Single(bench.Org.TakeWebhooks());
        bench.Org.Answered(first, status, answer);
        bench.Now = bench.Now.AddSeconds(29);
        Assert.Empty(bench.Org.TakeWebhooks());
        bench.Now = bench.Now.AddSeconds(1);
        using var second = Assert.Single(bench.Org.TakeWebhooks());
        Assert.Equal(Ids(first), Ids(second));
        bench.Org.Answered(second, status, answer);
        bench.Now = bench.Now.AddSeconds(59);
        Assert.Empty(bench.Org.TakeWebhooks());
        bench.Now = bench.Now.AddSeconds(1);
        using var third = Assert.Single(bench.Org.TakeWebhooks());
        bench.Org.Answered(third, 200, Acknowledged);
        bench.Now = bench.Now.AddHours(2);
        Assert.Empty(bench.Org.TakeWebhooks());
    }

    [Fact]
    public void After_a_day_a_message_is_dropped()
    {
        bench.Org.OpenAccount("Ada", null, "EUR", "DE", "de");
        var until = bench.Now.AddHours(25);
        var times = 0;
        while (bench.Now < until)
        {
            foreach (var request in bench.Org.TakeWebhooks())
            {
                times++;
                bench.Org.Answered(request, 500, "");
                request.Dispose();
            }

            bench.Now = bench.Now.AddSeconds(30);
        }

        // Half a minute, one, two … sixty-four, then every two hours.
        Assert.Equal(1 + 8 + 10, times);
    }

    [Theory]
    [InlineData(true, 200, Acknowledged)]
    [InlineData(true, 202, Acknowledged)]
    [InlineData(false, 500, Acknowledged)]
    [InlineData(false, 200, "{\"accepted\":true}")]
    [InlineData(
        false,
        200,
        "<notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack></notificationsResponse>"
    )]
    public void Only_success_with_the_document_acknowledges(bool acknowledges, int status, string body) =>
        Assert.Equal(acknowledges, SalesforceMessages.Acknowledges(status, body));

    [Fact]
    public void A_document_that_says_no_or_says_it_elsewhere_does_not_acknowledge()
    {
        Assert.False(SalesforceMessages.Acknowledges(200, Acknowledged.Replace("true", "false", StringComparison.Ordinal)));
        Assert.False(SalesforceMessages.Acknowledges(200, Acknowledged.Replace("/2005/09/", "/2006/09/", StringComparison.Ordinal)));
    }

    private static XElement Notifications(HttpRequestMessage request)
    {
        using var body = request.Content!.ReadAsStream();
        var notifications = XDocument.Load(body).Descendants(Outbound + "notifications").Single();
        body.Position = 0;
        return notifications;
    }

    private static IEnumerable<string> Ids(HttpRequestMessage request) =>
        [
            .. Notifications(request)
                .Elements(Outbound + "Notification")
                .Select(notification => notification.Element(Outbound + "Id")!.Value),
        ];
}
