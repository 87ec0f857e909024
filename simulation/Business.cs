using QtcHub.Hosting;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>A company's business over the systems of one configuration: what is played on them, and what must hold of them.</summary>
internal abstract class Business
{
    /// <summary>The vendor that keeps the ledger.</summary>
    public abstract IPlaysErp Ledger { get; }

    /// <summary>Whether the store may be restored from a backup in the middle of it.</summary>
    public virtual bool MayBeRestored => true;

    /// <summary>Plays one act.</summary>
    public abstract void Act();

    /// <summary>The last act has been.</summary>
    public virtual void End() { }

    /// <summary>A source has changed: its versions are noted.</summary>
    public abstract void SourceChanged();

    /// <summary>A vendor has committed a write: what must hold at every write is checked.</summary>
    public abstract void Committed(IPretendVendor vendor);

    /// <summary>Everything has come to rest: what must hold then is checked.</summary>
    public abstract void Check(IReadOnlyCollection<string> acknowledged);

    /// <summary>
    /// How often something is tried. Where all acts are sound nothing may end as a letter of the intake's, which nobody can take up again: it is tried for longer than
    /// storms last, one after the other. Elsewhere such ends are to be seen.
    /// </summary>
    public static int Attempts(HubOptions options) => options.Match.Count > 0 ? 40 : 5;

    /// <summary>
    /// The business of a configuration: whole books where one system bills and another takes the money, with sales of its own where it has a system for them;
    /// else a billing system and a ledger.
    /// </summary>
    public static Business Of(World world)
    {
        var ledger = world.Vendors.Values.OfType<IPlaysErp>().First();
        if (world.Vendors.Values.OfType<IPlaysSubscriptions>().FirstOrDefault() is not { } billing)
        {
            return new PairBusiness(world, world.Vendors.Values.OfType<IPlaysBilling>().First(), ledger);
        }

        var processor = world.Vendors.Values.OfType<IPlaysPayments>().First();
        return world.Vendors.Values.OfType<IPlaysSales>().FirstOrDefault() is { } sales
            ? new SalesBusiness(world, sales, new BooksSystems(billing, processor, ledger, AccountDesk.In(sales)))
            : new BooksBusiness(world, new BooksSystems(billing, processor, ledger, AccountDesk.In(billing)));
    }
}
