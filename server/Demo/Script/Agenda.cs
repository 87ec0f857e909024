using QtcHub.Server.Demo.Books;

namespace QtcHub.Server.Demo.Script;

/// <summary>What is to happen on which day. An act may be drawn when its day has come, by what the control book has then; null is a day on which there was nothing to do.</summary>
internal sealed class Agenda(Random random, DateOnly first, DateOnly last)
{
    private readonly SortedDictionary<DateOnly, List<Func<ControlBook, Act?>>> days = [];

    public Random Random => random;

    public DateOnly First => first;

    public DateOnly Last => last;

    /// <summary>A day of the month, drawn.</summary>
    public DateOnly AnyDay(int from = 0, int to = 30) => first.AddDays(random.Next(from, to + 1));

    public void Add(DateOnly day, Act act) => Add(day, _ => act);

    /// <summary>Adds what is drawn on its day, unless that comes after the last.</summary>
    public void Add(DateOnly day, Func<ControlBook, Act?> draw)
    {
        if (!days.TryGetValue(day, out var acts))
        {
            days[day] = acts = [];
        }

        acts.Add(draw);
    }

    /// <summary>What happens on a day; what is added to it meanwhile happens too.</summary>
    public IEnumerable<Func<ControlBook, Act?>> Of(DateOnly day)
    {
        if (!days.TryGetValue(day, out var acts))
        {
            yield break;
        }

        for (var index = 0; index < acts.Count; index++)
        {
            yield return acts[index];
        }
    }
}
