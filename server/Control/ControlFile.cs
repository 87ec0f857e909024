using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Control;

/// <summary>
/// <c>control.json</c> in the data folder: where a running server takes commands, and the token that it takes them with. Only the server's own user may
/// read it. After a kill it is left behind; the folder's lock, not this file, says whether a server runs.
/// </summary>
internal sealed record ControlFile(string Url, string Token)
{
    private const string FileName = "control.json";
    private const int TokenBytes = 32;

    /// <summary>A new token for a server at an address.</summary>
    public static ControlFile For(Uri url) =>
        new(url.GetLeftPart(UriPartial.Authority), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)));

    /// <summary>Writes it under a name of its own first: nobody reads half of it, and nobody else may read it at any time.</summary>
    public void Write(string data)
    {
        var part = Path.Combine(data, $"{FileName}.new");
        File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(part, options))
        {
            JsonSerializer.Serialize(file, this, ControlJson.Default.ControlFile);
        }

        File.Move(part, Path.Combine(data, FileName), overwrite: true);
    }

    /// <summary>What a server left, or null.</summary>
    public static ControlFile? Read(string data)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(data, FileName)), ControlJson.Default.ControlFile);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreRefusedException($"{data} is written by a server of another user, who alone may command it", e);
        }
    }

    /// <summary>Takes it away.</summary>
    public static void Remove(string data) => File.Delete(Path.Combine(data, FileName));
}

/// <summary>A person releases a lane; <paramref name="Id"/> is a lane (<c>record/target/part</c>) or a dead letter.</summary>
internal sealed record ReleaseRequest(string Id, string Who, string Reason);

/// <summary>What came of it: <c>released</c>, <c>nothing-to-release</c>, <c>no-such-id</c>.</summary>
internal sealed record ReleaseAnswer(string Result, string? Lane);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ControlFile))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(ReleaseAnswer))]
[JsonSerializable(typeof(BackfillAsk))]
[JsonSerializable(typeof(BackfillAnswer))]
[JsonSerializable(typeof(RemapAsk))]
[JsonSerializable(typeof(RemapAnswer))]
[JsonSerializable(typeof(LinkAsk))]
[JsonSerializable(typeof(LinkAnswer))]
internal sealed partial class ControlJson : JsonSerializerContext;
