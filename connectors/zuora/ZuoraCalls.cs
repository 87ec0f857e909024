using System.Net;
using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>Makes the reads: finds a token, calls, and judges the answer. A query is a POST that changes nothing.</summary>
internal sealed class ZuoraCalls(VendorHttp http, IZuoraApi api, ZuoraAuth auth, ZuoraOptions options, TimeProvider time)
{
    public delegate Task<HttpResponseMessage> Read(IZuoraApi api, string token, CancellationToken cancellationToken);

    /// <summary>A good answer, Zuora's definite "no such record" as <see cref="ZuoraAnswer.Missing"/>, or a fault.</summary>
    public async Task<Outcome<ZuoraAnswer>> ReadAsync(Read read, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var called = await CallAsync(read, cancellationToken);
        var took = time.GetElapsedTime(began);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        var isObject = VendorJson.TryParse(answer.Body, out var body);
        var error = ZuoraError.Of(answer.Status, isObject ? body : default, options.FindSecrets());
        if (error.IsMissingRecord)
        {
            return ZuoraAnswer.Missing;
        }

        if (!answer.IsSuccess || error.IsRefusal)
        {
            return ZuoraFaults.OfRead(error, answer, time.GetUtcNow());
        }

        if (answer.Date is not { } date)
        {
            return new Fault.Transient("the answer has no Date header, so how new it is cannot be told");
        }

        return isObject ? new ZuoraAnswer(body, date, took) : new Fault.Transient("the answer is not a JSON object");
    }

    /// <summary>Where a token is refused that another call has used before, it has ended early: one more try with a new one tells that from a refused client.</summary>
    private async Task<Outcome<VendorAnswer>> CallAsync(Read read, CancellationToken cancellationToken)
    {
        var called = await SendAsync(read, cancellationToken);
        return called.TryGet(out var answer, out _) && answer.Status == HttpStatusCode.Unauthorized
            ? await SendAsync(read, cancellationToken)
            : called;
    }

    private async Task<Outcome<VendorAnswer>> SendAsync(Read read, CancellationToken cancellationToken)
    {
        var found = await auth.TokenAsync(cancellationToken);
        if (!found.TryGet(out var token, out var fault))
        {
            return fault;
        }

        var called = await http.CallAsync(CallKind.Read, cancel => read(api, token, cancel), cancellationToken);
        if (called.TryGet(out var answer, out _) && answer.Status == HttpStatusCode.Unauthorized)
        {
            await auth.RefuseAsync(token);
        }

        return called;
    }
}

/// <summary>An object that Zuora answered, its clock then, and how long the call took.</summary>
internal sealed record ZuoraAnswer(JsonElement Body, DateTimeOffset Date, TimeSpan Took)
{
    public static readonly ZuoraAnswer Missing = new(default, default, default);

    public bool IsMissing => ReferenceEquals(this, Missing);

    /// <summary>Which second had surely ended when it was asked for: nothing that is stamped until then can be missing from it, nor from what is asked for after it.</summary>
    public DateTimeOffset CompleteUntil => Date - Took - ZuoraSource.Settled;

    /// <summary>How new what bears no stamp may be.</summary>
    public Marker AsRead => new(Date - ZuoraOptions.ReadMargin, Date + ZuoraOptions.ReadMargin);
}
