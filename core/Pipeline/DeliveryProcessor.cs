using System.Collections.Immutable;
using System.Diagnostics;
using QtcHub.Connectors;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Parses stored deliveries and sees each of their notices to its end.</summary>
internal sealed class DeliveryProcessor(HubContext hub, Intake intake)
{
    /// <summary>How many work items a commit has room for beside the delivery.</summary>
    private const int MostItems = Commit.MaxChanges - 1;

    /// <summary>A delivery, or one notice of a delivery that has many.</summary>
    public async Task<WorkOutcome> ProcessAsync(TakenWork work, DeliveryId id, int? notice, CancellationToken cancellationToken)
    {
        if (
            await LoadAsync(id, cancellationToken) is not { } loaded
            || (notice is { } known && loaded.Delivery.Value.Notices?[known] is not null)
        )
        {
            return WorkOutcome.Finished;
        }

        using var span = HubTracing.TakeIn(id, notice);
        loaded = span is null ? loaded : loaded with { Span = span };
        try
        {
            var outcome = notice is { } index
                ? await TakeInAsync(work, loaded, index, cancellationToken)
                : await BeginAsync(work, loaded, cancellationToken);
            HubTracing.LeaveOutIdle(span);
            return outcome;
        }
        catch (Exception thrown) when (HubTracing.Throws(span, thrown))
        {
            throw;
        }
    }

    /// <summary>One notice is taken in at once; many become a work item each.</summary>
    private async Task<WorkOutcome> BeginAsync(TakenWork work, Loaded loaded, CancellationToken cancellationToken)
    {
        if (!loaded.Notices.TryGet(out var notices, out var fault))
        {
            return await EndAsync(work.Item, loaded.Delivery, new Ending(1, 0, null, fault), loaded.Span, cancellationToken);
        }

        switch (notices.Count)
        {
            case 0:
                var ignored = new NoticeResult(NoticeResultKind.Ignored, null, 0, "event-type-not-read");
                return await PutAsync(loaded, delivery => delivery with { Notices = [ignored] }, cancellationToken);
            case 1:
                return await TakeInAsync(work, loaded, 0, cancellationToken);
            default:
                return await FanOutAsync(loaded, cancellationToken);
        }
    }

    private async Task<WorkOutcome> TakeInAsync(TakenWork work, Loaded loaded, int index, CancellationToken cancellationToken)
    {
        var delivery = loaded.Delivery.Value;
        var arrival = new Arrival(hub.Router.Systems[delivery.Id.System], loaded.Notices.Value[index], delivery.AsOrigin(), work.Since, 0)
        {
            ToldAt = delivery.ReceivedAt,
        };
        var taken = await intake.TakeInAsync(arrival, cancellationToken);
        if (taken.TryGet(out var result, out var fault))
        {
            return await PutAsync(loaded, current => WithResult(current, loaded.Notices.Value.Count, index, result), cancellationToken);
        }

        var disposition = hub.Decide(delivery.Id.System, fault, delivery.Attempts + 1);
        HubTracing.Met(loaded.Span, fault.Name, disposition.Name);
        var tooLate = hub.Now - work.Since >= hub.Policy.WaitLimit;
        switch (disposition)
        {
            case Disposition.Retry retry when !tooLate:
                await PutAsync(
                    loaded,
                    current => current with { Attempts = current.Attempts + 1, Fault = FaultSeen.Of(fault, hub.Now) },
                    cancellationToken
                );
                return new WorkOutcome.Later(hub.Now + Recoverability.Jittered(retry.After, hub.Random));
            case Disposition.WaitForQuota wait when !tooLate:
                return new WorkOutcome.Later(hub.Now + wait.After);
            case Disposition.OpenCircuit or Disposition.PauseSystem when !tooLate:
                return new WorkOutcome.Later(
                    hub.Gate.NotBefore(delivery.Id.System) + Recoverability.Jittered(hub.Policy.RetryFirst, hub.Random)
                );
            case Disposition.Park or Disposition.Reload or Disposition.LookAgain when !tooLate:
                return new WorkOutcome.Later(
                    hub.Now + Recoverability.Jittered(Recoverability.BackOff(work.Attempt, hub.Policy), hub.Random)
                );
            default:
                var affected = loaded.Notices.Value[index];
                var ending = new Ending(loaded.Notices.Value.Count, index, $"{affected.ExternalType} {affected.ExternalId}", fault);
                return await EndAsync(work.Item, loaded.Delivery, ending, loaded.Span, cancellationToken);
        }
    }

    private static Delivery WithResult(Delivery delivery, int count, int index, NoticeResult result)
    {
        var results = delivery.Notices ?? [.. Enumerable.Repeat<NoticeResult?>(null, count)];
        return delivery with { Notices = results.SetItem(index, result), Fault = null };
    }

    private async Task<WorkOutcome> FanOutAsync(Loaded loaded, CancellationToken cancellationToken)
    {
        var (delivery, version) = loaded.Delivery;
        var notices = loaded.Notices.Value;
        if (delivery.Notices is { } known)
        {
            // The notices' own work is under way since the commits that made it; should one of it be lost, its reminder does it.
            return await WantAsync(delivery.Id, ItemsOf(delivery.Id, notices, known), isReminder: true, cancellationToken);
        }

        // What no route takes has ended here: it needs no work of its own.
        var results = notices.Select(notice => hub.Router.Takes(delivery.Id.System, notice.ExternalType) ? null : Intake.NoRoute);
        var after = delivery with { Notices = [.. results] };
        var items = ItemsOf(delivery.Id, notices, after.Notices.Value).ToList();
        var build = new CommitBuilder(hub, Home.OfDelivery(delivery.Id));
        build.Put(Rows.Of(after), version);
        items.GetRange(0, Math.Min(items.Count, MostItems)).ForEach(item => build.Work(item, hub.Now));
        if (await build.CommitAsync(cancellationToken) != CommitResult.Committed)
        {
            return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
        }

        Tell(null, delivery, after);
        HubTracing.Ended(loaded.Span, "divided");
        // Should the process die before the last of them, the delivery is begun once more and reminds of all.
        return await WantAsync(delivery.Id, items.Skip(MostItems), isReminder: false, cancellationToken);
    }

    private async Task<WorkOutcome> WantAsync(
        DeliveryId id,
        IEnumerable<WorkItem> items,
        bool isReminder,
        CancellationToken cancellationToken
    )
    {
        foreach (var some in items.Chunk(MostItems))
        {
            var build = new CommitBuilder(hub, Home.OfDelivery(id));
            Action<WorkItem, DateTimeOffset> want = isReminder ? build.Remind : build.Work;
            Array.ForEach(some, item => want(item, hub.Now));
            if (await build.CommitAsync(cancellationToken) != CommitResult.Committed)
            {
                return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
            }
        }

        return WorkOutcome.Finished;
    }

    /// <summary>The work of the notices that have not ended.</summary>
    private static IEnumerable<WorkItem> ItemsOf(DeliveryId id, IReadOnlyList<Notice> notices, ImmutableArray<NoticeResult?> results) =>
        notices
            .Index()
            .Where(notice => results[notice.Index] is null)
            .Select(notice => new WorkItem.OfNotice(id.System, notice.Item.ExternalType, notice.Item.ExternalId, id, notice.Index));

    /// <summary>
    /// Ends a delivery, or one of its notices, whose work its queue has given up: a dead letter, without another look at the body. Of a delivery that has its notices
    /// each goes on by itself.
    /// </summary>
    public async Task<WorkOutcome> GiveUpAsync(WorkItem work, DeliveryId id, int? index, Fault fault, CancellationToken cancellationToken)
    {
        if (await hub.Store.DeliveryAsync(id, cancellationToken) is not { } stored)
        {
            return WorkOutcome.Finished;
        }

        var ending = (index, stored.Value.Notices) switch
        {
            (null, null) => new Ending(1, 0, null, fault),
            ({ } at, { } results) when at < results.Length && results[at] is null => new Ending(
                results.Length,
                at,
                AffectedBy(work),
                fault
            ),
            _ => null,
        };
        if (ending is null)
        {
            return WorkOutcome.Finished;
        }

        hub.Decide(id.System, fault, stored.Value.Attempts + 1);
        return await EndAsync(work, stored, ending, null, cancellationToken);
    }

    private static string? AffectedBy(WorkItem work) =>
        work is WorkItem.OfNotice notice ? $"{notice.ExternalType} {notice.ExternalId}" : null;

    /// <summary>The notice needs a person: letter and result in one commit.</summary>
    private async Task<WorkOutcome> EndAsync(
        WorkItem work,
        Stored<Delivery> stored,
        Ending ending,
        Activity? span,
        CancellationToken cancellationToken
    )
    {
        var (delivery, version) = stored;
        var home = Home.OfDelivery(delivery.Id);
        var key = $"letter/{ending.Index}";
        var seen = FaultSeen.Of(ending.Fault, hub.Now);
        var letter = new DeadLetter
        {
            Id = $"{home}!{key}",
            At = hub.Now,
            Work = work,
            Fault = seen,
            Cause = DeadLetter.CauseOf(delivery.Id.System, seen),
            Origin = delivery.AsOrigin(),
            Affected = ending.Affected,
            ConfigurationVersion = hub.Options.Version,
        };
        var ended = new NoticeResult(NoticeResultKind.DeadLettered, null, 0, ending.Fault.Name);
        var build = new CommitBuilder(hub, home);
        var after = WithResult(delivery, ending.Count, ending.Index, ended) with { Fault = seen };
        build.Put(Rows.Of(after), version);
        build.Insert(Rows.Of(key, letter));
        if (await build.CommitAsync(cancellationToken) != CommitResult.Committed)
        {
            return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
        }

        Tell(span, delivery, after);
        hub.Metrics.DeadLettered(delivery.Id.System, ending.Fault.Name);
        HubTracing.Fail(span, ending.Fault.Name);
        return WorkOutcome.Finished;
    }

    private async Task<WorkOutcome> PutAsync(Loaded loaded, Func<Delivery, Delivery> change, CancellationToken cancellationToken)
    {
        var id = loaded.Delivery.Value.Id;
        for (var conflict = 0; conflict < 8; conflict++)
        {
            var (before, version) = (await hub.Store.DeliveryAsync(id, cancellationToken))!.Value;
            var after = change(before);
            var commit = new Commit(Home.OfDelivery(id), new Change.Replace(Rows.Of(after), version));
            if (await hub.Store.CommitAsync(commit, cancellationToken) == CommitResult.Committed)
            {
                Tell(loaded.Span, before, after);
                return WorkOutcome.Finished;
            }
        }

        return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
    }

    /// <summary>Counts and traces the notices that this commit has ended, and no other has.</summary>
    private void Tell(Activity? span, Delivery before, Delivery after)
    {
        for (var index = 0; index < after.Notices?.Length; index++)
        {
            if (after.Notices.Value[index] is { } ended && before.Notices?[index] is null)
            {
                hub.Metrics.Noticed(after.Id.System, ended);
                HubTracing.Ended(span, ended.Kind.Name(), ended.Rule);
            }
        }
    }

    private async Task<Loaded?> LoadAsync(DeliveryId id, CancellationToken cancellationToken)
    {
        if (await hub.Store.DeliveryAsync(id, cancellationToken) is not { } delivery || delivery.Value.IsDone)
        {
            return null;
        }

        var body = await hub.Store.ReadAsync(Home.OfDelivery(id), Rows.BodyKey, cancellationToken);
        Invariant.Holds(body is not null, "an open delivery has its body");
        var source = (INoticeReader)hub.Router.Systems[id.System].Connector;
        return new Loaded(delivery, source.ReadNotices(body.Body));
    }

    /// <summary>A notice that needs a person, among how many; a body that cannot be read counts as one, of nothing known.</summary>
    private sealed record Ending(int Count, int Index, string? Affected, Fault Fault);

    private sealed record Loaded(Stored<Delivery> Delivery, Outcome<IReadOnlyList<Notice>> Notices)
    {
        /// <summary>The span of taking it in, where anybody listens.</summary>
        public Activity? Span { get; init; }
    }
}
