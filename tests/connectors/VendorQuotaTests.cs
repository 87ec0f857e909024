using System.Net;
using System.Net.Http.Headers;
using QtcHub.Connectors;
using QtcHub.Connectors.Stripe;
using Xunit;

namespace QtcHub.Tests.Connectors;

public sealed class VendorQuotaTests
{
    public static TheoryData<string, Quota> Named { get; } =
        new()
        {
            { "RateLimit-Remaining: 98", Of(98) },
            { "RateLimit-Remaining: 98 | RateLimit-Limit: 100 | RateLimit-Reset: 60", Of(98, 100, Bench.Noon.AddSeconds(60)) },
            { "ratelimit-remaining: 0 | ratelimit-limit: 100, 100;w=60, 5000;w=3600", Of(0, 100) },
            { "RateLimit-Remaining: 7;w=60", Of(7) },
            { "X-RateLimit-Remaining: 3 | X-RateLimit-Reset: 1785758460", Of(3, null, Bench.Noon.AddSeconds(60)) },
            { "X-RateLimit-Remaining: 3 | X-RateLimit-Reset: 1785758460000", Of(3, null, Bench.Noon.AddSeconds(60)) },
            { "X-Rate-Limit-Remaining: 2 | X-Rate-Limit-Limit: 10", Of(2, 10) },
            { "RateLimit-Remaining: 1 | X-RateLimit-Remaining: 2", Of(1) },
            { "RateLimit-Remaining: 1 | RateLimit-Limit: many | RateLimit-Reset: tomorrow", Of(1) },
            {
                "RateLimit-Remaining: 9999999999999 | RateLimit-Reset: 9999999999999",
                Of(9999999999999, null, DateTimeOffset.FromUnixTimeMilliseconds(9999999999999))
            },
            { "RateLimit-Remaining: 1 | RateLimit-Reset: 999999999", Of(1, null, Bench.Noon.AddSeconds(999999999)) },
            { "RateLimit-Remaining: 1 | RateLimit-Reset: 99999999999", Of(1, null, DateTimeOffset.FromUnixTimeSeconds(99999999999)) },
            { "RateLimit-Remaining: many | X-RateLimit-Remaining: 2", Of(2) },
            { "RateLimit-Remaining: 4 | RateLimit-Remaining: 3", Of(4) },
        };

    [Theory]
    [MemberData(nameof(Named))]
    public async Task What_is_left_is_read_from_the_headers_that_vendors_have_in_common(string headers, Quota quota) =>
        Assert.Equal([quota], await HeardAsync(headers));

    [Theory]
    [InlineData("")]
    [InlineData("RateLimit-Limit: 100 | RateLimit-Reset: 60")]
    [InlineData("RateLimit-Remaining: -1")]
    [InlineData("RateLimit-Remaining: 1.5")]
    [InlineData("RateLimit-Remaining: 99999999999999999999")]
    [InlineData("RateLimit-Remaining: ,")]
    [InlineData("RateLimit-Remaining: ")]
    [InlineData("RateLimit-Remaining:  ")]
    [InlineData("RateLimit-Remaining: 5\r\n 6")]
    [InlineData("RateLimit-Remaining: \"default\";r=50;t=30")]
    [InlineData("RateLimit-Remaining: \u0665")]
    [InlineData("RateLimit-Remaining: +5")]
    [InlineData("RateLimit-Remaining: 1e3")]
    public async Task What_names_no_number_of_calls_is_no_quota(string headers) => Assert.Empty(await HeardAsync(headers));

    [Fact]
    public async Task A_connector_reads_its_vendors_own_headers()
    {
        var heard = await HeardAsync("X-Day-Calls: 18/5000", OwnQuota);

        Assert.Equal([new Quota("day", 4982, 5000, null)], heard);
    }

    [Fact]
    public async Task A_refusal_tells_what_is_left_too()
    {
        Assert.Equal(
            [Of(0, 100)],
            await HeardAsync("RateLimit-Remaining: 0 | RateLimit-Limit: 100", status: HttpStatusCode.TooManyRequests)
        );
    }

    private static IEnumerable<Quota> OwnQuota(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var parts = headers.GetValues("X-Day-Calls").Single().Split('/').Select(part => long.Parse(part, null)).ToList();
        return [new Quota("day", parts[1] - parts[0], parts[1], null)];
    }

    private static Quota Of(long left, long? limit = null, DateTimeOffset? until = null) => new(Quota.Only, left, limit, until);

    private static async Task<IReadOnlyList<Quota>> HeardAsync(
        string headers,
        Func<HttpResponseHeaders, DateTimeOffset, IEnumerable<Quota>>? own = null,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        var heard = new List<Quota>();
        using var handler = new AnsweringHandler(_ => Answer(headers, status));
        var context = Bench.Context(new StripeKind(), new Dictionary<string, string>(StringComparer.Ordinal), _ => null, handler);
        context = context with { Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Bench.Noon), OnQuota = heard.Add };
        var http = own is null ? new VendorHttp(context) : new VendorHttp(context) { QuotaOf = own };

        await http.CallAsync(CallKind.Read, token => http.Client.GetAsync(new Uri("x", UriKind.Relative), token), CancellationToken.None);

        return heard;
    }

    private static HttpResponseMessage Answer(string headers, HttpStatusCode status)
    {
        var answer = new HttpResponseMessage(status);
        foreach (var header in headers.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(": ", 2)))
        {
            answer.Headers.TryAddWithoutValidation(header[0], header[1]);
        }

        return answer;
    }
}
