using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>What Stripe's JSON has of its own.</summary>
internal static class StripeJson
{
    /// <summary>The id behind a reference, which is the id itself or, expanded, an object that has it.</summary>
    public static string? Reference(this JsonElement parent, string name) => parent.Text(name) ?? parent.Object(name)?.Text("id");
}
