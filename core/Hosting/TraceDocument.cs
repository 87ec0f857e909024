using QtcHub.Audit;
using QtcHub.Ledger;

namespace QtcHub.Hosting;

/// <summary>What a head prints of a trace: ids, states, hashes and times; no content.</summary>
public sealed record TraceDocument(string Id, IReadOnlyList<DeliveryDocument> Deliveries, IReadOnlyList<RecordDocument> Records)
{
    /// <summary>As it is printed.</summary>
    public static TraceDocument Of(Trace trace) =>
        new(trace.Id, [.. trace.Deliveries.Select(DeliveryDocument.Of)], [.. trace.Records.Select(RecordDocument.Of)]);
}

/// <summary>A delivery.</summary>
public sealed record DeliveryDocument(
    string Id,
    DateTimeOffset ReceivedAt,
    bool Acknowledged,
    string? FoundBy,
    string BodyHash,
    string Body,
    string Stands,
    IReadOnlyList<NoticeDocument> Notices,
    string? Fault
)
{
    /// <summary>What retention left of content.</summary>
    public static string Kept(bool isKept) => isKept ? "kept" : "expired";

    /// <summary>As it is printed.</summary>
    public static DeliveryDocument Of(TracedDelivery traced)
    {
        var delivery = traced.Delivery;
        var notices = (delivery.Notices ?? []).Select(notice => new NoticeDocument(
            notice?.Kind.ToString() ?? "Open",
            notice?.Record?.Value,
            notice?.Revision ?? 0,
            notice?.Rule
        ));
        return new(
            delivery.Id.ToString(),
            delivery.ReceivedAt,
            delivery.Acknowledged,
            delivery.FoundBy,
            delivery.BodyHash,
            Kept(traced.BodyIsKept),
            traced.Standing.ToString(),
            [.. notices],
            delivery.Fault is { } fault ? $"{fault.Name}: {fault.Detail}" : null
        );
    }
}

/// <summary>A notice of a delivery.</summary>
public sealed record NoticeDocument(string Result, string? Record, int Revision, string? Rule);

/// <summary>A canonical record.</summary>
public sealed record RecordDocument(
    string Id,
    string Type,
    int Revision,
    string ContentHash,
    IReadOnlyList<SourceDocument> Sources,
    IReadOnlyList<LaneDocument> Lanes,
    IReadOnlyList<EffectDocument> Effects,
    IReadOnlyList<LetterLine> DeadLetters,
    IReadOnlyList<AuditDocument> Audit
)
{
    /// <summary>As it is printed.</summary>
    public static RecordDocument Of(TracedRecord traced) =>
        new(
            traced.Head.Id.Value,
            traced.Head.Id.Type.ToString(),
            traced.Head.Revision,
            traced.Head.ContentHash,
            [
                .. traced.Head.Sources.Select(source => new SourceDocument(
                    source.System,
                    source.ExternalType,
                    source.ExternalId,
                    source.IsGone
                )),
            ],
            [.. traced.Lanes.Select(LaneDocument.Of)],
            [
                .. traced.Effects.Select(
                    (effect, at) =>
                        new EffectDocument(
                            effect.Revision,
                            effect.Generation,
                            effect.State.ToString(),
                            effect.Attempts,
                            effect.Origin,
                            effect.RequestHash is null ? null : DeliveryDocument.Kept(traced.RequestsKept[at])
                        )
                ),
            ],
            [.. traced.Letters.Select(LetterLine.Of)],
            [.. traced.Audit.Select(AuditDocument.Of)]
        )
        {
            MergedInto = traced.Head.MergedInto?.Value,
            Absorbed = traced.Head.Absorbed,
        };

    /// <summary>The record that it was merged into.</summary>
    public string? MergedInto { get; init; }

    /// <summary>What was merged into it.</summary>
    public IReadOnlyList<string>? Absorbed { get; init; }
}

/// <summary>A record at its source.</summary>
public sealed record SourceDocument(string System, string Type, string Id, bool Gone);

/// <summary>A lane.</summary>
public sealed record LaneDocument(
    string Lane,
    string? ExternalId,
    int WantedRevision,
    int AppliedRevision,
    string State,
    int Attempts,
    DateTimeOffset? Due,
    string? WaitsFor,
    string? Fault,
    CallDocument? Call,
    CashDocument? Cash
)
{
    /// <summary>As it is printed.</summary>
    public static LaneDocument Of(Lane lane) =>
        new(
            $"{lane.Id.Target}/{lane.Id.Part}",
            lane.ExternalId,
            lane.WantedRevision,
            lane.AppliedRevision,
            lane.Current?.State.ToString() ?? (lane.MergedInto is null ? "Idle" : "Merged"),
            lane.Current?.Attempts ?? 0,
            lane.Current?.Due,
            lane.Current?.WaitsFor ?? lane.Current?.HeldFor,
            lane.Current?.Fault is { } fault ? $"{fault.Name}: {fault.Detail}" : null,
            lane.Current is { State: EffectState.InFlight } sent ? CallDocument.Of(sent) : null,
            lane.Proposal is { } proposal ? CashDocument.Of(proposal) : null
        );
}

/// <summary>What was proposed that a payment pays: what came of matching it, what it pays, and what its text names besides, with the reason.</summary>
public sealed record CashDocument(
    string Verdict,
    IReadOnlyList<PaidDocument> Pays,
    PaidDocument? WritesOff,
    IReadOnlyList<LeftOutDocument> LeftOut
)
{
    /// <summary>As it is printed.</summary>
    public static CashDocument Of(CashProposal proposal) =>
        new(
            proposal.Verdict.ToString(),
            [.. proposal.Applications.Select(one => new PaidDocument(one.Document.Value, one.Amount.ToString()))],
            proposal.WriteOff is { } given ? new PaidDocument(given.Document.Value, given.Amount.ToString()) : null,
            [.. proposal.LeftOut.Select(one => new LeftOutDocument(one.Document.Value, one.Why.ToString()))]
        );
}

/// <summary>A document that was proposed to be paid.</summary>
public sealed record PaidDocument(string Record, string Amount);

/// <summary>A document that was named and not paid.</summary>
public sealed record LeftOutDocument(string Record, string Why);

/// <summary>A call under way: the audit tells of it once its end is known.</summary>
public sealed record CallDocument(
    int Revision,
    int Generation,
    string Origin,
    DateTimeOffset? SentAt,
    DateTimeOffset? LeaseUntil,
    string? Hash,
    string? MappingVersion,
    string? ConfigurationVersion
)
{
    /// <summary>As it is printed.</summary>
    public static CallDocument Of(Effect sent) =>
        new(
            sent.Revision,
            sent.Generation,
            sent.Origin,
            sent.LastSentAt,
            sent.LeaseUntil,
            sent.RequestHash,
            sent.MappingVersion,
            sent.ConfigurationVersion
        );
}

/// <summary>An effect that has left its lane.</summary>
public sealed record EffectDocument(int Revision, int Generation, string State, int Attempts, string Origin, string? Request);

/// <summary>An entry of the audit.</summary>
public sealed record AuditDocument(
    DateTimeOffset At,
    string Actor,
    string Action,
    string Origin,
    string? Lane,
    int Revision,
    int Generation,
    IReadOnlyList<string> States,
    DateTimeOffset? SentAt,
    string? Fault,
    string? Disposition,
    string? Hash,
    string? MappingVersion,
    string? ConfigurationVersion,
    string? Reason
)
{
    /// <summary>As it is printed.</summary>
    public static AuditDocument Of(AuditEntry entry) =>
        new(
            entry.At,
            entry.Actor,
            entry.Action,
            entry.Origin,
            entry.Lane,
            entry.Revision,
            entry.Generation,
            [.. entry.States],
            entry.SentAt,
            entry.Fault is { } fault ? $"{fault.Name}: {fault.Detail}" : null,
            entry.Disposition,
            entry.Hash,
            entry.MappingVersion,
            entry.ConfigurationVersion,
            entry.Reason
        );
}
