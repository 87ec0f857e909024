using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>Where committed work goes: the table's own queue, or a broker.</summary>
public interface IWorkOutlet
{
    /// <summary>
    /// Hands work over, durably, or says that it could not all be (false): then it is handed over again later. Work that comes twice is harmless; its id says so.
    /// </summary>
    Task<bool> SendAsync(IReadOnlyList<ScheduledWork> work, CancellationToken cancellationToken);
}
