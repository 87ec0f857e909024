using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>One system bills and takes the money, the other keeps the ledger.</summary>
internal sealed class PairBusiness : Business
{
    private readonly Company company;
    private readonly VersionWatch watch;
    private readonly PromiseChecks checks;

    public PairBusiness(World world, IPlaysBilling billing, IPlaysErp ledger)
    {
        Ledger = ledger;
        company = new Company(billing, new Dice(world.Dice.Seed()), world.Faults);
        watch = new VersionWatch(world, billing, ledger, PairFacts.Watched);
        checks = new PromiseChecks(world, billing, ledger, company);
    }

    public override IPlaysErp Ledger { get; }

    public override void Act() => company.Act();

    public override void SourceChanged() => watch.SourceChanged(watch.Source.Book());

    public override void Committed(IPretendVendor vendor)
    {
        if (ReferenceEquals(vendor, Ledger))
        {
            watch.TargetChanged(vendor.Book());
        }
    }

    public override void Check(IReadOnlyCollection<string> acknowledged) => checks.Check(acknowledged);
}
