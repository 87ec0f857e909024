using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>The tenant's API: who may come in, how often, once per key; then the operation; and how a refusal looks.</summary>
internal sealed class ZuoraAnswers(
    ZuoraState state,
    ZuoraDoor door,
    ZuoraLimits limits,
    ZuoraReplays replays,
    IReadOnlyList<Func<ZuoraCall, ZuoraReply?>> operations
)
{
    private const string Track = "Zuora-Track-Id";

    private long requests;

    public HttpResponseMessage Answer(HttpRequestMessage request)
    {
        requests++;
        var call = ZuoraCall.Of(request);
        var (left, reset) = limits.Take(request.Method == HttpMethod.Get);
        var reply = left < 0 ? TooMany() : Judge(request, call);
        var response = new HttpResponseMessage((HttpStatusCode)reply.Status)
        {
            Content = new StringContent(ZuoraJson.Plain(reply.Body)!.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        // On a wire the header has whole seconds; a caller in-process must see no more.
        response.Headers.Date = DateTimeOffset.FromUnixTimeSeconds(state.Now.ToUnixTimeSeconds());
        response.Headers.TryAddWithoutValidation("Zuora-Request-Id", RequestId());
        response.Headers.TryAddWithoutValidation("RateLimit-Limit", $"{Text(limits.PerMinute)}, {Text(limits.PerMinute)};w=60");
        response.Headers.TryAddWithoutValidation("RateLimit-Remaining", Text(Math.Max(0, left)));
        response.Headers.TryAddWithoutValidation("RateLimit-Reset", Text(reset));
        if (reply.Status == 401)
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer realm=Zuora API");
        }

        if (request.Headers.TryGetValues(Track, out var track))
        {
            response.Headers.TryAddWithoutValidation(Track, track);
        }

        return response;
    }

    private ZuoraReply Judge(HttpRequestMessage request, ZuoraCall call)
    {
        if (call is { Method: "POST", Path: ["oauth", "token"] })
        {
            return door.Token(call);
        }

        if (!door.Admits(request))
        {
            return call.IsObjectStyle
                ? new ZuoraReply(401, new JsonObject { ["message"] = "Authentication error" })
                : new ZuoraReply(401, Refused("90000011", "This resource is protected, please sign in first."));
        }

        return call.Method is "POST" or "PATCH" && request.Headers.TryGetValues(ZuoraReplays.Header, out var keys)
            ? replays.Once(string.Join(", ", keys), call, () => Operate(call))
            : Operate(call);
    }

    private ZuoraReply Operate(ZuoraCall call)
    {
        try
        {
            return operations.Select(operation => operation(call)).FirstOrDefault(reply => reply is not null)
                ?? new ZuoraReply(404, Refused("50000040", "The requested resource cannot be found."));
        }
        catch (ZuoraRefusal refusal)
        {
            return Refuse(call, refusal);
        }
    }

    // A business error comes with 200 but where an object is asked for or made.
    private ZuoraReply Refuse(ZuoraCall call, ZuoraRefusal refusal)
    {
        if (!call.IsObjectStyle)
        {
            return new ZuoraReply(200, Refused(Text(refusal.Code), refusal.Text));
        }

        if (call.Method == "GET")
        {
            return new ZuoraReply(
                404,
                new JsonObject
                {
                    ["records"] = new JsonArray(),
                    ["size"] = 0,
                    ["done"] = true,
                }
            );
        }

        var code = (refusal.Code % 100) switch
        {
            20 => "INVALID_VALUE",
            40 => "INVALID_ID",
            90 => "MALFORMED_QUERY",
            _ => "TRANSACTION_FAILED",
        };
        return new ZuoraReply(
            400,
            new JsonObject
            {
                ["Success"] = false,
                ["Errors"] = new JsonArray(new JsonObject { ["Code"] = code, ["Message"] = refusal.Text }),
            }
        );
    }

    private static ZuoraReply TooMany() =>
        new(
            429,
            new JsonObject
            {
                ["reasons"] = new JsonArray(new JsonObject { ["code"] = "70000070", ["message"] = "The request limit is exceeded." }),
            }
        );

    private JsonObject Refused(string code, string message) =>
        new()
        {
            ["success"] = false,
            ["processId"] = RequestId().Replace("-", "", StringComparison.Ordinal)[..16].ToUpperInvariant(),
            ["reasons"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }),
        };

    // A new one each time, of a repetition too.
    private string RequestId() => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"request {Text(requests)}")).AsSpan(0, 16)).ToString();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
