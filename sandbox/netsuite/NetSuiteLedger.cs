using System.Text.Json.Nodes;
using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>What a transaction puts into the ledger of accounts: one line, in the transaction's currency.</summary>
internal readonly record struct Posting(string Account, decimal Debit, decimal Credit)
{
    /// <summary>A debit; a negative one is a credit.</summary>
    public static Posting Dr(string account, decimal amount) => amount < 0 ? new(account, 0, -amount) : new(account, amount, 0);

    /// <summary>A credit; a negative one is a debit.</summary>
    public static Posting Cr(string account, decimal amount) => Dr(account, -amount);
}

/// <summary>The ledger of accounts, posted anew from the transactions whenever it is asked for.</summary>
internal static class NetSuiteLedger
{
    private static readonly Dictionary<Form, Func<NetSuiteRecord, IEnumerable<Posting>>> Rules = new()
    {
        [NetSuiteForms.Invoice] = record => Charged(record.Fields),
        [NetSuiteForms.CreditMemo] = record => Credited(record.Fields),
        [NetSuiteForms.Payment] = record => Received(record.Fields),
        [NetSuiteForms.Refund] = record => Refunded(record.Fields),
        [NetSuiteForms.Journal] = record => Entry(record.Fields),
    };

    /// <summary>What a transaction posts; lines of nothing are not posted.</summary>
    public static IEnumerable<Posting> Of(NetSuiteRecord transaction) =>
        Rules[transaction.Form](transaction).Where(posting => posting.Debit != posting.Credit);

    /// <summary>Debits and credits by subsidiary, account and currency, in the order of the chart.</summary>
    public static IEnumerable<(string Subsidiary, LedgerAccount Account, string Currency, decimal Debit, decimal Credit)> Balances(
        NetSuiteAccount account
    ) =>
        account
            .Transactions.SelectMany(record =>
                Of(record)
                    .Select(posting =>
                        (
                            Key: (
                                Subsidiary: Reference(record.Fields, "subsidiary")!,
                                posting.Account,
                                Currency: Reference(record.Fields, "currency")!
                            ),
                            Posting: posting
                        )
                    )
            )
            .GroupBy(line => line.Key, line => line.Posting)
            .OrderBy(group => group.Key)
            .Select(group =>
                (
                    group.Key.Subsidiary,
                    NetSuiteChart.Accounts[group.Key.Account],
                    group.Key.Currency,
                    group.Sum(posting => posting.Debit),
                    group.Sum(posting => posting.Credit)
                )
            );

    // Debit memos are invoices here, write-offs are credit memos.
    private static IEnumerable<Posting> Charged(JsonObject fields) =>
        Lines(fields, "item")
            .Select(line => Posting.Cr(AccountOf(line), Number(line, "amount")))
            .Prepend(Posting.Dr(NetSuiteChart.Receivable, Total(fields)));

    private static IEnumerable<Posting> Credited(JsonObject fields) =>
        Lines(fields, "item")
            .Select(line => Posting.Dr(AccountOf(line), Number(line, "amount")))
            .Append(Posting.Cr(NetSuiteChart.Receivable, Total(fields)));

    private static string AccountOf(JsonObject line) =>
        Reference(line, "item") switch
        {
            NetSuiteLists.Tax => NetSuiteChart.TaxPayable,
            NetSuiteLists.WriteOff => NetSuiteChart.BadDebts,
            _ => NetSuiteChart.Revenue,
        };

    private static Posting[] Received(JsonObject fields)
    {
        var discount = Applications(fields).Sum(application => application.Settled - application.Amount);
        return
        [
            Posting.Dr(Reference(fields, "account") ?? NetSuiteChart.Undeposited, Number(fields, "payment")),
            Posting.Dr(NetSuiteChart.Discounts, discount),
            Posting.Cr(NetSuiteChart.Receivable, Number(fields, "payment") + discount),
        ];
    }

    private static Posting[] Refunded(JsonObject fields) =>
        [Posting.Dr(NetSuiteChart.Receivable, AppliedBy(fields)), Posting.Cr(Reference(fields, "account")!, AppliedBy(fields))];

    private static IEnumerable<Posting> Entry(JsonObject fields) =>
        Lines(fields, "line").Select(line => new Posting(Reference(line, "account")!, Number(line, "debit"), Number(line, "credit")));
}
