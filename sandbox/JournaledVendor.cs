using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox;

/// <summary>
/// A pretend vendor that outlives its process: what is asked of it is written to a journal before it is done, and done again, at the same instants,
/// when the journal is next opened. A vendor's answers follow from its requests and its clock alone, so it comes back as it was.
/// </summary>
public sealed class JournaledVendor : IPretendVendor, IDisposable
{
    private readonly Lock gate = new();
    private readonly Func<DateTimeOffset> clock;
    private readonly IPretendVendor vendor;
    private readonly FileStream journal;
    private DateTimeOffset? pinned;

    /// <summary>Opens the journal at <paramref name="path"/>, or begins one, and brings the vendor to where it was.</summary>
    public JournaledVendor(Func<VendorSetup, IPretendVendor> make, VendorSetup setup, string path)
    {
        clock = setup.Now;
        vendor = make(setup with { Now = () => pinned ?? clock() });
        journal = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Replay();
    }

    /// <summary>The vendor itself; what is played on it directly is not in the journal.</summary>
    public IPretendVendor Inner => vendor;

    /// <inheritdoc />
    public IReadOnlyList<string> Roles => vendor.Roles;

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Credentials => vendor.Credentials;

    /// <inheritdoc />
    public IReadOnlyList<string> Entities => vendor.Entities;

    /// <inheritdoc />
    public HttpResponseMessage Answer(HttpRequestMessage request)
    {
        lock (gate)
        {
            // Reading changes nothing.
            return request.Method == HttpMethod.Get ? vendor.Answer(request) : At(Write(EntryOf(request)), () => vendor.Answer(request));
        }
    }

    /// <inheritdoc />
    public JsonArray? Records(string entity) => vendor.Records(entity);

    /// <inheritdoc />
    public JsonObject? Put(string entity, JsonObject record)
    {
        lock (gate)
        {
            var entry = Write(new JsonObject { ["put"] = entity, ["record"] = record.DeepClone() });
            return At(entry, () => vendor.Put(entity, record));
        }
    }

    /// <inheritdoc />
    public HttpRequestMessage? Webhook(string entity, string id)
    {
        lock (gate)
        {
            // A vendor may have to make the event it tells of.
            return At(Write(new JsonObject { ["webhook"] = entity, ["id"] = id }), () => vendor.Webhook(entity, id));
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<HttpRequestMessage> TakeWebhooks() => vendor.TakeWebhooks();

    /// <inheritdoc />
    public Book Book() => vendor.Book();

    /// <inheritdoc />
    public void Dispose()
    {
        journal.Dispose();
        (vendor as IDisposable)?.Dispose();
    }

    private T At<T>(DateTimeOffset instant, Func<T> act)
    {
        pinned = instant;
        try
        {
            return act();
        }
        finally
        {
            pinned = null;
        }
    }

    private DateTimeOffset Write(JsonObject entry)
    {
        var now = clock();
        entry["at"] = now.UtcTicks;
        journal.Write(JsonSerializer.SerializeToUtf8Bytes(entry, JsonContext.Default.JsonObject));
        journal.WriteByte((byte)'\n');
        // Handed to the operating system, a line survives the end of this process.
        journal.Flush();
        return now;
    }

    private void Replay()
    {
        using var reader = new StreamReader(journal, leaveOpen: true);
        long whole = 0;
        while (reader.ReadLine() is { } line)
        {
            if (!TryParse(line, out var entry))
            {
                break;
            }

            whole += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
            At(new DateTimeOffset(entry["at"]!.GetValue<long>(), TimeSpan.Zero), () => Redo(entry));
        }

        // A line that a killed process left unfinished was never done.
        journal.SetLength(Math.Min(whole, journal.Length));
        journal.Seek(0, SeekOrigin.End);
        vendor.TakeWebhooks();
    }

    private bool Redo(JsonObject entry)
    {
        if (entry["put"] is { } entity)
        {
            RedoPut(entity.GetValue<string>(), entry["record"]!.DeepClone().AsObject());
        }
        else if (entry["webhook"] is { } told)
        {
            vendor.Webhook(told.GetValue<string>(), entry["id"]!.GetValue<string>())?.Dispose();
        }
        else
        {
            using var request = RequestOf(entry);
            vendor.Answer(request).Dispose();
        }

        return true;
    }

    private void RedoPut(string entity, JsonObject record)
    {
        try
        {
            vendor.Put(entity, record);
        }
        catch (ArgumentException)
        {
            // It was refused then for the same reason, and whoever asked was told so.
        }
    }

    private static bool TryParse(string line, out JsonObject entry)
    {
        try
        {
            entry = JsonNode.Parse(line)!.AsObject();
            return true;
        }
        catch (JsonException)
        {
            entry = [];
            return false;
        }
    }

    private static JsonObject EntryOf(HttpRequestMessage request)
    {
        using var body = new MemoryStream();
        request.Content?.CopyTo(body, null, CancellationToken.None);
        var headers = new JsonObject();
        foreach (var (name, values) in request.Headers)
        {
            headers[name] = string.Join(", ", values);
        }

        return new JsonObject
        {
            ["method"] = request.Method.Method,
            ["uri"] = request.RequestUri!.OriginalString,
            ["headers"] = headers,
            ["type"] = request.Content?.Headers.ContentType?.ToString(),
            ["body"] = Convert.ToBase64String(body.ToArray()),
        };
    }

    private static HttpRequestMessage RequestOf(JsonObject entry)
    {
        var request = new HttpRequestMessage(new HttpMethod(entry["method"]!.GetValue<string>()), entry["uri"]!.GetValue<string>())
        {
            Content = new ByteArrayContent(Convert.FromBase64String(entry["body"]!.GetValue<string>())),
        };
        foreach (var (name, value) in entry["headers"]!.AsObject())
        {
            request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }

        if (entry["type"] is { } type)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type.GetValue<string>());
        }

        return request;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class JsonContext : System.Text.Json.Serialization.JsonSerializerContext;
