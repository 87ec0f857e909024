using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>A movement to make: what it is, in which currency, how much, what Stripe keeps of it, and what is behind it.</summary>
internal sealed record PlayedMovement(string Type, string Category, string Currency, long Amount)
{
    public long Fee { get; init; }

    public string? Source { get; init; }

    public string? Description { get; init; }

    public decimal? Rate { get; init; }
}

/// <summary>The account's balance: what moves it, and the payouts that empty it. All amounts as Stripe writes them.</summary>
internal sealed class StripeTreasury(StripeState state, StripeEventLog events)
{
    private const long Day = 86_400;

    /// <summary>How many of a currency's major units one euro is; of any other currency one.</summary>
    private static readonly Dictionary<string, decimal> PerEuro = new(StringComparer.Ordinal)
    {
        ["eur"] = 1,
        ["usd"] = 1.1m,
        ["gbp"] = 0.85m,
        ["jpy"] = 160,
    };

    public JsonObject Move(PlayedMovement movement)
    {
        var moved = StripeForms.New("balance_transaction");
        moved["id"] = state.NextId("txn");
        moved["amount"] = movement.Amount;
        moved["available_on"] = state.Now - (state.Now % Day);
        moved["created"] = state.Now;
        moved["currency"] = movement.Currency;
        moved["description"] = movement.Description;
        moved["exchange_rate"] = movement.Rate;
        moved["fee"] = movement.Fee;
        moved["net"] = movement.Amount - movement.Fee;
        moved["reporting_category"] = movement.Category;
        moved["source"] = movement.Source;
        moved["type"] = movement.Type;
        if (movement.Fee != 0)
        {
            moved["fee_details"] = new JsonArray(
                new JsonObject
                {
                    ["amount"] = movement.Fee,
                    ["application"] = null,
                    ["currency"] = movement.Currency,
                    ["description"] = "Stripe processing fees",
                    ["type"] = "stripe_fee",
                }
            );
        }

        state.Keep("balance_transaction", moved);
        return moved;
    }

    /// <summary>What was charged comes to the balance, less 1.5 % and a quarter, in the currency that it is settled in.</summary>
    public void Settle(JsonObject charge)
    {
        var currency = charge.Text("currency");
        var settled = state.SettledIn.GetValueOrDefault(currency, currency);
        decimal? rate = settled == currency ? null : Rate(currency, settled);
        var amount = Converted(settled, charge.Number("amount_captured"), rate);
        var movement = new PlayedMovement("charge", "charge", settled, amount)
        {
            Fee = Math.Min(amount, StripeMoney.Rounded(settled, (amount * 0.015m) + 25)),
            Source = charge.Text("id"),
            Rate = rate,
        };
        charge["balance_transaction"] = Move(movement).Text("id");
    }

    /// <summary>Moves part of a charge at the rate that the charge was settled at; the sign is the amount's.</summary>
    public JsonObject MovePart(JsonObject charge, PlayedMovement movement)
    {
        var settled = state.Get("balance_transaction", charge.Text("balance_transaction"));
        var rate = settled["exchange_rate"]?.GetValue<decimal>();
        var currency = settled.Text("currency");
        return Move(movement with { Currency = currency, Amount = Converted(currency, movement.Amount, rate), Rate = rate });
    }

    public long Balance(string currency) =>
        state.All("balance_transaction").Values.Where(moved => moved.Text("currency") == currency).Sum(moved => moved.Number("net"));

    public JsonObject PayOut(string currency)
    {
        var held = state
            .All("balance_transaction")
            .Values.Where(moved =>
                moved.Text("currency") == currency && moved.Text("type") != "payout" && !state.PayoutOf.ContainsKey(moved.Text("id"))
            )
            .ToList();
        StripeLedger.Require(held.Count > 0, "nothing is to be paid out");
        var payout = Make(currency, held.Sum(moved => moved.Number("net")), automatic: true);
        held.ForEach(moved => state.PayoutOf[moved.Text("id")] = payout.Text("id"));
        state.PayoutOf[payout.Text("balance_transaction")] = payout.Text("id");
        payout["status"] = "in_transit";
        payout["reconciliation_status"] = "in_progress";
        events.Record("payout.created", "payout", payout);
        payout["reconciliation_status"] = "completed";
        events.Record("payout.reconciliation_completed", "payout", payout);
        return payout;
    }

    public JsonObject PayOutByHand(string currency, long amount)
    {
        StripeLedger.Require(amount > 0 && amount <= Balance(currency), "by hand no more is paid out than there is");
        var payout = Make(currency, amount, automatic: false);
        events.Record("payout.created", "payout", payout);
        return payout;
    }

    public void Complete(JsonObject payout) => End(payout, "paid", "pending", "in_transit");

    /// <summary>A payout comes back. Banks also send back what counted as paid.</summary>
    public void Fail(JsonObject payout)
    {
        payout["failure_code"] = "account_closed";
        payout["failure_message"] = "The bank account has been closed.";
        GiveBack(payout, "payout_failure");
        End(payout, "failed", "pending", "in_transit", "paid");
    }

    public void Cancel(JsonObject payout)
    {
        StripeLedger.Require(!payout["automatic"]!.GetValue<bool>(), "only a payout made by hand is canceled");
        GiveBack(payout, "payout_cancel");
        End(payout, "canceled", "pending");
    }

    private void End(JsonObject payout, string status, params ReadOnlySpan<string> from)
    {
        StripeLedger.Require(from.Contains(payout.Text("status")), $"a payout that is {payout.Text("status")} does not become {status}");
        payout["status"] = status;
        events.Record($"payout.{status}", "payout", payout);
    }

    private void GiveBack(JsonObject payout, string type)
    {
        StripeLedger.Require(payout["failure_balance_transaction"] is null, "a payout comes back once");
        var movement = new PlayedMovement(type, "payout_reversal", payout.Text("currency"), payout.Number("amount"))
        {
            Source = payout.Text("id"),
        };
        payout["failure_balance_transaction"] = Move(movement).Text("id");
    }

    private JsonObject Make(string currency, long amount, bool automatic)
    {
        StripeLedger.Require(amount % StripeMoney.Grain(currency) == 0, "what is paid out in this currency is whole");
        var payout = StripeForms.New("payout");
        var id = state.NextId("po");
        payout["id"] = id;
        payout["amount"] = amount;
        payout["arrival_date"] = state.Now - (state.Now % Day) + (2 * Day);
        payout["automatic"] = automatic;
        payout["created"] = state.Now;
        payout["currency"] = currency;
        var movement = new PlayedMovement("payout", "payout", currency, -amount) { Source = id, Description = "STRIPE PAYOUT" };
        payout["balance_transaction"] = Move(movement).Text("id");
        state.Keep("payout", payout);
        return payout;
    }

    private static long Converted(string currency, long amount, decimal? rate) =>
        rate is { } known ? StripeMoney.Rounded(currency, amount * known) : amount;

    /// <summary>In Stripe's units of both: a yen is a whole one, a cent is not.</summary>
    private static decimal Rate(string from, string to)
    {
        var major = PerEuro.GetValueOrDefault(to, 1) / PerEuro.GetValueOrDefault(from, 1);
        return decimal.Round(major * Digits(to) / Digits(from), 6);
    }

    private static decimal Digits(string currency) => currency == "jpy" ? 1 : 100;
}
