using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Mapping;

namespace QtcHub.Pipeline;

/// <summary>What came of preparing a write.</summary>
internal abstract record Prepared
{
    private Prepared() { }

    /// <summary>A request to send; one that was stored before is sent byte for byte.</summary>
    public sealed record Ready(ReadOnlyMemory<byte> Request, string Hash, bool IsStored) : Prepared
    {
        /// <summary>What of a payment was matched with what it pays, where that is asked for and the request is new.</summary>
        public CashProposal? Proposal { get; init; }
    }

    /// <summary>Nothing needs to be written.</summary>
    public sealed record NoWrite(string Reason) : Prepared
    {
        /// <summary>The target has just that.</summary>
        public const string HasIt = "target-has-it";

        /// <summary>What has changed belongs to the state of a document that stands as it was posted.</summary>
        public const string HasAllButItsState = "only-its-state-changed";
    }

    /// <summary>The target makes the record itself: it is found there, not written.</summary>
    public sealed record Link : Prepared;

    /// <summary>A person decides.</summary>
    public sealed record Hold(string Reason) : Prepared;

    /// <summary>A referenced record does not stand in the target yet.</summary>
    public sealed record Missing(CanonicalId Record, Fault.MissingReference Fault) : Prepared;

    /// <summary>What has to be known of it could not be read at its source.</summary>
    public sealed record Unread(Fault Fault) : Prepared;

    /// <summary>The record cannot be written as it is.</summary>
    public sealed record Faulty(Fault Fault) : Prepared;
}

/// <summary>Turns a wanted revision into the request that brings it to the target, or says why there is none.</summary>
internal sealed class Preparation(HubContext hub, Rereading sources)
{
    private readonly CashProposals cash = new(hub);
    private readonly TargetReferences references = new(hub);
    private readonly Extension extension = new(hub, new TargetReferences(hub));

    public async Task<Prepared> PrepareAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var current = at.Current;
        if (current.RequestHash is { } hash)
        {
            var stored = await hub.Store.ReadAsync(Home.OfRecord(at.Id.Record), Rows.RequestKey(at.Id, current), cancellationToken);
            Invariant.Holds(stored is not null, "a request with a hash is stored");
            return new Prepared.Ready(stored.Body, hash, IsStored: true);
        }

        var content = await hub.Store.ContentAsync(at.Id.Record, current.Revision, cancellationToken);
        if (!at.Route.Selects(content))
        {
            return Deselected(at, content);
        }

        var posted =
            at.Target.Facts.PostedFields.Count > 0 && at.Value.StandingRevision is > 0 and var standing
                ? await hub.Store.ContentAsync(at.Id.Record, standing, cancellationToken)
                : ReadOnlyMemory<byte>.Empty;
        (content, posted) = (CashProposals.WrittenOf(at, content), CashProposals.WrittenOf(at, posted));
        content = await extension.ToldAsync(at, content, cancellationToken);
        return await JudgeAsync(at, content, posted, cancellationToken)
            ?? (
                at.Target.CashApplication is null
                    ? await MapAsPostedAsync(at, content, posted, cancellationToken)
                    : await MapPaymentAsync(at, content, posted, cancellationToken)
            );
    }

    /// <summary>
    /// A target is told nothing of what its route does not select. A document that stands there, and that its source takes back so, would stand there for good and
    /// nobody would know: a person undoes it. What the target has made itself it knows of itself.
    /// </summary>
    private static Prepared Deselected(LaneAt at, ReadOnlyMemory<byte> content) =>
        at.Value.ExternalId is not null && at.Id.Record.Type.IsDocument() && at.Target.Link?.Passes(content) != true
            ? new Prepared.Faulty(new Fault.PostedDocumentChanged(string.Join(", ", at.Route.When!.Fields)))
            : new Prepared.NoWrite("not-selected");

    /// <summary>A payment is made with what is proposed that it pays. As it was made it is compared with later, but never asked for again.</summary>
    private async Task<Prepared> MapPaymentAsync(
        LaneAt at,
        ReadOnlyMemory<byte> content,
        ReadOnlyMemory<byte> posted,
        CancellationToken cancellationToken
    )
    {
        var omit = Omitted(at);
        var payment = (Payment)CanonicalJson.Read(RecordType.Payment, content.Span).Value;
        var proposed = await cash.ProposeAsync(at, payment, cancellationToken);
        if ((proposed ?? at.Value.Proposal) is not { Applications.IsEmpty: false } proposal)
        {
            var unapplied = await MapAsync(at, content, posted, omit, cancellationToken);
            return unapplied is Prepared.Ready ready ? ready with { Proposal = proposed } : unapplied;
        }

        var asked = omit.Where(field => field != CashProposals.Field).ToHashSet(StringComparer.Ordinal);
        var made = await MapAsync(at, CashProposals.With(content, payment, proposal), posted, asked, cancellationToken);
        return proposed is null && made is not Prepared.NoWrite ? await MapAsync(at, content, posted, omit, cancellationToken)
            : made is Prepared.Ready request ? request with { Proposal = proposed }
            : made;
    }

    /// <summary>What of a document belongs to its state is written as it was posted here, whatever has become of it since.</summary>
    private async Task<Prepared> MapAsPostedAsync(
        LaneAt at,
        ReadOnlyMemory<byte> content,
        ReadOnlyMemory<byte> posted,
        CancellationToken cancellationToken
    )
    {
        var fields = at.StateFields;
        if (fields.Count == 0 || at.Value is { ExternalId: null } or { PostedWith: 0 })
        {
            return await MapAsync(at, content, posted, Omitted(at), cancellationToken);
        }

        var came =
            at.Value.PostedWith == at.Value.StandingRevision
                ? posted
                : await hub.Store.ContentAsync(at.Id.Record, at.Value.PostedWith, cancellationToken);
        var kept = PostedDocument.AsPosted(content, came, fields);
        var mapped = await MapAsync(at, kept, posted, Omitted(at), cancellationToken);
        return mapped is Prepared.NoWrite { Reason: Prepared.NoWrite.HasIt } && !kept.Equals(content)
            ? new Prepared.NoWrite(Prepared.NoWrite.HasAllButItsState)
            : mapped;
    }

    /// <summary>Fields that the target owns of this record, and of one that was found there those that belong to its state: it came there with its own.</summary>
    private static IReadOnlySet<string> Omitted(LaneAt at)
    {
        var owned = at.Value.LeadsBack ? at.Target.OmitOfItsOwn : at.Target.Omit;
        return at.Value is { ExternalId: not null, PostedWith: 0 } && at.StateFields is { Count: > 0 } state
            ? (HashSet<string>)[.. owned, .. state]
            : owned;
    }

    /// <summary>Rules that need no mapping: what has ended, what is posted.</summary>
    private async Task<Prepared?> JudgeAsync(
        LaneAt at,
        ReadOnlyMemory<byte> content,
        ReadOnlyMemory<byte> posted,
        CancellationToken cancellationToken
    )
    {
        var record = CanonicalJson.Read(at.Target.Type, content.Span);
        Invariant.Holds(record.Fault is null, "stored content has its shape");
        if (record.Value.HasEnded && at.Value.ExternalId is null)
        {
            return new Prepared.NoWrite("ended-before-it-was-created");
        }

        if (at.Target.Link?.Passes(content) == true)
        {
            return at.Value.ExternalId is null ? new Prepared.Link() : new Prepared.NoWrite("linked");
        }

        if (!posted.IsEmpty && await JudgeChangeAsync(at, posted, content, cancellationToken) is { } changed)
        {
            return changed;
        }

        return record.Value.HasEnded && at.Route.Options.Gone == WhenGone.Hold ? new Prepared.Hold("ended at its source") : null;
    }

    /// <summary>
    /// A document that went over to another may only have followed what it was posted to, which was merged, and of that nobody has told yet: what it was posted to
    /// is read before it is called changed.
    /// </summary>
    private async Task<Prepared?> JudgeChangeAsync(
        LaneAt at,
        ReadOnlyMemory<byte> posted,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        if (await FirstChangeAsync(at, posted, content, cancellationToken) is null)
        {
            return null;
        }

        foreach (var left in TargetReferences.In(at.Target.Out, posted).Except(TargetReferences.In(at.Target.Out, content)))
        {
            if (await sources.ReadAsync(at, left, cancellationToken) is { } fault)
            {
                return new Prepared.Unread(fault);
            }
        }

        return await FirstChangeAsync(at, posted, content, cancellationToken) is { } field
            ? new Prepared.Faulty(new Fault.PostedDocumentChanged(field))
            : null;
    }

    /// <summary>The first posted field that changed, or null; that what it refers to was merged meanwhile is no change of it.</summary>
    private async Task<string?> FirstChangeAsync(
        LaneAt at,
        ReadOnlyMemory<byte> posted,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var fields = at.Target.Facts.PostedFields;
        return PostedDocument.FirstChange(posted, content, fields) is null
            ? null
            : PostedDocument.FirstChange(
                await references.LedAsync(at.Target.Out, posted, cancellationToken),
                await references.LedAsync(at.Target.Out, content, cancellationToken),
                fields
            );
    }

    /// <summary>What of the request must not change once it is posted, or null where the record cannot be mapped so.</summary>
    public async Task<ReadOnlyMemory<byte>?> PostedPartAsync(
        LaneAt at,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => await TryAsync(at, content, onlyPosted: true, cancellationToken) is Prepared.Ready ready ? ready.Request : null;

    private static HashSet<string> OmittedOfPosted(LaneAt at, ReadOnlyMemory<byte> content)
    {
        using var fields = JsonDocument.Parse(content);
        var others = fields
            .RootElement.EnumerateObject()
            .Select(field => field.Name)
            .Except(at.Target.Facts.PostedFields, StringComparer.Ordinal);
        return [.. Omitted(at), .. others];
    }

    /// <summary>What a record that is not stored would be sent as; nothing of it is judged.</summary>
    /// <param name="at">A lane as it would be.</param>
    /// <param name="content">The canonical record.</param>
    /// <param name="onlyPosted">Whether only that of it which must not change once it is posted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Prepared> TryAsync(LaneAt at, ReadOnlyMemory<byte> content, bool onlyPosted, CancellationToken cancellationToken) =>
        MapAsync(at, content, ReadOnlyMemory<byte>.Empty, onlyPosted ? OmittedOfPosted(at, content) : Omitted(at), cancellationToken);

    /// <summary>
    /// What has ended is closed where it stands: under which customer does not matter any more, and that one may be gone as well, never have come there, or by now be below it.
    /// </summary>
    private static IReadOnlySet<string> OmittedOfEnded(LaneAt at, ReadOnlyMemory<byte> content, IReadOnlySet<string> omit) =>
        CanonicalShapes.GroupingFields(at.Target.Type) is { Count: > 0 } grouping
        && CanonicalJson.Read(at.Target.Type, content.Span).Value.HasEnded
            ? (HashSet<string>)[.. omit, .. grouping]
            : omit;

    private async Task<Prepared> MapAsync(
        LaneAt at,
        ReadOnlyMemory<byte> content,
        ReadOnlyMemory<byte> posted,
        IReadOnlySet<string> omitted,
        CancellationToken cancellationToken
    )
    {
        var omit = OmittedOfEnded(at, content, omitted);
        var asked = at.Target.Out.ReferencesIn(content, omit);
        if (!asked.TryGet(out var named, out var fault))
        {
            return new Prepared.Faulty(fault);
        }

        var (resolved, missing) = await references.ResolveAsync(at, named, posted, cancellationToken);
        if (missing is not null)
        {
            return missing;
        }

        var context = new MappingContext
        {
            Entity = at.Target.System.Entity,
            Resolved = resolved,
            Omit = omit,
            PostingPeriod = at.Current.PostingPeriod,
        };
        var mapped = at.Target.Out.Map(content, context);
        if (!mapped.TryGet(out var request, out fault))
        {
            return new Prepared.Faulty(fault);
        }

        if (at.Value.ExternalId is null && at.Target.Out.SaysNothing(request))
        {
            return new Prepared.NoWrite("nothing-to-write");
        }

        var hash = CanonicalJson.HashOf(request.Span);
        return hash == at.Value.AppliedHash
            ? new Prepared.NoWrite(Prepared.NoWrite.HasIt)
            : new Prepared.Ready(request, hash, IsStored: false);
    }

    /// <summary>The target's id of a canonical record, or null while it does not stand there: what the hub made there, or what it was told of from there.</summary>
    public Task<string?> StandsAsAsync(CanonicalId record, string target, CancellationToken cancellationToken) =>
        references.StandsAsAsync(record, target, cancellationToken);
}
