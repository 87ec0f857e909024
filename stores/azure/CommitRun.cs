using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>
/// One commit, from its first call to its last: due row, blobs, entries of lists, the home's transaction, sending, and away with what is done. Until the
/// transaction nothing counts; after it everything does, whoever carries it out.
/// </summary>
internal sealed class CommitRun(CloudParts parts, HeaderCache cache, Lists lists, DueIndex due, IWorkOutlet outlet)
{
    // Far less than an abandoned commit's trace is kept, so that what was voided cannot come after all.
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(30);

    public async Task<CommitResult> RunAsync(Commit commit)
    {
        var began = parts.Clock.GetUtcNow();
        var id = parts.NewId();
        var dueRow = due.KeyOf(began, id);
        CommitPlan? plan = null;
        for (var tries = 0; tries < CloudParts.Tries; tries++)
        {
            if (await HeadersAsync(commit, trustCache: tries == 0) is not { } headers)
            {
                return await GiveUpAsync(plan, dueRow, CommitResult.Conflict);
            }

            plan = new CommitPlan(commit, id, lists, headers, plan?.Undo);
            if (!await PrepareAsync(plan, dueRow, commit.Home) || parts.Clock.GetUtcNow() - began > MostTime)
            {
                return await GiveUpAsync(plan, dueRow, CommitResult.Overloaded);
            }

            if (await SubmitAsync(plan, id, dueRow) is { } result)
            {
                return result;
            }
        }

        return await GiveUpAsync(plan, dueRow, CommitResult.Conflict);
    }

    /// <summary>Null where a condition did not hold that may hold for other ETags: the rows are to be read again.</summary>
    private async Task<CommitResult?> SubmitAsync(CommitPlan plan, string id, ListEntry dueRow)
    {
        var isUnsure = false;
        for (var tries = 0; tries < CloudParts.Tries; tries++)
        {
            var answer = await parts.Table.SubmitAsync(plan.Partition, plan.Writes, CancellationToken.None);
            if (answer.Outcome == CloudOutcome.Done)
            {
                Keep(plan, answer.ETags);
                return isUnsure ? await HandOverAsync(plan) : await FinishAsync(plan, id, dueRow);
            }

            Forget(plan);
            // The transaction may have been done all the same, by a sending whose answer was lost: its marker says so.
            switch (await StandingAsync(plan.Partition, id))
            {
                case Marker.Open:
                    return await HandOverAsync(plan);
                case Marker.Settled:
                    return CommitResult.Committed;
                case Marker.Void:
                    return CommitResult.Overloaded;
            }

            isUnsure |= answer.Outcome == CloudOutcome.Unknown;
            switch (answer.Outcome)
            {
                case CloudOutcome.Busy when !isUnsure:
                    return await GiveUpAsync(plan, dueRow, CommitResult.Overloaded);
                case CloudOutcome.Refused when !isUnsure:
                    return null;
                case CloudOutcome.Refused when await VoidAsync(plan.Partition, id):
                    // The due row stays: the relay takes back what was prepared, and forgets the void marker in its time.
                    return CommitResult.Conflict;
            }

            // Neither done nor refused for certain: of all sendings at most one can write the marker.
        }

        throw CloudParts.Unreachable();
    }

    private async Task<string> StandingAsync(string partition, string id)
    {
        var marker = await parts.Table.GetAsync(partition, Marker.KeyOf(id), CancellationToken.None);
        return marker is null ? "" : Marker.StateOf(marker);
    }

    /// <summary>Keeps a sending that is still under way from ever being done.</summary>
    private async Task<bool> VoidAsync(string partition, string id)
    {
        var marker = Marker.Row(partition, id, Marker.Void);
        var answer = await parts.Table.SubmitAsync(partition, [new CloudWrite.Insert(marker)], CancellationToken.None);
        return answer.Outcome == CloudOutcome.Done;
    }

    /// <summary>What has to be there before the transaction; false where storage does not take it.</summary>
    private async Task<bool> PrepareAsync(CommitPlan plan, ListEntry dueRow, Home home)
    {
        if (plan.NeedsDueRow && !await parts.PutAsync(plan.Undo.On(new CloudRow(dueRow.Partition, dueRow.RowKey))))
        {
            return false;
        }

        foreach (var (name, bytes) in plan.Blobs)
        {
            if (!await CloudParts.RepeatedAsync(() => parts.Blobs.PutAsync(name, bytes, CancellationToken.None)))
            {
                return false;
            }
        }

        foreach (var (entry, row) in plan.Entered)
        {
            if (!await lists.EnterAsync(entry, home, row))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The commit is durable. What cannot be done now is left to the relay.</summary>
    private async Task<CommitResult> FinishAsync(CommitPlan plan, string id, ListEntry dueRow)
    {
        var isDone = await due.CarryOutAsync(plan.Todo, outlet);
        // First the due row and then the marker: a due row without its marker is a commit that never came.
        if (!plan.NeedsDueRow || (isDone && await lists.LeaveAsync(dueRow)))
        {
            await parts.RemoveAsync(plan.Partition, Marker.KeyOf(id));
        }

        return CommitResult.Committed;
    }

    /// <summary>
    /// The commit is durable, and another sending of it may still be under way: its marker, which refuses that one, stays until the relay forgets it.
    /// </summary>
    private async Task<CommitResult> HandOverAsync(CommitPlan plan)
    {
        await due.CarryOutAsync(plan.Todo, outlet);
        return CommitResult.Committed;
    }

    /// <summary>The transaction will not come. What cannot be taken back now is left to the relay.</summary>
    private async Task<CommitResult> GiveUpAsync(CommitPlan? plan, ListEntry dueRow, CommitResult result)
    {
        if (plan is not null && await due.CarryOutAsync(plan.Undo, outlet) && plan.NeedsDueRow)
        {
            await lists.LeaveAsync(dueRow);
        }

        return result;
    }

    /// <summary>What is known of the rows that the commit replaces and removes; null where a precondition does not hold.</summary>
    private async Task<Dictionary<string, Header>?> HeadersAsync(Commit commit, bool trustCache)
    {
        var partition = HomeRows.Partition(commit.Home);
        var headers = new Dictionary<string, Header>(StringComparer.Ordinal);
        foreach (var change in commit.Changes)
        {
            var expected = change switch
            {
                Change.Replace replace => replace.ExpectedVersion,
                Change.Delete delete => delete.ExpectedVersion,
                _ => 0,
            };
            if (change is Change.Insert && trustCache)
            {
                continue;
            }

            var rowKey = HomeRows.RowKey(change.Key);
            var header = trustCache ? cache.Find(partition, rowKey) : null;
            if (header is null || header.Version != expected)
            {
                var row = await parts.Table.GetAsync(partition, rowKey, CancellationToken.None);
                header = row is null ? null : HomeRows.HeaderOf(row);
            }

            if ((header?.Version ?? 0) != expected || (expected < 1 && change is not Change.Insert))
            {
                return null;
            }

            if (header is not null)
            {
                headers.Add(change.Key, header);
            }
        }

        return headers;
    }

    private void Keep(CommitPlan plan, IReadOnlyList<string> etags)
    {
        foreach (var (rowKey, header) in plan.Headers(etags))
        {
            cache.Keep(plan.Partition, rowKey, header);
        }
    }

    private void Forget(CommitPlan plan)
    {
        foreach (var write in plan.Writes)
        {
            cache.Forget(plan.Partition, write.RowKey);
        }
    }
}
