using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>A pretend Salesforce org with several currencies and the hub's own objects deployed: its REST API, its queries, and its outbound messages.</summary>
public sealed class PretendSalesforce : IPlaysSales, IDisposable
{
    /// <summary>The org's own id, which its outbound messages bear; every pretend org has this one, so that a configuration can name it.</summary>
    public const string OrganizationId = "00D5g000004QtcHEAS";

    private readonly Lock gate = new();
    private readonly SalesforceOrg org;
    private readonly SalesforceDoor door;
    private readonly SalesforceUsage usage;
    private readonly SalesforceRecords records;
    private readonly SalesforceQueries queries;
    private readonly SalesforceMessages messages;
    private readonly SalesforceAnswers answers;
    private readonly SalesforceActs acts;
    private readonly SalesforceHands hands;

    /// <summary>An org with its standard price book and nothing else.</summary>
    public PretendSalesforce(VendorSetup setup)
    {
        org = new SalesforceOrg(setup);
        messages = new SalesforceMessages(org, setup, OrganizationId);
        org.Changed = messages.Tell;
        door = new SalesforceDoor(setup, OrganizationId);
        usage = new SalesforceUsage(setup.Now);
        records = new SalesforceRecords(org);
        queries = new SalesforceQueries(org);
        answers = new SalesforceAnswers(org, door, usage, [queries.Answer, records.Answer]);
        acts = new SalesforceActs(org);
        hands = new SalesforceHands(org);
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Roles { get; } = ["crm"];

    /// <summary>Those of the client credentials flow.</summary>
    public IReadOnlyDictionary<string, string> Credentials => door.ClientCredentials;

    /// <summary>Those of the JWT bearer flow: the other way to sign in.</summary>
    public IReadOnlyDictionary<string, string> JwtCredentials => door.JwtCredentials;

    /// <inheritdoc />
    public IReadOnlyList<string> Entities => SalesforceHands.Entities;

    /// <summary>How long a session lives.</summary>
    public TimeSpan SessionLife
    {
        get => door.SessionLife;
        set => door.SessionLife = value;
    }

    /// <summary>How many calls the org takes in 24 hours.</summary>
    public int CallsPerDay
    {
        get => usage.PerDay;
        set => usage.PerDay = value;
    }

    /// <summary>How many rows a page of a query has at most.</summary>
    public int PageSize
    {
        get => queries.PageSize;
        set => queries.PageSize = value;
    }

    /// <summary>How long the rest of a query can be had.</summary>
    public TimeSpan LocatorLife
    {
        get => queries.LocatorLife;
        set => queries.LocatorLife = value;
    }

    /// <summary>Whether the org keeps external ids unique, as its metadata says; false is an org whose administrator left that out.</summary>
    public bool KeepsExternalIdsUnique
    {
        get => org.IsUnique;
        set => org.IsUnique = value;
    }

    /// <summary>An administrator ends every session.</summary>
    public void EndSessions() => Locked(door.EndSessions);

    /// <summary>The next writes of a record over the API meet the lock that somebody else's transaction holds on it.</summary>
    public void LockRow(string id, int times) => Locked(() => records.Lock(id, times));

    /// <summary>What the endpoint answered to an outbound message. One that was not acknowledged is among the due ones again after a while.</summary>
    public void Answered(HttpRequestMessage message, int status, string body) => Locked(() => messages.Answered(message, status, body));

    /// <inheritdoc />
    public HttpResponseMessage Answer(HttpRequestMessage request) => Locked(() => answers.Answer(request));

    /// <inheritdoc />
    public JsonArray? Records(string entity) => Locked(() => SalesforceHands.Entity(entity) is { } of ? hands.All(of) : null);

    /// <inheritdoc />
    public JsonObject? Put(string entity, JsonObject record) =>
        Locked(() => SalesforceHands.Entity(entity) is { } of ? hands.Put(of, record) : null);

    /// <inheritdoc />
    public HttpRequestMessage? Webhook(string entity, string id) =>
        Locked(() => SalesforceHands.Entity(entity) is { } of && org.Find(of.Name, id) is { } row ? messages.Latest(row) : null);

    /// <inheritdoc />
    public IReadOnlyList<HttpRequestMessage> TakeWebhooks() => Locked(messages.TakeDue);

    /// <inheritdoc />
    public Book Book() => Locked(new SalesforceBook(org).Read);

    /// <inheritdoc />
    public string OpenAccount(string name, string? email, string currency, string country, string entity) =>
        Locked(() =>
            acts.OpenAccount(
                new(StringComparer.Ordinal)
                {
                    ["Name"] = name,
                    ["InvoiceEmail__c"] = email,
                    ["CurrencyIsoCode"] = currency,
                    ["BillingCountryCode"] = country.Split('-')[0],
                    ["BillingState"] = country.Split('-') is [_, var state] ? state : null,
                    ["Entity__c"] = entity,
                }
            )
        );

    /// <inheritdoc />
    public void RenameAccount(string account, string name) => Locked(() => acts.Rename(account, name));

    /// <inheritdoc />
    public void PutUnder(string account, string? parent) => Locked(() => acts.PutUnder(account, parent));

    /// <inheritdoc />
    public void MergeAccounts(string into, string account) => Locked(() => acts.Merge("Account", into, account));

    /// <inheritdoc />
    public void CloseAccount(string account) => Locked(() => acts.Close(account));

    /// <inheritdoc />
    public string AddContact(string account, string name, string email) => Locked(() => acts.AddContact(account, name, email));

    /// <inheritdoc />
    public void MergeContacts(string into, string contact) => Locked(() => acts.Merge("Contact", into, contact));

    /// <inheritdoc />
    public string PutProduct(string sku, string name, IReadOnlyList<PlayedPrice> prices) =>
        Locked(() => acts.PutProduct(sku, name, prices));

    /// <inheritdoc />
    public string Quote(string account, string name) => Locked(() => acts.Quote(account, name));

    /// <inheritdoc />
    public string PlaceOrder(string account, string? quote, DateOnly from, IReadOnlyList<PlayedSale> lines) =>
        Locked(() => acts.PlaceOrder(account, quote, from, lines));

    /// <inheritdoc />
    public void ActivateOrder(string order) => Locked(() => acts.Activate(order));

    /// <inheritdoc />
    public string Upsell(string order, string product, decimal quantity, DateOnly from) =>
        Locked(() => acts.Upsell(order, product, quantity, from));

    /// <inheritdoc />
    public string Downsize(string order, string product, decimal quantity, DateOnly from) =>
        Locked(() => acts.Downsize(order, product, quantity, from));

    /// <inheritdoc />
    public string CoTerm(string order, PlayedSale line, DateOnly from) => Locked(() => acts.CoTerm(order, line, from));

    /// <inheritdoc />
    public string CancelOrder(string order, DateOnly on) => Locked(() => acts.Cancel(order, on));

    /// <inheritdoc />
    public string WinOpportunity(string account, string? quote, DateOnly closedOn, IReadOnlyList<PlayedSale> lines) =>
        Locked(() => acts.WinOpportunity(account, quote, closedOn, lines));

    /// <inheritdoc />
    public void Dispose() => door.Dispose();

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
