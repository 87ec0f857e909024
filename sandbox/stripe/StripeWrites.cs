using System.Net;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>
/// Customers written over the API. What was answered under a key is answered again for a day, failures of Stripe's own included; a key that comes with
/// other words is refused.
/// </summary>
internal sealed class StripeWrites(StripeState state, StripeHands hands)
{
    private const long KeyLife = 86_400;
    private const int LongestName = 256;

    private readonly Dictionary<string, KeptAnswer> kept = new(StringComparer.Ordinal);

    /// <summary>Whether the next write fails at Stripe, and if so whether only after it was done.</summary>
    public bool? FailsNext { get; set; }

    public Reply Answer(string? key, string? id, string form, Dictionary<string, string> fields, out bool isReplay)
    {
        isReplay = false;
        var asked = $"{id}?{form}";
        if (key is not null && kept.TryGetValue(key, out var known) && state.Now - known.At < KeyLife)
        {
            isReplay = known.Asked == asked;
            return isReplay
                ? known.Reply
                : StripeAnswers.Refuse(
                    HttpStatusCode.BadRequest,
                    null,
                    "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                    "idempotency_error"
                );
        }

        var reply = FailsNext is { } isDone ? Fail(isDone, id, fields) : Write(id, fields);
        FailsNext = null;
        // What was refused before anything began is not kept.
        if (key is not null && (int)reply.Status is < 400 or >= 500)
        {
            kept[key] = new KeptAnswer(asked, state.Now, reply);
        }

        return reply;
    }

    private Reply Fail(bool isDone, string? id, Dictionary<string, string> fields)
    {
        if (isDone)
        {
            Write(id, fields);
        }

        return StripeAnswers.Refuse(HttpStatusCode.InternalServerError, null, "An unknown error occurred", "api_error");
    }

    private Reply Write(string? id, Dictionary<string, string> fields)
    {
        if (id is not null && (state.Find("customer", id) is null || state.IsDeleted(id)))
        {
            return StripeAnswers.Missing("customer", id);
        }

        var record = new JsonObject();
        foreach (var (name, value) in fields)
        {
            var parts = name.TrimEnd(']').Split('[');
            JsonNode? given = value.Length == 0 ? null : value;
            if (parts is ["name" or "email" or "phone" or "description" or "tax_exempt"])
            {
                record[parts[0]] = given;
            }
            else if (parts is ["address" or "metadata", _])
            {
                (record[parts[0]] ??= new JsonObject())[parts[1]] = given;
            }
            else
            {
                return StripeAnswers.Refuse(HttpStatusCode.BadRequest, "parameter_unknown", $"Received unknown parameter: {parts[0]}");
            }
        }

        if (record.TextOrNull("name") is { Length: > LongestName })
        {
            return StripeAnswers.Refuse(HttpStatusCode.BadRequest, null, "Invalid string: must be at most 256 characters");
        }

        if (record.TextOrNull("tax_exempt") is not (null or "none" or "exempt" or "reverse"))
        {
            return StripeAnswers.Refuse(HttpStatusCode.BadRequest, null, "Invalid tax_exempt: must be one of none, exempt, or reverse");
        }

        if (id is not null)
        {
            record["id"] = id;
        }

        return new Reply(HttpStatusCode.OK, hands.Put("customer", record).ToJsonString());
    }

    /// <summary>What was asked under a key, when, and what was answered.</summary>
    private sealed record KeptAnswer(string Asked, long At, Reply Reply);
}
