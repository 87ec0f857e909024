using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Extensions;

namespace QtcHub.Server.Sandbox;

/// <summary><c>/_sandbox/{system}/api/…</c>: the socket in front of a pretend vendor's API.</summary>
internal static class VendorGateway
{
    public static async Task HandleAsync(SandboxFleet fleet, string system, HttpContext http)
    {
        if (!fleet.Systems.TryGetValue(system, out var sandboxed))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var request = await ReadAsync(http.Request, http.RequestAborted);
        using var answer = await sandboxed.SendAsync(request);
        if (answer is null)
        {
            http.Abort();
            return;
        }

        await WriteAsync(answer, http.Response, http.RequestAborted);
    }

    /// <summary>The request with its body buffered, at the address its caller used: a vendor may have it under the signature.</summary>
    private static async Task<HttpRequestMessage> ReadAsync(HttpRequest source, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await source.Body.CopyToAsync(body, cancellationToken);
        var request = new HttpRequestMessage(new HttpMethod(source.Method), source.GetEncodedUrl())
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach (var (name, values) in source.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        return request;
    }

    private static async Task WriteAsync(HttpResponseMessage answer, HttpResponse target, CancellationToken cancellationToken)
    {
        target.StatusCode = (int)answer.StatusCode;
        Copy(answer.Headers, target);
        Copy(answer.Content.Headers, target);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (body.Length > 0)
        {
            await target.Body.WriteAsync(body, cancellationToken);
        }
    }

    private static void Copy(HttpHeaders headers, HttpResponse target)
    {
        foreach (var (name, values) in headers)
        {
            if (!string.Equals(name, "Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                target.Headers[name] = values.ToArray();
            }
        }
    }
}
