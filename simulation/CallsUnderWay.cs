using System.Globalization;
using QtcHub.Hosting;

namespace QtcHub.Simulation;

/// <summary>Counts the calls that living processes have under way at one system, and tells of a limit that they broke together.</summary>
internal sealed class CallsUnderWay(SystemOptions system, List<string> failures)
{
    private readonly List<WireCall> calls = [];

    public void Add(WireCall call, DateTimeOffset now)
    {
        calls.RemoveAll(before => before.IsOver(now));
        // Whoever stood still in the midst of several requests makes the rest of them, though others may have its place by then.
        if (call.StoodStill(now - system.LongestCall))
        {
            return;
        }

        calls.Add(call);
        if (calls.Count > system.Concurrency)
        {
            failures.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"P7 {calls.Count} calls at once to {system.Name}, which takes {system.Concurrency}"
                )
            );
        }
    }
}

/// <summary>
/// A call as its caller awaits it. It is over once its caller has heard of it or given it up; a caller that stands still does neither, and then it is over as its
/// vendor is done with it.
/// </summary>
internal sealed class WireCall(ProcessLife life, DateTimeOffset doneAt) : TaskCompletionSource<HttpResponseMessage>
{
    /// <summary>When the vendor is done with it at the latest.</summary>
    public DateTimeOffset DoneAt { get; set; } = doneAt;

    /// <summary>Whether its caller stood still after an instant.</summary>
    public bool StoodStill(DateTimeOffset since) => life.FrozenUntil > since;

    public bool IsOver(DateTimeOffset now) => life.IsDead || Task.IsCompleted || DoneAt <= now;
}
