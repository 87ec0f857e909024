using Microsoft.Extensions.Logging;

namespace QtcHub.Inbox;

/// <summary>The inbox's log events: names and faults, never content.</summary>
internal static partial class InboxLog
{
    [LoggerMessage(2000, LogLevel.Warning, "poll of {System} ended early: {Fault}")]
    public static partial void PollEndedEarly(ILogger log, string system, string fault);
}
