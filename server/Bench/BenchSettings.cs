namespace QtcHub.Server.Bench;

/// <summary>What to measure, and how much of it.</summary>
internal sealed record BenchSettings
{
    /// <summary>The courses there are.</summary>
    public static readonly IReadOnlyList<string> Courses = ["acknowledge", "deliver", "slow", "open", "map", "stored"];

    /// <summary>Events of each run.</summary>
    public required int Events { get; init; }

    /// <summary>Runs of each server, alternating.</summary>
    public required int Pairs { get; init; }

    /// <summary>Connections that send.</summary>
    public required int Connections { get; init; }

    /// <summary>Records stored before the last course.</summary>
    public required int Stored { get; init; }

    /// <summary>The courses to run; none named runs all.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Where results are written.</summary>
    public string? To { get; init; }

    /// <summary>What is wrong with them, or null.</summary>
    public string? Problem =>
        Only.FirstOrDefault(name => !Courses.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? $"--only: there is no course {unknown}. Fix: choose among {string.Join(", ", Courses)}"
        : Events is < 100 or > 1_000_000 || Pairs is < 1 or > 100 || Connections is < 1 or > 1_000 || Stored is < 0 or > 10_000_000
            ? "--events is 100 to 1 000 000, --pairs 1 to 100, --connections 1 to 1 000, --stored 0 to 10 000 000"
        : null;

    /// <summary>Whether a course is to be run.</summary>
    public bool Runs(string course) => Only.Count == 0 || Only.Contains(course, StringComparer.Ordinal);
}
