using System.Globalization;
using System.Text.Json;

namespace QtcHub.Pipeline;

/// <summary>Where two requests differ: paths such as <c>memo</c> and <c>lines[2].amount</c>, never values.</summary>
internal static class RequestDiff
{
    /// <summary>Most paths that are told.</summary>
    public const int MostPaths = 20;

    public static IReadOnlyList<string> Paths(JsonElement before, JsonElement after)
    {
        var paths = new List<string>();
        Compare("", before, after, paths);
        return paths;
    }

    private static void Compare(string path, JsonElement before, JsonElement after, List<string> paths)
    {
        if (paths.Count >= MostPaths || JsonElement.DeepEquals(before, after))
        {
            return;
        }

        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                CompareFields(path, before, after, paths);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when before.GetArrayLength() == after.GetArrayLength():
                for (var index = 0; index < before.GetArrayLength(); index++)
                {
                    Compare(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), before[index], after[index], paths);
                }

                break;
            default:
                paths.Add(path);
                break;
        }
    }

    private static void CompareFields(string path, JsonElement before, JsonElement after, List<string> paths)
    {
        var names = before.EnumerateObject().Concat(after.EnumerateObject()).Select(field => field.Name);
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (before.TryGetProperty(name, out var had) && after.TryGetProperty(name, out var has))
            {
                Compare(at, had, has, paths);
            }
            else if (paths.Count < MostPaths)
            {
                paths.Add(at);
            }
        }
    }
}
