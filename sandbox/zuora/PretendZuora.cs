using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>A pretend Zuora tenant with Orders and Invoice Settlement: accounts, catalogue, subscriptions, documents, payments, and its callouts.</summary>
public sealed class PretendZuora : IPlaysSubscriptions
{
    private readonly Lock gate = new();
    private readonly ZuoraState state;
    private readonly ZuoraCallouts callouts;
    private readonly ZuoraDoor door;
    private readonly ZuoraLimits limits;
    private readonly ZuoraReplays replays;
    private readonly ZuoraAccounts accounts;
    private readonly ZuoraSubscriptions subscriptions;
    private readonly ZuoraOrders orders;
    private readonly ZuoraPayments payments;
    private readonly ZuoraMemos memos;
    private readonly ZuoraBilling billing;
    private readonly ZuoraActs acts;
    private readonly ZuoraLife life;
    private readonly ZuoraAnswers answers;

    /// <summary>A tenant with a catalogue and nothing else.</summary>
    public PretendZuora(VendorSetup setup)
    {
        state = new ZuoraState(setup);
        callouts = new ZuoraCallouts(setup);
        door = new ZuoraDoor(setup);
        limits = new ZuoraLimits(setup.Now);
        replays = new ZuoraReplays(setup.Now);
        var balances = new ZuoraBalances(state);
        var ledger = new ZuoraLedger(state, callouts);
        accounts = new ZuoraAccounts(state, callouts, balances);
        payments = new ZuoraPayments(state, ledger, callouts);
        memos = new ZuoraMemos(state, ledger);
        billing = new ZuoraBilling(state, ledger, callouts);
        orders = new ZuoraOrders(state, billing, payments, callouts);
        subscriptions = new ZuoraSubscriptions(state);
        acts = new ZuoraActs(state, accounts, orders, ledger, payments);
        life = new ZuoraLife(state, accounts, acts, billing, memos);
        answers = new ZuoraAnswers(
            state,
            door,
            limits,
            replays,
            [
                accounts.Answer,
                new ZuoraCatalogPages(state).Answer,
                new ZuoraCatalogWrites(state).Answer,
                orders.Answer,
                subscriptions.Answer,
                new ZuoraInvoices(state, ledger, memos).Answer,
                memos.Answer,
                payments.Answer,
                billing.Answer,
                new ZuoraQueries(state, balances).Answer,
            ]
        );
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Roles { get; } = ["billing"];

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Credentials => door.Credentials;

    /// <inheritdoc />
    public IReadOnlyList<string> Entities => ZuoraHands.Entities;

    /// <inheritdoc />
    public IReadOnlyList<string> Plans => [.. state.Catalog.Plans.Values.Select(plan => plan.Name)];

    /// <summary>How many reads, and how many other requests, it takes in a minute of its clock.</summary>
    public int RequestsPerMinute
    {
        get => limits.PerMinute;
        set => limits.PerMinute = value;
    }

    /// <summary>How long, by its clock, a request under an idempotency key is in progress: a repetition in that time is a 409.</summary>
    public TimeSpan WorkTime
    {
        get => replays.WorkTime;
        set => replays.WorkTime = value;
    }

    private ZuoraHands Hands => new(state, accounts, orders, subscriptions, payments);

    /// <inheritdoc />
    public HttpResponseMessage Answer(HttpRequestMessage request) => Locked(() => answers.Answer(request));

    /// <inheritdoc />
    public JsonArray? Records(string entity) =>
        Locked(() => ZuoraHands.Entity(entity) is { } known ? new JsonArray([.. Hands.All(known).Select(ZuoraJson.Plain)]) : null);

    /// <inheritdoc />
    public JsonObject? Put(string entity, JsonObject record) =>
        Locked(() => ZuoraHands.Entity(entity) is { } known ? ZuoraJson.Plain(Hands.Put(known, record))!.AsObject() : null);

    /// <inheritdoc />
    public HttpRequestMessage? Webhook(string entity, string id) =>
        Locked(() => ZuoraHands.Entity(entity) is { } known && Hands.IdOf(known, id) is { } found ? callouts.Callout(known, found) : null);

    /// <inheritdoc />
    public IReadOnlyList<HttpRequestMessage> TakeWebhooks() => Locked(callouts.TakeDue);

    /// <inheritdoc />
    public Book Book() => Locked(new ZuoraBook(state).Read);

    /// <inheritdoc />
    public string OpenAccount(string name, string? email, string currency, string country) =>
        Locked(() => acts.OpenAccount(name, email, currency, country));

    /// <inheritdoc />
    public string OpenAccountOf(string entity, string name, string? email, string currency, string country) =>
        Locked(() => acts.OpenAccount(name, email, currency, country, entity));

    /// <inheritdoc />
    public void RenameAccount(string account, string name) => Locked(() => acts.Rename(account, name));

    /// <inheritdoc />
    public void CloseAccount(string account) => Locked(() => accounts.Cancel(state.Account(account)));

    /// <inheritdoc />
    public string IssueInvoice(string account, IReadOnlyList<PlayedLine> lines, long tax) =>
        Locked(() => acts.IssueInvoice(account, lines, tax));

    /// <inheritdoc />
    public void AnnotateInvoice(string invoice, string memo) => Locked(() => acts.Annotate(invoice, memo));

    /// <inheritdoc />
    public void VoidInvoice(string invoice) => Locked(() => acts.Void(invoice));

    /// <inheritdoc />
    public void ReviseInvoice(string invoice, long by) => Locked(() => acts.Revise(invoice, by));

    /// <inheritdoc />
    public void MiscountInvoice(string invoice, long by) => Locked(() => acts.Miscount(invoice, by));

    /// <inheritdoc />
    public string TakePayment(string account, long amount, string currency, IReadOnlyList<PlayedApplication> applications) =>
        Locked(() => acts.TakePayment(account, amount, currency, applications));

    /// <inheritdoc />
    public void ApplyPayment(string payment, PlayedApplication application) => Locked(() => acts.Apply(payment, application));

    /// <inheritdoc />
    public void UnapplyPayment(string payment, PlayedApplication application) => Locked(() => acts.Unapply(payment, application));

    /// <inheritdoc />
    public string RefundPayment(string payment, long amount) => Locked(() => acts.Refund(payment, amount));

    /// <inheritdoc />
    public string Subscribe(string account, string plan, decimal quantity, DateOnly from) =>
        Locked(() => acts.Subscribe(account, plan, quantity, from));

    /// <inheritdoc />
    public void ChangeQuantity(string subscription, decimal quantity, DateOnly from) =>
        Locked(() => acts.ChangeQuantity(subscription, quantity, from));

    /// <inheritdoc />
    public void CancelSubscription(string subscription, DateOnly on) => Locked(() => acts.Cancel(subscription, on));

    /// <inheritdoc />
    public void ReportUsage(string subscription, decimal quantity, DateOnly on) =>
        Locked(() => billing.Report(acts.UsageCharge(subscription), quantity, on));

    /// <inheritdoc />
    public string RunBilling(DateOnly target) => Locked(() => billing.Run(null, target, target, post: true).Id);

    /// <inheritdoc />
    public string CollectPayment(string invoice, string? reference, long? amount = null) =>
        Locked(() => acts.CollectPayment(invoice, reference, amount));

    /// <inheritdoc />
    public string CreditInvoice(string invoice, long amount) => Locked(() => acts.Credit(invoice, amount, memos));

    /// <inheritdoc />
    public string WriteOff(string invoice, long amount) => Locked(() => acts.WriteOff(invoice, amount, memos));

    /// <inheritdoc />
    public void Exempt(string account, string certificate) => Locked(() => acts.Exempt(account, certificate));

    /// <inheritdoc />
    public void RegisterForTax(string account, string number) => Locked(() => acts.RegisterForTax(account, number));

    /// <inheritdoc />
    public void CancelInvoice(string invoice) => Locked(() => acts.CancelInvoice(invoice));

    /// <inheritdoc />
    public void ExtendDueDate(string document, DateOnly until) => Locked(() => acts.Extend(document, until));

    /// <inheritdoc />
    public string DebitInvoice(string invoice, long amount) => Locked(() => acts.Debit(invoice, amount, memos));

    /// <summary>Prices the first charge of a rate plan anew.</summary>
    public void Reprice(string plan, decimal price) => Locked(() => state.Catalog.Reprice(plan, price, state.Now));

    /// <inheritdoc />
    public void PlayLife(DateOnly start, int months) => Locked(() => life.Play(start, months));

    private void Locked(Action act)
    {
        lock (gate)
        {
            act();
        }
    }

    private T Locked<T>(Func<T> act)
    {
        lock (gate)
        {
            return act();
        }
    }
}
