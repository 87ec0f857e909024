using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QtcHub.Connectors;
using QtcHub.Functions;
using QtcHub.Hosting;
using QtcHub.Pipeline;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Azure.Broker;
using QtcHub.Telemetry;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<Boundary>();

// What the worker tells of itself is not sampled: host.json's sampling is the host's own, and a failure must never be dropped. It tells of invocations and
// logs: the hub's calls are its own spans, and each of some eighty calls to storage a delivery would cost more than the call.
builder.Services.AddApplicationInsightsTelemetryWorkerService(options =>
{
    options.EnableAdaptiveSampling = false;
    options.EnableDependencyTrackingTelemetryModule = false;
});
builder.Services.ConfigureFunctionsApplicationInsights();

var settings = new AppSettings(builder.Configuration);
var (installation, errors) = Installation.Load(settings.Config, ConnectorKinds.Scan(typeof(ConnectorKinds).Assembly));
if (installation is null)
{
    throw new ConfigurationException(errors);
}

HubTelemetry.Add(builder, AppSettings.Telemetry(), installation.Options.Name);

await using var parts = new Belongings();
var broker = new ServiceBusBroker(parts.Keep(settings.Broker()));
var secrets = new ProcessSecrets(Environment.GetEnvironmentVariable);
var storage = await AzureStorage.OpenAsync(
    settings.Store(installation.Options.Store, secrets),
    TimeProvider.System,
    null,
    CancellationToken.None
);
var store = new AzureStore(storage, new BrokerOutlet(broker, TimeProvider.System));
var connected = new Connected(installation.Options, installation, secrets, store, TimeProvider.System, Random.Shared)
{
    Gate = new SharedGate(store, storage.NewId()),
};

builder
    .Services.AddSingleton(store)
    .AddSingleton<IWorkBroker>(broker)
    .AddSingleton(TimeProvider.System)
    .AddSingleton(provider => Wiring.Connect(connected, parts, provider.GetRequiredService<ILoggerFactory>()))
    .AddSingleton<Hub>()
    .AddSingleton<BrokeredWork>();

await builder.Build().RunAsync();
