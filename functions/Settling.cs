using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Stores.Azure.Broker;

namespace QtcHub.Functions;

/// <summary>Settles a message with the broker as was decided.</summary>
internal static class Settling
{
    public static Task CarryOutAsync(
        this ServiceBusMessageActions actions,
        ServiceBusReceivedMessage message,
        Settlement settlement,
        CancellationToken cancellationToken
    ) =>
        settlement switch
        {
            Settlement.Complete => actions.CompleteMessageAsync(message, cancellationToken),
            Settlement.DeadLetter dead => actions.DeadLetterMessageAsync(
                message,
                deadLetterReason: dead.Reason,
                deadLetterErrorDescription: dead.Detail,
                cancellationToken: cancellationToken
            ),
            _ => Task.CompletedTask,
        };
}
