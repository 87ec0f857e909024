using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Polly;
using Polly.Retry;
using Refit;

namespace QtcHub.Connectors;

/// <summary>
/// One vendor's HTTP: a client over the injected transport, a deadline by the injected clock, few and short retries of what is safe to repeat, and
/// the judgement of what a failed transport means. The vendor's own answers, good or bad, come back as they are.
/// </summary>
public sealed class VendorHttp
{
    /// <summary>Most bytes of a response body; a longer one is refused, not cut.</summary>
    public const int MaxBody = 8 * 1024 * 1024;

    private const int Retries = 2;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly TimeSpan deadline;
    private readonly Action<Quota> onQuota;
    private readonly ResiliencePipeline<Attempt> pipeline;

    /// <summary>Over the transport, clock, seed and limits of one configured system.</summary>
    public VendorHttp(ConnectorContext context)
    {
        time = context.Time;
        deadline = context.System.CallTimeout;
        onQuota = context.OnQuota;
        Client = new HttpClient(context.Handler, disposeHandler: false)
        {
            BaseAddress = context.System.BaseUrl,
            // HttpClient's own timer would run on the wall clock.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        pipeline = new ResiliencePipelineBuilder<Attempt> { TimeProvider = context.Time }
            .AddRetry(
                new RetryStrategyOptions<Attempt>
                {
                    ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result is { MayRepeat: true }),
                    MaxRetryAttempts = Retries,
                    Delay = FirstWait,
                    MaxDelay = LongestWait,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Randomizer = context.Random.NextDouble,
                }
            )
            .Build();
    }

    /// <summary>Reads from an answer's headers what is left of the vendor's quotas, where it has other headers for that than everybody.</summary>
    public Func<HttpResponseHeaders, DateTimeOffset, IEnumerable<Quota>> QuotaOf { get; init; } = VendorQuota.Standard;

    /// <summary>The client to build an API interface on. Use it only inside <see cref="CallAsync"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>
    /// Makes one call under the deadline, which covers its retries and the reading of its body. <paramref name="send"/> is called once per attempt and
    /// must build a new request each time. Only the caller's own cancellation is thrown.
    /// </summary>
    public async Task<Outcome<VendorAnswer>> CallAsync(
        CallKind kind,
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken
    )
    {
        using var timer = new CancellationTokenSource(deadline, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var call = new Call(kind, time, time.GetUtcNow() + deadline - LongestWait);
        try
        {
            // Waits between attempts are short and end before the deadline does; only attempts are cut off. A wait that is cut off goes on, by the
            // runtime's choice, on another thread.
            var attempt = await pipeline
                .ExecuteAsync(
                    static async (state, _) => await AttemptAsync(state.call, state.send, state.Token),
                    (call, send, linked.Token),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            if (attempt.Answer is not { } answer)
            {
                return call.FaultOf(attempt.Reason);
            }

            foreach (var quota in QuotaOf(answer.Headers, time.GetUtcNow()))
            {
                onQuota(quota);
            }

            return call.IsOpenAfter(answer) ? call.FaultOf($"a try was lost, and the one after it answered {(int)answer.Status}") : answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return call.FaultOf($"no answer within {deadline.TotalSeconds:0.###} s");
        }
    }

    private static async Task<Attempt> AttemptAsync(
        Call call,
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken
    )
    {
        if (call.IsLate)
        {
            return call.TooLate();
        }

        var sentBefore = call.MayHaveBeenSent;
        call.MayHaveBeenSent = true;
        try
        {
            using var response = await SendAsync(send, cancellationToken);
            var body = await ReadBoundedAsync(response.Content, cancellationToken);
            return body is { } whole
                ? new Attempt(new VendorAnswer(response.StatusCode, response.Headers, whole) { FollowsLost = sentBefore }, "", false)
                : call.TooLong();
        }
        catch (HttpRequestException failure) when (WasNeverConnected(failure))
        {
            call.MayHaveBeenSent = sentBefore;
            return new Attempt(null, $"no connection ({failure.HttpRequestError})", call.HasTime);
        }
        catch (HttpRequestException failure)
        {
            return call.Broken($"the connection broke ({failure.HttpRequestError})");
        }
        catch (IOException)
        {
            return call.Broken("the connection broke while the answer was read");
        }
    }

    /// <summary>Refit puts its own exception around the transport's; the transport's is the one that says what happened.</summary>
    private static async Task<HttpResponseMessage> SendAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await send(cancellationToken);
        }
        catch (ApiRequestException wrapped)
            when (wrapped.InnerException is HttpRequestException or OperationCanceledException or IOException)
        {
            ExceptionDispatchInfo.Throw(wrapped.InnerException);
            throw;
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBoundedAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxBody)
        {
            return null;
        }

        var stream = await content.ReadAsStreamAsync(cancellationToken);
        await using (stream.ConfigureAwait(false))
        {
            using var whole = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (whole.Length + read > MaxBody)
                {
                    return null;
                }

                whole.Write(buffer, 0, read);
            }

            return whole.ToArray();
        }
    }

    /// <summary>Only failures that come before the first byte of a request can be sent.</summary>
    private static bool WasNeverConnected(HttpRequestException failure) =>
        failure.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError
        || failure.InnerException
            is SocketException
            {
                SocketErrorCode: SocketError.ConnectionRefused
                    or SocketError.HostNotFound
                    or SocketError.HostUnreachable
                    or SocketError.NetworkUnreachable
                    or SocketError.TryAgain
            };

    /// <summary>What is known of one call across its attempts: once an attempt may have arrived, no later one can take that back.</summary>
    private sealed class Call(CallKind kind, TimeProvider time, DateTimeOffset lastRepeat)
    {
        public bool MayHaveBeenSent { get; set; }

        /// <summary>Whether a further attempt can still begin before the deadline.</summary>
        public bool HasTime => time.GetUtcNow() < lastRepeat;

        /// <summary>Whoever stood still holds its work no longer: others may have looked for it, and found nothing.</summary>
        public bool IsLate => time.GetUtcNow() >= kind.SendBefore;

        private bool TooLongAnswer { get; set; }

        private bool WasLate { get; set; }

        /// <summary>A write that may have been carried out is not refused by what was said to its repetition.</summary>
        public bool IsOpenAfter(VendorAnswer answer) => kind.IsWrite && answer is { FollowsLost: true, IsSuccess: false };

        public Attempt Broken(string reason) => new(null, reason, (!kind.IsWrite || kind.IsKeyed) && HasTime);

        public Attempt TooLong()
        {
            TooLongAnswer = true;
            return new Attempt(null, $"the answer is longer than {MaxBody} bytes", MayRepeat: false);
        }

        public Attempt TooLate()
        {
            WasLate = true;
            return new Attempt(null, "it came too late to be sent under its lease", MayRepeat: false);
        }

        public Fault FaultOf(string reason) =>
            !MayHaveBeenSent ? (WasLate ? new Fault.Transient(reason) : new Fault.Unavailable(reason))
            : kind.IsWrite ? new Fault.Ambiguous(reason)
            : TooLongAnswer ? new Fault.Rejected("answer-too-long", reason)
            : new Fault.Transient(reason);
    }

    private sealed record Attempt(VendorAnswer? Answer, string Reason, bool MayRepeat);
}
