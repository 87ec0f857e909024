using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>
/// The org's outbound messages: SOAP with up to a hundred notifications of one object, each with the record as it is when the message is sent, not as it was
/// when the notification was queued. A message that is not acknowledged is sent again, later and later, for a day.
/// </summary>
public sealed class SalesforceMessages
{
    /// <summary>How many notifications one message has at most.</summary>
    public const int MostNotifications = 100;

    private const string Outbound = "http://soap.sforce.com/2005/09/outbound";
    private const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string Schema = "http://www.w3.org/2001/XMLSchema";
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";
    private const string Enterprise = "urn:sobject.enterprise.soap.sforce.com";

    private static readonly HttpRequestOptionsKey<string> Description = new("description");
    private static readonly HttpRequestOptionsKey<long> Number = new("message");
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(2);
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly SalesforceOrg org;
    private readonly VendorSetup setup;
    private readonly string organization;
    private readonly List<Notification> queued = [];
    private readonly Dictionary<string, string> latest = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, Message> sent = [];
    private long notifications;
    private long messages;

    internal SalesforceMessages(SalesforceOrg org, VendorSetup setup, string organization) =>
        (this.org, this.setup, this.organization) = (org, setup, organization);

    /// <summary>Whether an endpoint's answer acknowledges a message: success, and the document that says so.</summary>
    public static bool Acknowledges(int status, string body)
    {
        try
        {
            var envelope = status is >= 200 and < 300 ? XDocument.Parse(body).Root : null;
            XNamespace soap = Soap;
            XNamespace outbound = Outbound;
            return envelope?.Name == soap + "Envelope"
                && envelope.Element(soap + "Body")?.Element(outbound + "notificationsResponse")?.Element(outbound + "Ack")?.Value == "true";
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>Queues a notification of a record that changed, where the org tells of its object.</summary>
    internal void Tell(Row row)
    {
        if (row.Of.Told is not null)
        {
            queued.Add(new Notification(Next(row), row));
        }
    }

    /// <summary>Takes the messages that are due. An org without an endpoint's secret has no endpoint and sends none.</summary>
    internal IReadOnlyList<HttpRequestMessage> TakeDue()
    {
        Message[] again = [.. sent.Values.Where(message => message.Due <= org.Now)];
        var fresh = queued
            .GroupBy(notification => notification.Row.Of)
            .SelectMany(group => group.Chunk(MostNotifications))
            .Select(chunk => new Message(++messages, chunk, org.Now))
            .ToArray();
        queued.Clear();
        foreach (var message in again)
        {
            message.Due = null;
        }

        return setup.WebhookSecret is null ? [] : [.. again.Concat(fresh).Select(Sent)];
    }

    /// <summary>The latest message about a record, or null where the org sends none.</summary>
    internal HttpRequestMessage? Latest(Row row) =>
        setup.WebhookSecret is null || row.Of.Told is null
            ? null
            : Sent(new Message(++messages, [new Notification(latest.GetValueOrDefault(row.Id) ?? Next(row), row)], org.Now));

    /// <summary>What an endpoint answered to a message: one that it does not acknowledge is due again after a while, until it is a day old.</summary>
    internal void Answered(HttpRequestMessage request, int status, string body)
    {
        if (!request.Options.TryGetValue(Number, out var number) || !sent.TryGetValue(number, out var message))
        {
            return;
        }

        var wait = message.Wait;
        if (Acknowledges(status, body) || org.Now + wait > message.First + Life)
        {
            sent.Remove(number);
            return;
        }

        message.Due = org.Now + wait;
        message.Wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
    }

    private string Next(Row row) => latest[row.Id] = SalesforceIds.Make("04l", ++notifications);

    private HttpRequestMessage Sent(Message message)
    {
        sent[message.Number] = message;
        var of = message.Notifications[0].Row.Of;
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri($"/?secret={Uri.EscapeDataString(setup.WebhookSecret!)}", UriKind.Relative)
        )
        {
            Content = new ByteArrayContent(Written(of, message.Notifications)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "text/xml; charset=UTF-8");
        request.Headers.TryAddWithoutValidation("SOAPAction", "\"\"");
        request.Options.Set(Number, message.Number);
        request.Options.Set(
            Description,
            $"{of.Name} {message.Notifications[0].Row.Id} and {(message.Notifications.Count - 1).ToString(CultureInfo.InvariantCulture)} more"
        );
        return request;
    }

    private byte[] Written(SObject of, IReadOnlyList<Notification> told)
    {
        using var stream = new MemoryStream();
        using (
            var writer = XmlWriter.Create(
                stream,
                new XmlWriterSettings
                {
                    Encoding = new UTF8Encoding(false),
                    Indent = true,
                    IndentChars = " ",
                }
            )
        )
        {
            writer.WriteStartElement("soapenv", "Envelope", Soap);
            writer.WriteAttributeString("xmlns", "xsd", null, Schema);
            writer.WriteAttributeString("xmlns", "xsi", null, Instance);
            writer.WriteStartElement("Body", Soap);
            writer.WriteStartElement("notifications", Outbound);
            WriteHead(writer, of);
            foreach (var notification in told)
            {
                writer.WriteStartElement("Notification", Outbound);
                writer.WriteElementString("Id", Outbound, notification.Id);
                WriteRecord(writer, notification.Row);
                writer.WriteEndElement();
            }
        }

        return stream.ToArray();
    }

    private void WriteHead(XmlWriter writer, SObject of)
    {
        var host = $"https://{setup.System}.my.salesforce.com/services/Soap";
        writer.WriteElementString("OrganizationId", Outbound, organization);
        writer.WriteElementString(
            "ActionId",
            Outbound,
            SalesforceIds.Make("04k", SalesforceObjects.All.Index().First(known => known.Item == of).Index + 1)
        );
        writer.WriteElementString("SessionId", Outbound, Session());
        writer.WriteElementString("EnterpriseUrl", Outbound, $"{host}/c/62.0/{organization[..15]}");
        writer.WriteElementString("PartnerUrl", Outbound, $"{host}/u/62.0/{organization[..15]}");
    }

    // Of a record that is gone by the time there is nothing to tell.
    private static void WriteRecord(XmlWriter writer, Row row)
    {
        writer.WriteStartElement("sObject", Outbound);
        if (row.IsDeleted)
        {
            writer.WriteAttributeString("nil", Instance, "true");
            writer.WriteEndElement();
            return;
        }

        writer.WriteAttributeString("xmlns", "sf", null, Enterprise);
        writer.WriteAttributeString("type", Instance, $"sf:{row.Of.Name}");
        writer.WriteElementString("Id", Enterprise, row.Id);
        foreach (var field in row.Of.Told!)
        {
            if (row[field] is { } value)
            {
                writer.WriteElementString(field, Enterprise, Plain(SalesforceValues.Xml(row.Of[field], value)));
            }
        }

        writer.WriteEndElement();
    }

    // XML has no way to say most control characters.
    private static string Plain(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => rune.Value is '\t' or '\n' or '\r' or (>= ' ' and not (0xFFFE or 0xFFFF))));

    // What a hub must neither keep nor use: no session of the org has it.
    private string Session() =>
        $"{organization[..15]}!AR{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"pretend salesforce {setup.System} message session")))}";

    private sealed record Notification(string Id, Row Row);

    private sealed class Message(long number, IReadOnlyList<Notification> notifications, DateTimeOffset first)
    {
        public long Number => number;

        public IReadOnlyList<Notification> Notifications => notifications;

        public DateTimeOffset First => first;

        public DateTimeOffset? Due { get; set; }

        public TimeSpan Wait { get; set; } = FirstWait;
    }
}
