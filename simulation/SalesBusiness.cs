using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>A company with books that closes its deals in a system of their own: what is sold there is billed, and what becomes of it is seen there.</summary>
internal sealed class SalesBusiness : BooksBusiness
{
    // Of four acts one is of sales.
    private const int ActsOfSales = 4;

    private readonly Dice dice;
    private readonly SalesCompany company;
    private readonly SalesChecks checks;

    public SalesBusiness(World world, IPlaysSales sales, BooksSystems systems)
        : base(world, systems)
    {
        dice = new Dice(world.Dice.Seed());
        company = new SalesCompany(sales, systems.Billing, Company, dice, world.Faults);
        checks = new SalesChecks(world, sales, systems);
        Watches.Add(new VersionWatch(world, systems.Billing, sales, SalesFacts.Seen));
        Watches.Add(new VersionWatch(world, sales, systems.Ledger, SalesFacts.Catalogue));
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

    public override void Check(IReadOnlyCollection<string> acknowledged)
    {
        base.Check(acknowledged);
        checks.Check();
    }
}
