using System.Text.Json;
using System.Text.Json.Serialization;

namespace QtcHub.Connectors.Stripe;

/// <summary>What Stripe's JSON has of its own.</summary>
internal static class StripeJson
{
    /// <summary>The id behind a reference, which is the id itself or, expanded, an object that has it.</summary>
    public static string? Reference(this JsonElement parent, string name) => parent.Text(name) ?? parent.Object(name)?.Text("id");
}

/// <summary>A record that was found on a list, in the form of an event.</summary>
internal sealed record Listing(string Id, string Type, long Created, ListedData Data);

internal sealed record ListedData(ListedObject Object);

internal sealed record ListedObject(string Id, string Object);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Listing))]
internal sealed partial class StripeJsonContext : JsonSerializerContext;
