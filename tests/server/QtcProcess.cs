using System.Diagnostics;

namespace QtcHub.Tests.Server;

/// <summary>The real <c>qtc</c> as a process of its own.</summary>
internal sealed class QtcProcess : IDisposable
{
    private readonly Process server;

    private const int KeptLines = 40;
    private readonly Queue<string> said;

    private QtcProcess(Process server, Queue<string> said) => (this.server, this.said) = (server, said);

    /// <summary>The last lines of its standard error, for whoever reads a failure.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return string.Join('\n', said);
            }
        }
    }

    public int Id => server.Id;

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int Code, string Out, string Error)> RunAsync(
        string[] args,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null
    )
    {
        using var process = Process.Start(Info(args, environment, folder))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Starts a server and waits until it says that it serves.</summary>
    public static async Task<QtcProcess> ServeAsync(string[] args, IReadOnlyDictionary<string, string> environment)
    {
        var process = Process.Start(Info(["serve", .. args], environment, null))!;
        var heard = new Queue<string>();
        process.ErrorDataReceived += (_, line) => Keep(heard, line.Data);
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Serving", StringComparison.Ordinal))
            {
                return new QtcProcess(process, heard);
            }
        }

        await process.WaitForExitAsync();
        throw new InvalidOperationException($"the server ended with {process.ExitCode} before it served");
    }

    /// <summary>Kills it as the operating system does: no handler runs.</summary>
    public async Task KillAsync()
    {
        server.Kill();
        await server.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, and gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await server.WaitForExitAsync();
        return server.ExitCode;
    }

    public void Dispose()
    {
        if (!server.HasExited)
        {
            server.Kill();
        }

        server.Dispose();
    }

    private static void Keep(Queue<string> heard, string? line)
    {
        lock (heard)
        {
            heard.Enqueue(line ?? "");
            while (heard.Count > KeptLines)
            {
                heard.Dequeue();
            }
        }
    }

    private static ProcessStartInfo Info(string[] args, IReadOnlyDictionary<string, string>? environment, string? folder)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "qtc.dll"), .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (
            var name in info
                .Environment.Keys.Where(name =>
                    name.StartsWith("STRIPE_", StringComparison.Ordinal) || name.StartsWith("NETSUITE_", StringComparison.Ordinal)
                )
                .ToList()
        )
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            info.Environment[name] = value;
        }

        return info;
    }
}
