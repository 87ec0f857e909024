using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>Opens the store's table and container.</summary>
public static class AzureStorage
{
    private const int IdBytes = 12;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Connects, and makes the table and the container where they are missing. Throws <see cref="StoreFailedException"/> where storage cannot be reached, and
    /// <see cref="ArgumentException"/> with everything that is wrong with the options.
    /// </summary>
    /// <param name="options">Where it lies.</param>
    /// <param name="clock">The time.</param>
    /// <param name="wire">What stands before each sending of a call; a test puts its faults there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<CloudParts> OpenAsync(
        AzureStoreOptions options,
        TimeProvider clock,
        HttpPipelinePolicy? wire,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        var (table, container) =
            Clients(options, wire)
            ?? throw new ArgumentException(
                "ConnectionString does not hold a connection string. Fix: copy it from the storage account",
                nameof(options)
            );
        try
        {
            await table.CreateIfNotExistsAsync(cancellationToken);
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            throw Failures.Unreachable("storage", failed);
        }

        return new CloudParts(new AzureTable(table), new AzureBlobs(container), options, clock, NewId);
    }

    private static (TableClient Table, BlobContainerClient Container)? Clients(AzureStoreOptions options, HttpPipelinePolicy? wire)
    {
        try
        {
            return (Tables(options, wire).GetTableClient(options.Table), Blobs(options, wire).GetBlobContainerClient(options.Container));
        }
        catch (Exception unread) when (unread is FormatException or InvalidOperationException or ArgumentException)
        {
            // What it says quotes the connection string, so it goes no further.
            return null;
        }
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    private static TableServiceClient Tables(AzureStoreOptions options, HttpPipelinePolicy? wire)
    {
        var settings = Patient(new TableClientOptions(), options, wire);
        return options.ConnectionString is { } connection
            ? new TableServiceClient(connection, settings)
            : new TableServiceClient(options.TableEndpoint, new DefaultAzureCredential(), settings);
    }

    private static BlobServiceClient Blobs(AzureStoreOptions options, HttpPipelinePolicy? wire)
    {
        var settings = Patient(new BlobClientOptions(), options, wire);
        return options.ConnectionString is { } connection
            ? new BlobServiceClient(connection, settings)
            : new BlobServiceClient(options.BlobEndpoint, new DefaultAzureCredential(), settings);
    }

    private static T Patient<T>(T settings, AzureStoreOptions options, HttpPipelinePolicy? wire)
        where T : ClientOptions
    {
        settings.Retry.NetworkTimeout = options.CallTimeout;
        settings.RetryPolicy = new CertainRetry(options.Retries);
        settings.Diagnostics.IsLoggingContentEnabled = false;
        if (wire is not null)
        {
            settings.AddPolicy(wire, HttpPipelinePosition.PerRetry);
        }

        return settings;
    }

    /// <summary>Reads are sent again whatever happened; writes only where the service said that it was too busy. The store settles the others itself.</summary>
    private sealed class CertainRetry(int retries)
        : RetryPolicy(retries, DelayStrategy.CreateExponentialDelayStrategy(FirstDelay, LongestDelay))
    {
        protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
            IsCertain(message) && base.ShouldRetry(message, exception);

        protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
            IsCertain(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

        private static bool IsCertain(HttpMessage message) =>
            message.Request.Method == RequestMethod.Get || (message.HasResponse && message.Response.Status is 429 or 503);
    }
}
