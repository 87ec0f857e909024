using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Stores.Azure.Broker;

namespace QtcHub.Functions;

/// <summary>Takes up what the broker gave up of reading: a dead letter of the hub, where the work is still open.</summary>
public sealed class CollectInboundPoison(BrokeredWork work)
{
    [Function(nameof(CollectInboundPoison))]
    public async Task RunAsync(
        [ServiceBusTrigger(WorkMessage.InboundQueue + WorkMessage.DeadLetters, Connection = "ServiceBus", AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    )
    {
        var settlement = await work.GiveUpAsync(
            message.Body.ToMemory(),
            message.ApplicationProperties,
            message.DeadLetterReason,
            cancellationToken
        );
        await actions.CarryOutAsync(message, settlement, cancellationToken);
    }
}
