using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>
/// A company whose billing system, processor and ledger are three: documents and applications come from billing, money from the processor or the bank, and
/// the ledger has all of it. All of its acts are sound, so that at the end nothing may be missing anywhere, whatever went wrong on the way.
/// </summary>
internal sealed class BooksBusiness : Business
{
    private readonly IPlaysSubscriptions billing;
    private readonly IPlaysPayments processor;
    private readonly BooksCompany company;
    private readonly BooksChecks checks;
    private readonly VersionWatch ledgerWatch;
    private readonly VersionWatch processorWatch;

    public BooksBusiness(World world, IPlaysSubscriptions billing, IPlaysPayments processor, IPlaysErp ledger)
    {
        (this.billing, this.processor, Ledger) = (billing, processor, ledger);
        company = new BooksCompany(billing, processor, ledger, new Dice(world.Dice.Seed()), world.Faults);
        checks = new BooksChecks(world, billing, processor, ledger);
        ledgerWatch = new VersionWatch(world, billing, ledger, BooksFacts.Ledger);
        processorWatch = new VersionWatch(world, billing, processor, BooksFacts.Processor);
    }

    public override IPlaysErp Ledger { get; }

    /// <summary>Where a target has no lookup, a person says after a restore what stands there: nobody here could.</summary>
    public override bool MayBeRestored => false;

    public override void Act() => company.Act();

    public override void End() => company.Finish();

    public override void SourceChanged()
    {
        ledgerWatch.SourceChanged();
        processorWatch.SourceChanged();
    }

    public override void Committed(IPretendVendor vendor)
    {
        if (ReferenceEquals(vendor, Ledger))
        {
            checks.LedgerChanged(vendor.Book());
            ledgerWatch.TargetChanged();
        }
        else if (ReferenceEquals(vendor, processor))
        {
            processorWatch.TargetChanged();
        }
        else if (ReferenceEquals(vendor, billing))
        {
            SourceChanged();
        }
    }

    public override void Check(IReadOnlyCollection<string> acknowledged) => checks.Check(acknowledged);
}
