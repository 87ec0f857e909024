using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>
/// A company whose billing system, processor and ledger are three: documents and applications come from billing, money from the processor or the bank, and
/// the ledger has all of it. All of its acts are sound, so that at the end nothing may be missing anywhere, whatever went wrong on the way.
/// </summary>
internal class BooksBusiness : Business
{
    private readonly BooksSystems systems;
    private readonly BooksChecks checks;

    public BooksBusiness(World world, BooksSystems systems)
    {
        this.systems = systems;
        Company = new BooksCompany(systems, world.Setup.Options.Entities.Keys, new Dice(world.Dice.Seed()), world.Faults);
        checks = new BooksChecks(world, systems, Company);
        Watches =
        [
            new VersionWatch(world, systems.Billing, systems.Ledger, BooksFacts.Ledger),
            .. new IPretendVendor[] { systems.Ledger, systems.Processor, systems.Billing }
                .Where(target => target != systems.Desk.Vendor)
                .Select(target => new VersionWatch(world, systems.Desk.Vendor, target, BooksFacts.Kept)),
        ];
    }

    public override IPlaysErp Ledger => systems.Ledger;

    /// <summary>Where a target has no lookup, a person says after a restore what stands there: nobody here could.</summary>
    public override bool MayBeRestored => false;

    /// <summary>Who plays the acts.</summary>
    protected BooksCompany Company { get; }

    /// <summary>What is watched at every write, each from one system to another.</summary>
    protected List<VersionWatch> Watches { get; }

    public override void Act() => Company.Act();

    public override void End() => Company.Finish();

    public override void SourceChanged()
    {
        foreach (var watches in Watches.GroupBy(watch => watch.Source))
        {
            var book = watches.Key.Book();
            foreach (var watch in watches)
            {
                watch.SourceChanged(book);
            }
        }
    }

    public override void Committed(IPretendVendor vendor)
    {
        var book = vendor.Book();
        foreach (var watch in Watches)
        {
            if (watch.Target == vendor)
            {
                watch.TargetChanged(book);
            }

            if (watch.Source == vendor)
            {
                watch.SourceChanged(book);
            }
        }

        if (vendor == systems.Ledger)
        {
            checks.LedgerChanged(book);
        }
    }

    public override void Check(IReadOnlyCollection<string> acknowledged) => checks.Check(acknowledged);
}
