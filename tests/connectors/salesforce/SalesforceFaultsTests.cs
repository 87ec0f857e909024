using System.Net;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>What each answer means, of a read and of a write.</summary>
public sealed class SalesforceFaultsTests
{
    private static readonly DateTimeOffset Now = Bench.Noon;

    public static TheoryData<int, string, string, Type, Type> Answers { get; } =
        new()
        {
            { 401, "INVALID_SESSION_ID", "Session expired or invalid", typeof(Fault.Unauthorized), typeof(Fault.Unauthorized) },
            { 401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", typeof(Fault.Unauthorized), typeof(Fault.Unauthorized) },
            { 403, "API_DISABLED_FOR_ORG", "API is not enabled", typeof(Fault.Unauthorized), typeof(Fault.Unauthorized) },
            { 403, "API_CURRENTLY_DISABLED", "being upgraded", typeof(Fault.Unavailable), typeof(Fault.Unavailable) },
            { 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", typeof(Fault.RateLimited), typeof(Fault.RateLimited) },
            { 429, "TOO_MANY", "slow down", typeof(Fault.RateLimited), typeof(Fault.RateLimited) },
            { 403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient rights", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "no", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access", typeof(Fault.Transient), typeof(Fault.Transient) },
            { 400, "QUERY_TIMEOUT", "Your query request was running for too long.", typeof(Fault.Transient), typeof(Fault.Transient) },
            { 400, "INVALID_QUERY_LOCATOR", "invalid query locator", typeof(Fault.Transient), typeof(Fault.Transient) },
            { 400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Not below cost", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "DUPLICATE_VALUE", "duplicate value found", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "DUPLICATES_DETECTED", "Use one of these records?", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "STRING_TOO_LONG", "data value too large", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "INVALID_FIELD", "No such column 'X__c'", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 400, "MALFORMED_QUERY", "unexpected token", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 404, "NOT_FOUND", "The requested resource does not exist", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 404, "ENTITY_IS_DELETED", "entity is deleted", typeof(Fault.Rejected), typeof(Fault.Rejected) },
            { 412, "ENTITY_HAS_CHANGED", "changed since", typeof(Fault.Conflict), typeof(Fault.Conflict) },
            { 408, "", "", typeof(Fault.Transient), typeof(Fault.Ambiguous) },
            { 500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.", typeof(Fault.Transient), typeof(Fault.Ambiguous) },
            { 502, "", "", typeof(Fault.Transient), typeof(Fault.Ambiguous) },
            { 503, "SERVER_UNAVAILABLE", "the server is down", typeof(Fault.Unavailable), typeof(Fault.Ambiguous) },
            { 405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed", typeof(Fault.Rejected), typeof(Fault.Rejected) },
        };

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_means_what_the_table_says(int status, string code, string text, Type ofRead, Type ofWrite)
    {
        var answer = Answer(status, code.Length == 0 ? "<html>" : $$"""[{"message":"{{text}}","errorCode":"{{code}}"}]""");
        var (read, write) = (SalesforceFaults.OfRead(answer, Now, []), SalesforceFaults.OfWrite(answer, Now, []));

        Assert.Equal((ofRead, ofWrite), (read.GetType(), write.GetType()));
        Assert.Contains(code.Length == 0 ? $"{status}" : text, read.Detail, StringComparison.Ordinal);
        if (read is Fault.Rejected rejected)
        {
            Assert.Equal(code, rejected.VendorCode);
        }
    }

    [Theory]
    [InlineData("TotalRequests Limit exceeded.", 900)]
    [InlineData("ConcurrentPerOrgLongTxn Rate Limit exceeded.", 20)]
    public void A_limit_names_no_end_so_the_wait_is_declared_by_which_limit_it_is(string text, int seconds)
    {
        var answer = Answer(403, $$"""[{"message":"{{text}}","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""");

        var limited = Assert.IsType<Fault.RateLimited>(SalesforceFaults.OfWrite(answer, Now, []));
        Assert.Equal(TimeSpan.FromSeconds(seconds), limited.RetryAfter);
    }

    [Fact]
    public void Several_rows_of_one_external_id_are_a_dead_letter_and_none_is_chosen()
    {
        var answer = Answer(300, """["/services/data/v62.0/sobjects/Invoice__c/a01","/services/data/v62.0/sobjects/Invoice__c/a02"]""");

        Assert.Equal("several-records", Assert.IsType<Fault.Rejected>(SalesforceFaults.OfWrite(answer, Now, [])).VendorCode);
    }

    [Fact]
    public void The_first_error_decides_and_all_are_told_with_their_fields()
    {
        var answer = Answer(
            400,
            """[{"message":"too long","errorCode":"STRING_TOO_LONG","fields":["Name","Phone"]},{"message":"missing","errorCode":"REQUIRED_FIELD_MISSING"}]"""
        );

        Assert.Equal(new Fault.Rejected("STRING_TOO_LONG", "too long (Name, Phone); missing"), SalesforceFaults.OfWrite(answer, Now, []));
    }

    [Fact]
    public void A_fault_repeats_no_secret_no_session_and_nobody_s_address()
    {
        var answer = Answer(
            400,
            """[{"message":"Email: invalid email address: ada@example.com of Ada Byron, 00D1I000003qqqE!AQsAQOjGFnFJz.x_y","errorCode":"INVALID_EMAIL_ADDRESS"}]"""
        );

        Assert.Equal(
            "INVALID_EMAIL_ADDRESS: Email: invalid email address: [email] of …, [session]",
            SalesforceFaults.OfWrite(answer, Now, ["Ada", "Ada Byron"]).Detail
        );
    }

    [Theory]
    [InlineData(404, """[{"errorCode":"NOT_FOUND","message":"x"}]""", true)]
    [InlineData(404, """[{"errorCode":"ENTITY_IS_DELETED","message":"x"}]""", true)]
    [InlineData(404, "<html>", false)]
    [InlineData(400, """[{"errorCode":"NOT_FOUND","message":"x"}]""", false)]
    public void A_row_is_gone_only_where_Salesforce_says_so(int status, string body, bool isGone) =>
        Assert.Equal(isGone, SalesforceFaults.IsGone(Answer(status, body)));

    private static VendorAnswer Answer(int status, string body)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        return new VendorAnswer(response.StatusCode, response.Headers, System.Text.Encoding.UTF8.GetBytes(body));
    }
}
