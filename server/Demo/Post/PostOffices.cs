using QtcHub.Server.Sandbox;

namespace QtcHub.Server.Demo.Post;

/// <summary>A post office for each vendor.</summary>
internal sealed class PostOffices(SandboxFleet fleet, WebhookSender sender, int seed)
{
    private readonly List<PostOffice> offices =
    [
        .. fleet.Systems.Values.Select((system, index) => new PostOffice(system, sender, new Random(unchecked(seed + index + 1)))),
    ];

    /// <summary>What became of the vendors' webhooks on their way.</summary>
    public WebhookCounts Counts =>
        new(
            offices.Sum(office => office.Made),
            offices.Sum(office => office.Lost),
            offices.Sum(office => office.Doubled),
            offices.Sum(office => office.Acknowledged)
        );

    /// <summary>How all of them work from now on.</summary>
    public void Handle(Handling handling) => offices.ForEach(office => office.Handling = handling);

    /// <summary>Sends what the vendors have made since on its way, and waits until it is there; how many there were, and the systems of which some were lost.</summary>
    public async Task<(int Made, IReadOnlyList<string> Lost)> DeliverAsync(CancellationToken cancellationToken)
    {
        var before = offices.ConvertAll(office => office.Lost);
        var made = offices.Sum(office => office.Collect(cancellationToken));
        foreach (var office in offices)
        {
            await office.EmptyAsync();
        }

        return (made, [.. offices.Where((office, index) => office.Lost > before[index]).Select(office => office.System)]);
    }
}

/// <summary>What became of the vendors' webhooks on their way.</summary>
internal sealed record WebhookCounts(int Made, int Lost, int Doubled, int Acknowledged);
