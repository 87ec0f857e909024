using System.Text.Json;

namespace QtcHub.Pipeline;

/// <summary>Whether a live record already holds everything that a request asks for.</summary>
/// <remarks>
/// Objects: every property of the request is covered; what the live record has besides does not matter. Lists: as long, and each element covered by
/// a different one, in any order. Numbers by value. A null or empty text in the request asks for absence, and so does an object of which all does.
/// </remarks>
public static class Covers
{
    /// <summary>Compares a stored request with a live record, both UTF-8 JSON.</summary>
    public static bool Request(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> live)
    {
        using var asked = JsonDocument.Parse(request);
        using var stands = JsonDocument.Parse(live);
        return Value(asked.RootElement, stands.RootElement);
    }

    /// <summary>The fields of a request that a live record does not hold, by name.</summary>
    public static IReadOnlyList<string> Uncovered(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> live)
    {
        using var asked = JsonDocument.Parse(request);
        using var stands = JsonDocument.Parse(live);
        return
        [
            .. asked
                .RootElement.EnumerateObject()
                .Where(property => !Property(property, stands.RootElement))
                .Select(property => property.Name),
        ];
    }

    private static bool Value(JsonElement asked, JsonElement live) =>
        asked.ValueKind switch
        {
            JsonValueKind.Object => live.ValueKind == JsonValueKind.Object
                && asked.EnumerateObject().All(property => Property(property, live)),
            JsonValueKind.Array => live.ValueKind == JsonValueKind.Array && List(asked, live),
            JsonValueKind.Number => live.ValueKind == JsonValueKind.Number && asked.GetDecimal() == live.GetDecimal(),
            JsonValueKind.String => live.ValueKind == JsonValueKind.String && asked.GetString() == live.GetString(),
            _ => asked.ValueKind == live.ValueKind,
        };

    private static bool Property(JsonProperty asked, JsonElement live)
    {
        var stands = live.TryGetProperty(asked.Name, out var value) && value.ValueKind != JsonValueKind.Null;
        return !stands ? Clears(asked.Value)
            : asked.Value.ValueKind != JsonValueKind.Object && Clears(asked.Value)
                ? value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0
            : Value(asked.Value, value);
    }

    /// <summary>Whether something asks for absence: nothing, an empty text, or an object of which all does.</summary>
    private static bool Clears(JsonElement asked) =>
        asked.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.String => asked.GetString()!.Length == 0,
            JsonValueKind.Object => asked.EnumerateObject().Any() && asked.EnumerateObject().All(property => Clears(property.Value)),
            _ => false,
        };

    private static bool List(JsonElement asked, JsonElement live)
    {
        var wanted = asked.EnumerateArray().ToList();
        var stands = live.EnumerateArray().ToList();
        if (wanted.Count != stands.Count)
        {
            return false;
        }

        // An element may be covered by several: who was given one first makes way where it has another.
        var givenTo = new int[stands.Count];
        Array.Fill(givenTo, -1);
        return Enumerable.Range(0, wanted.Count).All(index => Give(index, new bool[stands.Count]));

        bool Give(int index, bool[] tried)
        {
            for (var place = 0; place < stands.Count; place++)
            {
                if (!tried[place] && Value(wanted[index], stands[place]))
                {
                    tried[place] = true;
                    if (givenTo[place] < 0 || Give(givenTo[place], tried))
                    {
                        givenTo[place] = index;
                        return true;
                    }
                }
            }

            return false;
        }
    }
}
