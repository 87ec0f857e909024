using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Webhooks;

/// <summary><c>GET /health</c>: whether the process works, which systems are in trouble, how much waits.</summary>
internal sealed class HealthEndpoint(HubContext context, IWorkQueue queue, StoreWatch store, SteadyClock clock)
{
    public async Task<IResult> HandleAsync(CancellationToken cancellationToken)
    {
        if (store.HasFailed)
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "store-failed");
        }

        var health = Health.Of(context.Gate.Troubles(), await queue.LengthAsync(cancellationToken), clock.Behind);
        return Results.Json(health, HeadJson.Default.Health);
    }
}
