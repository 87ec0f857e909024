using System.Collections.Frozen;

namespace QtcHub.Mapping;

/// <summary>Every function a mapping may use; the set is fixed and documented.</summary>
internal static class Functions
{
    public static readonly FrozenDictionary<string, Function> All = new[]
    {
        TextFunctions.All,
        LogicFunctions.All,
        NumberFunctions.All,
        DateFunctions.All,
        ReferenceFunctions.All,
    }
        .SelectMany(group => group)
        .ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary>For a function that always gives one type.</summary>
    public static Func<FieldType, BoundArguments, FieldType?> Always(FieldType type) => (_, _) => type;

    /// <summary>For a function that gives what it takes.</summary>
    public static FieldType? Same(FieldType input, BoundArguments arguments) =>
        arguments.Expressions.Aggregate((FieldType?)input, (type, argument) => type?.Or(argument.Type));
}
