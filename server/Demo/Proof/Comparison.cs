using System.Globalization;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Proof;

/// <summary>One field of one record that is not as it should be, and by how much where it is money.</summary>
internal sealed record Difference(string System, string Record, string Field, string Held, string Should, string? By, bool Planted);

/// <summary>What a system holds of a kind of record of an entity in a currency, against what it should hold. Money is minor units.</summary>
internal sealed record Holding(
    string System,
    string Entity,
    string Records,
    string Currency,
    int Held,
    int Should,
    long HeldMinor,
    long ShouldMinor
);

/// <summary>
/// Compares what systems hold, by their own account, with what they should. It knows nothing of the hub. <paramref name="plants"/> are the differences that must be
/// there, each to the cent.
/// </summary>
internal sealed class Comparison(IReadOnlyCollection<Plant> plants)
{
    private const string Missing = "nothing";
    private const string Presence = "presence";
    private readonly Dictionary<(string System, string Record, string Field), string> planted = plants.ToDictionary(
        plant => (plant.System, plant.Record, plant.Field),
        plant => plant.Held
    );
    private readonly List<Difference> differences = [];
    private readonly List<Holding> holdings = [];

    public IReadOnlyList<Difference> Differences => differences;

    public IReadOnlyList<Holding> Holdings => holdings;

    /// <summary>Planted differences that are not there, or not as they were planted.</summary>
    public IReadOnlyList<Plant> Absent =>
        [
            .. plants.Where(plant =>
                !differences.Exists(difference =>
                    difference.Planted
                    && (difference.System, difference.Record, difference.Field) == (plant.System, plant.Record, plant.Field)
                )
            ),
        ];

    /// <summary>Whether what differs is exactly what was planted.</summary>
    public bool Agrees => differences.TrueForAll(difference => difference.Planted) && Absent.Count == 0;

    /// <summary>Compares every system with the control book.</summary>
    public static Comparison Of(ControlBook book, Stage stage)
    {
        var comparison = new Comparison([.. Plants.Of(book, stage)]);
        var should = new Expectations(book, stage);
        comparison.Compare("sales", Observations.Of(stage.Sales.Book(), book, Observations.OfSales), should.OfSales());
        comparison.Compare("billing", Observations.Of(stage.Billing.Book(), book, Observations.OfBilling), should.OfBilling());
        comparison.Compare("processor", Observations.Of(stage.Processor.Book(), book, Observations.OfProcessor), should.OfProcessor());
        comparison.Compare("ledger", Observations.Of(stage.Ledger.Book(), book, Observations.OfLedger), should.OfLedger());
        return comparison;
    }

    /// <summary>Compares what a system holds with what it should.</summary>
    public void Compare(string system, IEnumerable<Entry> held, IEnumerable<Entry> should)
    {
        var (have, want) = (held.ToList(), should.ToList());
        var byName = have.ToLookup(entry => (entry.Kind, entry.Name));
        var known = want.Select(entry => (entry.Kind, entry.Name)).ToHashSet();
        foreach (var entry in want)
        {
            Compare(system, [.. byName[(entry.Kind, entry.Name)]], entry);
        }

        foreach (var extra in have.Where(entry => !known.Contains((entry.Kind, entry.Name))))
        {
            Differ(system, extra, Presence, (Worth(extra), Missing), null);
        }

        Hold(system, have, want);
    }

    private void Compare(string system, List<Entry> copies, Entry should)
    {
        if (copies.Count != 1)
        {
            var held = copies.Count == 0 ? Missing : string.Create(CultureInfo.InvariantCulture, $"{copies.Count} records");
            Differ(system, should, Presence, (held, Worth(should)), null);
            return;
        }

        foreach (var (name, want) in should.Fields)
        {
            var have = copies[0].Fields.GetValueOrDefault(name);
            if (have.Text != want.Text)
            {
                var by = have.MinorUnits is { } held && want.MinorUnits is { } wanted ? held - wanted : (long?)null;
                Differ(system, should, name, (have.Text ?? "", want.Text), by is { } minor ? Entry.Text(minor, should.Currency) : null);
            }
        }
    }

    private void Differ(string system, Entry record, string field, (string Held, string Should) values, string? by)
    {
        var name = $"{record.Kind} {record.Name}";
        var isPlanted = planted.GetValueOrDefault((system, name, field)) == values.Held;
        differences.Add(new Difference(system, name, field, values.Held, values.Should, by, isPlanted));
    }

    private void Hold(string system, List<Entry> held, List<Entry> should)
    {
        var (have, want) = (held.ToLookup(Shelf), should.ToLookup(Shelf));
        foreach (var shelf in have.Select(group => group.Key).Union(want.Select(group => group.Key)).Order())
        {
            var (had, wanted) = (have[shelf].ToList(), want[shelf].ToList());
            holdings.Add(
                new Holding(
                    system,
                    shelf.Entity,
                    shelf.Kind,
                    shelf.Currency,
                    had.Count,
                    wanted.Count,
                    had.Sum(entry => entry.Amount),
                    wanted.Sum(entry => entry.Amount)
                )
            );
        }
    }

    private static (string Entity, string Kind, string Currency) Shelf(Entry entry) => (entry.Entity, entry.Kind, entry.Currency);

    private static string Worth(Entry entry) => entry.Currency.Length == 0 ? "one record" : Entry.Text(entry.Amount, entry.Currency);
}
