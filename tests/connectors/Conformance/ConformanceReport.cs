using System.Globalization;

namespace QtcHub.Tests.Connectors.Conformance;

/// <summary>How many bodies of which operations were held against a vendor's description, for people to read.</summary>
internal static class ConformanceReport
{
    // Test classes run side by side and report to one file.
    private static readonly Lock Gate = new();

    /// <summary>The counts, an operation a line, and their total.</summary>
    public static string Write(string vendor, IReadOnlyDictionary<string, (int Requests, int Responses)> counts) =>
        string.Join(
            Environment.NewLine,
            counts
                .Select(count => Line(vendor, count.Key, count.Value))
                .Append(Line(vendor, "total", (counts.Values.Sum(count => count.Requests), counts.Values.Sum(count => count.Responses))))
        );

    /// <summary>Adds the counts to the file that the variable <c>QTC_CONFORMANCE_REPORT</c> names, if it does: CI prints it after the tests.</summary>
    public static void Add(string counts)
    {
        if (Environment.GetEnvironmentVariable("QTC_CONFORMANCE_REPORT") is { Length: > 0 } file)
        {
            lock (Gate)
            {
                File.AppendAllText(file, $"{counts}{Environment.NewLine}");
            }
        }
    }

    private static string Line(string vendor, string operation, (int Requests, int Responses) count) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"conformance: {vendor}: {operation}: {count.Requests} requests, {count.Responses} answers"
        );
}
