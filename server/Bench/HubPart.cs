using System.Text.Json;
using Microsoft.Data.Sqlite;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Bench;

/// <summary>The hub itself, as <c>serve</c> runs it, with its counters.</summary>
internal sealed class HubPart : IBenchServer
{
    private readonly PartSpec spec;
    private readonly HubServer server;
    private readonly BenchInstallation installation;
    private readonly ShapeRecorder? recorder;

    private HubPart(PartSpec spec, BenchInstallation installation, HubServer server, ShapeRecorder? recorder) =>
        (this.spec, this.installation, this.server, this.recorder) = (spec, installation, server, recorder);

    private SqliteStore Store => server.Store.Embedded!;

    public static async Task<HubPart> StartAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        var loaded = BenchInstallation.Load(spec.Targets);
        var settings = new ServeSettings
        {
            Data = spec.Data!,
            Urls = [spec.Url],
            Paused = spec.Paused,
        };
        ShapeRecorder? made = null;
        var built = await HubServer.BuildAsync(
            loaded.Hub,
            settings,
            new ProcessSecrets(Environment.GetEnvironmentVariable),
            cancellationToken,
            store => spec.Shape is null ? store : made = new ShapeRecorder(store)
        );
        await built.StartAsync(cancellationToken);
        return new HubPart(spec, loaded, built, made);
    }

    public Task<long> ProgressAsync(CancellationToken cancellationToken) => Store.LengthAsync(cancellationToken);

    public async Task<PartStats> StatsAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(spec.Data!, "hub.db");
        if (recorder is not null)
        {
            var shape = recorder.Shape(Tables.SchemaOf(path), installation.Targets);
            await File.WriteAllTextAsync(spec.Shape!, JsonSerializer.Serialize(shape, BenchJson.Default.CommitShape), cancellationToken);
        }

        return Tables.Count(path) with
        {
            Commits = Store.Commits,
            Transactions = Store.Transactions,
            Synchronous = Store.Synchronous,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(CancellationToken.None);
        await server.DisposeAsync();
    }
}

/// <summary>What lies in a database, read beside whoever writes it.</summary>
internal static class Tables
{
    public static PartStats Count(string path)
    {
        using var connection = Open(path);
        return new PartStats
        {
            Rows = Number(connection, "SELECT count(*) FROM rows"),
            Jobs = Number(connection, "SELECT count(*) FROM rows WHERE kind = 'job'"),
            Bytes = Number(connection, "SELECT sum(length(body)) FROM rows WHERE kind <> 'job'"),
        };
    }

    public static IReadOnlyList<string> SchemaOf(string path)
    {
        using var connection = Open(path);
        using var command = new SqliteCommand(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
            connection
        );
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar() as long? ?? 0;
    }
}
