using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using QtcHub.Stores.Azure.Broker;

namespace QtcHub.Functions;

/// <summary>Reads deliveries and records, and wakes what waits for a record.</summary>
public sealed class ProcessInbound(BrokeredWork work)
{
    [Function(nameof(ProcessInbound))]
    public async Task RunAsync(
        [ServiceBusTrigger(WorkMessage.InboundQueue, Connection = "ServiceBus", AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    )
    {
        var settlement = await work.ProcessAsync(message.Body.ToMemory(), message.ApplicationProperties, cancellationToken);
        await actions.CarryOutAsync(message, settlement, cancellationToken);
    }
}
