using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>A pretend Stripe account: customers, products with prices, subscriptions, invoices, payments, its balance and payouts, its event log and its webhooks.</summary>
public sealed class PretendStripe : IPlaysBilling, IPlaysPayments
{
    private const string Key = "sk_test_pretend";

    private readonly Lock gate = new();
    private readonly StripeState state;
    private readonly StripeEventLog events;
    private readonly StripeTreasury treasury;
    private readonly StripeLedger ledger;
    private readonly StripeClaims claims;
    private readonly StripeCredits credits;
    private readonly StripeCatalog catalog;
    private readonly StripeHands hands;
    private readonly StripeWrites writes;
    private readonly StripeAnswers answers;
    private readonly StripeBook book;

    /// <summary>An empty account.</summary>
    public PretendStripe(VendorSetup setup)
    {
        state = new StripeState(setup);
        events = new StripeEventLog(setup, state);
        treasury = new StripeTreasury(state, events);
        ledger = new StripeLedger(state, events, treasury);
        claims = new StripeClaims(state, events, treasury);
        credits = new StripeCredits(state, events, ledger);
        catalog = new StripeCatalog(state, events);
        hands = new StripeHands(state, events, ledger, catalog, new StripeSubscribing(state, events));
        writes = new StripeWrites(state, hands);
        answers = new StripeAnswers(state, events, writes, Key);
        book = new StripeBook(state, setup.Calendar);
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Roles { get; } = ["billing", "payments"];

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Credentials { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["apiKey"] = Key };

    /// <inheritdoc />
    public IReadOnlyList<string> Entities => StripeState.Entities;

    /// <inheritdoc />
    public HttpResponseMessage Answer(HttpRequestMessage request) => Do(() => answers.Answer(request));

    /// <summary>The next write over the API is answered with a failure of Stripe's own, before it is done or after; the answer is kept under its key.</summary>
    public void FailNextWrite(bool afterItIsDone) => Do(() => writes.FailsNext = afterItIsDone);

    /// <inheritdoc />
    public JsonArray? Records(string entity)
    {
        lock (gate)
        {
            return StripeState.Entity(entity) is { } known
                ? new JsonArray([.. state.All(known).Values.Select(JsonNode? (record) => state.View(known, record))])
                : null;
        }
    }

    /// <inheritdoc />
    public JsonObject? Put(string entity, JsonObject record) =>
        Do(() => StripeState.Entity(entity) is { } known ? hands.Put(known, record) : null);

    /// <inheritdoc />
    public HttpRequestMessage? Webhook(string entity, string id)
    {
        lock (gate)
        {
            if (StripeState.Entity(entity) is not { } known || state.Find(known, id) is not { } record)
            {
                return null;
            }

            if (events.Latest(known, id) is { } sent)
            {
                return sent;
            }

            events.Record($"{known}.updated", known, record);
            return events.Latest(known, id);
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<HttpRequestMessage> TakeWebhooks() => Do(() => events.TakeDue());

    /// <inheritdoc />
    public Book Book() => Do(() => book.Read());

    /// <inheritdoc />
    public string OpenAccount(string name, string? email, string currency, string country)
    {
        lock (gate)
        {
            return hands
                .Put(
                    "customer",
                    new JsonObject
                    {
                        ["name"] = name,
                        ["email"] = email,
                        ["currency"] = currency.ToLowerInvariant(),
                        ["address"] = new JsonObject { ["country"] = country },
                    }
                )
                .Text("id");
        }
    }

    /// <inheritdoc />
    public void RenameAccount(string account, string name) =>
        Do(() => hands.Put("customer", new JsonObject { ["id"] = Live(account).Text("id"), ["name"] = name }));

    /// <inheritdoc />
    public void CloseAccount(string account)
    {
        lock (gate)
        {
            var customer = Live(account);
            // The event shows the customer as it was: Stripe's customer.deleted carries the whole object.
            events.Record("customer.deleted", "customer", customer);
            state.Delete(account);
        }
    }

    /// <summary>Deletes a product that has no prices; one that has can only be taken from sale.</summary>
    public void DeleteProduct(string product) => Do(() => catalog.DeleteProduct(product));

    /// <inheritdoc />
    public string IssueInvoice(string account, IReadOnlyList<PlayedLine> lines, long tax)
    {
        lock (gate)
        {
            StripeLedger.Require(lines.Count > 0, "an invoice has lines");
            var customer = Live(account);
            var currency = customer.TextOrNull("currency") ?? "eur";
            var written = lines.Select(line => line with { Amount = StripeMoney.Of(currency, line.Amount) });
            var invoice = ledger.Draft(customer, [.. written], StripeMoney.Of(currency, tax));
            ledger.Finalise(invoice);
            return invoice.Text("id");
        }
    }

    /// <inheritdoc />
    public void AnnotateInvoice(string invoice, string memo) =>
        Do(() => hands.Put("invoice", new JsonObject { ["id"] = state.Get("invoice", invoice).Text("id"), ["description"] = memo }));

    /// <inheritdoc />
    public void VoidInvoice(string invoice) => Do(() => ledger.Void(state.Get("invoice", invoice)));

    /// <summary>Credits a part of an invoice's first line, net minor units, with its tax: what it still owes first, and what is over that to the customer's balance.</summary>
    public string CreditInvoice(string invoice, long amount)
    {
        lock (gate)
        {
            var kept = state.Get("invoice", invoice);
            return credits.Credit(kept, StripeMoney.Of(kept.Text("currency"), amount)).Text("id");
        }
    }

    /// <inheritdoc />
    public void ReviseInvoice(string invoice, long by) => Do(() => ledger.Revise(state.Get("invoice", invoice), by));

    /// <inheritdoc />
    public void MiscountInvoice(string invoice, long by) => Do(() => ledger.Miscount(state.Get("invoice", invoice), by));

    /// <inheritdoc />
    public string TakePayment(string account, long amount, string currency, IReadOnlyList<PlayedApplication> applications) =>
        Do(() => Take(account, amount, currency, applications));

    /// <inheritdoc />
    public void ApplyPayment(string payment, PlayedApplication application)
    {
        lock (gate)
        {
            var kept = state.Get("payment_intent", payment);
            ledger.Apply(kept, Written(application, kept.Text("currency")));
        }
    }

    /// <inheritdoc />
    public string TakeCharge(string account, long amount, string currency, string settlementCurrency, string? madeBy = null)
    {
        lock (gate)
        {
            state.SettledIn[currency.ToLowerInvariant()] = settlementCurrency.ToLowerInvariant();
            return Take(account, amount, currency, [], madeBy);
        }
    }

    /// <inheritdoc />
    public string DeclineCharge(string account, long amount, string currency, string? madeBy = null) =>
        Do(() => Begin(account, amount, currency, "requires_payment_method", madeBy).Text("id"));

    /// <inheritdoc />
    public void RetryCharge(string payment) =>
        Do(() => hands.Put("payment_intent", new JsonObject { ["id"] = payment, ["status"] = "succeeded" }));

    /// <inheritdoc />
    public string Refund(string payment, long amount)
    {
        lock (gate)
        {
            var kept = state.Get("payment_intent", payment);
            return claims.Refund(kept, StripeMoney.Of(kept.Text("currency"), amount)).Text("id");
        }
    }

    /// <inheritdoc />
    public void FailRefund(string refund) => Do(() => claims.FailRefund(state.Get("refund", refund)));

    /// <inheritdoc />
    public string OpenDispute(string payment, long amount, bool inquiry)
    {
        lock (gate)
        {
            var kept = state.Get("payment_intent", payment);
            return claims.OpenDispute(kept, StripeMoney.Of(kept.Text("currency"), amount), inquiry).Text("id");
        }
    }

    /// <inheritdoc />
    public void EscalateDispute(string dispute) => Do(() => claims.Escalate(state.Get("dispute", dispute)));

    /// <inheritdoc />
    public void AnswerDispute(string dispute) => Do(() => claims.Answer(state.Get("dispute", dispute)));

    /// <inheritdoc />
    public void CloseDispute(string dispute, bool won) => Do(() => claims.Close(state.Get("dispute", dispute), won));

    /// <inheritdoc />
    public void ReinstateDispute(string dispute) => Do(() => claims.Reinstate(state.Get("dispute", dispute)));

    /// <inheritdoc />
    public string ChargeFee(string currency, long amount, string description) => Move("stripe_fee", "fee", currency, -amount, description);

    /// <inheritdoc />
    public string Adjust(string currency, long amount, string description) =>
        Move("adjustment", "other_adjustment", currency, amount, description);

    /// <inheritdoc />
    public string Reserve(string currency, long amount) => Move("reserved_funds", "risk_reserved_funds", currency, -amount, "Reserve");

    /// <inheritdoc />
    public string PayOut(string currency) => Do(() => treasury.PayOut(currency.ToLowerInvariant()).Text("id"));

    /// <inheritdoc />
    public string PayOutByHand(string currency, long amount) =>
        Do(() => treasury.PayOutByHand(currency.ToLowerInvariant(), StripeMoney.Of(currency, amount)).Text("id"));

    /// <inheritdoc />
    public void CompletePayout(string payout) => Do(() => treasury.Complete(state.Get("payout", payout)));

    /// <inheritdoc />
    public void FailPayout(string payout) => Do(() => treasury.Fail(state.Get("payout", payout)));

    /// <inheritdoc />
    public void CancelPayout(string payout) => Do(() => treasury.Cancel(state.Get("payout", payout)));

    private string Move(string type, string category, string currency, long amount, string description)
    {
        lock (gate)
        {
            var movement = new PlayedMovement(type, category, currency.ToLowerInvariant(), StripeMoney.Of(currency, amount));
            return treasury.Move(movement with { Description = description }).Text("id");
        }
    }

    private string Take(string account, long amount, string currency, IReadOnlyList<PlayedApplication> applications, string? madeBy = null)
    {
        StripeLedger.Require(amount > 0, "a payment is more than nothing");
        var code = currency.ToLowerInvariant();
        var (taken, paid) = (StripeMoney.Of(code, amount), applications.Select(application => Written(application, code)).ToList());
        ledger.RequireApplicable(taken, code, paid);
        var payment = Begin(account, amount, currency, "succeeded", madeBy);
        var kept = state.Get("payment_intent", payment.Text("id"));
        paid.ForEach(application => ledger.Apply(kept, application));
        return payment.Text("id");
    }

    private JsonObject Begin(string account, long amount, string currency, string status, string? madeBy) =>
        hands.Put(
            "payment_intent",
            new JsonObject
            {
                ["amount"] = StripeMoney.Of(currency, amount),
                ["currency"] = currency.ToLowerInvariant(),
                ["customer"] = state.Get("customer", account).Text("id"),
                ["payment_method"] = state.NextId("pm"),
                ["status"] = status,
                ["metadata"] = madeBy is null ? [] : new JsonObject { ["made_by"] = madeBy },
            }
        );

    private static PlayedApplication Written(PlayedApplication application, string currency) =>
        application with
        {
            Amount = StripeMoney.Of(currency, application.Amount),
        };

    private T Do<T>(Func<T> act)
    {
        lock (gate)
        {
            return act();
        }
    }

    private void Do(Action act)
    {
        lock (gate)
        {
            act();
        }
    }

    private JsonObject Live(string account)
    {
        StripeLedger.Require(!state.IsDeleted(account), "a deleted customer stays deleted");
        return state.Get("customer", account);
    }
}
