using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>Where a company opens, renames and closes its accounts: in sales where it has a system for them, else in billing. From there they go everywhere else.</summary>
/// <param name="Vendor">The system.</param>
/// <param name="Open">Opens an account of a legal company under a name and an address, in a currency; gives its id.</param>
/// <param name="Rename">Renames one.</param>
/// <param name="Close">Closes one.</param>
internal sealed record AccountDesk(
    IPretendVendor Vendor,
    Func<string, string, string, string, string> Open,
    Action<string, string> Rename,
    Action<string> Close
)
{
    private const string Country = "US";

    public static AccountDesk In(IPlaysSubscriptions billing) =>
        new(
            billing,
            (entity, name, mail, currency) => billing.OpenAccountOf(entity, name, mail, currency, Country),
            billing.RenameAccount,
            billing.CloseAccount
        );

    public static AccountDesk In(IPlaysSales sales) =>
        new(
            sales,
            (entity, name, mail, currency) => sales.OpenAccount(name, mail, currency, Country, entity),
            sales.RenameAccount,
            sales.CloseAccount
        );
}
