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
        [NetSuiteForms.Invoice] = record => Sale(record.Fields),
        [NetSuiteForms.Payment] = record => Receipt(record.Fields),
        [NetSuiteForms.Journal] = record => Entry(record.Fields),
    };

    /// <summary>What a transaction posts.</summary>
    public static IEnumerable<Posting> Of(NetSuiteRecord transaction) => Rules[transaction.Form](transaction);

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

    private static IEnumerable<Posting> Sale(JsonObject fields) =>
        Lines(fields, "item")
            .Select(line =>
                Posting.Cr(
                    Reference(line, "item") == NetSuiteLists.Tax ? NetSuiteChart.TaxPayable : NetSuiteChart.Revenue,
                    Number(line, "amount")
                )
            )
            .Prepend(Posting.Dr(NetSuiteChart.Receivable, Total(fields)));

    private static Posting[] Receipt(JsonObject fields) =>
        [
            Posting.Dr(Reference(fields, "account") ?? NetSuiteChart.Undeposited, Number(fields, "payment")),
            Posting.Cr(NetSuiteChart.Receivable, Number(fields, "payment")),
        ];

    private static IEnumerable<Posting> Entry(JsonObject fields) =>
        Lines(fields, "line").Select(line => new Posting(Reference(line, "account")!, Number(line, "debit"), Number(line, "credit")));
}
