using System.Text;
using System.Xml.Linq;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Webhooks;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class SalesforceWebhookTests
{
    private const string Organization = "00D1I000003qqqEUAQ";
    private const string Session = "00D1I000003qqqE!AQsAQOjGFnFJzGPA12yhUGL9Aii0N6lADjH2bNUBHRer5QjjTq3";

    private readonly SalesforceWire wire = new();

    public SalesforceWebhookTests()
    {
        wire.Secrets["webhookSecret"] = "right&secret";
        wire.Settings["organization"] = Organization;
    }

    public static TheoryData<string, string> Forged { get; } =
        new()
        {
            { "", "secret-missing" },
            { "?other=right%26secret", "secret-missing" },
            { "?secret=", "secret-mismatch" },
            { "?secret=wrong", "secret-mismatch" },
            { "?secret=right", "secret-mismatch" },
            { "?secret=right%26secret2", "secret-mismatch" },
            { "?secret=RIGHT%26SECRET", "secret-mismatch" },
            { "?secret=wrong&secret=right%26secret", "secret-mismatch" },
        };

    public static TheoryData<string> NoMessages { get; } =
    [
        "",
        "{}",
        "<a/>",
        "<soapenv:Envelope xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/'><soapenv:Body/></soapenv:Envelope>",
        Message("").Replace("Envelope", "Parcel", StringComparison.Ordinal),
        Message(""),
        Message(Notification("Account", "not an id")),
        Message(Notification("Account", "0011I000003qqqEQAQ").Replace("Id", "Key", StringComparison.Ordinal)),
        Message(string.Concat(Enumerable.Repeat(Notification("Account", "0011I000003qqqEQAQ"), 101))),
        "<!DOCTYPE soapenv:Envelope [<!ENTITY e 'x'>]>" + Message(Notification("Account", "0011I000003qqqEQAQ")),
        "<!DOCTYPE x SYSTEM 'http://elsewhere.invalid/x.dtd'>" + Message(Notification("Account", "0011I000003qqqEQAQ")),
        Message(Notification("Account", "&e;")),
        Message(Notification("Account", "0011I000003qqqEQAQ"))[..^5],
    ];

    [Fact]
    public void A_message_is_kept_as_which_records_it_tells_of_and_nothing_else_of_it_is()
    {
        var verified = Verified(
            Message(Notification("Account", "0011I000003qqqE", "04l1"), Notification("Order", "8011I000003qqqEQAQ", "04l2"))
        );

        Assert.Null(verified.EventId);
        Assert.Equal(
            """{"told":[{"name":"04l1","object":"Account","id":"0011I000003qqqEQAQ"},{"name":"04l2","object":"Order","id":"8011I000003qqqEQAQ"}]}""",
            Encoding.UTF8.GetString(verified.Kept.Span)
        );
    }

    [Fact]
    public void The_session_of_a_message_is_in_nothing_that_is_kept()
    {
        var kept = Encoding.UTF8.GetString(Verified(Message(Notification("Account", "0011I000003qqqEQAQ"))).Kept.Span);

        Assert.DoesNotContain("AQsAQ", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("Secretive", kept, StringComparison.Ordinal);
    }

    [Fact]
    public void A_notification_of_a_record_that_was_deleted_meanwhile_tells_of_nothing_and_hides_no_other()
    {
        const string emptied =
            "<Notification><Id>04l1</Id><sObject xsi:type=\"sf:Account\" /></Notification><Notification><Id>04l2</Id></Notification>";
        var verified = Verified(Message(emptied, Notification("Contact", "0031I000003qqqEQAQ")));

        Assert.Equal(
            "Contact 0031I000003qqqEQAQ",
            string.Join(' ', Notices(verified).Select(notice => $"{notice.ExternalType} {notice.ExternalId}"))
        );
    }

    [Fact]
    public void Messages_recorded_from_an_org_are_read()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("QTC_VENDOR_SPECS") is { Length: > 0 }, "no QTC_VENDOR_SPECS");
        wire.Settings["organization"] = "012345678901234";
        var recorded = File.ReadAllText(
            Path.Combine(Environment.GetEnvironmentVariable("QTC_VENDOR_SPECS")!, "salesforce", "Salesforce.xml")
        );

        Assert.Equal(
            ["Contact 0031I0000081tbPQAQ", "Contact 0031I0000081tb0QAA"],
            Notices(Verified(recorded)).Select(notice => $"{notice.ExternalType} {notice.ExternalId}")
        );
    }

    [Theory]
    [MemberData(nameof(Forged))]
    public void A_message_without_the_secret_is_refused(string query, string rule) =>
        Assert.Equal(new WebhookVerdict.Refused(rule), Verify(Message(Notification("Account", "0011I000003qqqEQAQ")), query));

    [Theory]
    [InlineData("hub:right&secret", null)]
    [InlineData(":right&secret", null)]
    [InlineData("hub:wrong", "secret-mismatch")]
    [InlineData("right&secret", "secret-missing")]
    public void What_is_on_the_way_may_add_the_secret_as_a_password(string pair, string? rule)
    {
        var header = ("authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}");
        var verdict = Webhook.Verify(Bench.Webhook(Message(Notification("Account", "0011I000003qqqEQAQ")), header));

        Assert.Equal(rule, verdict is WebhookVerdict.Refused refused ? refused.Rule : null);
        Assert.Equal(rule is null, verdict is WebhookVerdict.Verified);
    }

    [Theory]
    [InlineData("00D1I000003qqqFUAQ")]
    [InlineData("00d1i000003qqqeUAQ")]
    [InlineData("00D1I000003qqq")]
    [InlineData("")]
    public void A_message_of_another_org_is_refused_though_it_has_the_secret(string organization)
    {
        var verdict = Verify(
            Message(Notification("Account", "0011I000003qqqEQAQ")).Replace(Organization, organization, StringComparison.Ordinal)
        );

        Assert.IsNotType<WebhookVerdict.Verified>(verdict);
    }

    [Theory]
    [InlineData("00D1I000003qqqE", Organization)]
    [InlineData(Organization, "00D1I000003qqqE")]
    public void An_org_is_itself_in_either_length_of_its_id(string set, string sent)
    {
        wire.Settings["organization"] = set;

        Assert.IsType<WebhookVerdict.Verified>(
            Verify(Message(Notification("Account", "0011I000003qqqEQAQ")).Replace(Organization, sent, StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Without_the_org_s_id_no_message_is_believed()
    {
        wire.Settings.Remove("organization");

        Assert.Equal(new WebhookVerdict.Refused("organization-not-set"), Verify(Message(Notification("Account", "0011I000003qqqEQAQ"))));
    }

    [Theory]
    [InlineData("?secret=right%26secret")]
    [InlineData("?secret=next")]
    public void While_a_secret_is_rotated_there_are_two(string query)
    {
        wire.Secrets["webhookSecret"] = "next\nright&secret ";

        Assert.IsType<WebhookVerdict.Verified>(Verify(Message(Notification("Account", "0011I000003qqqEQAQ")), query));
    }

    [Theory]
    [MemberData(nameof(NoMessages))]
    public void What_is_no_message_is_refused_and_no_entity_of_its_own_is_read(string body) =>
        Assert.Equal(new WebhookVerdict.Unreadable("envelope-unreadable"), Verify(body));

    [Fact]
    public void The_answer_is_the_acknowledgement_that_Salesforce_waits_for()
    {
        var (mediaType, body) = new SalesforceKind().Facts.Acknowledgement!;

        XNamespace outbound = "http://soap.sforce.com/2005/09/outbound";
        Assert.Equal("text/xml", mediaType);
        Assert.Equal(
            "true",
            XDocument.Parse(body).Descendants(outbound + "notificationsResponse").Single().Element(outbound + "Ack")!.Value
        );
    }

    [Theory]
    [InlineData("Account", "AccountCustomers AccountBilling")]
    [InlineData("Contact", "Contact")]
    [InlineData("Product2", "Product2")]
    [InlineData("PricebookEntry", "PricebookEntry")]
    [InlineData("Order", "Order")]
    [InlineData("OrderItem", "OrderItem")]
    [InlineData("Opportunity", "")]
    [InlineData("OpportunityLineItem", "")]
    [InlineData("Lead", "")]
    public void A_row_is_told_of_as_every_record_that_it_is_or_is_part_of(string type, string notices) =>
        Assert.Equal(
            notices,
            string.Join(' ', Notices(Verified(Message(Notification(type, "0011I000003qqqEQAQ")))).Select(notice => notice.ExternalType))
        );

    [Fact]
    public void Where_each_account_is_a_customer_it_is_told_of_as_one_whatever_it_is_under()
    {
        wire.Settings["customers"] = "all";
        var told = Notices(Verified(Message(Notification("Account", "0011I000003qqqEQAQ"))));

        Assert.Equal(["Account", "AccountBilling"], told.Select(notice => notice.ExternalType));
    }

    [Theory]
    [InlineData("orders", "Order OrderItem")]
    [InlineData("opportunities", "Opportunity OpportunityLineItem")]
    [InlineData("both", "Order OrderItem Opportunity OpportunityLineItem")]
    public void What_an_order_is_is_a_setting(string orders, string notices)
    {
        wire.Settings["orders"] = orders;
        string[] objects = ["Order", "OrderItem", "Opportunity", "OpportunityLineItem"];
        var told = Notices(Verified(Message([.. objects.Select(name => Notification(name, "8011I000003qqqEQAQ"))])));

        Assert.Equal(notices, string.Join(' ', told.Select(notice => notice.ExternalType)));
        Assert.All(told, notice => Assert.Equal((Marker.AnyTime, null), (notice.Marker, notice.Embedded)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"told":[{"object":"Account"}]}""")]
    [InlineData("""{"told":[{"id":"0011I000003qqqEQAQ"}]}""")]
    [InlineData("""{"told":[1]}""")]
    public void A_delivery_that_was_kept_otherwise_is_invalid(string body) =>
        Assert.IsType<Fault.Invalid>(Webhook.ReadNotices(Encoding.UTF8.GetBytes(body)).Fault);

    private IWebhookSource Webhook => (IWebhookSource)wire.Connect();

    private static string Notification(string type, string id, string name = "04l1I000000fztEQAQ") =>
        $"""
            <Notification><Id>{name}</Id><sObject xsi:type="sf:{type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
            <sf:Id>{id}</sf:Id><sf:Name>Secretive Ltd</sf:Name></sObject></Notification>
            """;

    private static string Message(params string[] notifications) =>
        $"""
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">
            <OrganizationId>{Organization}</OrganizationId><ActionId>04k1I000000bmsHQAQ</ActionId><SessionId>{Session}</SessionId>
            {string.Concat(notifications)}</notifications></soapenv:Body></soapenv:Envelope>
            """;

    private WebhookVerdict Verify(string body, string query = "?secret=right%26secret") =>
        Webhook.Verify(Bench.Webhook(body) with { Query = query });

    private WebhookVerdict.Verified Verified(string body) => Assert.IsType<WebhookVerdict.Verified>(Verify(body));

    private IReadOnlyList<Notice> Notices(WebhookVerdict.Verified verified) => Webhook.ReadNotices(verified.Kept).Value;
}
