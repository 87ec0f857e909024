using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions;

/// <summary>Tells which systems are in trouble.</summary>
public sealed class TellHealth(Hub hub)
{
    [Function(nameof(TellHealth))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "health")] HttpRequest request) =>
        Answer.With(Health.Of(hub.Troubles, queue: null, TimeSpan.Zero), FunctionsJson.Default.Health);
}
