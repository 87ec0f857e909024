using System.Collections.Immutable;
using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>
/// Maps what was applied again, with today's mapping, and says what would come of it. Only lanes at rest whose record stands at the target are judged; whatever
/// is under way or waits for something is left alone.
/// </summary>
internal sealed class Remapping(HubContext hub, Preparation preparation)
{
    /// <summary>Records in a page.</summary>
    public const int PageSize = 25;

    /// <summary>One page of the dry run, after a cursor.</summary>
    public async Task<RemapLook> LookAsync(RemapRequest request, string? cursor, CancellationToken cancellationToken)
    {
        var tallies = Tallies(request);
        var next = await EachAsync(request, cursor, at => JudgeAsync(at, cancellationToken), tallies, cancellationToken);
        return new RemapLook([.. tallies.Values], next);
    }

    /// <summary>An empty tally of every target of the route.</summary>
    public SortedDictionary<string, RemapTally> Tallies(RemapRequest request)
    {
        var route = hub.Router.From(request.From, request.Record);
        Invariant.Holds(route is not null, "a route that was read is there");
        return new SortedDictionary<string, RemapTally>(
            route.Targets.ToDictionary(
                target => target.Name,
                target => new RemapTally { Target = target.Name, Mapping = target.Out.Version },
                StringComparer.Ordinal
            ),
            StringComparer.Ordinal
        );
    }

    /// <summary>Judges every lane of a page of records, and gives the cursor of the next page, or null at the end.</summary>
    public async Task<string?> EachAsync(
        RemapRequest request,
        string? cursor,
        Func<LaneAt, Task<Remapped>> judge,
        IDictionary<string, RemapTally> tallies,
        CancellationToken cancellationToken
    )
    {
        var page = await hub.Store.ListAsync("record", request.Record.ToString(), cursor, PageSize, cancellationToken);
        foreach (var record in page.Rows.Select(row => Rows.Parse<RecordHead>(row.Row).Id))
        {
            foreach (var lane in await hub.Store.LanesAsync(record, cancellationToken))
            {
                if (hub.Router.To(lane.Value.Id, lane.Value.Source) is { } way && way.Route.Options.From == request.From)
                {
                    var judged = await judge(new LaneAt(lane, way.Route, way.Target));
                    tallies[way.Target.Name] = judged.CountIn(tallies[way.Target.Name], record);
                }
            }
        }

        return page.Continuation;
    }

    /// <summary>What today's mapping makes of one lane.</summary>
    public async Task<Remapped> JudgeAsync(LaneAt at, CancellationToken cancellationToken)
    {
        if (at.Value.MergedInto is not null)
        {
            return new Remapped.LeftAlone("merged");
        }

        if (at.Value.Current is { } current)
        {
            return new Remapped.LeftAlone(current.State.ToString());
        }

        if (at.Value.ExternalId is null || at.Value.StandingRevision == 0)
        {
            return new Remapped.LeftAlone("nothing-written");
        }

        return await preparation.PrepareAsync(at with { Lane = at.Lane with { Value = Again(at.Value) } }, cancellationToken) switch
        {
            Prepared.Ready ready => await CompareAsync(at, ready.Request, cancellationToken),
            Prepared.NoWrite { Reason: Prepared.NoWrite.HasIt or Prepared.NoWrite.HasAllButItsState } => new Remapped.Same(),
            Prepared.NoWrite noWrite => new Remapped.LeftAlone(noWrite.Reason),
            Prepared.Link => new Remapped.LeftAlone("linked"),
            Prepared.Hold => new Remapped.LeftAlone("ended-at-its-source"),
            Prepared.Missing missing => new Remapped.Unmappable($"MissingReference {missing.Fault.Referenced}"),
            Prepared.Unread unread => new Remapped.Unmappable(unread.Fault.Name),
            Prepared.Faulty { Fault: Fault.PostedDocumentChanged changed } => new Remapped.PostedDiffers([changed.Field]),
            Prepared.Faulty { Fault: Fault.MappingFailed failed } => new Remapped.Unmappable($"MappingFailed {failed.Path}"),
            Prepared.Faulty { Fault: Fault.Invalid invalid } => new Remapped.Unmappable($"Invalid {invalid.Path}"),
            Prepared.Faulty faulty => new Remapped.Unmappable(faulty.Fault.Name),
            _ => throw new InvariantException("a known preparation"),
        };
    }

    /// <summary>The lane as if its revision were to be written once more.</summary>
    private Lane Again(Lane lane) => LaneMoves.Again(lane, "remap", generation: 1, hub.Now).Lane;

    private async Task<Remapped> CompareAsync(LaneAt at, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(at, cancellationToken);
        var isPosted = at.Target.Facts.PostedFields.Count > 0;
        if (applied is null)
        {
            // What cannot be compared is not known to leave a posted document as it is.
            return isPosted ? new Remapped.PostedDiffers(null) : new Remapped.Differs(null);
        }

        using var before = JsonDocument.Parse(applied.Body);
        using var after = JsonDocument.Parse(request);
        ImmutableArray<string> paths = [.. RequestDiff.Paths(before.RootElement, after.RootElement)];
        return isPosted && ChangesPosted(at.Target, before.RootElement, after.RootElement)
            ? new Remapped.PostedDiffers(paths)
            : new Remapped.Differs(paths);
    }

    /// <summary>The request that was last applied, where retention has left it.</summary>
    private async Task<Row?> AppliedAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var prefix = Rows.RequestPrefix + Rows.OfRevision(at.Id, at.Value.AppliedRevision);
        var kept = await hub.Store.ReadManyAsync(Home.OfRecord(at.Id.Record), prefix, Commit.MaxChanges, cancellationToken);
        return kept.FirstOrDefault(row => CanonicalJson.HashOf(row.Body.Span) == at.Value.AppliedHash);
    }

    /// <summary>
    /// Whether a field of the request that is fed by a posted one is new or has another value. One that is no more sent is left as it stands at the target.
    /// </summary>
    private static bool ChangesPosted(Target target, JsonElement before, JsonElement after)
    {
        var posted = PostedOutputs(target);
        return after
            .EnumerateObject()
            .Any(field =>
                posted.Contains(field.Name)
                && !(before.TryGetProperty(field.Name, out var stood) && JsonElement.DeepEquals(stood, field.Value))
            );
    }

    /// <summary>The fields of a target's request that a posted field feeds or decides.</summary>
    private static HashSet<string> PostedOutputs(Target target) =>
        target
            .Out.Describe()
            .Leaves.Where(leaf => leaf.Inputs.Concat(leaf.Deciding).Any(path => target.Facts.PostedFields.Contains(TopOf(path))))
            .Select(leaf => TopOf(leaf.Output))
            .ToHashSet(StringComparer.Ordinal);

    private static string TopOf(string path) => path.Split('.', '[')[0];
}

/// <summary>A page of a dry run: what was found at each target, and where the next page begins; null at the end.</summary>
public sealed record RemapLook(IReadOnlyList<RemapTally> Targets, string? Next);

/// <summary>What today's mapping makes of a lane.</summary>
internal abstract record Remapped
{
    private Remapped() { }

    public abstract RemapTally CountIn(RemapTally tally, CanonicalId record);

    /// <summary>What was applied.</summary>
    public sealed record Same : Remapped
    {
        public override RemapTally CountIn(RemapTally tally, CanonicalId record) =>
            tally with
            {
                Lanes = tally.Lanes + 1,
                Unchanged = tally.Unchanged + 1,
            };
    }

    /// <summary>Something else.</summary>
    public sealed record Differs(ImmutableArray<string>? Paths) : Remapped
    {
        public override RemapTally CountIn(RemapTally tally, CanonicalId record) =>
            (tally with { Lanes = tally.Lanes + 1, Changed = tally.Changed + 1 }).Show(
                new RemapExample(record.Value, IsPosted: false, Paths)
            );
    }

    /// <summary>Something else in what must not change.</summary>
    public sealed record PostedDiffers(ImmutableArray<string>? Paths) : Remapped
    {
        public override RemapTally CountIn(RemapTally tally, CanonicalId record) =>
            (tally with { Lanes = tally.Lanes + 1, Posted = tally.Posted + 1 }).Show(new RemapExample(record.Value, IsPosted: true, Paths));
    }

    /// <summary>Nothing: it cannot be mapped.</summary>
    public sealed record Unmappable(string Fault) : Remapped
    {
        public override RemapTally CountIn(RemapTally tally, CanonicalId record) => tally.Refuse(Fault);
    }

    /// <summary>It was not asked.</summary>
    public sealed record LeftAlone(string Why) : Remapped
    {
        public override RemapTally CountIn(RemapTally tally, CanonicalId record) => tally.Leave(Why);
    }
}
