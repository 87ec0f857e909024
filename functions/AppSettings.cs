using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Stores.Azure;
using QtcHub.Telemetry;

namespace QtcHub.Functions;

/// <summary>The app settings, each read in this one place; docs/azure.md lists them.</summary>
internal sealed class AppSettings(IConfiguration configuration)
{
    /// <summary>Where hub.yaml lies, from the folder of the program.</summary>
    public string Config => Path.GetFullPath(configuration["QTC_CONFIG"] ?? "config/hub.yaml", AppContext.BaseDirectory);

    /// <summary>Where the hub's table and container lie: as hub.yaml says, unless the settings say otherwise; in development, where neither does, in the host's own account.</summary>
    public AzureStoreOptions Store(StoreOptions file, ISecrets secrets)
    {
        var place = new StorePlace
        {
            Tables = configuration["Storage:tableEndpoint"],
            Blobs = configuration["Storage:blobEndpoint"],
            Table = configuration["Storage:table"],
            Container = configuration["Storage:container"],
            Connection = configuration["AzureWebJobsStorage"],
        };
        var (options, complaint) = NamedStore.Read(file, secrets, place);
        return options ?? throw new InvalidOperationException(complaint);
    }

    /// <summary>The namespace of the two queues: under the managed identity by its name, else as development's connection string says.</summary>
    public ServiceBusClient Broker() =>
        configuration["ServiceBus:fullyQualifiedNamespace"] is { } name
            ? new ServiceBusClient(name, new DefaultAzureCredential())
            : new ServiceBusClient(
                configuration["ServiceBus"] ?? throw new InvalidOperationException("set ServiceBus__fullyQualifiedNamespace, or ServiceBus")
            );

    /// <summary>Where the hub's own traces and metrics go, by the variables that docs/telemetry.md lists; every app setting is one.</summary>
    public static TelemetrySettings Telemetry()
    {
        var (settings, complaint) = TelemetrySettings.OfProcess();
        return settings ?? throw new InvalidOperationException(complaint);
    }
}
