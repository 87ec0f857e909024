using Azure.Identity;
using Azure.Messaging.ServiceBus;
using QtcHub.Stores.Azure.Broker;

namespace QtcHub.Functions;

/// <summary>Service Bus as the store's broker: a sender per queue, kept as long as the app runs.</summary>
internal sealed class ServiceBusBroker(ServiceBusClient client) : IWorkBroker
{
    /// <summary>Messages are a few hundred bytes: as many as a commit may have fit into one sending of 256 KiB.</summary>
    private const int MostAtOnce = 100;

    private readonly Dictionary<string, ServiceBusSender> senders = new(StringComparer.Ordinal)
    {
        [WorkMessage.InboundQueue] = client.CreateSender(WorkMessage.InboundQueue),
        [WorkMessage.LaneQueue] = client.CreateSender(WorkMessage.LaneQueue),
    };

    public async Task<bool> SendAsync(IReadOnlyList<WorkMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            foreach (
                var chunk in messages.GroupBy(message => message.Queue, StringComparer.Ordinal).SelectMany(queue => queue.Chunk(MostAtOnce))
            )
            {
                await senders[chunk[0].Queue].SendMessagesAsync(chunk.Select(Written), cancellationToken);
            }

            return true;
        }
        catch (Exception refused) when (refused is ServiceBusException or UnauthorizedAccessException or AuthenticationFailedException)
        {
            // Not taken: what was committed is sent again by the relay, and a message under way is left to come again.
            return false;
        }
    }

    private static ServiceBusMessage Written(WorkMessage work)
    {
        var message = new ServiceBusMessage(work.Body())
        {
            ContentType = "application/json",
            Subject = work.Item.Id,
            ScheduledEnqueueTime = work.Due,
        };
        if (work.TimeToLive is { } life)
        {
            message.TimeToLive = life;
        }

        foreach (var (name, value) in work.Properties())
        {
            message.ApplicationProperties.Add(name, value);
        }

        return message;
    }
}
