using System.Net;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraSignInTests
{
    private readonly ZuoraSourceBench bench = new();
    private readonly string account;

    public ZuoraSignInTests() => account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");

    [Fact]
    public async Task One_token_serves_until_shortly_before_it_ends()
    {
        await bench.ReadAsync("account", account);
        bench.Now = bench.Now.AddMinutes(57);
        await bench.ReadAsync("account", account);
        Assert.Equal(1, Tokens);

        bench.Now = bench.Now.AddMinutes(2);
        await bench.ReadAsync("account", account);
        Assert.Equal(2, Tokens);
    }

    [Fact]
    public async Task A_token_that_ended_early_is_dropped_and_the_read_succeeds_with_a_new_one()
    {
        await bench.ReadAsync("account", account);
        var refused = false;
        bench.Instead = request =>
        {
            var isFirst = !refused && request.RequestUri!.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal);
            refused |= isFirst;
            return isFirst ? new HttpResponseMessage(HttpStatusCode.Unauthorized) : null;
        };

        Assert.IsType<RecordReading.Found>(await bench.ReadAsync("account", account));
        Assert.Equal(2, Tokens);
    }

    [Fact]
    public async Task A_client_that_is_refused_is_unauthorized_and_is_asked_for_again_by_the_next_read()
    {
        bench.Instead = request =>
            request.RequestUri!.AbsolutePath == "/oauth/token" ? new HttpResponseMessage(HttpStatusCode.Unauthorized) : null;
        Assert.IsType<Fault.Unauthorized>((await bench.Reader.ReadAsync("account", account, CancellationToken.None)).Fault);

        bench.Instead = null;
        Assert.IsType<RecordReading.Found>(await bench.ReadAsync("account", account));
    }

    [Fact]
    public async Task A_token_that_is_refused_twice_is_unauthorized_and_not_tried_a_third_time()
    {
        bench.Instead = request =>
            request.RequestUri!.AbsolutePath == "/oauth/token" ? null : new HttpResponseMessage(HttpStatusCode.Unauthorized);
        Assert.IsType<Fault.Unauthorized>((await bench.Reader.ReadAsync("account", account, CancellationToken.None)).Fault);
        Assert.Equal(2, Tokens);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "", typeof(Fault.RateLimited))]
    [InlineData(HttpStatusCode.InternalServerError, "", typeof(Fault.Transient))]
    [InlineData(HttpStatusCode.ServiceUnavailable, "", typeof(Fault.Unavailable))]
    [InlineData(HttpStatusCode.OK, "<html>", typeof(Fault.Transient))]
    [InlineData(HttpStatusCode.OK, """{"token_type":"bearer"}""", typeof(Fault.Transient))]
    [InlineData(HttpStatusCode.BadRequest, "", typeof(Fault.Unauthorized))]
    public async Task The_token_endpoint_s_answers_mean_what_they_say(HttpStatusCode status, string body, Type fault)
    {
        bench.Instead = _ => new HttpResponseMessage(status) { Content = new StringContent(body) };
        Assert.IsType(fault, (await bench.Reader.ReadAsync("account", account, CancellationToken.None)).Fault);
    }

    private int Tokens => bench.Asked.Count(request => request == "POST /oauth/token");
}
