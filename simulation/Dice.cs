namespace QtcHub.Simulation;

/// <summary>The seeded chance of a simulated world.</summary>
public sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>A number below <paramref name="limit"/>.</summary>
    public int Below(int limit) => random.Next(limit);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => random.Next(times) == 0;

    /// <summary>A wait of up to <paramref name="most"/>, never nothing.</summary>
    public TimeSpan Wait(TimeSpan most) => TimeSpan.FromTicks(random.NextInt64(1, most.Ticks + 1));

    /// <summary>One of several.</summary>
    public T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>One of several, each as often as it weighs.</summary>
    public T Pick<T>(IReadOnlyList<T> of, Func<T, int> weight)
    {
        var at = random.Next(of.Sum(weight));
        return of.First(one => (at -= weight(one)) < 0);
    }

    /// <summary>A seed for a chance of its own.</summary>
    public int Seed() => random.Next();
}
