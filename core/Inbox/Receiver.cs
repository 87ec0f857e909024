using System.Globalization;
using System.Security.Cryptography;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Webhooks;

namespace QtcHub.Inbox;

/// <summary>Verifies webhooks and stores deliveries. Nothing else happens before the answer.</summary>
internal sealed class Receiver(HubContext hub)
{
    private const int MostTwins = 64;

    public async Task<Receipt> ReceiveAsync(string system, WebhookRequest request, CancellationToken cancellationToken)
    {
        if (!hub.Router.Systems.TryGetValue(system, out var connected) || connected.Connector is not IWebhookSource source)
        {
            return new Receipt(ReceiptKind.UnknownSystem, "unknown-system", null);
        }

        if (request.Body.Length > connected.Facts.WebhookBodyLimit)
        {
            return new Receipt(ReceiptKind.TooLarge, "body-too-large", null);
        }

        if (!Accepts(connected.Facts, request))
        {
            return new Receipt(ReceiptKind.UnsupportedType, "unsupported-media-type", null);
        }

        var receipt = source.Verify(request) switch
        {
            WebhookVerdict.Verified { EventId: { } eventId } when !DeliveryId.IsFit(eventId) => new Receipt(
                ReceiptKind.Unreadable,
                "event-id-unfit",
                null
            ),
            WebhookVerdict.Verified { EventId: { } eventId } verified => await StoreNamedAsync(
                new DeliveryId(system, eventId),
                StoredOf(verified, request),
                cancellationToken
            ),
            WebhookVerdict.Verified verified => await StoreUnnamedAsync(
                connected.Facts,
                system,
                request with
                {
                    Body = StoredOf(verified, request),
                },
                cancellationToken
            ),
            WebhookVerdict.Refused refused => new Receipt(ReceiptKind.Unauthenticated, refused.Rule, null),
            WebhookVerdict.Unreadable unreadable => new Receipt(ReceiptKind.Unreadable, unreadable.Rule, null),
            WebhookVerdict.NoSecret => new Receipt(ReceiptKind.NoSecret, "webhook-secret-missing", null),
            _ => throw new InvariantException("a known verdict"),
        };
        return receipt.Delivery is null ? receipt : receipt with { Acknowledgement = connected.Facts.Acknowledgement };
    }

    private static ReadOnlyMemory<byte> StoredOf(WebhookVerdict.Verified verified, WebhookRequest request) =>
        verified.Kept.IsEmpty ? request.Body : verified.Kept;

    /// <summary>Stores a change that a poll found, as the delivery it would have been; one that is there already stays as it is.</summary>
    public Task<CommitResult> StorePolledAsync(string system, PolledDelivery polled, CancellationToken cancellationToken) =>
        StoreFoundAsync(NewDelivery(new DeliveryId(system, polled.EventId), polled.Body), polled, TimeSpan.Zero, cancellationToken);

    /// <summary>The same for a record that a backfill listed; it is taken in <paramref name="behind"/> what a system tells of now.</summary>
    public Task<CommitResult> StoreListedAsync(string system, PolledDelivery listed, TimeSpan behind, CancellationToken cancellationToken)
    {
        var delivery = NewDelivery(new DeliveryId(system, listed.EventId), listed.Body) with { FoundBy = DeliveryId.Backfill };
        return StoreFoundAsync(delivery, listed, behind, cancellationToken);
    }

    private async Task<CommitResult> StoreFoundAsync(
        Delivery delivery,
        PolledDelivery polled,
        TimeSpan behind,
        CancellationToken cancellationToken
    )
    {
        using var span = HubTracing.Receive(delivery.Id);
        var result = await InsertAsync(delivery, polled.Body, behind, cancellationToken);
        if (result == CommitResult.Committed)
        {
            HubTracing.Ended(span, "accepted");
        }
        else
        {
            // Polls reach back: most of what they find is known, and its trace tells already how it came.
            HubTracing.LeaveOut(span);
        }

        return result;
    }

    private async Task<Receipt> StoreNamedAsync(DeliveryId id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await StoreAsync(id, body, async (known, token) => await AcknowledgeKnownAsync(known, token), cancellationToken)
        ?? throw new InvariantException("what is there already is acknowledged");

    /// <summary>
    /// A body without an event id may be alike another byte for byte and still tell of another change, in the same instant too: each receipt is a delivery
    /// of its own, and so causes a read.
    /// </summary>
    private async Task<Receipt> StoreUnnamedAsync(
        ConnectorFacts facts,
        string system,
        WebhookRequest request,
        CancellationToken cancellationToken
    )
    {
        Invariant.Holds(!facts.StableEventIds, "a connector with stable event ids reads one");
        var received = string.Create(CultureInfo.InvariantCulture, $"{request.ReceivedAt.UtcTicks:D19}-{HashOf(request.Body)[..16]}");
        Receipt? stored = null;
        for (var twin = 0; stored is null && twin < MostTwins; twin++)
        {
            var name = twin == 0 ? received : string.Create(CultureInfo.InvariantCulture, $"{received}-{twin}");
            stored = await StoreAsync(
                new DeliveryId(system, name),
                request.Body,
                static (_, _) => Task.FromResult<Receipt?>(null),
                cancellationToken
            );
        }

        return stored ?? new Receipt(ReceiptKind.Busy, "busy", null);
    }

    /// <summary>Stores a delivery; <paramref name="known"/> answers where one of this name is there.</summary>
    private async Task<Receipt?> StoreAsync(
        DeliveryId id,
        ReadOnlyMemory<byte> body,
        Func<DeliveryId, CancellationToken, Task<Receipt?>> known,
        CancellationToken cancellationToken
    )
    {
        using var span = HubTracing.Receive(id);
        try
        {
            var delivery = NewDelivery(id, body) with { Acknowledged = true };
            var receipt = await InsertAsync(delivery, body, TimeSpan.Zero, cancellationToken) switch
            {
                CommitResult.Committed => new Receipt(ReceiptKind.Accepted, "accepted", id),
                CommitResult.Conflict => await known(id, cancellationToken),
                _ => new Receipt(ReceiptKind.Busy, "busy", null),
            };
            if (receipt is null)
            {
                HubTracing.LeaveOut(span);
                return null;
            }

            return HubTracing.Received(span, receipt);
        }
        catch (Exception thrown) when (HubTracing.Throws(span, thrown))
        {
            throw;
        }
    }

    /// <summary>A delivery that only a poll had found counts as acknowledged from its first webhook on.</summary>
    private async Task<Receipt> AcknowledgeKnownAsync(DeliveryId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = await hub.Store.DeliveryAsync(id, cancellationToken);
            Invariant.Holds(known is not null, "a refused insert means that the delivery is there");
            if (known.Value.Value.Acknowledged)
            {
                return new Receipt(ReceiptKind.Duplicate, "duplicate", id);
            }

            var commit = new Commit(
                Home.OfDelivery(id),
                new Change.Replace(Rows.Of(known.Value.Value with { Acknowledged = true }), known.Value.Version)
            );
            switch (await hub.Store.CommitAsync(commit, cancellationToken))
            {
                case CommitResult.Committed:
                    return new Receipt(ReceiptKind.Duplicate, "duplicate", id);
                case CommitResult.Overloaded:
                    return new Receipt(ReceiptKind.Busy, "busy", null);
            }
        }
    }

    private Delivery NewDelivery(DeliveryId id, ReadOnlyMemory<byte> body) =>
        new()
        {
            Id = id,
            ReceivedAt = hub.Now,
            Acknowledged = false,
            BodyHash = HashOf(body),
        };

    private Task<CommitResult> InsertAsync(
        Delivery delivery,
        ReadOnlyMemory<byte> body,
        TimeSpan behind,
        CancellationToken cancellationToken
    ) =>
        hub.Store.CommitAsync(
            new Commit(
                Home.OfDelivery(delivery.Id),
                [
                    new Change.Insert(Rows.Of(delivery)),
                    new Change.Insert(new Row(Rows.BodyKey, "raw", Rows.Day(delivery.ReceivedAt), body)),
                ],
                [new ScheduledWork(new WorkItem.OfDelivery(delivery.Id), delivery.ReceivedAt + behind)]
            ),
            cancellationToken
        );

    private static string HashOf(ReadOnlyMemory<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body.Span));

    private static bool Accepts(ConnectorFacts facts, WebhookRequest request)
    {
        if (!request.Headers.TryGetValue("content-type", out var type))
        {
            return false;
        }

        var media = type.Split(';', 2)[0].Trim();
        return facts.WebhookMediaTypes.Contains(media, StringComparer.OrdinalIgnoreCase);
    }
}
