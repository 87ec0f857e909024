using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace QtcHub.Telemetry;

/// <summary>
/// Lets a share of the traces through, chosen by their ids, and every span that failed. Whether a span fails is known at its end, so the choice is made
/// there: a sampler would have to make it at the beginning.
/// </summary>
internal sealed class SampledOrFailed(double ratio) : BaseProcessor<Activity>
{
    private readonly TraceIdRatioBasedSampler chosen = new(ratio);

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        if (data.Status != ActivityStatusCode.Error && !IsChosen(data))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    private bool IsChosen(Activity span)
    {
        var asked = new SamplingParameters(default, span.TraceId, span.DisplayName, span.Kind);
        return chosen.ShouldSample(in asked).Decision == SamplingDecision.RecordAndSample;
    }
}
