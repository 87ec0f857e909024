using QtcHub.Sandbox;
using QtcHub.Server.Sandbox;

namespace QtcHub.Server.Demo.Post;

/// <summary>Bad weather on the vendors' side: lost answers, slow answers, too many requests, servers that fall over, and one that is down for an hour.</summary>
internal sealed class Weather(SandboxFleet fleet, Random random)
{
    // Longer than a call may take in the demo: the vendor commits, and the caller has gone.
    private static readonly TimeSpan TooLong = DemoSettings.CallTimeout + TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);
    private static readonly string[] Writes = ["POST", "PUT", "PATCH"];
    private readonly List<SandboxedSystem> systems = [.. fleet.Systems.Values];

    /// <summary>Faults that came down, by what they are.</summary>
    public SortedDictionary<string, int> Met { get; } = new(StringComparer.Ordinal);

    /// <summary>The weather of a day: a fault or two at a system or two.</summary>
    public void Turn()
    {
        for (var count = random.Next(3); count >= 0; count--)
        {
            var desk = systems[random.Next(systems.Count)].Desk;
            switch (random.Next(10))
            {
                case < 3:
                    PlanWrite(desk, "answer lost after commit", new PlannedFault { Cut = Cut.AfterCommit });
                    break;
                case < 5:
                    PlanWrite(desk, "request lost before commit", new PlannedFault { Cut = Cut.BeforeCommit });
                    break;
                case < 7:
                    Plan(
                        desk,
                        "too many requests",
                        new PlannedFault
                        {
                            Status = 429,
                            RetryAfter = Wait,
                            Count = 3,
                        }
                    );
                    break;
                case < 9:
                    Plan(desk, "server fell over", new PlannedFault { Status = 500, Count = 2 });
                    break;
                default:
                    PlanWrite(desk, "timeout after commit", new PlannedFault { Delay = TooLong, DelayAfterCommit = true });
                    break;
            }
        }
    }

    /// <summary>A system goes down: it answers nobody.</summary>
    public void GoDown(string system)
    {
        const int All = 1_000_000;
        fleet.Systems[system].Desk.Plan(new PlannedFault { Status = 503, Count = All });
        Count("system down for an hour", 1);
    }

    /// <summary>The sun comes out.</summary>
    public void Clear()
    {
        foreach (var system in systems)
        {
            system.Desk.Clear();
        }
    }

    private void PlanWrite(FaultDesk desk, string name, PlannedFault fault)
    {
        foreach (var method in Writes)
        {
            desk.Plan(fault with { Method = method });
        }

        Count(name, 1);
    }

    private void Plan(FaultDesk desk, string name, PlannedFault fault)
    {
        desk.Plan(fault);
        Count(name, fault.Count);
    }

    private void Count(string name, int faults) => Met[name] = Met.GetValueOrDefault(name) + faults;
}
