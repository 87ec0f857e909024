using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Books;

/// <summary>The accounts of the ledger, posted by the company's own rules.</summary>
internal sealed class LedgerBook
{
    /// <summary>The company whose the processor's account is.</summary>
    public const string ProcessorEntity = "us";

    private readonly SortedDictionary<LedgerAccount, (long Debit, long Credit)> accounts = [];

    /// <summary>Debits and credits by entity, account and currency.</summary>
    public IReadOnlyDictionary<LedgerAccount, (long Debit, long Credit)> Accounts => accounts;

    /// <summary>An invoice or debit memo is owed; a credit note is the other way round.</summary>
    public void Post(BookedDocument document)
    {
        var sign = document.Kind == DocumentKind.CreditNote ? -1 : 1;
        var (entity, currency) = (document.Account.Entity, document.Account.Currency);
        Debit(new(entity, Chart.Receivable, currency), sign * document.Total);
        foreach (var line in document.Lines)
        {
            Debit(new(entity, document.IsWriteOff ? Chart.BadDebts : Chart.Sales, currency), -sign * line);
        }

        Debit(new(entity, Chart.TaxPayable, currency), -sign * document.Tax);
    }

    public void Post(BookedPayment payment)
    {
        var (entity, currency) = (payment.Account.Entity, payment.Account.Currency);
        Debit(new(entity, payment.To == PaidTo.Processor ? Chart.Clearing(currency) : Chart.Undeposited, currency), payment.Amount);
        Debit(new(entity, Chart.Receivable, currency), -payment.Amount);
    }

    public void Post(BookedPayout payout)
    {
        Debit(new(ProcessorEntity, Chart.Bank(payout.Currency), payout.Currency), payout.Amount);
        Debit(new(ProcessorEntity, Chart.Clearing(payout.Currency), payout.Currency), -payout.Amount);
    }

    /// <summary>What is given back of a payment is owed again; a lost dispute has left the balance before.</summary>
    public void Post(BookedRefund refund, Customer account)
    {
        Debit(new(account.Entity, Chart.Receivable, account.Currency), refund.Amount);
        var from = refund.IsDispute ? Chart.Disputed : Chart.Clearing(account.Currency);
        Debit(new(ProcessorEntity, from, account.Currency), -refund.Amount);
    }

    /// <summary>A dispute takes its money from the balance, or with a minus it comes back.</summary>
    public void PostDisputed(string currency, long amount)
    {
        Debit(new(ProcessorEntity, Chart.Disputed, currency), amount);
        Debit(new(ProcessorEntity, Chart.Clearing(currency), currency), -amount);
    }

    /// <summary>What was charged in one currency has come to the balance of another.</summary>
    public void PostExchange((string Currency, long Amount) charged, (string Currency, long Amount) settled)
    {
        Debit(new(ProcessorEntity, Chart.Exchange, charged.Currency), charged.Amount);
        Debit(new(ProcessorEntity, Chart.Clearing(charged.Currency), charged.Currency), -charged.Amount);
        Debit(new(ProcessorEntity, Chart.Clearing(settled.Currency), settled.Currency), settled.Amount);
        Debit(new(ProcessorEntity, Chart.Exchange, settled.Currency), -settled.Amount);
    }

    public void PostFee(string currency, long fee)
    {
        Debit(new(ProcessorEntity, Chart.ProcessingFees, currency), fee);
        Debit(new(ProcessorEntity, Chart.Clearing(currency), currency), -fee);
    }

    /// <summary>Debits an account, or with a minus credits it.</summary>
    private void Debit(LedgerAccount account, long amount)
    {
        if (amount == 0)
        {
            return;
        }

        var (debit, credit) = accounts.GetValueOrDefault(account);
        accounts[account] = amount > 0 ? (checked(debit + amount), credit) : (debit, checked(credit - amount));
    }
}

/// <summary>An account of an entity in a currency.</summary>
internal readonly record struct LedgerAccount(string Entity, string Number, string Currency) : IComparable<LedgerAccount>
{
    public int CompareTo(LedgerAccount other) =>
        string.CompareOrdinal($"{Entity} {Number} {Currency}", $"{other.Entity} {other.Number} {other.Currency}");
}

/// <summary>The company's chart of accounts.</summary>
internal static class Chart
{
    public const string Receivable = "1100";
    public const string Undeposited = "1499";
    public const string TaxPayable = "2200";
    public const string Sales = "4000";
    public const string ProcessingFees = "6101";
    public const string Disputed = "6201";
    public const string BadDebts = "6301";
    public const string Exchange = "7100";

    private static readonly Dictionary<string, string> Digits = new(StringComparer.Ordinal)
    {
        ["USD"] = "1",
        ["EUR"] = "4",
        ["JPY"] = "5",
        ["KWD"] = "6",
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [Receivable] = "Accounts receivable",
        [Undeposited] = "Undeposited funds",
        [TaxPayable] = "Sales tax payable",
        [Sales] = "Sales",
        [ProcessingFees] = "Processing fees",
        [Disputed] = "Disputed payments",
        [BadDebts] = "Bad debts",
        [Exchange] = "Processor currency conversion",
    };

    public static string NameOf(string account) =>
        Names.TryGetValue(account, out var name) ? name
        : account.StartsWith("105", StringComparison.Ordinal) ? "Processor clearing"
        : account.StartsWith("100", StringComparison.Ordinal) ? "Checking"
        : "";

    public static string Clearing(string currency) => $"105{Digits[currency]}";

    public static string Bank(string currency) => $"100{Digits[currency]}";
}
