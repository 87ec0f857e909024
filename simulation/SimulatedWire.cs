using System.Net;
using System.Net.Http.Headers;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>The ways a call on the wire can go.</summary>
public enum WireFault
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>No connection can be made.</summary>
    Refused,

    /// <summary>The request is lost on its way; no answer comes.</summary>
    TimeoutBeforeCommit,

    /// <summary>The vendor commits; the answer is lost and nobody hears.</summary>
    TimeoutAfterCommit,

    /// <summary>The vendor commits long after the caller has given up.</summary>
    LateCommit,

    /// <summary>The connection is cut before the vendor commits.</summary>
    CutBeforeCommit,

    /// <summary>The connection is cut after the vendor has committed.</summary>
    CutAfterCommit,

    /// <summary>429 with Retry-After.</summary>
    RateLimited,

    /// <summary>500 without a commit.</summary>
    ErrorBeforeCommit,

    /// <summary>500 after a commit.</summary>
    ErrorAfterCommit,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>401.</summary>
    Unauthorized,

    /// <summary>409.</summary>
    Conflict,

    /// <summary>403: a permission was taken away for a while.</summary>
    Forbidden,

    /// <summary>The answer comes, but slowly.</summary>
    Slow,
}

/// <summary>
/// One process's wire to a pretend vendor. The vendor's side happens whatever becomes of the process; the process's side happens only while it lives.
/// </summary>
internal sealed class SimulatedWire(VendorSide side, Scheduler scheduler, ProcessLife life, Dice dice) : HttpMessageHandler
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan EarliestLateCommit = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LatestCommit = TimeSpan.FromSeconds(28);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var what = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        var received = Copy(request);
        // What is lost on its way may be with the vendor for as long as the latest there, for all that its caller knows.
        var promise = new WireCall(life, scheduler.Now + LatestCommit);
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() => promise.TrySetCanceled(cancellationToken));
        }

        side.Calls.Add(promise, scheduler.Now);
        var fault = side.Weather.Next(request.Method != HttpMethod.Get);
        switch (fault)
        {
            case WireFault.None:
                Commit(what, received, dice.Wait(Quick), answer => Answer(promise, answer, Quick));
                break;
            case WireFault.Slow:
                Commit(what, received, dice.Wait(Quick), answer => Answer(promise, answer, Patience));
                break;
            case WireFault.Refused:
                Break(promise, HttpRequestError.ConnectionError);
                break;
            case WireFault.TimeoutBeforeCommit:
                received.Dispose();
                break;
            case WireFault.TimeoutAfterCommit:
                Commit(what, received, dice.Wait(Quick), answer => answer.Dispose());
                break;
            case WireFault.LateCommit:
                CommitLate(what, received);
                break;
            case WireFault.CutBeforeCommit:
                received.Dispose();
                Break(promise, HttpRequestError.ResponseEnded);
                break;
            case WireFault.CutAfterCommit:
                Commit(what, received, dice.Wait(Quick), answer => Break(promise, HttpRequestError.ResponseEnded, answer));
                break;
            case WireFault.ErrorAfterCommit:
                Commit(what, received, dice.Wait(Quick), answer => Refuse(promise, HttpStatusCode.InternalServerError, answer));
                break;
            default:
                received.Dispose();
                Refuse(promise, StatusOf(fault), null);
                break;
        }

        return promise.Task;
    }

    private static HttpStatusCode StatusOf(WireFault fault) =>
        fault switch
        {
            WireFault.RateLimited => HttpStatusCode.TooManyRequests,
            WireFault.ErrorBeforeCommit => HttpStatusCode.InternalServerError,
            WireFault.Unavailable => HttpStatusCode.ServiceUnavailable,
            WireFault.Unauthorized => HttpStatusCode.Unauthorized,
            WireFault.Conflict => HttpStatusCode.Conflict,
            WireFault.Forbidden => HttpStatusCode.Forbidden,
            _ => throw new InvariantException("a fault with a status"),
        };

    /// <summary>The vendor's side: belongs to no process of the hub's.</summary>
    private void Commit(string what, HttpRequestMessage received, TimeSpan after, Action<HttpResponseMessage> then) =>
        scheduler.In(
            after,
            $"vendor {what}",
            null,
            () =>
            {
                using (received)
                {
                    var answer = side.Vendor.Answer(received);
                    side.Weather.Answered(received.Method != HttpMethod.Get);
                    then(answer);
                }
            }
        );

    /// <summary>Whoever takes over from a caller that died meanwhile must not be overtaken by the call.</summary>
    private void CommitLate(string what, HttpRequestMessage received)
    {
        var wait = EarliestLateCommit + dice.Wait(LatestCommit - EarliestLateCommit);
        Commit(what, received, wait, answer => answer.Dispose());
        if (dice.OneIn(2))
        {
            scheduler.In(dice.Wait(Quick), "crash during a late call", life, life.DieInCall);
        }
    }

    private void Answer(WireCall promise, HttpResponseMessage answer, TimeSpan within) =>
        End(promise, within, $"answer {(int)answer.StatusCode}", () => promise.TrySetResult(answer));

    private void Break(WireCall promise, HttpRequestError error, HttpResponseMessage? unheard = null)
    {
        unheard?.Dispose();
        End(
            promise,
            Quick,
            $"broken {error}",
            () => promise.TrySetException(new HttpRequestException(error, "the simulated connection broke"))
        );
    }

    private void End(WireCall promise, TimeSpan within, string what, Action hear)
    {
        var wait = dice.Wait(within);
        promise.DoneAt = scheduler.Now + wait;
        scheduler.In(wait, what, life, hear);
    }

    private void Refuse(WireCall promise, HttpStatusCode status, HttpResponseMessage? unheard)
    {
        unheard?.Dispose();
        var answer = new HttpResponseMessage(status) { Content = new StringContent("{}") };
        answer.Headers.Date = scheduler.Now;
        if (status == HttpStatusCode.TooManyRequests)
        {
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1 + dice.Below(20)));
        }

        Answer(promise, answer, Quick);
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var header in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (request.Content is { } content)
        {
            using var body = new MemoryStream();
            content.CopyTo(body, null, CancellationToken.None);
            copy.Content = new ByteArrayContent(body.ToArray());
            foreach (var header in content.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return copy;
    }
}

/// <summary>A vendor as its wires meet it: itself, the weather before it, and the calls under way.</summary>
internal sealed record VendorSide(IPretendVendor Vendor, Weather Weather, CallsUnderWay Calls);
