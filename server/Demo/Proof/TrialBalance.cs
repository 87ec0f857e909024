using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Proof;

/// <summary>An account of the ledger as it stands there: minor units.</summary>
internal sealed record TrialLine(string Entity, string Account, string Name, string Currency, long Debit, long Credit);

/// <summary>The ledger's trial balance: every account, and per entity and currency debits = credits.</summary>
internal sealed record TrialBalance(IReadOnlyList<TrialLine> Lines)
{
    /// <summary>Debits and credits by entity and currency.</summary>
    public IReadOnlyList<TrialLine> Totals =>
        [
            .. Lines
                .GroupBy(line => (line.Entity, line.Currency))
                .Select(group => new TrialLine(
                    group.Key.Entity,
                    "",
                    "all accounts",
                    group.Key.Currency,
                    group.Sum(line => line.Debit),
                    group.Sum(line => line.Credit)
                )),
        ];

    public bool Agrees => Totals.All(total => total.Debit == total.Credit);

    public static TrialBalance Of(Stage stage) =>
        new([
            .. stage
                .Ledger.Book()
                .Ledger.Select(line => new TrialLine(
                    line.Entity,
                    line.Account,
                    Chart.NameOf(line.Account),
                    line.Currency,
                    line.Debit,
                    line.Credit
                ))
                .OrderBy(line => line.Entity, StringComparer.Ordinal)
                .ThenBy(line => line.Currency, StringComparer.Ordinal)
                .ThenBy(line => line.Account, StringComparer.Ordinal),
        ]);
}
