using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Proof;

/// <summary>
/// What the processor holds of a currency and has on its way to the bank, against what stands in the ledger's clearing account and what the control book has there:
/// minor units.
/// </summary>
internal sealed record Clearing(string Currency, long Held, long UnderWay, long Ledger, long Should)
{
    public bool Agrees => Held + UnderWay == Ledger && Ledger == Should;

    /// <summary>That of every currency of the processor's account.</summary>
    public static IReadOnlyList<Clearing> Of(ControlBook book, Stage stage)
    {
        var (processor, ledger) = (stage.Processor.Book(), stage.Ledger.Book());
        return [.. processor.ProcessorBalances.Select(balance => Of(balance, processor, ledger, book))];
    }

    private static Clearing Of(BookBalance balance, Book processor, Book ledger, ControlBook book)
    {
        var account = Chart.Clearing(balance.Currency);
        return new Clearing(
            balance.Currency,
            balance.Amount,
            processor
                .Payouts.Where(payout => payout.Currency == balance.Currency && payout.Status is "pending" or "in_transit")
                .Sum(payout => payout.Amount),
            ledger.Ledger.Where(one => one.Account == account && one.Currency == balance.Currency).Sum(one => one.Balance),
            book.Ledger.Accounts.Where(one => one.Key.Number == account && one.Key.Currency == balance.Currency)
                .Sum(one => one.Value.Debit - one.Value.Credit)
        );
    }
}
