using QtcHub.Canonical;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>The letters of a record that was merged into another: those that were open are over, and what of it stands at a target is told to a person.</summary>
internal sealed class MergeLetters(HubContext hub)
{
    /// <summary>What such a letter's fault is called.</summary>
    public const string Stands = "merged-and-stands";

    /// <summary>Most letters of a lane that are closed at once: a commit is bounded, and a lane has one, as a rule.</summary>
    private const int MostClosed = 10;

    /// <summary>Closes a lane's open letters, save those whose write may yet have been carried out: they keep their lane until a person has settled them.</summary>
    public async Task<Lane> CloseAsync(Lane before, Lane buried, CommitBuilder build, CancellationToken cancellationToken)
    {
        if (before.OpenLetters == 0)
        {
            return buried;
        }

        var prefix = $"letter/{before.Id.Target}/{before.Id.Part}/";
        var rows = await hub.Store.ReadManyAsync(Home.OfRecord(before.Id.Record), prefix, Commit.MaxChanges, cancellationToken);
        var open = rows.Where(row => row.State == "Open")
            .Select(row => (Row: row, Letter: Rows.Parse<DeadLetter>(row)))
            .Where(pair => !pair.Letter.OutcomeUnknown)
            .Take(MostClosed)
            .ToList();
        foreach (var (row, letter) in open)
        {
            build.Put(Rows.Of(row.Key, letter with { ClosedBy = $"merged into {buried.MergedInto}" }), row.Version);
        }

        return buried with
        {
            OpenLetters = buried.OpenLetters - open.Count,
        };
    }

    /// <summary>Tells a person what stands at a target of a record that was merged into another.</summary>
    public async Task<Lane> ListAsync(Lane buried, string origin, CommitBuilder build, CancellationToken cancellationToken)
    {
        var key = Rows.MergedLetterKey(buried.Id);
        if (await hub.Store.ReadAsync(Home.OfRecord(buried.Id.Record), key, cancellationToken) is not null)
        {
            return buried;
        }

        var (affected, amount) = await StakeAsync(buried.Id.Record, cancellationToken);
        var fault = new Fault.Rejected(
            Stands,
            $"{buried.Id.Target} has {buried.ExternalId}, which was merged into {buried.MergedInto}: it is never written again"
        );
        var letter = DeadLetter.OfLane(buried.Id, key, FaultSeen.Of(fault, hub.Now), origin) with
        {
            Revision = buried.AppliedRevision,
            ConfigurationVersion = hub.Options.Version,
            Affected = affected,
            Amount = amount,
        };
        build.Insert(Rows.Of(key, letter));
        return buried with { OpenLetters = buried.OpenLetters + 1 };
    }

    private async Task<(string? Affected, Money? Amount)> StakeAsync(CanonicalId record, CancellationToken cancellationToken)
    {
        if (await hub.Store.HeadAsync(record, cancellationToken) is not { Value: { Revision: > 0 } head })
        {
            return (null, null);
        }

        var content = await hub.Store.ContentAsync(record, head.Revision, cancellationToken);
        var read = CanonicalJson.Read(record.Type, content.Span);
        Invariant.Holds(read.Fault is null, "stored content has its shape");
        return read.Value.Stake();
    }
}
