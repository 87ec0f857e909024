using System.Net;
using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>What each answer of Zuora to a write means: a table.</summary>
public sealed class ZuoraWriteAnswerTests
{
    private const string None = """{"size":0,"done":true}""";
    private const string One = """{"size":1,"done":true,"records":[{"Id":"8ad0"}]}""";

    [Theory]
    [InlineData(200, 53100310, typeof(Fault.Unauthorized), typeof(Fault.Unauthorized))]
    [InlineData(200, 58730020, typeof(Fault.Rejected), typeof(Fault.Rejected))]
    [InlineData(200, 58730040, typeof(Fault.Rejected), typeof(Fault.Rejected))]
    [InlineData(200, 58730045, typeof(Fault.Rejected), typeof(Fault.Rejected))]
    [InlineData(200, 58730050, typeof(Fault.Conflict), typeof(Fault.Transient))]
    [InlineData(200, 58730060, typeof(Fault.Conflict), typeof(Fault.Transient))]
    [InlineData(200, 58730061, typeof(Fault.Conflict), typeof(Fault.Transient))]
    [InlineData(200, 58730070, typeof(Fault.Conflict), typeof(Fault.RateLimited))]
    [InlineData(200, 58730090, typeof(Fault.Rejected), typeof(Fault.Rejected))]
    [InlineData(200, 58730099, typeof(Fault.Conflict), typeof(Fault.Transient))]
    [InlineData(400, 58730020, typeof(Fault.Rejected), typeof(Fault.Rejected))]
    [InlineData(429, 70000070, typeof(Fault.RateLimited), typeof(Fault.RateLimited))]
    [InlineData(500, 58730060, typeof(Fault.Conflict), typeof(Fault.Transient))]
    [InlineData(502, 58730060, typeof(Fault.Ambiguous), typeof(Fault.Ambiguous))]
    public async Task A_refusal_is_judged_by_the_category_of_its_code_and_by_whether_a_key_keeps_it(
        int status,
        int code,
        Type create,
        Type change
    )
    {
        var body = $$"""{"success":false,"processId":"A","reasons":[{"code":{{code}},"message":"Why."}]}""";
        Assert.IsType(create, (await WriteAsync(status, body, None, null)).Fault);
        Assert.IsType(change, (await WriteAsync(status, body, None, "8ad0")).Fault);
    }

    [Theory]
    [InlineData(401, "{}", typeof(Fault.Unauthorized), typeof(Fault.Unauthorized))]
    [InlineData(403, "{}", typeof(Fault.Unauthorized), typeof(Fault.Unauthorized))]
    [InlineData(404, "<html>", typeof(Fault.Rejected), typeof(Fault.Rejected))]
    [InlineData(408, "", typeof(Fault.Ambiguous), typeof(Fault.Ambiguous))]
    [InlineData(409, "", typeof(Fault.Ambiguous), typeof(Fault.Conflict))]
    [InlineData(422, "", typeof(Fault.Rejected), typeof(Fault.Rejected))]
    [InlineData(500, "", typeof(Fault.Conflict), typeof(Fault.Transient))]
    [InlineData(503, "", typeof(Fault.Ambiguous), typeof(Fault.Ambiguous))]
    [InlineData(504, "<html>", typeof(Fault.Ambiguous), typeof(Fault.Ambiguous))]
    [InlineData(200, "<html>", typeof(Fault.Ambiguous), typeof(Fault.Ambiguous))]
    [InlineData(200, "", typeof(Fault.Ambiguous), typeof(Fault.Ambiguous))]
    [InlineData(200, """{"success":true}""", typeof(Fault.Ambiguous), null)]
    public async Task A_status_or_a_body_that_says_no_more_is_judged_by_itself(int status, string body, Type create, Type? change)
    {
        Assert.IsType(create, (await WriteAsync(status, body, None, null)).Fault);
        Assert.Equal(change, (await WriteAsync(status, body, None, "8ad0")).Fault?.GetType());
    }

    [Theory]
    [InlineData(200, 58730050)]
    [InlineData(200, 58730020)]
    [InlineData(400, 58730020)]
    [InlineData(422, 58730020)]
    public async Task A_create_that_was_lost_is_as_open_as_before_though_its_repetition_is_refused(int status, int code)
    {
        var body = $$"""{"success":false,"processId":"A","reasons":[{"code":{{code}},"message":"Why."}]}""";
        Assert.IsType<Fault.Ambiguous>((await WriteAsync(status, body, None, null, losesFirst: true)).Fault);
    }

    [Fact]
    public async Task What_Zuora_broke_down_over_and_made_all_the_same_is_found_by_the_reference() =>
        Assert.Equal("8ad0", (await WriteAsync(500, "", One, null)).Value.ExternalId);

    [Fact]
    public async Task What_Zuora_made_without_saying_its_id_is_found_by_the_reference() =>
        Assert.Equal("8ad0", (await WriteAsync(200, """{"success":true}""", One, null)).Value.ExternalId);

    [Fact]
    public async Task What_Zuora_broke_down_over_and_cannot_be_looked_up_is_ambiguous() =>
        Assert.IsType<Fault.Ambiguous>((await WriteAsync(500, "", "<html>", null)).Fault);

    [Fact]
    public async Task A_change_that_Zuora_broke_down_over_and_made_all_the_same_needs_no_more()
    {
        var live = """{"basicInfo":{"id":"8ad0","name":"Ada"},"success":true}""";
        Assert.Equal("8ad0", (await WriteAsync(500, "", None, "8ad0", live)).Value.ExternalId);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("ratelimit-reset", "42", 42)]
    [InlineData("RateLimit-Reset", "86400", 3600)]
    [InlineData("RateLimit-Reset", "soon", null)]
    public async Task A_limit_is_waited_for_as_long_as_Zuora_says(string header, string value, int? seconds)
    {
        var written = await WriteAsync(429, "", None, null, header: (header, value));
        Assert.Equal(seconds is { } known ? TimeSpan.FromSeconds(known) : null, Assert.IsType<Fault.RateLimited>(written.Fault).RetryAfter);
    }

    /// <summary>Writes an account called Ada; the answer to the write, to a query, and to a read of the account are given.</summary>
    private static async Task<Outcome<WriteReceipt>> WriteAsync(
        int status,
        string body,
        string query,
        string? id,
        string live = """{"basicInfo":{"id":"8ad0","name":"Bob"},"success":true}""",
        (string Name, string Value)? header = null,
        bool losesFirst = false
    )
    {
        var isLost = losesFirst;
        var connector = ZuoraSourceBench.Over(
            new AnsweringHandler(request =>
                (request.Method.Method, request.RequestUri!.AbsolutePath) switch
                {
                    (_, "/oauth/token") => Answer(200, """{"access_token":"abc123","expires_in":3599}"""),
                    (_, "/v1/action/query") => Answer(200, query),
                    ("GET", _) => Answer(200, live),
                    _ when isLost => Lose(),
                    _ => Answer(status, body, header),
                }
            )
        );
        // Without a field for it, an account goes by its number.
        var request = new WriteRequest(
            RecordType.BillingAccount,
            ZuoraTargetBench.Key,
            "acc_1",
            id,
            Encoding.UTF8.GetBytes("""{"basicInfo":{"name":"Ada"}}""")
        )
        {
            SendBefore = DateTimeOffset.MaxValue,
        };
        return await ((IRecordWriter)connector).WriteAsync(request, CancellationToken.None);

        HttpResponseMessage Lose()
        {
            isLost = false;
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "x");
        }
    }

    private static HttpResponseMessage Answer(int status, string body, (string Name, string Value)? header = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        response.Headers.Date = Bench.Noon;
        if (header is { } given)
        {
            response.Headers.TryAddWithoutValidation(given.Name, given.Value);
        }

        return response;
    }
}
