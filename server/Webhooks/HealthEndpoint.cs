using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Webhooks;

/// <summary><c>GET /health</c>: whether the process works, which systems are in trouble, how much waits.</summary>
internal sealed class HealthEndpoint(HubContext context, IWorkQueue queue, StoreWatch store, SteadyClock clock)
{
    private static readonly TimeSpan NoticedBehind = TimeSpan.FromSeconds(2);

    public async Task<IResult> HandleAsync(CancellationToken cancellationToken)
    {
        if (store.HasFailed)
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "store-failed");
        }

        var troubles = context
            .Gate.Troubles()
            .Select(trouble => new HealthTrouble(trouble.System, trouble.Trouble, trouble.Until))
            .ToList();
        var behind = clock.Behind;
        var health = new Health(
            troubles.Count == 0 && behind < NoticedBehind ? "ok" : "degraded",
            troubles,
            await queue.LengthAsync(cancellationToken),
            behind < NoticedBehind ? null : (long)behind.TotalSeconds
        );
        return Results.Json(health, HeadJson.Default.Health);
    }
}
