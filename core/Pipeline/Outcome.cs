using System.Diagnostics.CodeAnalysis;

namespace QtcHub;

/// <summary>A value, or the fault that stands in its place. The world's failures are returned, not thrown.</summary>
public readonly struct Outcome<T>
    where T : notnull
{
    private readonly T? value;

    private Outcome(T? value, Fault? fault)
    {
        this.value = value;
        Fault = fault;
    }

    /// <summary>What went wrong, or null.</summary>
    public Fault? Fault { get; }

    /// <summary>The value; asking for it where there is a fault is a bug.</summary>
    public T Value
    {
        get
        {
            Invariant.Holds(Fault is null);
            return value!;
        }
    }

    /// <summary>A success.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Outcome<T>(Fault fault) => new(default, fault);

    /// <summary>Takes the outcome apart: true with a value, false with a fault.</summary>
    public bool TryGet([NotNullWhen(true)] out T? found, [NotNullWhen(false)] out Fault? fault)
    {
        found = value;
        fault = Fault;
        return Fault is null;
    }
}
