using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>The org's API: who may come in, how often, then the resource; and how a refusal looks.</summary>
internal sealed partial class SalesforceAnswers(
    SalesforceOrg org,
    SalesforceDoor door,
    SalesforceUsage usage,
    IReadOnlyList<Func<SalesforceCall, SalesforceReply?>> resources
)
{
    private const int LongestAddress = 16384;

    public HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var call = SalesforceCall.Of(request);
        var reply = call.Path is ["oauth2", "token"] ? SignIn(call) : Guarded(call);
        var response = new HttpResponseMessage((HttpStatusCode)reply.Status) { Content = new ByteArrayContent([]) };
        if (reply.Body is { } body)
        {
            response.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        // On a wire the header has whole seconds; a caller in-process must see no more.
        response.Headers.Date = org.Now;
        foreach (var (name, value) in reply.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    private SalesforceReply SignIn(SalesforceCall call) =>
        call.Method == "POST" ? door.Token(call) : Refused(SalesforceRefusal.NotAllowed(call.Method));

    private SalesforceReply Guarded(SalesforceCall call)
    {
        if (call.Request.RequestUri!.OriginalString.Length > LongestAddress)
        {
            return new SalesforceReply(414);
        }

        if (!door.Admits(call.Request))
        {
            return Refused(new SalesforceRefusal(401, "INVALID_SESSION_ID", "Session expired or invalid"));
        }

        var admitted = usage.Take();
        var reply = admitted
            ? Operate(call)
            : Refused(new SalesforceRefusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
        reply.Headers["Sforce-Limit-Info"] =
            $"api-usage={usage.Used.ToString(CultureInfo.InvariantCulture)}/{usage.PerDay.ToString(CultureInfo.InvariantCulture)}";
        return reply;
    }

    private SalesforceReply Operate(SalesforceCall call)
    {
        try
        {
            return (call.Path is ["data", var version, _, ..] && Version().IsMatch(version) ? Find(call) : null)
                ?? throw SalesforceRefusal.NotFound();
        }
        catch (SalesforceRefusal refusal)
        {
            return Refused(refusal);
        }
    }

    private SalesforceReply? Find(SalesforceCall call) =>
        resources.Select(resource => resource(call)).FirstOrDefault(reply => reply is not null);

    private static SalesforceReply Refused(SalesforceRefusal refusal) => new(refusal.Status, new JsonArray(refusal.Told));

    [GeneratedRegex(@"^v[2-9][0-9]\.0$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}

/// <summary>
/// How many calls an org takes in a day, reads and writes together. The limit that a served org has is one that nobody reaches: a journal repeats no reads, so
/// after it the count is lower than it was.
/// </summary>
internal sealed class SalesforceUsage(Func<DateTimeOffset> now)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private DateTimeOffset began;

    public int PerDay { get; set; } = 5_000_000;

    public int Used { get; private set; }

    /// <summary>Counts a call; false where the day's are used up.</summary>
    public bool Take()
    {
        if (now() >= began + Day)
        {
            (began, Used) = (now(), 0);
        }

        if (Used >= PerDay)
        {
            return false;
        }

        Used++;
        return true;
    }
}
