namespace QtcHub.Simulation;

/// <summary>What a day without faults asked of the cloud's store.</summary>
/// <param name="Deliveries">Webhooks acknowledged.</param>
/// <param name="Records">Canonical records at the end.</param>
/// <param name="Writes">Writes to the target that were carried out.</param>
/// <param name="Calls">Calls of the hub's process to table and blobs, by what they are for; calls that only repeat with time (polls, sweeps, relays) included.</param>
/// <param name="Rows">Rows in the table at the end, by what they are for.</param>
/// <param name="TableBytes">Their size as the service counts it.</param>
public sealed record CloudCount(
    int Deliveries,
    long Records,
    int Writes,
    IReadOnlyDictionary<string, long> Calls,
    IReadOnlyDictionary<string, long> Rows,
    long TableBytes
);
