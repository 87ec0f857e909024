using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>A company that gives up what a wire lacks: up to three percent and 5.00 USD.</summary>
public abstract class ShortPayBench : CashBench
{
    protected const string Receivable = "1100";
    protected const string BadDebts = "6301";
    protected const string Sales = "4000";
    protected const string Tax = "2200";

    protected ShortPayBench() => Use(new BooksBench(edit: Lenient));

    internal static string Lenient(string stack) =>
        stack.Replace(
            "shortPay: {tolerance: {USD: 5.00, EUR: 5.00, JPY: 500}, percent: 1,",
            "shortPay: {tolerance: {USD: 5.00}, percent: 3,",
            StringComparison.Ordinal
        );

    /// <summary>A system answers nothing of the kind until its faults are cleared.</summary>
    private protected void Hold(string path, string system = "zuora", string method = "POST") =>
        Books
            .Faults[system]
            .Plan(
                new PlannedFault
                {
                    Method = method,
                    PathContains = path,
                    Status = 503,
                    Count = 1_000,
                }
            );

    private protected long BalanceOf(string account) =>
        Books.Book("netsuite").Ledger.Where(held => held.Account == account && held.Currency == "USD").Sum(held => held.Balance);

    /// <summary>What a system says is owed of invoices, minor units.</summary>
    private protected long Owed(string system) =>
        Books.Book(system).Totals.Where(total => total.Kind == "Invoice").Sum(total => total.Balance);

    /// <summary>Nothing is owed of any invoice in billing and in the ledger, and so much was written off.</summary>
    private protected void AssertClosed(long writtenOff)
    {
        Assert.Equal((0L, 0L), (Owed("zuora"), Owed("netsuite")));
        Assert.Equal((0L, writtenOff), (BalanceOf(Receivable), BalanceOf(BadDebts)));
        foreach (var system in (string[])["zuora", "netsuite"])
        {
            Assert.Equal(writtenOff, Books.Book(system).Memos.Sum(memo => memo.Total));
            Assert.Equal(0, Books.Book(system).Totals.Where(total => total.Kind == "CreditMemo").Sum(total => total.Balance));
        }
    }
}
