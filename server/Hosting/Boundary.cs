using QtcHub.Ledger;
using QtcHub.Server.Webhooks;

namespace QtcHub.Server.Hosting;

/// <summary>The head's boundary towards HTTP: nothing thrown reaches a caller, and logs get its type, not its words.</summary>
internal static class Boundary
{
    public static async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; there is nobody to answer.
        }
        catch (BadHttpRequestException bad)
        {
            await RefuseAsync(http, bad.StatusCode, "bad-request");
        }
        catch (StoreFailedException failed)
        {
            http.RequestServices.GetRequiredService<StoreWatch>().Report(failed);
            await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "store-failed");
        }
        catch (Exception thrown)
        {
            HeadLog.RequestThrew(
                http.RequestServices.GetRequiredService<ILogger<HubServer>>(),
                thrown.GetType().Name,
                HeadLog.SiteOf(thrown)
            );
            await RefuseAsync(http, StatusCodes.Status500InternalServerError, "internal-error");
        }

        if (
            http.Response
                is {
                    HasStarted: false,
                    StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed,
                    ContentLength: null
                }
            && http.GetEndpoint() is null or { DisplayName: "405 HTTP Method Not Supported" }
        )
        {
            await RefuseAsync(
                http,
                http.Response.StatusCode,
                http.Response.StatusCode == StatusCodes.Status404NotFound ? "no-such-endpoint" : "method-not-allowed"
            );
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string rule) =>
        http.Response.HasStarted ? Task.CompletedTask : Problem.Of(status, rule).ExecuteAsync(http);
}
