using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Reads and writes the values of Zuora's JSON: amounts are exact decimals in major units, days are <c>yyyy-MM-dd</c>.</summary>
internal static class ZuoraJson
{
    public static string? Text(this JsonObject body, string name) =>
        body[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out string? text) => text,
            _ => throw ZuoraRefusal.Invalid($"The value of '{name}' is not a string."),
        };

    public static string Required(this JsonObject body, string name) =>
        body.Text(name) is { Length: > 0 } text ? text : throw ZuoraRefusal.Invalid($"Missing mandatory field: '{name}'.");

    public static decimal? Amount(this JsonObject body, string name) =>
        body[name] is not { } value ? null
        : NumberOf(value) is { } amount ? amount
        : throw ZuoraRefusal.Invalid($"The value of '{name}' is not a number.");

    /// <summary>A JSON number, however it came to be; null for anything else.</summary>
    public static decimal? NumberOf(JsonNode? node) =>
        node is JsonValue value
        && value.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The same with every number in its shortest form: 70.50 is 70.5, whatever sums it came of. What did not change looks as it did.</summary>
    public static JsonNode? Plain(JsonNode? node) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members.Select(member => new KeyValuePair<string, JsonNode?>(member.Key, Plain(member.Value)))
            ),
            JsonArray items => new JsonArray([.. items.Select(Plain)]),
            _ when NumberOf(node) is { } number => JsonValue.Create(number / 1.0000000000000000000000000000m),
            _ => node?.DeepClone(),
        };

    public static int? Whole(this JsonObject body, string name) =>
        body.Amount(name) switch
        {
            null => null,
            { } number when decimal.Truncate(number) == number && Math.Abs(number) <= int.MaxValue => (int)number,
            _ => throw ZuoraRefusal.Invalid($"The value of '{name}' is not a whole number."),
        };

    public static bool? Flag(this JsonObject body, string name) =>
        body[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out bool flag) => flag,
            _ => throw ZuoraRefusal.Invalid($"The value of '{name}' is not a boolean."),
        };

    public static DateOnly? Day(this JsonObject body, string name) =>
        body.Text(name) switch
        {
            null => null,
            { } text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
            _ => throw ZuoraRefusal.Invalid($"The value of '{name}' is not a date of the form yyyy-mm-dd."),
        };

    public static JsonObject? Part(this JsonObject body, string name) =>
        body[name] switch
        {
            null => null,
            JsonObject part => part,
            _ => throw ZuoraRefusal.Invalid($"The value of '{name}' is not an object."),
        };

    public static IReadOnlyList<JsonObject> Parts(this JsonObject body, string name) =>
        body[name] switch
        {
            null => [],
            JsonArray list when list.All(item => item is JsonObject) => [.. list.Select(item => item!.AsObject())],
            _ => throw ZuoraRefusal.Invalid($"The value of '{name}' is not an array of objects."),
        };

    public static string Of(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string? Of(DateOnly? day) => day is { } known ? Of(known) : null;

    public static string Of(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string? Of(DateTimeOffset? at) => at is { } known ? Of(known) : null;

    /// <summary>Copies custom fields, whose names end in <c>__c</c>, from a request to what is kept.</summary>
    public static void KeepCustom(this JsonObject kept, JsonObject? given)
    {
        foreach (var (name, value) in given ?? [])
        {
            if (IsCustom(name))
            {
                kept[name] = value?.DeepClone();
            }
        }
    }

    public static bool IsCustom(string name) =>
        name.EndsWith("__c", StringComparison.Ordinal) || name.EndsWith("__NS", StringComparison.Ordinal);

    /// <summary>Adds custom fields to a view.</summary>
    public static JsonObject With(this JsonObject view, JsonObject more)
    {
        foreach (var (name, value) in more)
        {
            view[name] = value?.DeepClone();
        }

        return view;
    }
}

/// <summary>What Zuora refuses: the last two digits of its code say why. Acts of a business meet it as the argument's fault that it is.</summary>
internal sealed class ZuoraRefusal(int code, string text) : ArgumentException(text)
{
    /// <summary>The resource that Zuora's codes begin with; one for all, for a caller may rely on the last two digits alone.</summary>
    private const int Resource = 58730000;

    public int Code => code;

    public string Text => Message;

    public static ZuoraRefusal Invalid(string message) => new(Resource + 20, message);

    public static ZuoraRefusal Rule(string message) => new(Resource + 30, message);

    public static ZuoraRefusal NotFound(string what, string key) => new(Resource + 40, $"Cannot find entity by key: '{key}' ({what}).");

    public static ZuoraRefusal Malformed(string message) => new(Resource + 90, message);

    public static void Require(bool allowed, string rule)
    {
        if (!allowed)
        {
            throw Rule(rule);
        }
    }
}
