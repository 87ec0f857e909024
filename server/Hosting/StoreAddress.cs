using System.Text.Json;
using QtcHub.Hosting;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Hosting;

/// <summary>
/// <c>store.json</c> in the data folder of a head whose store lies elsewhere: where, without any secret, so that the reading verbs find it without being told
/// the configuration.
/// </summary>
internal static class StoreAddress
{
    private const string FileName = "store.json";
    private const string Database = "hub.db";

    /// <summary>A folder stays with the store that it was made for: a hub that begins anew by a slip of its configuration would do everything once more.</summary>
    public static void Check(string data, StoreOptions options)
    {
        if (options.Kind == StoreKind.Azure && File.Exists(Path.Combine(data, Database)))
        {
            throw new StoreRefusedException(
                $"{data} holds an embedded hub, and store: names another store. Fix: give --data a folder of its own, or take store: out"
            );
        }

        if (Read(data) is { } known && (known.Kind, known.Table, known.Container) != (options.Kind, options.Table, options.Container))
        {
            throw new StoreRefusedException(
                $"{data} belongs to a hub whose store is table {known.Table}, container {known.Container}, and store: names another one. Fix: give --data a folder of its own"
            );
        }
    }

    /// <summary>Refuses what only an embedded store can do.</summary>
    public static void RefuseElsewhere(string data, string verb)
    {
        if (Read(data) is { } address)
        {
            throw new StoreRefusedException(
                $"{verb} copies an embedded store, and that of {data} is table {address.Table}, container {address.Container}. Fix: copy these in the storage account"
            );
        }
    }

    /// <summary>Writes it.</summary>
    public static void Write(string data, StoreOptions options) =>
        WholeFile.Write(Path.Combine(data, FileName), JsonSerializer.SerializeToUtf8Bytes(options, HeadJson.Default.StoreOptions));

    /// <summary>Where the store lies, or null where it is embedded.</summary>
    public static StoreOptions? Read(string data)
    {
        var path = Path.Combine(data, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), HeadJson.Default.StoreOptions) : null;
    }
}
