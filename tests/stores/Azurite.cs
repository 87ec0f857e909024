using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Azure.Core.Pipeline;
using QtcHub.Stores.Azure;
using Xunit;

[assembly: AssemblyFixture(typeof(QtcHub.Tests.Stores.Azurite))]

namespace QtcHub.Tests.Stores;

/// <summary>Microsoft's emulator of Azure Storage, started once for all tests on free ports of loopback; tests that need it skip where it is missing.</summary>
public sealed class Azurite : IAsyncLifetime
{
    private const string Missing = "azurite is not installed: npm install --prefix .tools/azurite azurite";
    private const string Account = "devstoreaccount1";
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    // The key that every emulator has, published by its makers.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private readonly StringBuilder said = new();
    private Process? process;
    private int tables;
    private (int Blob, int Table) ports;

    private string Connection =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{ports.Blob}/{Account};TableEndpoint=http://127.0.0.1:{ports.Table}/{Account};"
        );

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } program)
        {
            return;
        }

        ports = (FreePort(), FreePort());
        string[] arguments =
        [
            "--inMemoryPersistence",
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--silent",
            "--blobHost=127.0.0.1",
            "--tableHost=127.0.0.1",
            "--queueHost=127.0.0.1",
            $"--blobPort={ports.Blob}",
            $"--tablePort={ports.Table}",
            $"--queuePort={FreePort()}",
        ];
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await AnsweringAsync(ports.Table);
        await AnsweringAsync(ports.Blob);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Options of a table and a container that no other test has, or a skipped test.</summary>
    public AzureStoreOptions Options()
    {
        Assert.SkipWhen(process is null, Missing);
        var number = Interlocked.Increment(ref tables);
        return new AzureStoreOptions
        {
            ConnectionString = Connection,
            Table = string.Create(CultureInfo.InvariantCulture, $"t{number:D5}"),
            Container = string.Create(CultureInfo.InvariantCulture, $"c{number:D5}"),
            ListShards = 3,
            DueShards = 2,
            WorkShards = 2,
        };
    }

    /// <summary>A store's parts over a table of their own.</summary>
    public Task<CloudParts> OpenAsync(TimeProvider clock, HttpPipelinePolicy? wire = null) =>
        AzureStorage.OpenAsync(Options() with { Retries = wire is null ? 4 : 2 }, clock, wire, TestContext.Current.CancellationToken);

    private async Task AnsweringAsync(int port)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (since.Elapsed < LongestStart && process is { HasExited: false })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
            catch (SocketException refused)
            {
                throw new InvalidOperationException($"azurite does not listen: {said}", refused);
            }
        }
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (said)
        {
            said.AppendLine(line.Data);
        }
    }

    /// <summary>On the PATH, or where <c>.ci/run</c> puts it.</summary>
    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => folder.Trim('"'))
            .ToList();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            folders.Add(Path.Combine(folder.FullName, ".tools", "azurite", "node_modules", ".bin"));
        }

        return folders
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "azurite.cmd" : "azurite"))
            .FirstOrDefault(File.Exists);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
