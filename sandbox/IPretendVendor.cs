using System.Text.Json.Nodes;

namespace QtcHub.Sandbox;

/// <summary>A pretend vendor: state and one function from request to answer. No socket, no clock of its own.</summary>
public interface IPretendVendor
{
    /// <summary>The roles it plays: crm, billing, payments, erp, tax.</summary>
    IReadOnlyList<string> Roles { get; }

    /// <summary>The credentials that its API accepts, by credential name, so that a hub can be pointed at it.</summary>
    IReadOnlyDictionary<string, string> Credentials { get; }

    /// <summary>Answers one API request, whose body is buffered, and commits what it asks for. Never throws for a bad request.</summary>
    HttpResponseMessage Answer(HttpRequestMessage request);

    /// <summary>The names that <see cref="Records"/> knows: the vendor's own type names; canonical names (BillingAccount, Invoice, Payment) are accepted too, whatever the case.</summary>
    IReadOnlyList<string> Entities { get; }

    /// <summary>Everything it holds of an entity, in the vendor's own form. An unknown entity gives null.</summary>
    JsonArray? Records(string entity);

    /// <summary>
    /// Somebody edits by hand: creates a record (no id, or an unknown one) or merges the given fields into one, raising the vendor's own events.
    /// Gives the record as it stands, or null for an unknown entity. A field the vendor's form does not have is an <see cref="ArgumentException"/>.
    /// </summary>
    JsonObject? Put(string entity, JsonObject record);

    /// <summary>The vendor's latest webhook about a record, signed by the vendor's own code at the vendor's now; relative uri <c>/</c>. Null where it sends none.</summary>
    HttpRequestMessage? Webhook(string entity, string id);

    /// <summary>Takes the webhooks that became due by acts and edits since the last call, in the order the vendor made them, each with a description for logs.</summary>
    IReadOnlyList<HttpRequestMessage> TakeWebhooks();

    /// <summary>What it holds, in the books' one vocabulary, read from its own state.</summary>
    Book Book();
}

/// <summary>What a pretend vendor is made from. <paramref name="Now"/> is its clock; nothing else is. Its company's days are those of <paramref name="Calendar"/>.</summary>
public sealed record VendorSetup(string System, Func<DateTimeOffset> Now, TimeZoneInfo Calendar, string? WebhookSecret);

/// <summary>A vendor that bills and takes money: the acts a business plays on it. Ids are the vendor's own. Amounts are minor units.</summary>
public interface IPlaysBilling : IPretendVendor
{
    /// <summary>Opens an account.</summary>
    string OpenAccount(string name, string? email, string currency, string country);

    /// <summary>Renames an account.</summary>
    void RenameAccount(string account, string name);

    /// <summary>Deletes an account.</summary>
    void CloseAccount(string account);

    /// <summary>Issues (finalises) an invoice of these lines; gives its id.</summary>
    string IssueInvoice(string account, IReadOnlyList<PlayedLine> lines, long tax);

    /// <summary>Changes an invoice's memo (description).</summary>
    void AnnotateInvoice(string invoice, string memo);

    /// <summary>Voids an open invoice.</summary>
    void VoidInvoice(string invoice);

    /// <summary>Somebody changes an issued invoice by hand: its first line and with it its total, by <paramref name="by"/> minor units.</summary>
    void ReviseInvoice(string invoice, long by);

    /// <summary>Something miscounts: an issued invoice's total changes by <paramref name="by"/> minor units and no longer is the sum of its lines and tax.</summary>
    void MiscountInvoice(string invoice, long by);

    /// <summary>Takes a payment that succeeds; applies it to the given invoices. Gives its id.</summary>
    string TakePayment(string account, long amount, string currency, IReadOnlyList<PlayedApplication> applications);

    /// <summary>Applies more of a payment.</summary>
    void ApplyPayment(string payment, PlayedApplication application);
}

/// <summary>A billing vendor that rates subscriptions: the acts of a subscription's life. Ids are the vendor's own. Amounts are minor units.</summary>
public interface IPlaysSubscriptions : IPlaysBilling
{
    /// <summary>The names of the rate plans that can be subscribed to.</summary>
    IReadOnlyList<string> Plans { get; }

    /// <summary>Opens an account of one of the legal companies that it bills for.</summary>
    string OpenAccountOf(string entity, string name, string? email, string currency, string country);

    /// <summary>Subscribes an account to a plan for a year; gives the subscription's number.</summary>
    string Subscribe(string account, string plan, decimal quantity, DateOnly from);

    /// <summary>Changes the quantity of a subscription's charges that have one.</summary>
    void ChangeQuantity(string subscription, decimal quantity, DateOnly from);

    /// <summary>Cancels a subscription.</summary>
    void CancelSubscription(string subscription, DateOnly on);

    /// <summary>Reports usage of a subscription's first usage charge.</summary>
    void ReportUsage(string subscription, decimal quantity, DateOnly on);

    /// <summary>Bills everything up to a day and posts it; gives the bill run's id.</summary>
    string RunBilling(DateOnly target);

    /// <summary>
    /// Takes what an invoice owes, or an amount of which it pays what it owes, through the vendor's own gateway, under the processor's reference where one is
    /// given; gives the payment's id.
    /// </summary>
    string CollectPayment(string invoice, string? reference, long? amount = null);

    /// <summary>Credits part of an invoice's first line, net, with its tax, and applies that to the invoice as far as it is owed; gives the credit memo's id.</summary>
    string CreditInvoice(string invoice, long amount);

    /// <summary>Gives up what is owed of an invoice's only line, without its tax; gives the credit memo's id.</summary>
    string WriteOff(string invoice, long amount);

    /// <summary>Notes that an account is exempt from tax, and by which certificate.</summary>
    void Exempt(string account, string certificate);

    /// <summary>Notes the number under which an account is registered for tax.</summary>
    void RegisterForTax(string account, string number);

    /// <summary>Takes an issued invoice to which nothing is applied back to a draft, and cancels it.</summary>
    void CancelInvoice(string invoice);

    /// <summary>Puts off when a posted invoice or debit memo is due.</summary>
    void ExtendDueDate(string document, DateOnly until);

    /// <summary>Charges more of an invoice's first line, net, with its tax; gives the debit memo's id.</summary>
    string DebitInvoice(string invoice, long amount);

    /// <summary>Takes back part of what of a payment is applied.</summary>
    void UnapplyPayment(string payment, PlayedApplication application);

    /// <summary>Refunds what of a payment is unapplied; gives the refund's id.</summary>
    string RefundPayment(string payment, long amount);

    /// <summary>Plays a life of accounts and subscriptions in every entity and currency it knows, month by month from a day on.</summary>
    void PlayLife(DateOnly start, int months);
}

/// <summary>A processor that takes cards and pays out: the acts of a balance's life. Ids are the vendor's own. Amounts are minor units of ISO 4217.</summary>
public interface IPlaysPayments : IPretendVendor
{
    /// <summary>
    /// Takes a payment that succeeds and is settled, less its fee, in another currency or the same; gives its id. <paramref name="madeBy"/> is who takes
    /// it on behalf of the account, e.g. <c>billing</c>, where it says so.
    /// </summary>
    string TakeCharge(string account, long amount, string currency, string settlementCurrency, string? madeBy = null);

    /// <summary>Tries to take a payment, and the payer's bank declines; gives its id.</summary>
    string DeclineCharge(string account, long amount, string currency, string? madeBy = null);

    /// <summary>A payment that was declined is tried again and succeeds.</summary>
    void RetryCharge(string payment);

    /// <summary>Gives part of a payment back; gives the refund's id.</summary>
    string Refund(string payment, long amount);

    /// <summary>A refund comes back from the payer's bank, and its money to the balance.</summary>
    void FailRefund(string refund);

    /// <summary>The payer's bank asks about part of a payment (<paramref name="inquiry"/>) or takes it; gives the dispute's id.</summary>
    string OpenDispute(string payment, long amount, bool inquiry);

    /// <summary>An inquiry becomes a dispute that takes its money.</summary>
    void EscalateDispute(string dispute);

    /// <summary>The company answers a dispute.</summary>
    void AnswerDispute(string dispute);

    /// <summary>A dispute or inquiry ends. What was taken comes back where it is won.</summary>
    void CloseDispute(string dispute, bool won);

    /// <summary>What a dispute took is given back, though it was lost.</summary>
    void ReinstateDispute(string dispute);

    /// <summary>The processor takes a fee that belongs to no payment; gives the movement's id.</summary>
    string ChargeFee(string currency, long amount, string description);

    /// <summary>The processor corrects the balance, up or down; gives the movement's id.</summary>
    string Adjust(string currency, long amount, string description);

    /// <summary>The processor holds back a part of the balance, or with a negative amount gives it free; gives the movement's id.</summary>
    string Reserve(string currency, long amount);

    /// <summary>The processor's schedule pays out everything in a currency that no payout holds yet, or takes what is missing from the bank; gives the payout's id.</summary>
    string PayOut(string currency);

    /// <summary>Somebody pays out an amount by hand: what it holds nobody can tell; gives the payout's id.</summary>
    string PayOutByHand(string currency, long amount);

    /// <summary>A payout is at the bank.</summary>
    void CompletePayout(string payout);

    /// <summary>The bank sends a payout back.</summary>
    void FailPayout(string payout);

    /// <summary>Somebody cancels a payout made by hand that has not left.</summary>
    void CancelPayout(string payout);
}

/// <summary>A line of an invoice to issue: net minor units.</summary>
public sealed record PlayedLine(string Description, long Quantity, long Amount);

/// <summary>An application to make: the vendor's invoice id and minor units.</summary>
public sealed record PlayedApplication(string Invoice, long Amount);

/// <summary>A vendor that keeps the ledger: what may happen to it by hand.</summary>
public interface IPlaysErp : IPretendVendor
{
    /// <summary>Closes every accounting period up to and including the one that holds <paramref name="day"/>.</summary>
    void ClosePeriodsThrough(DateOnly day);

    /// <summary>Opens every accounting period again.</summary>
    void OpenAllPeriods();

    /// <summary>
    /// A customer's wire is found on the bank's statement and entered under its <paramref name="reference"/>, with the payer's <paramref name="text"/> where there
    /// is one; gives the receipt's id, or null while the period of today is closed.
    /// </summary>
    string? ReceiveWire(string customer, long amount, string currency, string reference, string? text = null);
}

/// <summary>A vendor that sales works in: the acts of customers, their catalogue and what they order. Ids are the vendor's own.</summary>
public interface IPlaysSales : IPretendVendor
{
    /// <summary>Opens an account that a legal company bills, in a country (DE) or one of its states (US-CA); gives its id.</summary>
    string OpenAccount(string name, string? email, string currency, string country, string entity);

    /// <summary>Renames an account.</summary>
    void RenameAccount(string account, string name);

    /// <summary>Puts an account under another, or under none.</summary>
    void PutUnder(string account, string? parent);

    /// <summary>Merges an account into another: it is gone, and everything of it is the other's.</summary>
    void MergeAccounts(string into, string account);

    /// <summary>Deletes an account, with what is only its own; an active order of it stands in the way.</summary>
    void CloseAccount(string account);

    /// <summary>Adds a person to an account; gives the person's id.</summary>
    string AddContact(string account, string name, string email);

    /// <summary>Merges a person into another.</summary>
    void MergeContacts(string into, string contact);

    /// <summary>Puts a product with its list prices into the catalogue, or changes the one of that SKU; gives its id.</summary>
    string PutProduct(string sku, string name, IReadOnlyList<PlayedPrice> prices);

    /// <summary>Quotes to an account; gives the quote's id.</summary>
    string Quote(string account, string name);

    /// <summary>Writes an order, of a quote where there was one, from a day on; it is a draft until it is activated. Gives its id.</summary>
    string PlaceOrder(string account, string? quote, DateOnly from, IReadOnlyList<PlayedSale> lines);

    /// <summary>Activates an order: from now on it stands.</summary>
    void ActivateOrder(string order);

    /// <summary>Sells more of a product that an order has, as an active order of its own; gives its id.</summary>
    string Upsell(string order, string product, decimal quantity, DateOnly from);

    /// <summary>Takes back part of a product that an order has, as an active order of its own; gives its id.</summary>
    string Downsize(string order, string product, decimal quantity, DateOnly from);

    /// <summary>Sells another product until the day an order ends, as an active order of its own; gives its id.</summary>
    string CoTerm(string order, PlayedSale line, DateOnly from);

    /// <summary>Takes back everything that an order has left, as an active order of its own; gives its id.</summary>
    string CancelOrder(string order, DateOnly on);

    /// <summary>Wins an opportunity, of a quote where there was one; gives its id.</summary>
    string WinOpportunity(string account, string? quote, DateOnly closedOn, IReadOnlyList<PlayedSale> lines);
}

/// <summary>A list price: ISO 4217 and minor units for one.</summary>
public sealed record PlayedPrice(string Currency, long UnitAmount);

/// <summary>A line to sell: the vendor's product id, how many, minor units for one, and for how many months.</summary>
public sealed record PlayedSale(string Product, decimal Quantity, long UnitAmount, int Months);
