using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Stores.Azure.Broker;

namespace QtcHub.Functions;

/// <summary>Brings lanes forward: writes to systems.</summary>
public sealed class ProcessLane(BrokeredWork work)
{
    [Function(nameof(ProcessLane))]
    public async Task RunAsync(
        [ServiceBusTrigger(WorkMessage.LaneQueue, Connection = "ServiceBus", AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    )
    {
        var settlement = await work.ProcessAsync(message.Body.ToMemory(), message.ApplicationProperties, cancellationToken);
        await actions.CarryOutAsync(message, settlement, cancellationToken);
    }
}
