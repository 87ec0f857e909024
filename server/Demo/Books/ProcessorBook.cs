using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Books;

/// <summary>What moves the processor's balance, by the processor's price list: 1.5 % and a quarter of a charge, 15 for a dispute, 1.1 dollars for a euro.</summary>
internal sealed class ProcessorBook(ControlBook book)
{
    private const decimal Share = 0.015m;
    private const long Flat = 25;
    private const long DisputeFee = 1_500;
    private const decimal DollarsPerEuro = 1.1m;

    private readonly List<BookedMovement> movements = [];
    private readonly Dictionary<string, BookedPayout> payouts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BookedDispute> disputes = new(StringComparer.Ordinal);

    /// <summary>What moved the balance, payouts apart.</summary>
    public IReadOnlyList<BookedMovement> Movements => movements;

    public IReadOnlyCollection<BookedPayout> Payouts => payouts.Values;

    public IReadOnlyCollection<BookedDispute> Disputes => disputes.Values;

    /// <summary>A card is charged in the account's currency, and settled in that or another.</summary>
    public void Charge(string payment, Customer account, long amount, string settledIn)
    {
        var gross = settledIn == account.Currency ? amount : SalesTax.Rounded(amount * DollarsPerEuro);
        var fee = Math.Min(gross, SalesTax.Rounded((gross * Share) + Flat));
        movements.Add(new BookedMovement("charge", payment, settledIn, gross, fee));
        book.Ledger.PostFee(settledIn, fee);
        if (settledIn != account.Currency)
        {
            book.Ledger.PostExchange((account.Currency, amount), (settledIn, gross));
        }
    }

    /// <summary>Part of a charge that was settled in its own currency is given back.</summary>
    public void Refund(string refund, string payment, long amount)
    {
        movements.Add(new BookedMovement("refund", refund, book.Payment(payment).Account.Currency, -amount, 0));
        book.Refund(new BookedRefund(refund, payment, book.Today, amount, IsDispute: false));
    }

    /// <summary>The payer's bank takes part of a charge back.</summary>
    public void OpenDispute(string dispute, string payment, long amount)
    {
        disputes.Add(dispute, new BookedDispute(dispute, payment, amount));
        Move("dispute", dispute, -amount, DisputeFee);
    }

    /// <summary>A dispute ends: what was taken comes back with its fee where it is won, and is owed again where it is lost.</summary>
    public void CloseDispute(string dispute, bool won)
    {
        var known = disputes[dispute];
        known.IsLost = !won;
        if (won)
        {
            Move("dispute reversal", dispute, known.Amount, -DisputeFee);
        }
        else
        {
            book.Refund(new BookedRefund(dispute, known.Payment, book.Today, known.Amount, IsDispute: true));
        }
    }

    /// <summary>Whether there is anything to pay out.</summary>
    public bool Holds(string currency) => movements.Exists(movement => movement.Currency == currency && movement.Payout is null);

    /// <summary>Everything that no payout holds yet is paid out, or what is missing is taken from the bank.</summary>
    public void PayOut(string key, string currency)
    {
        var held = movements.FindAll(movement => movement.Currency == currency && movement.Payout is null);
        held.ForEach(movement => movement.Payout = key);
        payouts.Add(key, new BookedPayout(key, currency, held.Sum(movement => movement.Net)));
    }

    /// <summary>A payout is at the bank.</summary>
    public void Complete(string key)
    {
        payouts[key].IsPaid = true;
        book.Ledger.Post(payouts[key]);
    }

    private void Move(string kind, string dispute, long gross, long fee)
    {
        var currency = book.Payment(disputes[dispute].Payment).Account.Currency;
        movements.Add(new BookedMovement(kind, dispute, currency, gross, fee));
        book.Ledger.PostFee(currency, fee);
        book.Ledger.PostDisputed(currency, -gross);
    }
}

/// <summary>A movement of the balance.</summary>
internal sealed record BookedMovement(string Kind, string Of, string Currency, long Gross, long Fee)
{
    public long Net => Gross - Fee;

    /// <summary>The payout that holds it.</summary>
    public string? Payout { get; set; }
}

/// <summary>A payout; negative where the processor takes money from the bank.</summary>
internal sealed record BookedPayout(string Key, string Currency, long Amount)
{
    public bool IsPaid { get; set; }
}

/// <summary>A payment of which the payer's bank wants some back.</summary>
internal sealed record BookedDispute(string Key, string Payment, long Amount)
{
    public bool IsLost { get; set; }
}
