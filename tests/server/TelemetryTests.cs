using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Identity;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using QtcHub.Hosting;
using QtcHub.Server;
using QtcHub.Server.Hosting;
using QtcHub.Telemetry;
using QtcHub.Webhooks;
using Xunit;

namespace QtcHub.Tests.Server;

public sealed partial class TelemetryTests
{
    private const string EventId = "evt_telemetry_1";
    private static readonly string[] Spans = ["receive stripe", "intake stripe", "read stripe", "deliver netsuite", "write netsuite"];

    private static readonly string[] Metrics =
    [
        "qtchub.webhooks",
        "qtchub.notices",
        "qtchub.effects",
        "qtchub.lag",
        "qtchub.circuit",
        "qtchub.dead_letters.open",
        "qtchub.work",
        "qtchub.queue",
    ];

    [Fact]
    public async Task A_server_that_is_told_of_a_collector_sends_it_traces_and_metrics()
    {
        await using var collector = await Collector.StartAsync();

        await TakeOneInAsync(Otlp(collector));

        var traces = collector.At("/v1/traces");
        Assert.All(Spans, span => Assert.Contains(span, traces, StringComparison.Ordinal));
        var trace = HubTracing.ContextOf($"delivery:stripe:{EventId}").TraceId;
        var id = Encoding.Latin1.GetString(Convert.FromHexString(trace.ToHexString()));
        // Received, taken in and read; the first poll may have found the account too, and then its delivery's trace has the rest.
        Assert.True(Count(traces, id) >= 3);
        var metrics = collector.At("/v1/metrics");
        Assert.All(Metrics, metric => Assert.Contains(metric, metrics, StringComparison.Ordinal));
        Assert.Contains("qtchub", collector.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada Ltd", collector.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@example.com", collector.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_told_of_no_collector_sends_nothing_and_sets_nothing_up()
    {
        await using var collector = await Collector.StartAsync();
        var (settings, _) = TelemetrySettings.Read(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_SDK_DISABLED"] = "true",
            }
        );
        Assert.False(settings!.IsOn);

        await TakeOneInAsync(
            settings,
            hub =>
            {
                Assert.Null(hub.Server.Part<TracerProvider>());
                Assert.Null(hub.Server.Part<MeterProvider>());
            }
        );

        Assert.Equal(0, collector.Requests);
    }

    [Fact]
    public async Task Application_Insights_gets_the_same_trace_as_requests_and_dependencies()
    {
        await using var collector = await Collector.StartAsync();
        var connection = $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={collector.Url}";

        await TakeOneInAsync(
            Settings(("APPLICATIONINSIGHTS_CONNECTION_STRING", connection)),
            hub =>
            {
                // At its end the exporter keeps what is not sent yet for the next start.
                Assert.True(hub.Server.Part<TracerProvider>()!.ForceFlush());
                Assert.True(hub.Server.Part<MeterProvider>()!.ForceFlush());
            }
        );

        var sent = collector.At("/track");
        Assert.All(Spans, span => Assert.Contains(span, sent, StringComparison.Ordinal));
        Assert.Contains(HubTracing.ContextOf($"delivery:stripe:{EventId}").TraceId.ToHexString(), sent, StringComparison.Ordinal);
        Assert.Contains("qtchub.effects", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada Ltd", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_an_identity_nothing_goes_to_Application_Insights_over_a_line_that_anybody_can_read()
    {
        await using var collector = await Collector.StartAsync();
        var connection = $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={collector.Url}";

        await TakeOneInAsync(
            Settings(
                ("APPLICATIONINSIGHTS_CONNECTION_STRING", connection),
                ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ClientId=00000000-0000-0000-0000-000000000002;Authorization=AAD")
            ),
            hub => hub.Server.Part<TracerProvider>()!.ForceFlush()
        );

        Assert.Equal("", collector.At("/track"));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("Authorization=AAD", true)]
    [InlineData("ClientId=00000000-0000-0000-0000-000000000002;Authorization=AAD", true)]
    public void An_identity_is_used_where_it_is_asked_for(string? authentication, bool isUsed)
    {
        var settings = Settings(
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000001"),
            ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", authentication)
        );

        Assert.Equal(isUsed, settings.Identity is ManagedIdentityCredential);
    }

    [Theory]
    [InlineData("ClientId=;Authorization=AAD")]
    [InlineData("Client=secret-1;Authorization=AAD")]
    [InlineData("ClientId=a;ClientId=secret-1;Authorization=AAD")]
    [InlineData("InstrumentationKey=secret-1")]
    [InlineData("Authorization=secret-1")]
    public void What_names_no_identity_is_refused_without_being_told(string authentication)
    {
        var (settings, complaint) = TelemetrySettings.Read(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "InstrumentationKey=00000000-0000-0000-0000-000000000001",
                ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = authentication,
            }
        );

        Assert.Null(settings);
        Assert.Contains("names no managed identity", complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-1", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_is_no_web_server_tells_the_same()
    {
        await using var collector = await Collector.StartAsync();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        HubTelemetry.Add(builder, Otlp(collector), "hub-of-this-test");
        using (var host = builder.Build())
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            using var hub = new HubMetrics();
            hub.Received("stripe", new Receipt(ReceiptKind.Busy, "busy", null));
            using var source = new ActivitySource(HubTracing.SourceName);
            source.StartActivity("receive stripe")!.Dispose();
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("receive stripe", collector.At("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("qtchub.webhooks", collector.At("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("hub-of-this-test", collector.At("/v1/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_are_told_however_few_traces_are()
    {
        await using var collector = await Collector.StartAsync();

        await TakeOneInAsync(
            Otlp(collector, ("OTEL_TRACES_SAMPLER", "always_off")),
            async hub =>
            {
                await hub.PlanAsync("netsuite", new JsonObject { ["status"] = 400, ["method"] = "PUT" });
                var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Bea Ltd")))["id"]!;
                await hub.SendAsync("customer", account);
                await hub.UntilAsync(async () => (await hub.Server.Hub.DeadLettersAsync(1, CancellationToken.None)).Count == 1);
            }
        );

        var traces = collector.At("/v1/traces");
        Assert.Contains("dead-lettered", traces, StringComparison.Ordinal);
        Assert.Equal(1, Count(traces, "deliver netsuite"));
        Assert.Equal(1, Count(traces, "write netsuite"));
        Assert.DoesNotContain("intake stripe", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("applied", traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_takes_its_collector_from_the_environment()
    {
        await using var collector = await Collector.StartAsync();
        var folder = Directory.CreateTempSubdirectory("qtc-test-");
        var url = FreePort.Loopback();
        using var client = new HttpClient { BaseAddress = url };
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TEST_STRIPE_WEBHOOK_SECRET"] = TestConfig.WebhookSecret,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "hub-of-this-test",
        };
        string[] args =
        [
            "--config",
            TestConfig.Write(folder.FullName),
            "--data",
            Path.Combine(folder.FullName, "data"),
            "--urls",
            url.ToString(),
            "--sandbox",
        ];
        using (var server = await QtcProcess.ServeAsync(args, environment))
        {
            using var request = ServedHub.Signed(ServedHub.Event(EventId, "customer.created", "customer", "cus_none"));
            using var answer = await client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode);
            Assert.Equal(ExitCode.Good, await server.TerminateAsync());
        }

        Assert.Contains("receive stripe", collector.At("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("qtchub.webhooks", collector.At("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("hub-of-this-test", collector.At("/v1/traces"), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.5")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "s3cret")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "Authorization=Basic")]
    public async Task A_variable_that_makes_no_sense_is_named_and_nothing_starts(string name, string value)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4317",
            ["OTEL_TRACES_SAMPLER"] = "traceidratio",
        };
        environment[name] = value;

        var (code, _, error) = await QtcProcess.RunAsync(["serve", "--config", "no-such.yaml"], environment);

        Assert.Equal(ExitCode.Configuration, code);
        Assert.Contains(name, error, StringComparison.Ordinal);
        Assert.Contains("Fix: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_lists_every_metric_with_its_unit_and_no_other()
    {
        var known = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == HubMetrics.MeterName)
                {
                    lock (known)
                    {
                        known.Add($"{instrument.Name} {instrument.Unit}");
                    }
                }
            },
        };
        listener.Start();
        using var hub = new HubMetrics();
        using var head = new HeadMeter();

        var page = File.ReadAllText(Path.Combine(Root(), "docs/telemetry.md"));
        page = page[page.IndexOf("## Metrics", StringComparison.Ordinal)..];
        var listed = Row().Matches(page).Select(row => $"{row.Groups["name"].Value} {row.Groups["unit"].Value}");

        lock (known)
        {
            Assert.Equal(known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        }
    }

    private static async Task TakeOneInAsync(TelemetrySettings settings, Func<ServedHub, Task>? then = null)
    {
        await using var hub = await ServedHub.StartAsync(telemetry: settings);
        var account = (string)(await hub.PutAsync("stripe", "customer", Customer("Ada Ltd")))["id"]!;
        using var answer = await hub.Client.SendAsync(ServedHub.Signed(ServedHub.Event(EventId, "customer.created", "customer", account)));
        Assert.True(answer.IsSuccessStatusCode);
        await hub.UntilAsync(() => Task.FromResult(hub.Erp.Book().Accounts.Count == 1));
        await hub.RestAsync();
        await (then?.Invoke(hub) ?? Task.CompletedTask);
    }

    private static Task TakeOneInAsync(TelemetrySettings settings, Action<ServedHub> then) =>
        TakeOneInAsync(
            settings,
            hub =>
            {
                then(hub);
                return Task.CompletedTask;
            }
        );

    private static TelemetrySettings Otlp(Collector collector, params (string Name, string? Value)[] more) =>
        Settings([("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), .. more]);

    private static TelemetrySettings Settings(params (string Name, string? Value)[] variables)
    {
        var (settings, complaint) = TelemetrySettings.Read(
            variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal)
        );
        Assert.Null(complaint);
        return settings!;
    }

    private static JsonObject Customer(string name) => new() { ["name"] = name, ["email"] = "ada@example.com" };

    private static int Count(string text, string part) =>
        Regex.Count(text, Regex.Escape(part), RegexOptions.None, TimeSpan.FromSeconds(10));

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "QtcHub.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("QtcHub.sln lies above the tests");
    }

    [GeneratedRegex(@"^\| `(?<name>qtchub\.[a-z_.]+)` \| `(?<unit>[^`]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
