using System.Net;
using System.Text;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>What each answer of Zuora means: a table.</summary>
public sealed class ZuoraAnswerTests
{
    private const string Secret = "test-clientSecret";

    [Theory]
    [InlineData(200, 53100310, typeof(Fault.Unauthorized))]
    [InlineData(200, 90000011, typeof(Fault.Unauthorized))]
    [InlineData(200, 58730020, typeof(Fault.Rejected))]
    [InlineData(200, 58730021, typeof(Fault.Rejected))]
    [InlineData(200, 58730022, typeof(Fault.Rejected))]
    [InlineData(200, 58730030, typeof(Fault.Rejected))]
    [InlineData(200, 58730045, typeof(Fault.Rejected))]
    [InlineData(200, 58730050, typeof(Fault.Transient))]
    [InlineData(200, 58730060, typeof(Fault.Transient))]
    [InlineData(200, 58730061, typeof(Fault.Transient))]
    [InlineData(200, 58730069, typeof(Fault.Transient))]
    [InlineData(200, 58730070, typeof(Fault.RateLimited))]
    [InlineData(200, 58730090, typeof(Fault.Rejected))]
    [InlineData(200, 58730099, typeof(Fault.Transient))]
    [InlineData(200, 58730055, typeof(Fault.Rejected))]
    [InlineData(400, 58730020, typeof(Fault.Rejected))]
    [InlineData(500, 58730060, typeof(Fault.Transient))]
    public async Task A_refusal_is_judged_by_the_category_of_its_code_with_a_200_too(int status, int code, Type fault)
    {
        var body = $$"""{"success":false,"processId":"A","reasons":[{"code":{{code}},"message":"Why."}]}""";
        var read = await ReadAsync(status, body);
        Assert.IsType(fault, read.Fault);
        Assert.EndsWith("Why.", read.Fault!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task A_record_that_is_not_found_is_missing(int status) =>
        Assert.IsType<RecordReading.Missing>(
            (await ReadAsync(status, """{"success":false,"reasons":[{"code":"50000040","message":"Cannot find entity"}]}""")).Value
        );

    [Theory]
    [InlineData(400, "<html>", typeof(Fault.Rejected))]
    [InlineData(401, "{}", typeof(Fault.Unauthorized))]
    [InlineData(403, "{}", typeof(Fault.Unauthorized))]
    [InlineData(404, "<html>not here</html>", typeof(Fault.Rejected))]
    [InlineData(408, "", typeof(Fault.Transient))]
    [InlineData(409, "", typeof(Fault.Transient))]
    [InlineData(429, "", typeof(Fault.RateLimited))]
    [InlineData(500, "", typeof(Fault.Transient))]
    [InlineData(502, "<html>", typeof(Fault.Transient))]
    [InlineData(503, "", typeof(Fault.Unavailable))]
    [InlineData(200, "<html>", typeof(Fault.Transient))]
    [InlineData(200, "[]", typeof(Fault.Transient))]
    [InlineData(200, "", typeof(Fault.Transient))]
    [InlineData(200, """{"success":false}""", typeof(Fault.Rejected))]
    [InlineData(400, """{"Success":false,"Errors":[{"Code":"MALFORMED_QUERY","Message":"no"}]}""", typeof(Fault.Rejected))]
    [InlineData(400, """{"faultCode":"fns:INVALID_FIELD","faultMessage":"no"}""", typeof(Fault.Rejected))]
    public async Task A_status_or_a_body_that_says_no_more_is_judged_by_itself(int status, string body, Type fault) =>
        Assert.IsType(fault, (await ReadAsync(status, body)).Fault);

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("RateLimit-Reset", "42", 42)]
    [InlineData("RateLimit-Reset", "86400", 3600)]
    [InlineData("RateLimit-Reset", "soon", null)]
    public async Task A_limit_is_waited_for_as_long_as_Zuora_says(string header, string value, int? seconds)
    {
        var read = await ReadAsync(429, "", (header, value));
        Assert.Equal(seconds is { } known ? TimeSpan.FromSeconds(known) : null, Assert.IsType<Fault.RateLimited>(read.Fault).RetryAfter);
    }

    [Fact]
    public async Task A_fault_s_text_is_cut_and_repeats_no_secret_no_email_and_no_control_character()
    {
        var message = $"Bearer abc123 of {Secret} for ada@example.com\\u0007 {new string('x', 500)}";
        var read = await ReadAsync(200, $$"""{"success":false,"reasons":[{"code":58730030,"message":"{{message}}"}]}""");
        var text = Assert.IsType<Fault.Rejected>(read.Fault).VendorText;
        Assert.StartsWith("[secret] of … for [email]  x", text, StringComparison.Ordinal);
        Assert.Equal(300, text.Length);
    }

    [Fact]
    public async Task An_answer_without_a_date_is_read_again_because_how_new_it_is_cannot_be_told() =>
        Assert.IsType<Fault.Transient>((await ReadAsync(200, """{"basicInfo":{}}""", ("Date", null))).Fault);

    private static async Task<Outcome<RecordReading>> ReadAsync(int status, string body, params (string Name, string? Value)[] headers)
    {
        var connector = ZuoraSourceBench.Over(
            new AnsweringHandler(request =>
            {
                if (request.RequestUri!.AbsolutePath == "/oauth/token")
                {
                    return new HttpResponseMessage { Content = new StringContent("""{"access_token":"abc123","expires_in":3599}""") };
                }

                var response = new HttpResponseMessage((HttpStatusCode)status)
                {
                    Content = new StringContent(body, Encoding.UTF8, "application/json"),
                };
                response.Headers.Date = headers.Any(header => header.Name == "Date") ? null : Bench.Noon;
                foreach (var (name, value) in headers.Where(header => header.Name != "Date"))
                {
                    response.Headers.TryAddWithoutValidation(name, value);
                }

                return response;
            })
        );
        return await ((IRecordReader)connector).ReadAsync("account", "8ad0", CancellationToken.None);
    }
}
