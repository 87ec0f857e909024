using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using QtcHub.Audit;
using QtcHub.Ledger;
using QtcHub.Webhooks;

namespace QtcHub.Hosting;

/// <summary>
/// The hub's spans, on the source <c>QtcHub</c>. One trace leads from a delivery to each of its effects: its id is derived from the delivery's own, so that
/// every step finds it again, in whatever process and after whatever wait, and no row holds it. Spans tell ids and names, never content.
/// </summary>
/// <remarks>While nobody listens, every method here returns at once: nothing is hashed and nothing is allocated.</remarks>
public static class HubTracing
{
    /// <summary>The name of the source to listen to.</summary>
    public const string SourceName = "QtcHub";

    private const string Outcome = "qtchub.outcome";
    private const string FaultName = "qtchub.fault";
    private const string Calls = "qtchub.calls";
    private static readonly ActivitySource Source = new(SourceName, HubMetrics.Version);

    /// <summary>The trace of an origin and the span that all of its spans hang from: the first 16 and the next 8 bytes of the SHA-256 of its text.</summary>
    public static ActivityContext ContextOf(string origin)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(origin), hash);
        var trace = ActivityTraceId.CreateFromBytes(hash[..16]);
        return new ActivityContext(trace, ActivitySpanId.CreateFromBytes(hash[16..24]), ActivityTraceFlags.Recorded, isRemote: true);
    }

    /// <summary>A delivery is stored.</summary>
    internal static Activity? Receive(DeliveryId delivery) =>
        Source.HasListeners() ? Start("receive", "receive", ActivityKind.Server, delivery.System, delivery.AsOrigin()) : null;

    /// <summary>A stored delivery, or one of its notices, is taken in.</summary>
    internal static Activity? TakeIn(DeliveryId delivery, int? notice)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var span = Start("intake", "process", ActivityKind.Consumer, delivery.System, delivery.AsOrigin());
        return notice is { } index ? span?.SetTag("qtchub.notice", index) : span;
    }

    /// <summary>A lane's effect is sent, or read back where its outcome is unknown; its other steps make no calls and have no span.</summary>
    internal static Activity? Step(Lane lane)
    {
        if (!Source.HasListeners() || lane.Current is not { State: EffectState.Due or EffectState.Unknown } current)
        {
            return null;
        }

        // What a person has released goes on in the trace of the delivery it came from.
        var origin = DeliveryId.OfOrigin(current.Origin) is null ? lane.WantedOrigin : current.Origin;
        var operation = current.State == EffectState.Due ? "deliver" : "read back";
        return About(Start(operation, "process", ActivityKind.Consumer, lane.Id.Target, origin), lane.Id, current)
            ?.SetTag("qtchub.attempt", current.Attempts + 1);
    }

    /// <summary>An effect made way for a newer one: told in the trace of the one that ends here.</summary>
    internal static void Supersede(LaneId lane, Effect ended)
    {
        using var span =
            Source.HasListeners() && DeliveryId.OfOrigin(ended.Origin) is not null
                ? About(Start("supersede", "settle", ActivityKind.Internal, lane.Target, ended.Origin), lane, ended)
                : null;
        span?.SetTag(Outcome, "superseded");
    }

    /// <summary>A source is asked what changed. What is found has traces of its own, each linked to this one.</summary>
    internal static Activity? Poll(string system) =>
        Source.HasListeners() ? Tagged(Source.StartActivity($"poll {system}"), "poll", "receive", system) : null;

    /// <summary>A source is asked for a page of what it holds, as a poll asks for what changed.</summary>
    internal static Activity? Backfill(string system) =>
        Source.HasListeners() ? Tagged(Source.StartActivity($"backfill {system}"), "backfill", "receive", system) : null;

    /// <summary>A call to a vendor, within whatever step makes it: <c>read</c>, <c>list</c>, <c>write</c> or <c>find</c>.</summary>
    internal static Activity? Call(string operation, string system)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        if (Activity.Current is { } caller && caller.Source == Source)
        {
            caller.SetTag(Calls, (caller.GetTagItem(Calls) as int? ?? 0) + 1);
        }

        return Source.StartActivity($"{operation} {system}", ActivityKind.Client)?.SetTag("peer.service", system);
    }

    /// <summary>The vendor has answered, with a fault perhaps.</summary>
    internal static Outcome<T> Answered<T>(Activity? call, Outcome<T> answer)
        where T : notnull
    {
        if (call is not null && answer.Fault is { } fault)
        {
            Fail(call, fault.Name);
        }

        return answer;
    }

    /// <summary>How a delivery was received.</summary>
    internal static Receipt Received(Activity? span, Receipt receipt)
    {
        span?.SetTag(Outcome, receipt.Rule);
        if (receipt.Kind == ReceiptKind.Busy)
        {
            Fail(span, receipt.Rule);
        }

        return receipt;
    }

    /// <summary>What a step ended with, under a fixed name.</summary>
    internal static void Ended(Activity? span, string outcome, string? rule = null) =>
        span?.SetTag(Outcome, outcome).SetTag("qtchub.rule", rule);

    /// <summary>What was decided about a fault.</summary>
    internal static void Met(Activity? span, string fault, string? disposition) =>
        span?.SetTag(FaultName, fault).SetTag("qtchub.disposition", disposition);

    /// <summary>What the audit tells of a step, once that is durable.</summary>
    internal static void Told(Activity? span, AuditEntry? entry)
    {
        if (span is null || entry is not { States: [.., var last] })
        {
            return;
        }

        var outcome = EffectOutcome.Of(last);
        Ended(span, outcome, entry.Reason);
        if (entry.Fault is { } fault)
        {
            Met(span, fault.Name, entry.Disposition);
        }

        if (outcome == EffectOutcome.DeadLettered)
        {
            Fail(span, entry.Fault?.Name ?? outcome);
        }
    }

    /// <summary>A person is needed, or what was begun did not come to its end.</summary>
    internal static void Fail(Activity? span, string fault) => span?.SetTag("error.type", fault).SetStatus(ActivityStatusCode.Error);

    /// <summary>An exception passes by; as the filter of a catch it changes nothing about that.</summary>
    internal static bool Throws(Activity? span, Exception thrown)
    {
        if (thrown is not OperationCanceledException)
        {
            Fail(span, thrown.GetType().FullName!);
        }

        return false;
    }

    /// <summary>A step that called nobody and ended nothing, because it is not its turn yet, is not worth a span.</summary>
    internal static void LeaveOutIdle(Activity? span)
    {
        if (span is not null && span.GetTagItem(Outcome) is null && span.GetTagItem(Calls) is null)
        {
            LeaveOut(span);
        }
    }

    /// <summary>The span is not told.</summary>
    internal static void LeaveOut(Activity? span)
    {
        if (span is not null)
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    private static Activity? Start(string operation, string type, ActivityKind kind, string system, string origin)
    {
        var from = DeliveryId.OfOrigin(origin);
        // However a delivery was found, its trace is that of its id.
        var context = ContextOf(from?.AsOrigin() ?? origin);
        // Whatever calls the hub, a poll or a broker's trigger, has a trace of its own.
        var around =
            Activity.Current is { Recorded: true, Source.Name.Length: > 0 } caller && caller.TraceId != context.TraceId ? caller : null;
        ActivityLink[]? links = around is null ? null : [new ActivityLink(around.Context)];
        var span = Tagged(Source.StartActivity($"{operation} {system}", kind, context, tags: null, links), operation, type, system);
        return from is { } delivery ? span?.SetTag("messaging.message.id", delivery.ToString()) : span;
    }

    private static Activity? Tagged(Activity? span, string operation, string type, string system) =>
        span
            ?.SetTag("messaging.system", "qtchub")
            .SetTag("messaging.operation.name", operation)
            .SetTag("messaging.operation.type", type)
            .SetTag("messaging.destination.name", system);

    private static Activity? About(Activity? span, LaneId lane, Effect effect) =>
        span
            ?.SetTag("qtchub.record", lane.Record.Value)
            .SetTag("qtchub.record.type", lane.Record.Type.ToString())
            .SetTag("qtchub.part", lane.Part)
            .SetTag("qtchub.revision", effect.Revision)
            .SetTag("qtchub.generation", effect.Generation);
}
