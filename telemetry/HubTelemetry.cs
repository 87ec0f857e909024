using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using QtcHub.Hosting;

namespace QtcHub.Telemetry;

/// <summary>Sets OpenTelemetry up in a head, where it is asked for: the hub's spans and metrics, and nothing of anybody else's.</summary>
public static class HubTelemetry
{
    /// <summary>What a process calls itself unless OTEL_SERVICE_NAME says otherwise; the alerts of infra/ tell the hub's own requests from the host's by it.</summary>
    public const string ServiceName = "qtchub";

    /// <summary>Adds what <paramref name="settings"/> ask for to a head of the hub named <paramref name="hub"/>; nothing where they ask for nothing.</summary>
    public static void Add(IHostApplicationBuilder builder, TelemetrySettings settings, string hub)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        if (!settings.IsOn)
        {
            return;
        }

        builder.Configuration.AddInMemoryCollection(settings.Variables);
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, hub))
            .WithTracing(tracing => Trace(tracing, settings))
            .WithMetrics(metrics => Measure(metrics, settings));
    }

    /// <summary>OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.</summary>
    private static void Describe(ResourceBuilder resource, string hub) =>
        resource
            .AddService(ServiceName, serviceVersion: typeof(HubTelemetry).Assembly.GetName().Version?.ToString(3))
            .AddAttributes([new("qtchub.hub", hub)])
            .AddEnvironmentVariableDetector();

    private static void Trace(TracerProviderBuilder tracing, TelemetrySettings settings)
    {
        // Processors run in the order in which they are added: what is left out is left out before anything is sent.
        tracing.AddSource(HubTracing.SourceName).AddProcessor(new SampledOrFailed(settings.Ratio));
        if (settings.Otlp)
        {
            tracing.AddOtlpExporter();
        }

        if (settings.ApplicationInsights is not null)
        {
            tracing.AddAzureMonitorTraceExporter(options => Address(options, settings));
        }

        // After the exporters, one of which brings a sampler that leaves out what is over five traces a second, failed or not.
        tracing.SetSampler(new AlwaysOnSampler());
    }

    private static void Measure(MeterProviderBuilder metrics, TelemetrySettings settings)
    {
        metrics.AddMeter(HubMetrics.MeterName);
        if (settings.Otlp)
        {
            metrics.AddOtlpExporter();
        }

        if (settings.ApplicationInsights is not null)
        {
            metrics.AddAzureMonitorMetricExporter(options => Address(options, settings));
        }
    }

    private static void Address(AzureMonitorExporterOptions options, TelemetrySettings settings)
    {
        options.ConnectionString = settings.ApplicationInsights;
        options.Credential = settings.Identity;
    }
}
