using QtcHub.Connectors;

namespace QtcHub.Pipeline;

/// <summary>
/// What this process has read of late and has taken in whole. A notice whose change such a reading must have seen needs no other: it was told of before the
/// reading began, or its stamp is the one that was read and was surely over by the vendor's clock when the vendor began to answer. Kept in memory alone: who has
/// forgotten reads again.
/// </summary>
/// <param name="isShared">Whether other processes take in the same systems' notices.</param>
internal sealed class RecentReadings(bool isShared)
{
    private const int Most = 4096;

    // Of several processes each has a clock of its own, and another's may have stamped the notice.
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private readonly Dictionary<Name, Reading> readings = [];
    private readonly Queue<(Name Name, Reading Reading)> oldest = new();

    /// <summary>Whether what a notice tells of was read since, and taken in.</summary>
    public bool Answer(Arrival arrival)
    {
        Reading? last;
        lock (gate)
        {
            last = readings.GetValueOrDefault(Name.Of(arrival));
        }

        return last is not null && (WasToldBefore(arrival, last) || HasSeen(last, arrival.Notice.Marker));
    }

    /// <summary>What was read of a record, or of a list, from an instant on is taken in, and nothing of it has failed.</summary>
    public void Keep(Arrival arrival, DateTimeOffset began, RecordReading reading)
    {
        var (marker, complete) = reading switch
        {
            RecordReading.Found found => (found.Marker, found.CompleteUntil),
            RecordReading.Listed listed => (listed.Marker, listed.CompleteUntil),
            _ => throw new InvariantException("only what was found is kept"),
        };
        var (name, kept) = (Name.Of(arrival), new Reading(began, marker, complete));
        lock (gate)
        {
            // Of two at a time the one that began later has seen what the other has.
            if (readings.TryGetValue(name, out var other) && other.Began > began)
            {
                return;
            }

            readings[name] = kept;
            oldest.Enqueue((name, kept));
            if (oldest.Count > Most)
            {
                Forget(oldest.Dequeue());
            }
        }
    }

    private void Forget((Name Name, Reading Reading) old)
    {
        // It may have been read again since.
        if (ReferenceEquals(readings.GetValueOrDefault(old.Name), old.Reading))
        {
            readings.Remove(old.Name);
        }
    }

    private bool WasToldBefore(Arrival arrival, Reading last) =>
        arrival.ToldAt is { } told && told + (isShared ? ClocksApart : TimeSpan.Zero) < last.Began;

    /// <summary>
    /// An equal stamp means read again, for a record may change twice in a second; not where that second was over before the reading began. An older state than
    /// the stamp tells of is one that the vendor has answered late.
    /// </summary>
    private static bool HasSeen(Reading last, Marker told) => !told.IsNewerThan(last.Marker) && told.NotAfter <= last.CompleteUntil;

    private sealed record Name(string System, string Type, string Id)
    {
        public static Name Of(Arrival arrival) => new(arrival.System, arrival.Notice.ExternalType, arrival.Notice.ExternalId);
    }

    private sealed record Reading(DateTimeOffset Began, Marker Marker, DateTimeOffset? CompleteUntil);
}
