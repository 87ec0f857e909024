using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>A pretend Stripe account: customers, invoices, payments, its event log and its webhooks.</summary>
public sealed class PretendStripe : IPlaysBilling
{
    private const string Key = "sk_test_pretend";

    private readonly Lock gate = new();
    private readonly StripeState state;
    private readonly StripeEventLog events;
    private readonly StripeLedger ledger;
    private readonly StripeHands hands;
    private readonly StripeAnswers answers;
    private readonly StripeBook book;

    /// <summary>An empty account.</summary>
    public PretendStripe(VendorSetup setup)
    {
        state = new StripeState(setup);
        events = new StripeEventLog(setup, state);
        ledger = new StripeLedger(state, events);
        hands = new StripeHands(state, events, ledger);
        answers = new StripeAnswers(state, events, Key);
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
    public HttpResponseMessage Answer(HttpRequestMessage request)
    {
        lock (gate)
        {
            return answers.Answer(request);
        }
    }

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
    public JsonObject? Put(string entity, JsonObject record)
    {
        lock (gate)
        {
            return StripeState.Entity(entity) is { } known ? hands.Put(known, record) : null;
        }
    }

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
    public IReadOnlyList<HttpRequestMessage> TakeWebhooks()
    {
        lock (gate)
        {
            return events.TakeDue();
        }
    }

    /// <inheritdoc />
    public Book Book()
    {
        lock (gate)
        {
            return book.Read();
        }
    }

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
    public void RenameAccount(string account, string name)
    {
        lock (gate)
        {
            hands.Put("customer", new JsonObject { ["id"] = Live(account).Text("id"), ["name"] = name });
        }
    }

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

    /// <inheritdoc />
    public string IssueInvoice(string account, IReadOnlyList<PlayedLine> lines, long tax)
    {
        lock (gate)
        {
            StripeLedger.Require(lines.Count > 0, "an invoice has lines");
            var invoice = ledger.Draft(Live(account), lines, tax);
            ledger.Finalise(invoice);
            return invoice.Text("id");
        }
    }

    /// <inheritdoc />
    public void AnnotateInvoice(string invoice, string memo)
    {
        lock (gate)
        {
            hands.Put("invoice", new JsonObject { ["id"] = state.Get("invoice", invoice).Text("id"), ["description"] = memo });
        }
    }

    /// <inheritdoc />
    public void VoidInvoice(string invoice)
    {
        lock (gate)
        {
            ledger.Void(state.Get("invoice", invoice));
        }
    }

    /// <inheritdoc />
    public void ReviseInvoice(string invoice, long by)
    {
        lock (gate)
        {
            ledger.Revise(state.Get("invoice", invoice), by);
        }
    }

    /// <inheritdoc />
    public void MiscountInvoice(string invoice, long by)
    {
        lock (gate)
        {
            ledger.Miscount(state.Get("invoice", invoice), by);
        }
    }

    /// <inheritdoc />
    public string TakePayment(string account, long amount, string currency, IReadOnlyList<PlayedApplication> applications)
    {
        lock (gate)
        {
            StripeLedger.Require(amount > 0, "a payment is more than nothing");
            ledger.RequireApplicable(amount, currency.ToLowerInvariant(), applications);
            var payment = hands.Put(
                "payment_intent",
                new JsonObject
                {
                    ["amount"] = amount,
                    ["currency"] = currency.ToLowerInvariant(),
                    ["customer"] = state.Get("customer", account).Text("id"),
                    ["payment_method"] = state.NextId("pm"),
                    ["status"] = "succeeded",
                }
            );
            var kept = state.Get("payment_intent", payment.Text("id"));
            foreach (var application in applications)
            {
                ledger.Apply(kept, application);
            }

            return payment.Text("id");
        }
    }

    /// <inheritdoc />
    public void ApplyPayment(string payment, PlayedApplication application)
    {
        lock (gate)
        {
            ledger.Apply(state.Get("payment_intent", payment), application);
        }
    }

    private JsonObject Live(string account)
    {
        StripeLedger.Require(!state.IsDeleted(account), "a deleted customer stays deleted");
        return state.Get("customer", account);
    }
}
