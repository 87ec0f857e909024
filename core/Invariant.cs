using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace QtcHub;

/// <summary>What must be true if the hub has no bug; it stays on in Release.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantException"/> when <paramref name="condition"/> is false.</summary>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition,
        string? detail = null,
        [CallerArgumentExpression(nameof(condition))] string expression = ""
    )
    {
        if (!condition)
        {
            throw new InvariantException(detail is null ? expression : $"{detail}: {expression}");
        }
    }
}

/// <summary>A bug of the hub's own, never a state of the world.</summary>
public sealed class InvariantException(string message) : Exception(message);
