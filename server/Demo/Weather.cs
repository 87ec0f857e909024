using QtcHub.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>Bad weather on the vendors' side: lost answers, slow answers, too many requests, servers that fall over.</summary>
internal sealed class Weather(FaultDesk source, FaultDesk target, Random random)
{
    private const int OneIn = 6;

    // Longer than a call may take in the demo: the vendor commits, and the caller has gone.
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>Faults planned so far, by what they are.</summary>
    public SortedDictionary<string, int> Planned { get; } = new(StringComparer.Ordinal);

    /// <summary>Now and then plans a fault.</summary>
    public void Turn()
    {
        if (random.Next(OneIn) != 0)
        {
            return;
        }

        switch (random.Next(6))
        {
            case 0:
                Plan(target, "answer lost after commit", new PlannedFault { Cut = Cut.AfterCommit, Method = "PUT" });
                break;
            case 1:
                Plan(
                    target,
                    "timeout after commit",
                    new PlannedFault
                    {
                        Delay = TooLong,
                        DelayAfterCommit = true,
                        Method = "PUT",
                    }
                );
                break;
            case 2:
                Plan(
                    target,
                    "too many requests",
                    new PlannedFault
                    {
                        Status = 429,
                        RetryAfter = Wait,
                        Count = 3,
                    }
                );
                break;
            case 3:
                Plan(target, "request lost before commit", new PlannedFault { Cut = Cut.BeforeCommit, Method = "PUT" });
                break;
            case 4:
                Plan(
                    source,
                    "source too busy",
                    new PlannedFault
                    {
                        Status = 429,
                        RetryAfter = Wait,
                        Count = 2,
                    }
                );
                break;
            default:
                Plan(source, "source fell over", new PlannedFault { Status = 500, Count = 2 });
                break;
        }
    }

    /// <summary>The sun comes out.</summary>
    public void Clear()
    {
        source.Clear();
        target.Clear();
    }

    private void Plan(FaultDesk desk, string name, PlannedFault fault)
    {
        desk.Plan(fault);
        Planned[name] = Planned.GetValueOrDefault(name) + fault.Count;
    }
}
