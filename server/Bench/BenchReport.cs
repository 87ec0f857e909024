using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QtcHub.Server.Bench;

/// <summary>Everything measured, and the targets it is judged by.</summary>
internal sealed record BenchReport
{
    public required BenchSettings Settings { get; init; }

    public required IReadOnlyList<CourseResult> Courses { get; init; }

    public required IReadOnlyList<MappingResult> Mappings { get; init; }

    /// <summary>The machine, as far as figures depend on it.</summary>
    public string Machine { get; } =
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"
        );

    /// <summary>Each target with what was measured.</summary>
    public IReadOnlyList<Goal> Goals => [.. Courses.SelectMany(GoalsOf), .. Mappings.Select(GoalOf)];

    /// <summary>Targets that were missed.</summary>
    [JsonIgnore]
    public IReadOnlyList<Goal> Misses => [.. Goals.Where(goal => !goal.IsMet)];

    public string Json() => JsonSerializer.Serialize(this, ReportJson.Default.BenchReport);

    public string Table()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Settings.Events} events, {Settings.Connections} connections, {Settings.Pairs} pairs; {Machine}"
        );
        text.AppendLine();
        text.AppendLine(
            "| course | server | events/s | CPU µs/event | others' CPU | peak MiB | answer p50 / p99 ms | delivered p50 / p99 ms | rows, bytes, commits, transactions per event |"
        );
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var course in Courses)
        {
            foreach (var role in course.Runs.Keys)
            {
                Row(text, course, role);
            }
        }

        if (Mappings.Count > 0)
        {
            text.AppendLine();
            text.AppendLine("| mapping | language ns | by hand ns | ratio | language bytes | by hand bytes |");
            text.AppendLine("|---|---|---|---|---|---|");
            foreach (var one in Mappings)
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {one.Direction} | {Text(one.Language, "F0")} | {Text(one.Hand, "F0")} | {Text(one.Ratio, "F2")} | {one.LanguageBytes:F0} | {one.HandBytes:F0} |"
                );
            }
        }

        text.AppendLine();
        text.AppendLine("| target | measured | met |");
        text.AppendLine("|---|---|---|");
        foreach (var goal in Goals)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {goal.Text} | {Text(goal.Measured, "F2")} | {(goal.IsMet ? "yes" : "no")} |");
        }

        if (Courses.SelectMany(course => course.Runs).FirstOrDefault(pair => pair.Key is "hub" or "stored") is { Value: [var hub, ..] })
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"synchronous = {hub.Synchronous} (2 is FULL)");
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, CourseResult course, string role)
    {
        string Of(Func<Measurement, double> figure, string format) => Text(course.Of(role, figure), format);
        var delivers = course.Runs[role][0].Delivered is not null;
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {course.Name} | {role} | {Of(one => one.EventsPerSecond, "F0")} | {Of(one => one.CpuMicroseconds, "F0")} | {Of(one => one.OthersCpuMicroseconds, "F0")} | {Of(one => one.PeakMebibytes, "F0")} | {Of(one => one.Answer.P50, "F2")} / {Of(one => one.Answer.P99, "F2")} | {(delivers ? $"{Of(one => one.Delivered!.P50, "F2")} / {Of(one => one.Delivered!.P99, "F2")}" : "–")} | {course.Of(role, one => one.Rows).Median:F1}, {course.Of(role, one => one.Bytes).Median:F0}, {course.Of(role, one => one.Commits).Median:F1}, {course.Of(role, one => one.Transactions).Median:F2} |"
        );
    }

    private IEnumerable<Goal> GoalsOf(CourseResult course)
    {
        static double Rate(Measurement one) => one.EventsPerSecond;
        static double Cpu(Measurement one) => one.CpuMicroseconds;
        static double Peak(Measurement one) => one.PeakMebibytes;
        switch (course.Name)
        {
            case "acknowledge":
                yield return Goal.AtLeast("acknowledge: events/s ≥ 0.8 × floor", course.Ratio("hub", "floor", Rate), 0.8);
                break;
            case "deliver":
                yield return Goal.AtMost("deliver: CPU per event ≤ 1.6 × floor", course.Ratio("hub", "floor", Cpu), 1.6);
                yield return Goal.AtMost("deliver: CPU per event ≤ 400 µs", course.Of("hub", Cpu), 400);
                yield return Goal.AtLeast("deliver: events/s ≥ 0.6 × floor", course.Ratio("hub", "floor", Rate), 0.6);
                yield return Goal.AtMost("deliver: peak ≤ 150 MiB", course.Of("hub", Peak), 150);
                break;
            case "slow" when Courses.FirstOrDefault(other => other.Name == "deliver") is { } quick:
                var ratio = Spread.Of(course.Runs["hub"].Zip(quick.Runs["hub"], (slow, fast) => Rate(slow) / Rate(fast)));
                yield return Goal.AtLeast("slow (20 ms): events/s ≥ 0.8 × its own at 0 ms", ratio, 0.8);
                break;
            case "open":
                yield return Goal.AtMost(
                    "open (300/s): answer p50 ≤ 1.5 × floor",
                    course.Ratio("hub", "floor", one => one.Answer.P50),
                    1.5
                );
                yield return Goal.AtMost("open (300/s): answer p99 ≤ 2 × floor", course.Ratio("hub", "floor", one => one.Answer.P99), 2);
                yield return Goal.AtMost(
                    "open (300/s): delivered p50 ≤ 1.5 × floor",
                    course.Ratio("hub", "floor", one => one.Delivered!.P50),
                    1.5
                );
                yield return Goal.AtMost(
                    "open (300/s): delivered p99 ≤ 2 × floor",
                    course.Ratio("hub", "floor", one => one.Delivered!.P99),
                    2
                );
                break;
            case "stored":
                yield return Goal.AtLeast("stored: events/s ≥ 0.8 × empty", course.Ratio("stored", "empty", Rate), 0.8);
                yield return Goal.AtMost("stored: peak ≤ 150 MiB", course.Of("stored", Peak), 150);
                break;
        }
    }

    private static Goal GoalOf(MappingResult mapping) => Goal.AtMost($"map {mapping.Direction}: ≤ 1.5 × by hand", mapping.Ratio, 1.5);

    private static string Text(Spread spread, string format) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{spread.Median.ToString(format, CultureInfo.InvariantCulture)} ({spread.Least.ToString(format, CultureInfo.InvariantCulture)}–{spread.Most.ToString(format, CultureInfo.InvariantCulture)})"
        );
}

/// <summary>A target: met where the median is.</summary>
internal sealed record Goal(string Text, Spread Measured, bool IsMet)
{
    public static Goal AtLeast(string text, Spread measured, double bound) => new(text, measured, measured.Median >= bound);

    public static Goal AtMost(string text, Spread measured, double bound) => new(text, measured, measured.Median <= bound);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
