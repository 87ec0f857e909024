using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>What the org does not do: the status of the answer, the code for machines, the words for people, and the fields it is about.</summary>
internal sealed class SalesforceRefusal(int status, string code, string message, params string[] fields) : ArgumentException(message)
{
    public int Status => status;

    public string Code => code;

    /// <summary>As an answer tells it; fields only where a record was judged.</summary>
    public JsonObject Told
    {
        get
        {
            var told = new JsonObject { ["message"] = Message, ["errorCode"] = code };
            if (IsOfRecord)
            {
                told["fields"] = new JsonArray([.. fields.Select(name => JsonValue.Create(name))]);
            }

            return told;
        }
    }

    /// <summary>Whether it is a record's content that is refused, rather than the request.</summary>
    public bool IsOfRecord { get; private init; }

    public static SalesforceRefusal NotFound() => new(404, "NOT_FOUND", "The requested resource does not exist");

    public static SalesforceRefusal NotAllowed(string method) =>
        new(405, "METHOD_NOT_ALLOWED", $"HTTP Method '{method}' not allowed. Allowed are other methods");

    public static SalesforceRefusal Unreadable(string message) => new(400, "JSON_PARSER_ERROR", message);

    public static SalesforceRefusal Malformed(string message) => new(400, "MALFORMED_QUERY", message);

    public static SalesforceRefusal InvalidField(string message) => new(400, "INVALID_FIELD", message);

    public static SalesforceRefusal InvalidType(string name) => new(400, "INVALID_TYPE", $"sObject type '{name}' is not supported.");

    /// <summary>The content of a record is refused.</summary>
    public static SalesforceRefusal Record(string code, string message, params string[] fields) =>
        new(400, code, message, fields) { IsOfRecord = true };

    /// <summary>A rule between records is broken.</summary>
    public static SalesforceRefusal Integrity(string message, params string[] fields) =>
        Record("FIELD_INTEGRITY_EXCEPTION", message, fields);

    public static void Require(bool allowed, string message, params string[] fields)
    {
        if (!allowed)
        {
            throw Integrity(message, fields);
        }
    }
}
