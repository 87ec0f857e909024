using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Where a linking keeps how far it is and what it found, and how that is read.</summary>
public static class LinkReport
{
    /// <summary>What was found of each record at each target, in the order in which the source listed them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="request">What was linked.</param>
    /// <param name="onlyLooked">Whether nothing was linked.</param>
    /// <param name="leaves">How many parts the report has: <see cref="LinkJob.Leaves"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<LinkFinding>> ReadAsync(
        IHubStore store,
        LinkRequest request,
        bool onlyLooked,
        int leaves,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(request);
        var findings = new List<LinkFinding>();
        for (var number = 1; number <= leaves; number++)
        {
            var row = await store.ReadAsync(HomeOf(request, onlyLooked), Rows.LeafKey(number), cancellationToken);
            findings.AddRange(row is null ? [] : Rows.Parse<LinkLeaf>(row).Findings);
        }

        return findings;
    }

    /// <summary>A look has a job of its own: it neither goes on with a linking nor opens anything.</summary>
    internal static Home HomeOf(LinkRequest request, bool onlyLooks) =>
        onlyLooks ? Home.OfJob($"link-look-{request.From}-{request.Record}") : LinkGate.HomeOf(request.From, request.Record);
}
