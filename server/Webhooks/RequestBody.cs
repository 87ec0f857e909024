using Microsoft.AspNetCore.Http.Features;
using QtcHub.Webhooks;

namespace QtcHub.Server.Webhooks;

/// <summary>The body of a request to Kestrel, under the hub's own limits in the place of Kestrel's.</summary>
internal static class RequestBody
{
    /// <summary>The body, or null where it is longer than <paramref name="limit"/>: then the rest stays unread.</summary>
    public static Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken) =>
        BoundedBody.ReadAsync(Of(request), request.ContentLength, limit, cancellationToken);

    /// <summary>The body, whose reader keeps the limit.</summary>
    public static Stream Of(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        return request.Body;
    }
}
