namespace QtcHub.Sandbox.NetSuite;

/// <summary>What an account of the ledger is for.</summary>
internal enum AccountType
{
    Bank,
    Receivable,
    OtherAsset,
    OtherLiability,
    Income,
    Expense,
}

/// <summary>An account of the ledger. <paramref name="Currency"/>: the internal id of the only currency that a bank account takes.</summary>
internal sealed record LedgerAccount(string Number, string Name, AccountType Type, string? Currency = null);

/// <summary>The chart of accounts, which all subsidiaries share.</summary>
internal static class NetSuiteChart
{
    public const string Receivable = "200";
    public const string Undeposited = "201";
    public const string Revenue = "202";
    public const string TaxPayable = "203";
    public const string Discounts = "204";
    public const string BadDebts = "205";

    /// <summary>Accounts by internal id. Clearing accounts are bank accounts here, as a processor's balance is money in one currency.</summary>
    public static readonly IReadOnlyDictionary<string, LedgerAccount> Accounts = new Dictionary<string, LedgerAccount>(
        StringComparer.Ordinal
    )
    {
        [Receivable] = new("1100", "Accounts Receivable", AccountType.Receivable),
        [Undeposited] = new("1499", "Undeposited Funds", AccountType.OtherAsset),
        [Revenue] = new("4000", "Sales", AccountType.Income),
        [TaxPayable] = new("2200", "Sales Taxes Payable", AccountType.OtherLiability),
        [Discounts] = new("4090", "Discounts Given", AccountType.Income),
        [BadDebts] = new("6301", "Bad Debts", AccountType.Expense),
        ["211"] = new("1051", "Processor Clearing USD", AccountType.Bank, "1"),
        ["212"] = new("1052", "Processor Clearing GBP", AccountType.Bank, "2"),
        ["213"] = new("1053", "Processor Clearing CAD", AccountType.Bank, "3"),
        ["214"] = new("1054", "Processor Clearing EUR", AccountType.Bank, "4"),
        ["215"] = new("1055", "Processor Clearing JPY", AccountType.Bank, "5"),
        ["216"] = new("1056", "Processor Clearing KWD", AccountType.Bank, "6"),
        ["217"] = new("1057", "Processor Clearing ISK", AccountType.Bank, "7"),
        ["218"] = new("1058", "Processor Clearing UGX", AccountType.Bank, "8"),
        ["221"] = new("1001", "Checking USD", AccountType.Bank, "1"),
        ["222"] = new("1002", "Checking GBP", AccountType.Bank, "2"),
        ["223"] = new("1003", "Checking CAD", AccountType.Bank, "3"),
        ["224"] = new("1004", "Checking EUR", AccountType.Bank, "4"),
        ["225"] = new("1005", "Checking JPY", AccountType.Bank, "5"),
        ["226"] = new("1006", "Checking KWD", AccountType.Bank, "6"),
        ["227"] = new("1007", "Checking ISK", AccountType.Bank, "7"),
        ["228"] = new("1008", "Checking UGX", AccountType.Bank, "8"),
        ["231"] = new("6101", "Processing Fees", AccountType.Expense),
        ["232"] = new("6102", "Platform Fees", AccountType.Expense),
        ["233"] = new("6103", "Network Fees", AccountType.Expense),
        ["234"] = new("1320", "Input Tax on Fees", AccountType.OtherAsset),
        ["235"] = new("1330", "Tax Withheld by Processors", AccountType.OtherAsset),
        ["241"] = new("6201", "Disputed Payments", AccountType.Expense),
        ["242"] = new("6202", "Processor Adjustments", AccountType.Expense),
        ["243"] = new("1340", "Processor Reserves", AccountType.OtherAsset),
        ["244"] = new("7100", "Processor Currency Conversion", AccountType.Income),
        ["251"] = new("2400", "Deferred Revenue", AccountType.OtherLiability),
    };
}
