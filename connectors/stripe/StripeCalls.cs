using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Makes the reads: finds the key, calls, and judges the answer.</summary>
internal sealed class StripeCalls(VendorHttp http, IStripeApi api, StripeOptions options, TimeProvider time)
{
    public delegate Task<HttpResponseMessage> Read(IStripeApi api, string key, CancellationToken cancellationToken);

    public Task<Outcome<StripeAnswer>> GetAsync(string collection, string id, string[] expand, CancellationToken cancellationToken) =>
        ReadAsync((stripe, key, token) => stripe.GetAsync(collection, id, expand, key, token), cancellationToken);

    /// <summary>A good answer, Stripe's definite "no such record" as <see cref="StripeAnswer.Missing"/>, or a fault.</summary>
    public async Task<Outcome<StripeAnswer>> ReadAsync(Read read, CancellationToken cancellationToken)
    {
        if (options.FindApiKey() is not { Length: > 0 } key)
        {
            return new Fault.Unauthorized($"the credential {StripeOptions.ApiKey} does not resolve");
        }

        var called = await http.CallAsync(CallKind.Read, token => read(api, key, token), cancellationToken);
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (!answer.IsSuccess)
        {
            var error = StripeError.Of(answer);
            return error.IsMissingRecord ? StripeAnswer.Missing : StripeFaults.OfRead(error, answer, time.GetUtcNow());
        }

        if (answer.Date is not { } date)
        {
            return new Fault.Transient("the answer has no Date header, so how new it is cannot be told");
        }

        return VendorJson.TryParse(answer.Body, out var body)
            ? new StripeAnswer(body, date)
            : new Fault.Transient("the answer is not a JSON object");
    }

    /// <summary>Reads a list to its end, from wherever <paramref name="pages"/> are.</summary>
    public async Task<Fault?> ReadRestAsync(StripePages pages, Read next, CancellationToken cancellationToken)
    {
        while (pages.HasMore)
        {
            var read = await ReadAsync(next, cancellationToken);
            if (!read.TryGet(out var page, out var fault))
            {
                return fault;
            }

            if (page.IsMissing)
            {
                // The record was there a moment ago: it, or the entry to start after, went away between two pages.
                return new Fault.Transient("a list changed while it was read");
            }

            if (pages.Add(page.Body, page.Date) is { } unreadable)
            {
                return unreadable;
            }
        }

        return null;
    }
}

/// <summary>An object that Stripe answered, and its clock then.</summary>
internal sealed record StripeAnswer(JsonElement Body, DateTimeOffset Date)
{
    public static readonly StripeAnswer Missing = new(default, default);

    public bool IsMissing => ReferenceEquals(this, Missing);

    /// <summary>How new it is.</summary>
    public Marker AsRead => AsReadUntil(Date);

    /// <summary>What was put together from several answers is as old as the first and may be as new as the last.</summary>
    public Marker AsReadUntil(DateTimeOffset last) => new(Date - StripeOptions.ReadMargin, last + StripeOptions.ReadMargin);
}
