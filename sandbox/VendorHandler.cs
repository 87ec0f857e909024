using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace QtcHub.Sandbox;

/// <summary>
/// The wire to a pretend vendor without a socket: answers in-process, with the faults of its desk. A caller that goes away does not stop the vendor:
/// what it had begun still happens, at its time.
/// </summary>
public sealed class VendorHandler(IPretendVendor vendor, FaultDesk desk, TimeProvider time) : HttpMessageHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var fault = desk.Take(request);
        if (fault is null)
        {
            await BufferAsync(request, cancellationToken);
            return Answered(request, vendor.Answer(request));
        }

        // The caller disposes its request when it gives up; the vendor goes on working with its own copy.
        var received = await CopyAsync(request, cancellationToken);
        var answer = await WorkAsync(received, fault).WaitAsync(cancellationToken);
        return answer is null ? throw CutConnection() : Answered(request, answer);
    }

    /// <summary>The vendor's side of a faulty request; null is an answer that never comes.</summary>
    private async Task<HttpResponseMessage?> WorkAsync(HttpRequestMessage request, PlannedFault fault)
    {
        using (request)
        {
            var commits = fault.Cut switch
            {
                Cut.BeforeCommit => false,
                Cut.AfterCommit => true,
                _ => fault.Status is null || fault.DelayAfterCommit,
            };
            var committed = commits && fault.DelayAfterCommit ? vendor.Answer(request) : null;
            if (fault.Delay > TimeSpan.Zero)
            {
                await Task.Delay(fault.Delay, time, CancellationToken.None);
            }

            committed ??= commits ? vendor.Answer(request) : null;
            return fault.Cut is not null ? null
                : fault.Status is { } status ? Refusal(status, fault.RetryAfter)
                : committed;
        }
    }

    private HttpResponseMessage Refusal(int status, TimeSpan? retryAfter)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(
                """{"error":{"type":"api_error","message":"a planned fault"}}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        response.Headers.Date = time.GetUtcNow();
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        }

        return response;
    }

    private static HttpResponseMessage Answered(HttpRequestMessage request, HttpResponseMessage response)
    {
        response.RequestMessage = request;
        return response;
    }

    /// <summary>What a real cut connection gives a caller of <see cref="SocketsHttpHandler"/>.</summary>
    private static HttpRequestException CutConnection() =>
        new(
            HttpRequestError.ResponseEnded,
            "An error occurred while sending the request.",
            new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.")
        );

    private static async Task BufferAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version };
        foreach (var header in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync(cancellationToken));
            foreach (var header in content.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return copy;
    }
}
