using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// An outbound message: a SOAP 1.1 envelope with up to 100 notifications, each of one record. The session that it bears is not read and goes no further.
/// Source: SOAP API Developer Guide, "Understanding Outbound Messaging".
/// </summary>
/// <param name="Organization">The org that says it has sent it.</param>
/// <param name="Told">The records that it tells of.</param>
internal sealed record SalesforceMessage(string Organization, IReadOnlyList<SalesforceTold> Told)
{
    /// <summary>Salesforce's own limit.</summary>
    private const int MostNotifications = 100;

    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private static readonly XNamespace Outbound = "http://soap.sforce.com/2005/09/outbound";
    private static readonly XNamespace Schema = "http://www.w3.org/2001/XMLSchema-instance";

    // No document type, so no entity of a sender's own, and nothing is fetched.
    private static readonly XmlReaderSettings Hardened = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = SalesforceWebhook.BodyLimit,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The message of a body, or null where it is none.</summary>
    public static SalesforceMessage? Read(ReadOnlyMemory<byte> body)
    {
        var message = Parse(body)?.Element(Soap + "Body")?.Element(Outbound + "notifications");
        var notifications = message?.Elements(Outbound + "Notification").ToList() ?? [];
        // Of a record that was deleted meanwhile a notification says nothing: that it is gone a poll finds.
        var filled = notifications.Where(notification => notification.Element(Outbound + "sObject") is { HasElements: true }).ToList();
        var told = filled.Select(ToldBy).OfType<SalesforceTold>().ToList();
        return
            message?.Element(Outbound + "OrganizationId")?.Value.Trim() is { Length: > 0 } organization
            && notifications.Count is > 0 and <= MostNotifications
            && told.Count == filled.Count
            ? new SalesforceMessage(organization, told)
            : null;
    }

    private static XElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var text = new StringReader(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.Span).TrimStart('\uFEFF'));
            using var reader = XmlReader.Create(text, Hardened);
            var root = XDocument.Load(reader).Root;
            return root?.Name == Soap + "Envelope" ? root : null;
        }
        catch (Exception unreadable) when (unreadable is XmlException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static SalesforceTold? ToldBy(XElement notification)
    {
        var record = notification.Element(Outbound + "sObject");
        var type = record?.Attribute(Schema + "type")?.Value;
        // Both of Salesforce's own namespaces of objects, and no other element, call it Id.
        var id = record?.Elements().FirstOrDefault(field => field.Name.LocalName == "Id")?.Value;
        return
            notification.Element(Outbound + "Id")?.Value is { Length: > 0 } name && type is not null && SalesforceId.Read(id) is { } known
            ? new SalesforceTold(name, type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..], known)
            : null;
    }
}

/// <summary>"This record may have changed."</summary>
/// <param name="Name">The notification's id, the same when it is sent again.</param>
/// <param name="Object">The object, e.g. <c>Account</c>.</param>
/// <param name="Id">The record's id.</param>
internal sealed record SalesforceTold(string Name, string Object, string Id);
