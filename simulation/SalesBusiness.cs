using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>A company with books that closes its deals in a system of their own: what is sold there is billed, and what becomes of it is seen there.</summary>
internal sealed class SalesBusiness : BooksBusiness
{
    // Of four acts one is of sales.
    private const int ActsOfSales = 4;

    private readonly IPlaysSales sales;
    private readonly Dice dice;
    private readonly SalesCompany company;
    private readonly SalesChecks checks;
    private readonly VersionWatch seen;
    private readonly VersionWatch catalogue;

    public SalesBusiness(World world, IPlaysSales sales, BooksSystems systems)
        : base(world, systems)
    {
        this.sales = sales;
        dice = new Dice(world.Dice.Seed());
        company = new SalesCompany(sales, systems.Billing, Company, dice, world.Faults);
        checks = new SalesChecks(world, sales, systems);
        seen = new VersionWatch(world, systems.Billing, sales, SalesFacts.Seen);
        catalogue = new VersionWatch(world, sales, systems.Ledger, SalesFacts.Catalogue);
    }

    public override void Act()
    {
        if (dice.OneIn(ActsOfSales))
        {
            company.Act();
        }
        else
        {
            base.Act();
        }
    }

    public override void SourceChanged()
    {
        base.SourceChanged();
        seen.SourceChanged();
        catalogue.SourceChanged();
    }

    public override void Committed(IPretendVendor vendor)
    {
        base.Committed(vendor);
        if (vendor == sales)
        {
            seen.TargetChanged();
        }
        else if (vendor == Ledger)
        {
            catalogue.TargetChanged();
        }
    }

    public override void Check(IReadOnlyCollection<string> acknowledged)
    {
        base.Check(acknowledged);
        checks.Check();
    }
}
