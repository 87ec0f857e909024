using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Reads the values of a lookup: <c>key: value</c>, or a list of values each with the days it holds.</summary>
internal sealed class LookupReader(ErrorList errors)
{
    public static readonly IReadOnlyList<string> PeriodKeys = ["value", "from", "until"];
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<LookupPeriod>> periods = new(StringComparer.Ordinal);

    public LookupTable Read(string name, YamlMap map)
    {
        foreach (var (key, value) in map.Entries)
        {
            switch (value)
            {
                case YamlScalar { IsEmpty: false } scalar:
                    values[key.Text] = scalar.Text;
                    break;
                case YamlList { Items.Count: > 0 } list:
                    periods[key.Text] = Periods(key, list);
                    break;
                default:
                    errors.Add(key, $"{key.Text} has no single value", "write key: value, or remove the line");
                    break;
            }
        }

        return new LookupTable(name, Hash(), values) { Periods = periods, File = errors.File };
    }

    private List<LookupPeriod> Periods(YamlScalar key, YamlList list)
    {
        var read = new List<LookupPeriod>();
        foreach (var item in list.Items)
        {
            if (item is not YamlMap map || map.Find("value")?.Value is not YamlScalar { IsEmpty: false } value)
            {
                errors.Add(
                    item,
                    $"a value of {key.Text} says what it is and when",
                    "write {value: x, from: 2026-01-01, until: 2026-12-31}"
                );
                continue;
            }

            foreach (var (other, _) in map.Entries.Where(entry => !PeriodKeys.Contains(entry.Key.Text, StringComparer.Ordinal)))
            {
                errors.Add(other, $"unknown key {other.Text}", Nearest.Fix(other.Text, PeriodKeys));
            }

            if (TryDay(map, "from", out var from) && TryDay(map, "until", out var until))
            {
                Add(item, key, new LookupPeriod(from, until, value.Text), read);
            }
        }

        return read;
    }

    private void Add(YamlNode at, YamlScalar key, LookupPeriod period, List<LookupPeriod> read)
    {
        if (period is { From: { } from, Until: { } until } && until < from)
        {
            errors.Add(at, $"{period.Value} is never the value of {key.Text}: it ends before it begins", "put until: on or after from:");
        }
        else if (read.Find(period.Overlaps) is { } other)
        {
            errors.Add(at, $"{key.Text} is both {other.Value} and {period.Value} on some days", Apart(other, period));
        }
        else
        {
            read.Add(period);
        }
    }

    private static string Apart(LookupPeriod other, LookupPeriod period)
    {
        var (first, second) = (other.From ?? DateOnly.MinValue) <= (period.From ?? DateOnly.MinValue) ? (other, period) : (period, other);
        return second.From is { } from && from > DateOnly.MinValue && first.From != from
            ? $"end {first.Value} with until: {CalendarDate.Write(from.AddDays(-1))}"
            : "give each value days of its own with from: and until:";
    }

    private bool TryDay(YamlMap map, string key, out DateOnly? day)
    {
        day = null;
        if (map.Find(key) is not { Value: var written })
        {
            return true;
        }

        if (written is YamlScalar scalar && CalendarDate.TryRead(scalar.Text, out var read))
        {
            day = read;
            return true;
        }

        errors.Add(written, $"{key} is not a date", $"write {key}: 2026-01-31");
        return false;
    }

    private string Hash()
    {
        var plain = values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}\n{pair.Value}\n");
        var dated = periods
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SelectMany(pair => pair.Value.Select(period => $"{pair.Key}\n{period.From:O}\n{period.Until:O}\n{period.Value}\n"));
        return CanonicalJson.HashOf(System.Text.Encoding.UTF8.GetBytes(string.Concat(plain.Concat(dated))));
    }
}
