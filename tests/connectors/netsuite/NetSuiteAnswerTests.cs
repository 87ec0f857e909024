using System.Net;
using System.Net.Sockets;
using QtcHub.Canonical;
using QtcHub.Connectors;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>Recorded answers over a real socket: what each one means.</summary>
public sealed class NetSuiteAnswerTests : IDisposable
{
    private const string Body =
        """{"companyName":"Secretive Customer Ltd","email":"who@example.com","subsidiary":{"id":"2"},"tranDate":"2026-08-03","item":{"items":[]}}""";

    private static readonly IReadOnlyDictionary<string, string> Secrets = new Dictionary<string, string>
    {
        ["consumerKey"] = "the-consumer-key",
        ["consumerSecret"] = "the-consumer-secret",
        ["tokenId"] = "the-token-id",
        ["tokenSecret"] = "the-token-secret",
    };

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly SocketsHttpHandler wire = new();

    [Fact]
    public async Task Saved_with_a_location_is_a_receipt()
    {
        Answer("PUT", Response.Create().WithStatusCode(204).WithHeader("Location", $"{server.Url}/services/rest/record/v1/invoice/647"));
        var outcome = await WriteAsync();
        Assert.Equal("647", outcome.Value.ExternalId);
        var request = Assert.Single(Writes()).RequestMessage!;
        Assert.Equal("/services/rest/record/v1/invoice/eid:inv_AbC-1?replace=item", new Uri(request.Url).PathAndQuery);
        Assert.Equal(Body, request.Body);
        Assert.Equal("application/json", request.Headers!["Content-Type"].Single());
    }

    [Fact]
    public async Task Saved_without_a_location_is_read_back()
    {
        Answer("PUT", Response.Create().WithStatusCode(204));
        Query("""{"links":[],"count":1,"hasMore":false,"items":[{"links":[],"id":"648"}],"offset":0,"totalResults":1}""");
        Answer("GET", Response.Create().WithStatusCode(200).WithBody("""{"id":"648"}"""));
        Assert.Equal("648", (await WriteAsync()).Value.ExternalId);
    }

    [Fact]
    public async Task Saved_without_a_location_that_cannot_be_read_back_is_ambiguous()
    {
        Answer("PUT", Response.Create().WithStatusCode(204));
        Query("""{"links":[],"count":0,"hasMore":false,"items":[],"offset":0,"totalResults":0}""");
        Assert.IsType<Fault.Ambiguous>((await WriteAsync()).Fault);
    }

    [Theory]
    [InlineData(200, "INVALID_KEY_OR_REF", "Invalid entity reference key 99999.", typeof(Fault.Rejected))]
    [InlineData(400, "INVALID_KEY_OR_REF", "Invalid entity reference key 99999.", typeof(Fault.Rejected))]
    [InlineData(400, "USER_ERROR", "Error while accessing a resource. You cannot apply more than is due.", typeof(Fault.Rejected))]
    [InlineData(400, "USER_ERROR", "This record has been locked by a user defined workflow.", typeof(Fault.Rejected))]
    [InlineData(400, "SSS_REQUEST_LIMIT_EXCEEDED", "Request limit exceeded.", typeof(Fault.RateLimited))]
    [InlineData(400, "RCRD_HAS_BEEN_CHANGED", "Record has been changed.", typeof(Fault.Conflict))]
    [InlineData(401, "INVALID_LOGIN", "Invalid login attempt.", typeof(Fault.Unauthorized))]
    [InlineData(403, "INSUFFICIENT_PERMISSION", "Permission Violation: you need 'Transactions -> Invoice'.", typeof(Fault.Rejected))]
    [InlineData(404, "NONEXISTENT_ID", "The record instance does not exist.", typeof(Fault.Rejected))]
    [InlineData(409, "CONFLICT", "The record is in use.", typeof(Fault.Conflict))]
    [InlineData(412, "PRECONDITION", "The record is newer.", typeof(Fault.Conflict))]
    [InlineData(429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.", typeof(Fault.RateLimited))]
    [InlineData(500, "UNEXPECTED_ERROR", "An unexpected error occurred.", typeof(Fault.Ambiguous))]
    [InlineData(503, "SERVICE_UNAVAILABLE", "Try again later.", typeof(Fault.Ambiguous))]
    public async Task Answers_of_a_write_are_judged(int status, string code, string text, Type expected)
    {
        Answer("PUT", Error(status, code, text));
        var outcome = await WriteAsync();
        Assert.IsType(expected, outcome.Fault);
        Assert.Contains(text, outcome.Fault!.Detail, StringComparison.Ordinal);
        Assert.Single(Writes());
    }

    [Theory]
    [InlineData(500, typeof(Fault.Transient))]
    [InlineData(503, typeof(Fault.Unavailable))]
    [InlineData(429, typeof(Fault.RateLimited))]
    [InlineData(401, typeof(Fault.Unauthorized))]
    [InlineData(400, typeof(Fault.Rejected))]
    public async Task Answers_of_a_read_are_judged(int status, Type expected)
    {
        Answer("GET", Error(status, "CODE", "words"));
        var outcome = await Create().FindAsync(new LookupRequest(RecordType.Invoice, "inv_1", "12", default), CancellationToken.None);
        Assert.IsType(expected, outcome.Fault);
    }

    [Fact]
    public async Task A_rate_limit_says_how_long_to_wait_where_the_vendor_does()
    {
        Answer("PUT", Error(429, "CONCURRENCY_LIMIT_EXCEEDED", "Request blocked.").WithHeader("Retry-After", "9"));
        Assert.Equal(TimeSpan.FromSeconds(9), Assert.IsType<Fault.RateLimited>((await WriteAsync()).Fault).RetryAfter);
    }

    [Theory]
    [InlineData("CLOSED_TRAN_PRD", "The period is not open.")]
    [InlineData(
        "USER_ERROR",
        "Error while accessing a resource. The transaction date you specified is not within the date range of your accounting period."
    )]
    [InlineData("USER_ERROR", "You cannot change this transaction because it is in a closed period.")]
    [InlineData("DATEPERIODMISMATCH", "Date and period differ.")]
    public async Task Closed_periods_are_known_by_code_and_by_text(string code, string text)
    {
        Answer("PATCH", Error(400, code, text));
        Query(
            """
            {"links":[],"count":3,"hasMore":false,"items":[
             {"links":[],"id":"80","periodname":"Aug 2026","closed":"T","alllocked":"T","arlocked":"T"},
             {"links":[],"id":"81","periodname":"Sep 2026","closed":"F","alllocked":"F","arlocked":"T"},
             {"links":[],"id":"82","periodname":"Oct 2026","closed":"F","alllocked":"F","arlocked":"F"}],"offset":0,"totalResults":3}
            """
        );
        var change = Request(Body) with { ExternalId = "12" };
        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "82"), (await Create().WriteAsync(change, CancellationToken.None)).Fault);
    }

    [Fact]
    public async Task A_closed_period_stands_even_where_the_periods_cannot_be_read()
    {
        Answer("PUT", Error(400, "CLOSED_TRAN_PRD", "Closed."));
        Answer("POST", Error(403, "INSUFFICIENT_PERMISSION", "No."));
        Assert.Equal(new Fault.ClosedPeriod("2026-08", null), (await WriteAsync()).Fault);
    }

    [Fact]
    public async Task A_date_outside_of_a_named_period_is_a_preference_of_the_account_and_not_a_closed_period()
    {
        Answer(
            "PUT",
            Error(400, "USER_ERROR", "The transaction date you specified is not within the date range of your accounting period.")
        );
        var outcome = await WriteAsync("""{"tranDate":"2026-08-03","postingPeriod":{"id":"82"}}""");
        Assert.IsType<Fault.Rejected>(outcome.Fault);
    }

    [Theory]
    [InlineData("""[{"links":[],"id":"9"}]""", typeof(Fault.Ambiguous))]
    [InlineData("[]", typeof(Fault.Rejected))]
    public async Task Already_exists_depends_on_whether_the_hubs_reference_is_there(string items, Type expected)
    {
        Answer("PUT", Error(400, "USER_ERROR", "Error while accessing a resource. This entity already exists."));
        Query($$"""{"links":[],"count":1,"hasMore":false,"items":{{items}},"offset":0,"totalResults":1}""");
        Answer("GET", Response.Create().WithStatusCode(200).WithBody("""{"id":"9"}"""));
        Assert.IsType(expected, (await WriteAsync()).Fault);
    }

    [Fact]
    public async Task Several_records_of_one_reference_are_rejected()
    {
        Query(
            """{"links":[],"count":2,"hasMore":true,"items":[{"links":[],"id":"9"},{"links":[],"id":"10"}],"offset":0,"totalResults":3}"""
        );
        var outcome = await Create().FindAsync(new LookupRequest(RecordType.Invoice, "inv_1", null, default), CancellationToken.None);
        Assert.Equal("several-records", Assert.IsType<Fault.Rejected>(outcome.Fault).VendorCode);
        var query = Assert.Single(server.LogEntries).RequestMessage!;
        Assert.Equal("transient", query.Headers!["Prefer"].Single());
        Assert.Contains(
            "externalid = 'inv_1'",
            System.Text.Json.Nodes.JsonNode.Parse(query.Body!)!["q"]!.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_answer_past_the_deadline_is_ambiguous_to_a_write_and_transient_to_a_read()
    {
        Answer("PUT", Response.Create().WithStatusCode(204).WithDelay(TimeSpan.FromSeconds(3)));
        Answer("GET", Response.Create().WithStatusCode(200).WithBody("{}").WithDelay(TimeSpan.FromSeconds(3)));
        var connector = Create(deadline: TimeSpan.FromMilliseconds(300));
        Assert.IsType<Fault.Ambiguous>((await connector.WriteAsync(Request(Body), CancellationToken.None)).Fault);
        Assert.IsType<Fault.Transient>(
            (await connector.FindAsync(new LookupRequest(RecordType.Invoice, "inv_1", "12", default), CancellationToken.None)).Fault
        );
    }

    [Fact]
    public async Task A_connection_never_made_is_unavailable_and_one_cut_after_sending_is_ambiguous()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        var cut = CutAsync(listener);
        Assert.IsType<Fault.Ambiguous>((await Create(address).WriteAsync(Request("{}"), CancellationToken.None)).Fault);
        Assert.Equal(1, await cut);

        listener.Stop();
        Assert.IsType<Fault.Unavailable>((await Create(address).WriteAsync(Request(Body), CancellationToken.None)).Fault);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task No_fault_repeats_the_request_or_a_credential(int status)
    {
        var gossip =
            $"Invalid value Secretive Customer Ltd <who@example.com> for {string.Join(' ', Secrets.Values)} {new string('x', 5000)}";
        Answer("PUT", Error(status, "USER_ERROR", gossip));
        var fault = (await WriteAsync()).Fault!;
        Assert.All(
            Secrets.Values.Append("Secretive Customer Ltd").Append("who@example.com"),
            secret => Assert.DoesNotContain(secret, fault.ToString(), StringComparison.OrdinalIgnoreCase)
        );
        Assert.InRange(fault.Detail.Length, 1, 340);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("[]")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Bodies_that_are_no_error_of_the_vendors_are_judged_by_status(string body)
    {
        Answer("PUT", Response.Create().WithStatusCode(502).WithBody(body));
        Assert.IsType<Fault.Ambiguous>((await WriteAsync()).Fault);
    }

    public void Dispose()
    {
        server.Dispose();
        wire.Dispose();
    }

    private static async Task<int> CutAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var read = await client.GetStream().ReadAsync(new byte[4096]);
        // Closing with unread bytes resets the connection; either way the answer never comes.
        return read > 0 ? 1 : 0;
    }

    private static IResponseBuilder Error(int status, string code, string text) =>
        Response
            .Create()
            .WithStatusCode(status)
            .WithHeader("Content-Type", "application/vnd.oracle.resource+json; type=error")
            .WithBody(
                new System.Text.Json.Nodes.JsonObject
                {
                    ["title"] = "Bad Request",
                    ["status"] = status,
                    ["o:errorDetails"] = new System.Text.Json.Nodes.JsonArray(
                        new System.Text.Json.Nodes.JsonObject { ["detail"] = text, ["o:errorCode"] = code }
                    ),
                }.ToJsonString()
            );

    private void Answer(string method, IResponseBuilder response) =>
        server.Given(WireMock.RequestBuilders.Request.Create().UsingMethod(method)).RespondWith(response);

    private IEnumerable<WireMock.Logging.ILogEntry> Writes() => server.LogEntries.Where(call => call.RequestMessage!.Method != "POST");

    private void Query(string body) => Answer("POST", Response.Create().WithStatusCode(200).WithBody(body));

    private IRecordWriter Create(Uri? address = null, TimeSpan? deadline = null) =>
        NetSuiteBench.Create(wire, Secrets, TimeProvider.System, address ?? new Uri(server.Url!), deadline);

    private static WriteRequest Request(string body) => NetSuiteBench.Request(RecordType.Invoice, "inv_AbC-1", body);

    private Task<Outcome<WriteReceipt>> WriteAsync(string body = Body) => Create().WriteAsync(Request(body), CancellationToken.None);
}
