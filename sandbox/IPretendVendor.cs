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

    /// <summary>Takes what an invoice owes through the vendor's own gateway, under the processor's reference where one is given; gives the payment's id.</summary>
    string CollectPayment(string invoice, string? reference);

    /// <summary>Credits part of an invoice's first line, net, with its tax, and applies that to the invoice as far as it is owed; gives the credit memo's id.</summary>
    string CreditInvoice(string invoice, long amount);

    /// <summary>Takes back part of what of a payment is applied.</summary>
    void UnapplyPayment(string payment, PlayedApplication application);

    /// <summary>Refunds what of a payment is unapplied; gives the refund's id.</summary>
    string RefundPayment(string payment, long amount);

    /// <summary>Plays a life of accounts and subscriptions in every entity and currency it knows, month by month from a day on.</summary>
    void PlayLife(DateOnly start, int months);
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
}
