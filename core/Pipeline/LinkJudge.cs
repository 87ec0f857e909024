using System.Collections.Immutable;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Says what a source's record comes to at each target; it asks, and writes nothing.</summary>
internal sealed class LinkJudge(HubContext hub, Preparation preparation)
{
    private readonly MappingIn mapping = new(hub);
    private readonly Matching matching = new(hub);
    private readonly Minting minting = new(hub);

    /// <summary>
    /// The record as it is taken for linking; null where the source has it no more. Of one that the hub knows, what it knows counts; another is read. What it refers
    /// to has to be known, save where it is only looked at: then what is not known yet is taken to be.
    /// </summary>
    public async Task<Outcome<LinkCandidate>?> ReadAsync(Arrival arrival, Route route, bool onlyLooks, CancellationToken cancellationToken)
    {
        var notice = arrival.Notice;
        var type = route.Options.Record;
        var id = await hub.Store.ClaimedAsync(arrival.System, notice.ExternalType, notice.ExternalId, cancellationToken);
        if (id is { } claimed && claimed.Type != type)
        {
            return new Fault.Rejected("written-for-another-type", $"it is {claimed}");
        }

        var head = id is { } known ? await hub.Store.LivingAsync(known, cancellationToken) : null;
        var at = new Observed(arrival, route, type, head?.Value.Id ?? id, head);
        // What was merged into another is there no more: the other is listed too.
        if (at.IsAnother)
        {
            return null;
        }

        if (head is { Value: { Revision: > 0 } taken })
        {
            return new LinkCandidate(at, await hub.Store.ContentAsync(taken.Id, taken.Revision, cancellationToken));
        }

        if (notice.Embedded is { } embedded)
        {
            return await MapAsync(at, embedded, onlyLooks, cancellationToken);
        }

        var read = await hub.Gate.CallAsync(arrival.System, () => SourceReader.AskAsync(arrival, cancellationToken), cancellationToken);
        if (!read.TryGet(out var reading, out var fault))
        {
            return fault;
        }

        if (reading is not RecordReading.Found found)
        {
            return null;
        }

        return await MapAsync(at, found.Record, onlyLooks, cancellationToken);
    }

    private async Task<Outcome<LinkCandidate>> MapAsync(
        Observed at,
        ReadOnlyMemory<byte> vendor,
        bool onlyLooks,
        CancellationToken cancellationToken
    )
    {
        var mapped = await mapping.MapAsync(
            at,
            vendor,
            reference => ResolveAsync(at, reference, onlyLooks, cancellationToken),
            cancellationToken
        );
        if (!mapped.TryGet(out var record, out var fault))
        {
            return fault;
        }

        var content = CanonicalJson.Write(record);
        // Another source may have told of it: then it is that record.
        var owner = at.Id ?? await minting.OwnerAsync(at.Type, content, cancellationToken);
        var head = owner is { } one ? await hub.Store.HeadAsync(one, cancellationToken) : null;
        return new LinkCandidate(at with { Head = head }, content) { Owner = owner };
    }

    private async Task<Outcome<string>> ResolveAsync(
        Observed at,
        Mapping.Reference reference,
        bool onlyLooks,
        CancellationToken cancellationToken
    )
    {
        var source = at.Arrival.Source;
        var externalType = source.ClaimType(reference.Type);
        Invariant.Holds(externalType is not null, "a mapping refers to records that the system has");
        return await hub.Store.ClaimedAsync(at.Arrival.System, externalType, reference.Id, cancellationToken) is { } known
            && known.Type == reference.Type
                ? known.Value
            : onlyLooks ? CanonicalId.Mint(reference.Type, at.Arrival.System, externalType, reference.Id).Value
            : new Fault.MissingReference(reference.Type, reference.Id);
    }

    /// <summary>What it comes to at a target. The fault is one of a system that cannot be asked now; what is wrong with the record is a finding.</summary>
    public async Task<Outcome<LinkFinding>> JudgeAsync(
        LinkCandidate candidate,
        Target target,
        DateTimeOffset run,
        CancellationToken cancellationToken
    )
    {
        var finding = candidate.Finding(target);
        var lane = candidate.Id is { } known ? await hub.Store.LaneAsync(target.Lane.Of(known), cancellationToken) : null;
        if (lane is { Value: { ExternalId: { } own, Link: { } link } } && link.Run == run)
        {
            return await CompareAsync(candidate, target, finding with { Ids = [own], Key = link.Key }, cancellationToken);
        }

        if (candidate.Id is { } id && await preparation.StandsAsAsync(id, target.Name, cancellationToken) is { } stands)
        {
            return finding with { Verdict = LinkVerdict.AlreadyLinked, Ids = [stands] };
        }

        if (!candidate.At.Route.Selects(candidate.Content))
        {
            return finding with { Verdict = LinkVerdict.LeftOut, Why = "not-selected" };
        }

        return lane is { Value: { Current: { } current, IsFree: false } }
            ? finding with
            {
                Verdict = LinkVerdict.UnderWay,
                Why = current.State.ToString(),
            }
            : await MatchAsync(candidate, target, finding, cancellationToken);
    }

    private async Task<Outcome<LinkFinding>> MatchAsync(
        LinkCandidate candidate,
        Target target,
        LinkFinding finding,
        CancellationToken cancellationToken
    )
    {
        var body = await PrepareAsync(candidate, target, null, onlyPosted: false, cancellationToken) is Prepared.Ready create
            ? create.Request
            : ReadOnlyMemory<byte>.Empty;
        var asked = await matching.FindAsync(target, candidate.At.Type, candidate.Content, body, cancellationToken);
        if (!asked.TryGet(out var matches, out var fault))
        {
            return IsOfTheRecord(fault) ? Refused(finding, fault) : fault;
        }

        finding = finding with { Key = matches.Key, Ids = [.. matches.Ids] };
        switch (matches.Ids.Count)
        {
            case 0:
                return candidate.HasEnded
                    ? finding with
                    {
                        Verdict = LinkVerdict.LeftOut,
                        Why = "ended-before-it-was-created",
                    }
                    : finding with
                    {
                        Verdict = LinkVerdict.NothingFound,
                    };
            case 1:
                var owner = await hub.Store.ClaimedAsync(target.Name, target.Facts.ExternalType, matches.Ids[0], cancellationToken);
                return owner is { } other && other != candidate.Id
                    ? Refused(finding, new Fault.Rejected("claimed-by-another", $"it belongs to {other}"))
                    : await CompareAsync(candidate, target, finding, cancellationToken);
            default:
                return finding with { Verdict = LinkVerdict.SeveralCandidates };
        }
    }

    /// <summary>Compares the one that was found with what would be sent.</summary>
    private async Task<Outcome<LinkFinding>> CompareAsync(
        LinkCandidate candidate,
        Target target,
        LinkFinding finding,
        CancellationToken cancellationToken
    )
    {
        var externalId = finding.Ids[0];
        switch (await PrepareAsync(candidate, target, externalId, onlyPosted: false, cancellationToken))
        {
            case Prepared.Missing missing:
                return Differing(finding with { Why = $"not compared: {missing.Fault.Referenced} {missing.Record} is not linked there" });
            case Prepared.Faulty faulty:
                return Refused(finding, faulty.Fault);
            case Prepared.Ready ready:
                var request = new LookupRequest(candidate.At.Type, "", externalId, ready.Request);
                var asked = await hub.Gate.CallAsync(
                    target.Name,
                    () => Lookups.FindAsync(hub, target, request, cancellationToken),
                    cancellationToken
                );
                return !asked.TryGet(out var lookup, out var fault) ? (IsOfTheRecord(fault) ? Refused(finding, fault) : fault)
                    : lookup is not Lookup.Found found
                        ? Refused(finding, new Fault.Rejected("gone", "it was found, and then was not there"))
                    : Covers.Request(ready.Request, found.Record) ? finding with { Verdict = LinkVerdict.Matched }
                    : await DifferAsync(candidate, target, finding, ready.Request, found.Record);
            default:
                return finding with { Verdict = LinkVerdict.Matched };
        }

        async Task<LinkFinding> DifferAsync(
            LinkCandidate of,
            Target there,
            LinkFinding found,
            ReadOnlyMemory<byte> request,
            ReadOnlyMemory<byte> live
        )
        {
            var posted =
                there.Facts.PostedFields.Count > 0
                && await PrepareAsync(of, there, found.Ids[0], onlyPosted: true, cancellationToken) is Prepared.Ready part
                && !Covers.Request(part.Request, live);
            return Differing(found with { Differs = [.. Covers.Uncovered(request, live)], IsPosted = posted });
        }
    }

    /// <summary>What it would be sent as, over a lane as it would be.</summary>
    private Task<Prepared> PrepareAsync(
        LinkCandidate candidate,
        Target target,
        string? externalId,
        bool onlyPosted,
        CancellationToken cancellationToken
    )
    {
        var due = new Effect
        {
            Revision = 1,
            Generation = 1,
            State = EffectState.Due,
            Origin = candidate.At.Arrival.Origin,
            Due = hub.Now,
            Since = hub.Now,
        };
        var lane = new Lane
        {
            Id = target.Lane.Of(candidate.IdToBe),
            Current = due,
            ExternalId = externalId,
        };
        return preparation.TryAsync(
            new LaneAt(new Stored<Lane>(lane, 0), candidate.At.Route, target),
            candidate.Content,
            onlyPosted,
            cancellationToken
        );
    }

    /// <summary>Whether a fault is about the record, and not about a system that cannot be asked now.</summary>
    public static bool IsOfTheRecord(Fault fault) =>
        fault is Fault.Rejected or Fault.MappingFailed or Fault.Invalid or Fault.MissingReference or Fault.PostedDocumentChanged;

    public static LinkFinding Refused(LinkFinding finding, Fault fault) =>
        finding with
        {
            Verdict = LinkVerdict.Refused,
            Why = fault switch
            {
                Fault.MappingFailed failed => $"{failed.Name} {failed.Path}",
                Fault.Invalid invalid => $"{invalid.Name} {invalid.Path}",
                Fault.Rejected rejected => rejected.Detail,
                Fault.MissingReference missing => $"{missing.Name} {missing.Referenced} {missing.Id}",
                _ => fault.Name,
            },
        };

    private static LinkFinding Differing(LinkFinding finding) => finding with { Verdict = LinkVerdict.MatchedWithDifferences };
}

/// <summary>A source's record that is to be linked.</summary>
/// <param name="At">What is known of it.</param>
/// <param name="Content">Its canonical form.</param>
internal sealed record LinkCandidate(Observed At, ReadOnlyMemory<byte> Content)
{
    /// <summary>The record of another source that it is, where one has told of it.</summary>
    public CanonicalId? Owner { get; init; }

    /// <summary>Its canonical id, where it has one.</summary>
    public CanonicalId? Id => At.Id ?? Owner;

    /// <summary>The id that it has or would be given.</summary>
    public CanonicalId IdToBe =>
        Id ?? CanonicalId.Mint(At.Type, At.Arrival.System, At.Arrival.Notice.ExternalType, At.Arrival.Notice.ExternalId);

    /// <summary>Whether it has ended at its source.</summary>
    public bool HasEnded => Record.HasEnded;

    private CanonicalRecord Record { get; } = Parse(At.Type, Content);

    /// <summary>What is found of it at a target, as yet nothing.</summary>
    public LinkFinding Finding(Target target) =>
        new()
        {
            Target = target.Name,
            SourceId = At.Arrival.Notice.ExternalId,
            Record = Id?.Value,
            Verdict = LinkVerdict.NothingFound,
            Amount = Record.Stake().Amount,
        };

    private static CanonicalRecord Parse(RecordType type, ReadOnlyMemory<byte> content)
    {
        var read = CanonicalJson.Read(type, content.Span);
        Invariant.Holds(read.Fault is null, "a mapped record has its shape");
        return read.Value;
    }
}
