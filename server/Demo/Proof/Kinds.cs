namespace QtcHub.Server.Demo.Proof;

/// <summary>Kinds of records, as people call one.</summary>
internal static class Kinds
{
    public const string Account = "account";
    public const string Product = "product";
    public const string Invoice = "invoice";
    public const string DebitMemo = "debit memo";
    public const string CreditNote = "credit note";
    public const string Payment = "payment";
    public const string Refund = "refund";
    public const string Dispute = "dispute";
    public const string Seats = "seats of";
    public const string Application = "application";
    public const string Balance = "balance of";
    public const string Movement = "movement of";
    public const string Payout = "payout";
    public const string LedgerAccount = "ledger account";
}
