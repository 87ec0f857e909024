using System.Text.Json;

namespace QtcHub.Connectors.Paperbox;

/// <summary>One call: the credential, the wire, and what the answer means.</summary>
internal sealed class PaperboxCalls(VendorHttp http, IPaperboxApi api, PaperboxOptions options, TimeProvider time)
{
    /// <summary>Sends one request; called once per attempt.</summary>
    public delegate Task<HttpResponseMessage> Send(IPaperboxApi api, string key, CancellationToken cancellationToken);

    /// <summary>The object that Paperbox answered, or a fault.</summary>
    public async Task<Outcome<JsonElement>> CallAsync(CallKind kind, Send send, CancellationToken cancellationToken)
    {
        if (options.FindApiKey() is not { Length: > 0 } key)
        {
            return new Fault.Unauthorized($"the credential {PaperboxOptions.ApiKey} does not resolve");
        }

        var called = await http.CallAsync(kind, token => send(api, key, token), cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (!answer.IsSuccess)
        {
            return PaperboxFaults.Of(kind, answer, time.GetUtcNow());
        }

        return VendorJson.TryParse(answer.Body, out var body) ? body : PaperboxFaults.Undecided(kind, "the answer is not a JSON object");
    }
}
