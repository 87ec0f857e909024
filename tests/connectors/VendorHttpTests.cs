using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Connectors;
using QtcHub.Connectors.Stripe;
using Xunit;

namespace QtcHub.Tests.Connectors;

public sealed class VendorHttpTests
{
    private static readonly Uri Anywhere = new("https://vendor.invalid/x");

    private int sent;

    public static TheoryData<HttpRequestException> NeverConnected { get; } =
    [
        new HttpRequestException(HttpRequestError.ConnectionError, "x"),
        new HttpRequestException(HttpRequestError.NameResolutionError, "x"),
        new HttpRequestException(HttpRequestError.SecureConnectionError, "x"),
        new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused)),
    ];

    public static TheoryData<HttpRequestException> Broken { get; } =
    [
        new HttpRequestException(HttpRequestError.ResponseEnded, "x"),
        new HttpRequestException(HttpRequestError.InvalidResponse, "x"),
        new HttpRequestException("x", new IOException("x", new SocketException((int)SocketError.ConnectionReset))),
        new HttpRequestException("x", new SocketException((int)SocketError.ConnectionReset)),
    ];

    public static TheoryData<CallKind, HttpStatusCode> Answered { get; } =
        new()
        {
            { CallKind.Read, HttpStatusCode.InternalServerError },
            { CallKind.KeyedWrite(Later), HttpStatusCode.ServiceUnavailable },
            { CallKind.Write(Later), HttpStatusCode.TooManyRequests },
        };

    public static TheoryData<CallKind, Type> CutOff { get; } =
        new()
        {
            { CallKind.Read, typeof(Fault.Transient) },
            { CallKind.Write(Later), typeof(Fault.Ambiguous) },
            { CallKind.KeyedWrite(Later), typeof(Fault.Ambiguous) },
        };

    private static DateTimeOffset Later => DateTimeOffset.MaxValue;

    [Theory]
    [MemberData(nameof(NeverConnected))]
    public async Task A_connection_never_made_is_unavailable_after_three_tries_whatever_the_call(HttpRequestException failure)
    {
        foreach (var kind in (CallKind[])[CallKind.Read, CallKind.Write(Later), CallKind.KeyedWrite(Later)])
        {
            sent = 0;
            Assert.IsType<Fault.Unavailable>((await CallAsync(kind, _ => throw failure)).Fault);
            Assert.Equal(3, sent);
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_connection_is_transient_to_a_read_and_ambiguous_to_a_write(HttpRequestException failure)
    {
        Assert.IsType<Fault.Transient>((await CallAsync(CallKind.Read, _ => throw failure)).Fault);
        Assert.Equal(3, sent);
        sent = 0;
        Assert.IsType<Fault.Ambiguous>((await CallAsync(CallKind.Write(Later), _ => throw failure)).Fault);
        Assert.Equal(1, sent);
        sent = 0;
        Assert.IsType<Fault.Ambiguous>((await CallAsync(CallKind.KeyedWrite(Later), _ => throw failure)).Fault);
        Assert.Equal(3, sent);
    }

    [Fact]
    public async Task A_write_that_may_have_arrived_stays_ambiguous_though_later_tries_find_no_connection()
    {
        var called = await CallAsync(
            CallKind.KeyedWrite(Later),
            _ => throw new HttpRequestException(sent == 1 ? HttpRequestError.ResponseEnded : HttpRequestError.ConnectionError, "x")
        );
        Assert.IsType<Fault.Ambiguous>(called.Fault);
        Assert.Equal(3, sent);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Conflict)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_write_that_may_have_arrived_stays_ambiguous_though_its_repetition_is_refused(HttpStatusCode refusal)
    {
        var called = await CallAsync(CallKind.KeyedWrite(Later), _ => LostThen(refusal));
        Assert.IsType<Fault.Ambiguous>(called.Fault);
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task A_write_that_may_have_arrived_is_done_where_its_repetition_is() =>
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(CallKind.KeyedWrite(Later), _ => LostThen(HttpStatusCode.OK))).Value.Status);

    [Fact]
    public async Task A_read_that_breaks_once_is_refused_where_its_repetition_is() =>
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(CallKind.Read, _ => LostThen(HttpStatusCode.Forbidden))).Value.Status);

    [Fact]
    public async Task A_read_that_breaks_once_is_answered_by_the_next_try()
    {
        var called = await CallAsync(
            CallKind.Read,
            _ =>
                sent == 1
                    ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "x")
                    : new HttpResponseMessage(HttpStatusCode.Created)
        );
        Assert.Equal(HttpStatusCode.Created, called.Value.Status);
        Assert.Equal(2, sent);
    }

    [Theory]
    [MemberData(nameof(Answered))]
    public async Task The_vendors_own_answer_is_given_as_it_is_and_never_repeated(CallKind kind, HttpStatusCode status)
    {
        Assert.Equal(status, (await CallAsync(kind, _ => new HttpResponseMessage(status))).Value.Status);
        Assert.Equal(1, sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_breaks_off_or_is_too_long_is_no_answer(bool tooLong)
    {
        HttpResponseMessage Answer(HttpRequestMessage request) =>
            new() { Content = new StreamContent(tooLong ? new Endless() : new Breaking()) };
        var read = (await CallAsync(CallKind.Read, Answer)).Fault;
        Assert.Equal(tooLong ? typeof(Fault.Rejected) : typeof(Fault.Transient), read!.GetType());
        Assert.IsType<Fault.Ambiguous>((await CallAsync(CallKind.Write(Later), Answer)).Fault);
    }

    [Theory]
    [MemberData(nameof(CutOff))]
    public async Task The_deadline_runs_on_the_injected_clock(CallKind kind, Type fault)
    {
        var time = new FakeTimeProvider();
        var http = new VendorHttp(Context(new SilentHandler(), time));
        var call = http.CallAsync(kind, token => http.Client.GetAsync(Anywhere, token), CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(fault, (await call).Fault!.GetType());
    }

    [Fact]
    public async Task A_deadline_that_passes_between_tries_that_never_connected_leaves_the_write_unsent()
    {
        var time = new FakeTimeProvider();
        var context = Context(new UnreachableHandler(), time);
        var http = new VendorHttp(context with { System = context.System with { CallTimeout = TimeSpan.FromMilliseconds(1) } });
        var call = http.CallAsync(CallKind.Write(Later), token => http.Client.GetAsync(Anywhere, token), CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<Fault.Unavailable>((await call).Fault);
    }

    [Theory]
    [InlineData(28_900, 2)]
    [InlineData(29_100, 1)]
    public async Task A_try_that_fails_within_the_last_second_is_the_last(int afterMilliseconds, int tries)
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var handler = new AnsweringHandler(_ =>
        {
            sent++;
            time.Advance(TimeSpan.FromMilliseconds(sent == 1 ? afterMilliseconds : 0));
            throw new HttpRequestException(HttpRequestError.ConnectionError, "x");
        });
        var http = new VendorHttp(Context(handler, time));
        var call = http.CallAsync(CallKind.Write(Later), token => http.Client.GetAsync(Anywhere, token), CancellationToken.None);
        Assert.Equal(tries == 1, call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Fault.Unavailable>((await call).Fault);
        Assert.Equal(tries, sent);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task A_call_that_writes_is_not_sent_from_the_instant_on_at_which_its_work_may_be_anothers(int millisecond, bool isSent)
    {
        var time = new FakeTimeProvider();
        var until = time.GetUtcNow() - TimeSpan.FromMilliseconds(millisecond);
        foreach (var kind in (CallKind[])[CallKind.Write(until), CallKind.KeyedWrite(until)])
        {
            sent = 0;
            var called = await CallAsync(kind, _ => new HttpResponseMessage(HttpStatusCode.OK), time);
            Assert.Equal(isSent ? 1 : 0, sent);
            Assert.Equal(isSent ? null : typeof(Fault.Transient), called.Fault?.GetType());
        }
    }

    [Fact]
    public async Task A_write_that_was_lost_in_time_and_would_be_repeated_too_late_may_have_been_carried_out()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(400) };
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(2);
        HttpResponseMessage Lose(HttpRequestMessage request)
        {
            time.Advance(TimeSpan.FromSeconds(3));
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "x");
        }

        var call = CallAsync(CallKind.KeyedWrite(until), Lose, time);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Fault.Ambiguous>((await call).Fault);
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        var http = new VendorHttp(Context(new SilentHandler(), new FakeTimeProvider()));
        using var cancel = new CancellationTokenSource();
        var call = http.CallAsync(CallKind.Read, token => http.Client.GetAsync(Anywhere, token), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var reader = (IRecordReader)new StripeKind().Create(Context(new SilentHandler(), new FakeTimeProvider()));
        using var already = new CancellationTokenSource();
        var read = reader.ReadAsync("customer", "cus_1", already.Token);
        await already.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public void Two_kinds_of_one_name_are_a_bug()
    {
        Assert.Contains("stripe", ConnectorKinds.Scan(typeof(StripeKind).Assembly).Keys);
        Assert.Throws<InvariantException>(() => ConnectorKinds.Scan(typeof(StripeKind).Assembly, typeof(SecondStripeKind).Assembly));
    }

    private HttpResponseMessage LostThen(HttpStatusCode status) =>
        sent == 1 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "x") : new HttpResponseMessage(status);

    private static ConnectorContext Context(HttpMessageHandler handler, TimeProvider time) =>
        Bench.Context(new StripeKind(), new Dictionary<string, string>(), name => name, handler) with
        {
            Time = time,
        };

    private async Task<Outcome<VendorAnswer>> CallAsync(
        CallKind kind,
        Func<HttpRequestMessage, HttpResponseMessage> answer,
        TimeProvider? time = null
    )
    {
        var handler = new AnsweringHandler(request =>
        {
            sent++;
            return answer(request);
        });
        var http = new VendorHttp(Context(handler, time ?? TimeProvider.System));
        return await http.CallAsync(
            kind,
            token => http.Client.GetAsync(Anywhere, HttpCompletionOption.ResponseHeadersRead, token),
            CancellationToken.None
        );
    }

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("never");
        }
    }

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);

        public override bool CanSeek => false;
    }

    private sealed class Breaking : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new HttpIOException(HttpRequestError.ResponseEnded));

        public override bool CanSeek => false;
    }
}

/// <summary>A kind of a name that is taken.</summary>
public sealed class SecondStripeKind : IConnectorKind
{
    public string Name => "stripe";

    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["billing"],
            CredentialSets =
            [
                ["key"],
            ],
        };

    public IConnector Create(ConnectorContext context) => new StripeKind().Create(context);
}
