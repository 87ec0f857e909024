using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>How one writing call ended.</summary>
internal abstract record ZuoraSent
{
    private ZuoraSent() { }

    /// <summary>Zuora's definite yes.</summary>
    public sealed record Done(JsonElement Body) : ZuoraSent;

    /// <summary>A definite no, or an answer that was lost.</summary>
    public sealed record Failed(Fault Fault) : ZuoraSent;

    /// <summary>Zuora says that it broke down over it: it is at work on it no more, and whether anything came of it has to be looked at.</summary>
    public sealed record Broke(string Reason) : ZuoraSent;
}

/// <summary>Makes the writing calls. A POST goes under a key; a PUT says how a record shall be, takes no key, and may be said twice.</summary>
internal sealed class ZuoraWriterCalls(VendorHttp http, IZuoraApi api, ZuoraAuth auth, ZuoraOptions options, TimeProvider time)
{
    public delegate Task<HttpResponseMessage> Send(IZuoraApi api, HttpContent? body, string token, CancellationToken cancellationToken);

    /// <summary>Makes something, once per key, as one call of a write.</summary>
    public Task<ZuoraSent> PostAsync(WriteRequest request, JsonObject body, Send send, CancellationToken cancellationToken) =>
        CallAsync(CallKind.KeyedWrite(request.SendBefore), body, send, cancellationToken);

    /// <summary>Changes something that is there, as one call of a write.</summary>
    public Task<ZuoraSent> PutAsync(WriteRequest request, JsonObject body, Send send, CancellationToken cancellationToken) =>
        CallAsync(CallKind.Write(request.SendBefore), body, send, cancellationToken);

    private async Task<ZuoraSent> CallAsync(CallKind kind, JsonObject body, Send send, CancellationToken cancellationToken)
    {
        var called = await SendAsync(kind, body, send, cancellationToken);
        if (called.TryGet(out var answer, out _) && answer.Status == HttpStatusCode.Unauthorized)
        {
            // It was turned away at the door, so nothing was done; one more try tells a token that ended early from a refused client.
            called = await SendAsync(kind, body, send, cancellationToken);
        }

        if (!called.TryGet(out answer, out var fault))
        {
            return new ZuoraSent.Failed(fault);
        }

        var isObject = VendorJson.TryParse(answer.Body, out var parsed);
        var unspeakable = options.FindSecrets().Concat(ZuoraWriterBody.PersonalTexts(body));
        var error = ZuoraError.Of(answer.Status, isObject ? parsed : default, [.. unspeakable]);
        return error.IsRefusal && answer.FollowsLost ? new ZuoraSent.Failed(new Fault.Ambiguous($"a try was lost; the next: {error.Text}"))
            : !answer.IsSuccess || error.IsRefusal ? ZuoraWriterFaults.Of(error, answer, time.GetUtcNow(), kind.IsKeyed)
            : isObject ? new ZuoraSent.Done(parsed)
            : new ZuoraSent.Failed(new Fault.Ambiguous("the answer is not a JSON object"));
    }

    private async Task<Outcome<VendorAnswer>> SendAsync(CallKind kind, JsonObject body, Send send, CancellationToken cancellationToken)
    {
        var found = await auth.TokenAsync(cancellationToken);
        if (!found.TryGet(out var token, out var fault))
        {
            return fault;
        }

        var called = await http.CallAsync(
            kind,
            async cancel =>
            {
                using var content = body.Count == 0 ? null : ZuoraWriterBody.Content(body);
                return await send(api, content, token, cancel);
            },
            cancellationToken
        );
        if (called.TryGet(out var answer, out _) && answer.Status == HttpStatusCode.Unauthorized)
        {
            await auth.RefuseAsync(token);
        }

        return called;
    }
}

/// <summary>Status, category and whether there was a key → what became of a write. README, "What an answer means", is the same table.</summary>
internal static class ZuoraWriterFaults
{
    public static ZuoraSent Of(ZuoraError error, VendorAnswer answer, DateTimeOffset now, bool isKeyed) =>
        (error.Status, error.Category) switch
        {
            (HttpStatusCode.TooManyRequests, _) => Failed(new Fault.RateLimited(ZuoraFaults.WaitOf(answer, now), error.Text)),
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) or (_, 10 or 11) => Failed(new Fault.Unauthorized(error.Text)),
            (HttpStatusCode.Conflict, _) when isKeyed => Failed(new Fault.Ambiguous("a request under the same key is still at work")),
            (HttpStatusCode.Conflict, _) => Failed(new Fault.Conflict(error.Text)),
            (HttpStatusCode.UnprocessableContent, _) when isKeyed => Failed(
                new Fault.Rejected("key-of-another-request", "the idempotency key has been used with another request")
            ),
            (HttpStatusCode.InternalServerError, _) => new ZuoraSent.Broke(error.Text),
            (HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError, _) => Failed(new Fault.Ambiguous(error.Text)),
            (_, (>= 60 and <= 69) or 99) => new ZuoraSent.Broke(error.Text),
            (_, 50 or 70) => Failed(NotNow(error, answer, now, isKeyed)),
            _ => Failed(new Fault.Rejected(error.Code, error.Text)),
        };

    /// <summary>Zuora keeps a refusal under its key for a day, so what it refuses for the moment is asked again under another key.</summary>
    private static Fault NotNow(ZuoraError error, VendorAnswer answer, DateTimeOffset now, bool isKeyed) =>
        isKeyed ? new Fault.Conflict(error.Text)
        : error.Category == 70 ? new Fault.RateLimited(ZuoraFaults.WaitOf(answer, now), error.Text)
        : new Fault.Transient(error.Text);

    private static ZuoraSent.Failed Failed(Fault fault) => new(fault);
}
