using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace QtcHub.Functions;

/// <summary>The head's boundary: what a trigger throws reaches the host, and with it logs and traces, by its type and place alone, for its words may quote content.</summary>
internal sealed partial class Boundary(ILogger<Boundary> log) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception thrown) when (!context.CancellationToken.IsCancellationRequested)
        {
            var site = thrown.TargetSite is { } method ? $"{method.DeclaringType?.FullName}.{method.Name}" : "an unknown place";
            LogThrew(log, context.FunctionDefinition.Name, thrown.GetType().Name, site);
            throw new TriggerFailedException($"{thrown.GetType().Name} in {site}");
        }
    }

    [LoggerMessage(9000, LogLevel.Error, "{Function} threw {Type} in {Site}")]
    private static partial void LogThrew(ILogger log, string function, string type, string site);
}

/// <summary>A trigger failed; the broker or the sender tries again.</summary>
internal sealed class TriggerFailedException(string message) : Exception(message);
