using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Server.Control;

/// <summary>Releases what an id names, in the server or, where none runs, in the command itself.</summary>
internal static class Releasing
{
    public const string Released = "released";

    public static async Task<ReleaseAnswer> RunAsync(Hub hub, ReleaseRequest asked, CancellationToken cancellationToken)
    {
        if (await LaneAsync(hub, asked.Id, cancellationToken) is not { } lane)
        {
            return new ReleaseAnswer("no-such-id", null);
        }

        var released = await hub.ReleaseAsync(lane, asked.Who, asked.Reason, cancellationToken);
        return new ReleaseAnswer(released ? Released : "nothing-to-release", lane.ToString());
    }

    /// <summary>The lane that is named, or that a letter is about; a letter of a delivery is about none.</summary>
    private static async Task<LaneId?> LaneAsync(Hub hub, string id, CancellationToken cancellationToken)
    {
        if (id.Contains('!', StringComparison.Ordinal))
        {
            var letter = await hub.DeadLetterAsync(id, cancellationToken);
            return (letter?.Work as WorkItem.OfLane)?.Lane;
        }

        var parts = id.Split('/');
        return parts.Length == 3 && CanonicalId.IsOne(parts[0]) ? LaneId.Parse(id) : null;
    }
}
