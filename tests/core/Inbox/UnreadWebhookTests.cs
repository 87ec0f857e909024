using System.Text;
using QtcHub.Tests.Core.Bench;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Core.Inbox;

public sealed class UnreadWebhookTests : IDisposable
{
    private const int Limit = 256 * 1024;
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Request_is_read_and_received_whatever_the_case_of_its_headers()
    {
        var receipt = await ReceiveAsync("shop", """{"id":"evt-1","notices":[]}""", announced: true);

        Assert.Equal((200, "accepted"), (receipt.Status, receipt.Rule));
    }

    [Fact]
    public void The_query_of_its_address_stays_with_a_request()
    {
        var unread = new UnreadWebhook([], Stream.Null, null) { Query = "?secret=x" };

        Assert.Equal("?secret=x", unread.With(default, bench.Clock.GetUtcNow()).Query);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_over_the_limit_is_refused_and_its_rest_stays_unread(bool announced)
    {
        using var body = new MemoryStream(new byte[3 * Limit]);

        var receipt = await ReceiveAsync("shop", body, announced ? body.Length : null);

        Assert.Equal((413, "body-too-large"), (receipt.Status, receipt.Rule));
        Assert.True(announced ? body.Position == 0 : body.Position <= Limit + 1, $"{body.Position} bytes were read");
    }

    [Fact]
    public async Task Body_at_the_limit_is_read_whole_though_nobody_announced_it()
    {
        var text = $$"""{"id":"evt-1","notices":[],"padding":"{{new string('x', Limit - 100)}}"}""";

        Assert.Equal(200, (await ReceiveAsync("shop", text, announced: false)).Status);
    }

    [Fact]
    public async Task Nothing_is_read_for_a_system_that_nobody_configured()
    {
        using var body = new MemoryStream(new byte[100]);

        Assert.Equal(404, (await ReceiveAsync("elsewhere", body, body.Length)).Status);
        Assert.Equal(0, body.Position);
    }

    [Theory]
    [InlineData(ReceiptKind.Accepted, 200)]
    [InlineData(ReceiptKind.Duplicate, 200)]
    [InlineData(ReceiptKind.Unreadable, 400)]
    [InlineData(ReceiptKind.Unauthenticated, 401)]
    [InlineData(ReceiptKind.UnknownSystem, 404)]
    [InlineData(ReceiptKind.TooLarge, 413)]
    [InlineData(ReceiptKind.UnsupportedType, 415)]
    [InlineData(ReceiptKind.Busy, 503)]
    [InlineData(ReceiptKind.NoSecret, 503)]
    public void Every_kind_of_receipt_has_its_status(ReceiptKind kind, int status) =>
        Assert.Equal(status, new Receipt(kind, "rule", null).Status);

    private async Task<Receipt> ReceiveAsync(string system, string text, bool announced)
    {
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await ReceiveAsync(system, body, announced ? body.Length : null);
    }

    private Task<Receipt> ReceiveAsync(string system, Stream body, long? announced)
    {
        KeyValuePair<string, string>[] headers = [new("X-Signature", "genuine"), new("Content-Type", "application/json")];
        return bench.Hub.ReceiveAsync(system, new UnreadWebhook(headers, body, announced), CancellationToken.None);
    }
}
