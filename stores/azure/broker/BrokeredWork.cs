using Microsoft.Extensions.Logging;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;

namespace QtcHub.Stores.Azure.Broker;

/// <summary>
/// What a head does with each message of a broker. Waiting burns none of the broker's deliveries: where work goes on later, another message is sent first and then
/// this one completed, so a crash between the two doubles a message, which is harmless, and loses none.
/// </summary>
/// <remarks>
/// Messages must not multiply while lanes wait. Every commit that makes a lane due sends a message of its own, and the sweep sends reminders of whatever is
/// overdue: so of the messages of one lane those go on that nothing else stands in for, and reminders never do.
/// </remarks>
public sealed partial class BrokeredWork(Hub hub, IWorkBroker broker, TimeProvider clock, ILogger<BrokeredWork> log)
{
    private static readonly Settlement Done = new Settlement.Complete();

    /// <summary>Does the work of a message and says what becomes of it.</summary>
    public async Task<Settlement> ProcessAsync(
        ReadOnlyMemory<byte> body,
        IReadOnlyDictionary<string, object> properties,
        CancellationToken cancellationToken
    )
    {
        if (WorkMessage.Read(body, properties, out var wrong) is not { } message)
        {
            LogForeign(log, wrong);
            return new Settlement.DeadLetter("foreign-message", wrong);
        }

        try
        {
            return await hub.ProcessAsync(message.Taken(), cancellationToken) is WorkOutcome.Later later && GoesOn(message, later)
                ? await SendOnAsync(message.After(later.Due), cancellationToken)
                : Done;
        }
        catch (StoreFailedException failed)
        {
            // Storage does not answer. It is no fault of this work's, so it costs it no delivery.
            LogStoreFailed(log, message.Item.Id, failed.Message);
            return await SendOnAsync(message.After(clock.GetUtcNow() + Recoverability.AfterFailure(message.Attempt)), cancellationToken);
        }
    }

    /// <summary>Takes up a message that the broker has given up: its work becomes a dead letter of the hub, where it is still open.</summary>
    public async Task<Settlement> GiveUpAsync(
        ReadOnlyMemory<byte> body,
        IReadOnlyDictionary<string, object> properties,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        if (WorkMessage.Read(body, properties, out var wrong) is not { } message)
        {
            // Nothing of the hub's hangs on it: whatever is open, the ledger knows, and its sweep asks for it.
            LogForeignRemoved(log, wrong);
            return Done;
        }

        var why = string.IsNullOrEmpty(reason) ? "no reason given" : reason;
        LogGivenUp(log, message.Item.Id, why);
        try
        {
            return await hub.GiveUpAsync(message.Item, why, cancellationToken) is WorkOutcome.Later later
                ? await SendOnAsync(message.After(later.Due), cancellationToken)
                : Done;
        }
        catch (StoreFailedException failed)
        {
            LogStoreFailed(log, message.Item.Id, failed.Message);
            return new Settlement.Leave();
        }
    }

    /// <summary>
    /// Whether a message goes on to another. One whose work a commit asks for besides does not, save the one that this commit itself sent, come early by a clock.
    /// </summary>
    private static bool GoesOn(WorkMessage message, WorkOutcome.Later later) => !later.IsAskedFor || message.Due == later.Due;

    /// <summary>Sends the next message in the place of one; a reminder has none, for the sweep reminds again.</summary>
    private async Task<Settlement> SendOnAsync(WorkMessage next, CancellationToken cancellationToken) =>
        next.IsReminder || await broker.SendAsync([next], cancellationToken) ? Done : new Settlement.Leave();

    [LoggerMessage(9100, LogLevel.Error, "a message is none of the hub's ({Wrong}): dead-lettered")]
    private static partial void LogForeign(ILogger log, string wrong);

    [LoggerMessage(9101, LogLevel.Error, "a dead-lettered message is none of the hub's ({Wrong}): removed")]
    private static partial void LogForeignRemoved(ILogger log, string wrong);

    [LoggerMessage(9102, LogLevel.Error, "the broker gave up work {Work}: {Reason}")]
    private static partial void LogGivenUp(ILogger log, string work, string reason);

    [LoggerMessage(9103, LogLevel.Error, "the store failed during work {Work}: {Cause}")]
    private static partial void LogStoreFailed(ILogger log, string work, string cause);
}
