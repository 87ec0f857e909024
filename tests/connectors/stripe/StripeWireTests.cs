using System.Diagnostics;
using QtcHub.Connectors;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>Recorded answers and cut connections over a real socket.</summary>
public sealed class StripeWireTests : IDisposable
{
    private const string Error = "\"error\":";

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false };

    public void Dispose()
    {
        handler.Dispose();
        server.Dispose();
    }

    [Theory]
    [InlineData(
        401,
        """{"error":{"message":"Invalid API Key provided: sk_test_****1234","type":"invalid_request_error"}}""",
        "Unauthorized"
    )]
    [InlineData(403, """{"error":{"code":"api_key_expired","message":"Expired","type":"invalid_request_error"}}""", "Unauthorized")]
    [InlineData(403, """{"error":{"message":"The provided key 'rk_test_12' does not have the required permissions"}}""", "Unauthorized")]
    [InlineData(403, """{"error":{"code":"not_allowed","message":"This record is of another account"}}""", "Rejected")]
    [InlineData(400, """{"error":{"code":"parameter_unknown","message":"Received unknown parameter"}}""", "Rejected")]
    [InlineData(402, """{"error":{"code":"card_declined","message":"Declined"}}""", "Rejected")]
    [InlineData(404, """{"error":{"message":"Unrecognized request URL"}}""", "Rejected")]
    [InlineData(404, "<html>not here</html>", "Rejected")]
    [InlineData(409, """{"error":{"code":"lock_timeout","message":"Busy"}}""", "Transient")]
    [InlineData(429, """{"error":{"code":"rate_limit","message":"Too many"}}""", "RateLimited")]
    [InlineData(500, """{"error":{"type":"api_error","message":"Sorry"}}""", "Transient")]
    [InlineData(502, "<html>bad gateway</html>", "Transient")]
    [InlineData(503, "", "Unavailable")]
    [InlineData(200, "<html>a captive portal</html>", "Transient")]
    [InlineData(302, "", "Rejected")]
    public async Task A_status_becomes_its_fault(int status, string body, string fault)
    {
        Given(Response.Create().WithStatusCode(status).WithHeader("Date", "Mon, 03 Aug 2026 12:00:00 GMT").WithBody(body));
        Assert.Equal(fault, (await ReadAsync()).Fault!.Name);
    }

    [Fact]
    public async Task Missing_is_said_only_by_stripes_own_code()
    {
        Given(
            Response.Create().WithStatusCode(404).WithBody("{" + Error + """{"code":"resource_missing","message":"No such customer"}}""")
        );
        Assert.IsType<RecordReading.Missing>((await ReadAsync()).Value);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    public async Task A_rate_limit_waits_as_long_as_stripe_asks(string header, int seconds)
    {
        Given(Response.Create().WithStatusCode(429).WithHeader("Retry-After", header).WithBody("{}"));
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<Fault.RateLimited>((await ReadAsync()).Fault).RetryAfter);
    }

    [Theory]
    [InlineData("sk_live_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("rk_test_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("whsec_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("pi_123_secret_4eC39HqLyjWDarjtT1zdp7dc")]
    public async Task Nothing_like_a_key_is_kept_of_what_stripe_says(string secret)
    {
        var text = $"No such key: {secret}; {new string('x', 500)}";
        Given(Response.Create().WithStatusCode(400).WithBody("{" + Error + $$"""{"code":"bad","message":"{{text}}"} }"""));
        var rejected = Assert.IsType<Fault.Rejected>((await ReadAsync()).Fault);
        Assert.DoesNotContain("4eC39", rejected.Detail, StringComparison.Ordinal);
        Assert.StartsWith("No such key: [key]; xxx", rejected.VendorText, StringComparison.Ordinal);
        Assert.Equal(300, rejected.VendorText.Length);
    }

    [Theory]
    [InlineData(FaultType.EMPTY_RESPONSE)]
    [InlineData(FaultType.MALFORMED_RESPONSE_CHUNK)]
    public async Task A_cut_connection_is_tried_again_and_then_transient(FaultType cut)
    {
        Given(Response.Create().WithStatusCode(200).WithBody("{}").WithFault(cut));
        Assert.IsType<Fault.Transient>((await ReadAsync()).Fault);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unavailable()
    {
        var url = server.Url!;
        server.Stop();
        Assert.IsType<Fault.Unavailable>((await ReadAsync(url)).Fault);
    }

    [Fact]
    public async Task An_answer_that_is_too_slow_is_transient()
    {
        Given(Response.Create().WithStatusCode(200).WithBody("{}").WithDelay(TimeSpan.FromSeconds(20)));
        var began = Stopwatch.GetTimestamp();
        Assert.IsType<Fault.Transient>((await ReadAsync(timeout: TimeSpan.FromMilliseconds(200))).Fault);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(10));
    }

    private void Given(IResponseBuilder response) =>
        server.Given(Request.Create().WithPath("/v1/customers/cus_1").UsingGet()).RespondWith(response);

    private async Task<Outcome<RecordReading>> ReadAsync(string? url = null, TimeSpan? timeout = null)
    {
        var kind = new QtcHub.Connectors.Stripe.StripeKind();
        var context = Bench.Context(kind, new Dictionary<string, string>(), name => name, handler, new Uri(url ?? server.Url!));
        var system = context.System with { CallTimeout = timeout ?? TimeSpan.FromSeconds(30) };
        var reader = (IRecordReader)kind.Create(context with { System = system });
        return await reader.ReadAsync("customer", "cus_1", CancellationToken.None);
    }
}
