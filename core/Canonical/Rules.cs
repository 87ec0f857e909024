using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace QtcHub.Canonical;

/// <summary>The rules that records share; each tells the first breach with its path, or nothing.</summary>
internal static class Rules
{
    /// <summary>A rule of the record's own.</summary>
    public static Fault.Invalid? Holds(string path, bool condition, string rule) => condition ? null : new Fault.Invalid(path, rule);

    /// <summary>A text that says something.</summary>
    public static Fault.Invalid? Filled(string path, string? text, string rule) => Holds(path, !string.IsNullOrWhiteSpace(text), rule);

    /// <summary>A text is one of <paramref name="words"/> (a space between each two), where there is one.</summary>
    public static Fault.Invalid? OneOf(string path, string? text, string words)
    {
        if (text is null)
        {
            return null;
        }

        foreach (var word in words.AsSpan().Split(' '))
        {
            if (words.AsSpan(word).SequenceEqual(text))
            {
                return null;
            }
        }

        return new Fault.Invalid(path, $"one of {words.Replace(" ", ", ", StringComparison.Ordinal)}");
    }

    /// <summary>The rules of each element; their paths begin with its place.</summary>
    public static Fault.Invalid? Each<T>(string path, IReadOnlyList<T>? list, Func<T, Fault.Invalid?> rules)
    {
        for (var at = 0; at < (list?.Count ?? 0); at++)
        {
            if (rules(list![at]) is { } breach)
            {
                return breach with { Path = string.Create(CultureInfo.InvariantCulture, $"{path}[{at}].{breach.Path}") };
            }
        }

        return null;
    }

    /// <summary>No two elements have the same key.</summary>
    public static Fault.Invalid? Unique<T>(string path, IReadOnlyList<T>? list, Func<T, string> key, string rule) =>
        Holds(path, list is null || list.Count < 2 || list.Select(key).Distinct(StringComparer.Ordinal).Count() == list.Count, rule);

    /// <summary>Exactly one of the references and flags is there.</summary>
    public static Fault.Invalid? ExactlyOne(string path, string rule, params ReadOnlySpan<bool> present) =>
        Holds(path, Count(present) == 1, rule);

    /// <summary>At most one of them is there.</summary>
    public static Fault.Invalid? AtMostOne(string path, string rule, params ReadOnlySpan<bool> present) =>
        Holds(path, Count(present) <= 1, rule);

    /// <summary>An amount, where there is one, is not negative.</summary>
    public static Fault.Invalid? NotNegative(string path, Money? amount) =>
        Holds(path, amount is not { MinorUnits: < 0 }, "is not negative");

    /// <summary>A number, where there is one, is not negative.</summary>
    public static Fault.Invalid? NotNegative(string path, decimal? number) => Holds(path, number is not < 0, "is not negative");

    /// <summary>An amount, where there is one, is in <paramref name="currency"/>.</summary>
    public static Fault.Invalid? In(string path, Currency currency, Money? amount, string rule) =>
        Holds(path, amount is not { } money || money.Currency == currency, rule);

    /// <summary>The last day, where both are there, is not before the first.</summary>
    public static Fault.Invalid? Period(string path, DateOnly? first, DateOnly? last) =>
        Holds(path, !(last < first), "does not end before it begins");

    /// <summary>The sum in minor units of amounts of one currency; wide, because what is checked may be anything.</summary>
    public static Int128 Sum(IEnumerable<Money> amounts) => amounts.Aggregate((Int128)0, (sum, amount) => sum + amount.MinorUnits);

    /// <summary>A list in the one order that its content gives: by key, and where keys are equal by all that is written.</summary>
    [return: NotNullIfNotNull(nameof(list))]
    public static IReadOnlyList<T>? Sorted<T>(IReadOnlyList<T>? list, Func<T, string> key) =>
        list is null || list.Count < 2
            ? list
            :
            [
                .. list.OrderBy(key, StringComparer.Ordinal)
                    .ThenBy(
                        element => JsonSerializer.Serialize(element, CanonicalJsonContext.Default.GetTypeInfo(typeof(T))!),
                        StringComparer.Ordinal
                    ),
            ];

    private static int Count(ReadOnlySpan<bool> present)
    {
        var count = 0;
        foreach (var one in present)
        {
            count += one ? 1 : 0;
        }

        return count;
    }
}
