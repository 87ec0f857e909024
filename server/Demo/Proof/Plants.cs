using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Proof;

/// <summary>A difference that the script has planted: what a system must hold in place of what it should.</summary>
internal sealed record Plant(string System, string Record, string Field, string Held);

/// <summary>What must not agree, to the cent.</summary>
internal static class Plants
{
    /// <summary>What the ledger refuses stands nowhere in it: neither the document, nor what it would have posted.</summary>
    public static IEnumerable<Plant> Of(ControlBook book, Stage stage)
    {
        var lacking = new LedgerBook();
        foreach (var document in book.Refused.Select(book.Document))
        {
            lacking.Post(document);
            yield return new Plant("ledger", $"{Kinds.Invoice} {stage.NumberOf(document.Key)}", "presence", "nothing");
        }

        foreach (var (account, sums) in lacking.Accounts)
        {
            var (debit, credit) = book.Ledger.Accounts[account];
            var record = $"{Kinds.LedgerAccount} {account.Entity} {account.Number} {account.Currency}";
            if (sums.Debit != 0)
            {
                yield return new Plant("ledger", record, "debit", Entry.Text(debit - sums.Debit, account.Currency));
            }

            if (sums.Credit != 0)
            {
                yield return new Plant("ledger", record, "credit", Entry.Text(credit - sums.Credit, account.Currency));
            }
        }
    }
}
