using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors;

public sealed class VendorHandlerTests : IDisposable
{
    private static readonly Uri Anywhere = new("https://vendor.invalid/v1/things?kind=a");

    private readonly CountingVendor vendor = new();
    private readonly FaultDesk desk = new();
    private readonly FakeTimeProvider time = new();
    private readonly HttpClient client;

    public VendorHandlerTests() => client = new HttpClient(new VendorHandler(vendor, desk, time)) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Without_a_fault_the_vendor_answers()
    {
        using var response = await PostAsync();
        Assert.Equal((HttpStatusCode.OK, "body"), (response.StatusCode, vendor.LastBody));
    }

    [Theory]
    [InlineData(Cut.BeforeCommit, 0)]
    [InlineData(Cut.AfterCommit, 1)]
    public async Task A_cut_looks_the_same_whether_the_vendor_committed_or_not(Cut cut, int committed)
    {
        desk.Plan(new PlannedFault { Cut = cut });
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync());
        Assert.Equal(HttpRequestError.ResponseEnded, failure.HttpRequestError);
        Assert.Equal(committed, vendor.Committed);
        Assert.Empty(desk.Planned);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_planned_status_stands_in_for_the_answer(bool afterCommit, int committed)
    {
        desk.Plan(
            new PlannedFault
            {
                Status = 429,
                RetryAfter = TimeSpan.FromSeconds(3),
                DelayAfterCommit = afterCommit,
            }
        );
        using var response = await PostAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
        Assert.Equal(committed, vendor.Committed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vendor_goes_on_working_when_its_caller_has_gone(bool afterCommit)
    {
        desk.Plan(new PlannedFault { Delay = TimeSpan.FromSeconds(60), DelayAfterCommit = afterCommit });
        using var cancel = new CancellationTokenSource();
        var call = PostAsync(cancel.Token);
        Assert.Equal(afterCommit ? 1 : 0, vendor.Committed);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((1, "body"), (vendor.Committed, vendor.LastBody));
    }

    [Fact]
    public async Task A_fault_meets_only_the_requests_it_names_and_as_often_as_it_says()
    {
        desk.Plan(new PlannedFault { Status = 500, Method = "GET" });
        desk.Plan(new PlannedFault { Status = 501, PathContains = "/other" });
        desk.Plan(
            new PlannedFault
            {
                Status = 502,
                Method = "post",
                PathContains = "kind=a",
                Count = 2,
            }
        );
        var statuses = new List<int>();
        for (var n = 0; n < 3; n++)
        {
            using var response = await PostAsync();
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([502, 502, 200], statuses);
        Assert.Equal([500, 501], desk.Planned.Select(fault => fault.Status!.Value));
        desk.Clear();
        Assert.Empty(desk.Planned);
    }

    private async Task<HttpResponseMessage> PostAsync(CancellationToken cancellationToken = default) =>
        await client.PostAsync(Anywhere, new StringContent("body"), cancellationToken);

    /// <summary>A vendor that counts what it commits.</summary>
    private sealed class CountingVendor : IPretendVendor
    {
        public int Committed { get; private set; }

        public string? LastBody { get; private set; }

        public IReadOnlyList<string> Roles => ["erp"];

        public IReadOnlyDictionary<string, string> Credentials => new Dictionary<string, string>();

        public IReadOnlyList<string> Entities => [];

        public HttpResponseMessage Answer(HttpRequestMessage request)
        {
            Committed++;
            using var reader = new StreamReader(request.Content!.ReadAsStream());
            LastBody = reader.ReadToEnd();
            return new HttpResponseMessage();
        }

        public JsonArray? Records(string entity) => null;

        public JsonObject? Put(string entity, JsonObject record) => null;

        public HttpRequestMessage? Webhook(string entity, string id) => null;

        public IReadOnlyList<HttpRequestMessage> TakeWebhooks() => [];

        public Book Book() => new([], [], []);
    }
}
