using System.Globalization;

namespace QtcHub.Simulation;

/// <summary>Counts the calls that living processes have under way at one system, and tells of a limit that they broke together.</summary>
internal sealed class CallsUnderWay(string system, int most, List<string> failures)
{
    private readonly List<(ProcessLife Life, Task Answer)> calls = [];

    public void Add(ProcessLife life, Task answer)
    {
        calls.RemoveAll(call => call.Life.IsDead || call.Answer.IsCompleted);
        calls.Add((life, answer));
        if (calls.Count > most)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"P7 {calls.Count} calls at once to {system}, which takes {most}"));
        }
    }
}
