namespace QtcHub.Server.Hosting;

/// <summary>The head's log events: ids and types, never content. Webhooks 1000, head 9000.</summary>
internal static partial class HeadLog
{
    [LoggerMessage(1000, LogLevel.Information, "webhook of {System} answered {Status} by rule {Rule}, delivery {Delivery}")]
    public static partial void WebhookAnswered(ILogger log, string system, int status, string rule, string? delivery);

    [LoggerMessage(9000, LogLevel.Error, "work {Work} threw {Type} in {Site}: a bug; postponed")]
    public static partial void WorkThrew(ILogger log, string work, string type, string site);

    [LoggerMessage(9001, LogLevel.Error, "timer {Timer} threw {Type} in {Site}: a bug; it runs again")]
    public static partial void TimerThrew(ILogger log, string timer, string type, string site);

    [LoggerMessage(9002, LogLevel.Critical, "the store failed; stopping: {Cause}")]
    public static partial void StoreFailed(ILogger log, string cause);

    [LoggerMessage(9003, LogLevel.Warning, "poll of {System} ended early: {Fault}")]
    public static partial void PollEndedEarly(ILogger log, string system, string fault);

    [LoggerMessage(9004, LogLevel.Warning, "the webhook secret of {System} is not set: its webhooks are answered 503")]
    public static partial void WebhookSecretMissing(ILogger log, string system);

    [LoggerMessage(9005, LogLevel.Error, "a request threw {Type} in {Site}: a bug; answered 500")]
    public static partial void RequestThrew(ILogger log, string type, string site);

    /// <summary>Where an exception came from: type and method, no message, for a message may quote content.</summary>
    public static string SiteOf(Exception thrown) =>
        thrown.TargetSite is { } site ? $"{site.DeclaringType?.FullName}.{site.Name}" : "an unknown place";
}
