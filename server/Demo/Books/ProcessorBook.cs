using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Books;

/// <summary>What moves the processor's balance, by the processor's price list: 1.5 % and a quarter of a charge.</summary>
internal sealed class ProcessorBook(ControlBook book)
{
    private const decimal Share = 0.015m;
    private const long Flat = 25;

    private readonly List<BookedMovement> movements = [];
    private readonly Dictionary<string, BookedPayout> payouts = new(StringComparer.Ordinal);

    /// <summary>What moved the balance, payouts apart.</summary>
    public IReadOnlyList<BookedMovement> Movements => movements;

    public IReadOnlyCollection<BookedPayout> Payouts => payouts.Values;

    /// <summary>A card is charged.</summary>
    public void Charge(string payment, Customer account, long amount)
    {
        var fee = Math.Min(amount, (long)decimal.Round((amount * Share) + Flat, MidpointRounding.AwayFromZero));
        movements.Add(new BookedMovement("charge", payment, account.Currency, amount, fee));
        book.Ledger.PostFee(account.Currency, fee);
    }

    /// <summary>Whether there is anything to pay out.</summary>
    public bool Holds(string currency) => movements.Exists(movement => movement.Currency == currency && movement.Payout is null);

    /// <summary>Everything that no payout holds yet is paid out.</summary>
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
