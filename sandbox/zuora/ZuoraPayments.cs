using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Payments, which are made and applied in separate calls, and their refunds.</summary>
internal sealed class ZuoraPayments(ZuoraState state, ZuoraLedger ledger, ZuoraCallouts callouts)
{
    private static readonly string[] Filters =
    [
        "accountId",
        "amount",
        "appliedAmount",
        "createdById",
        "createdDate",
        "creditBalanceAmount",
        "currency",
        "effectiveDate",
        "number",
        "refundAmount",
        "status",
        "type",
        "unappliedAmount",
        "updatedById",
        "updatedDate",
    ];

    private static readonly string[] RefundFilters =
    [
        "accountId",
        "amount",
        "createdById",
        "createdDate",
        "methodType",
        "number",
        "paymentId",
        "refundDate",
        "status",
        "type",
        "updatedById",
        "updatedDate",
    ];

    private static readonly string[] Methods =
    [
        "ACH",
        "Cash",
        "Check",
        "CreditCard",
        "PayPal",
        "WireTransfer",
        "DebitCard",
        "CreditCardReferenceTransaction",
        "BankTransfer",
        "Other",
    ];

    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["v1", "payments"]) => ZuoraPages.Done(View(Create(call.Body))),
            ("GET", ["v1", "payments"]) => ZuoraPages.Filtered(call, "payments", state.Payments.All.Select(View), Filters),
            ("GET", ["v1", "payments", var key]) => ZuoraPages.Done(View(state.Payments.Get(key))),
            ("PUT", ["v1", "payments", var key]) => Changed(key, payment => Annotate(payment, call.Body)),
            ("GET", ["v1", "payments", var key, "parts"]) => ZuoraPages.Page(
                call,
                "parts",
                [.. ledger.PartsOf(state.Payments.Get(key).Id).Select(ZuoraMemos.Part)]
            ),
            ("PUT", ["v1", "payments", var key, "apply"]) => Changed(
                key,
                payment => ledger.Apply(payment.Id, true, ledger.Applications(call.Body, payment.Currency))
            ),
            ("PUT", ["v1", "payments", var key, "unapply"]) => Changed(
                key,
                payment => ledger.Unapply(payment.Id, true, ledger.Applications(call.Body, payment.Currency))
            ),
            ("PUT", ["v1", "payments", var key, "cancel"]) => Changed(key, Cancel),
            ("POST", ["v1", "payments", var key, "refunds"]) => ZuoraPages.Done(View(Refund(state.Payments.Get(key), call.Body))),
            ("GET", ["v1", "refunds"]) => ZuoraPages.Filtered(call, "refunds", state.Refunds.All.Select(View), RefundFilters),
            ("GET", ["v1", "refunds", var key]) => ZuoraPages.Done(View(state.Refunds.Get(key))),
            ("PUT", ["v1", "refunds", var key]) => Annotate(state.Refunds.Get(key), call.Body),
            ("PUT", ["v1", "refunds", var key, "cancel"]) => CancelRefund(state.Refunds.Get(key)),
            _ => null,
        };

    /// <summary>Makes a payment: one made outside and told of, or one that the gateway takes now.</summary>
    public Payment Create(JsonObject body)
    {
        var account = state.Account(body.Required("accountId"));
        ZuoraRefusal.Require(account.Status == "Active", "The account is not active.");
        var currency = body.Required("currency");
        ZuoraRefusal.Require(currency == account.Currency, "The currency of a payment is its account's.");
        var amount = ZuoraLedger.Positive(
            body.Amount("amount") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'amount'."),
            currency
        );
        var type = body.Required("type");
        ZuoraRefusal.Require(type is "External" or "Electronic", "The type of a payment is External or Electronic.");
        Bound(body, "referenceId", 100);
        Bound(body, "comment", 255);
        var asked = ledger.Applications(body, currency);
        var id = state.NextId();
        var payment = new Payment
        {
            Id = id,
            Number = state.NextNumber("Payment"),
            AccountId = account.Id,
            Currency = currency,
            Amount = amount,
            Day = body.Day("effectiveDate") ?? state.Today,
            Type = type,
            MethodId = body.Text("paymentMethodId"),
            // The processor names what it took; of a payment made elsewhere the caller knows the name.
            Reference = body.Text("referenceId") ?? (type == "Electronic" ? Processor(id) : null),
            Comment = body.Text("comment"),
            Created = state.Now,
            Updated = state.Now,
        };
        payment.Custom.KeepCustom(body);
        state.Payments.Add(payment);
        try
        {
            ledger.Apply(id, true, asked);
        }
        catch (ZuoraRefusal)
        {
            // Nothing was applied: a payment that cannot be applied as asked is not made.
            state.Payments.Remove(payment);
            throw;
        }

        callouts.Tell("Payment", id);
        return payment;
    }

    /// <summary>The gateway takes an amount, of which an invoice is paid what it owes: nothing, where somebody has paid it meanwhile.</summary>
    public Payment Collect(Document invoice, string? reference, decimal amount)
    {
        var part = new JsonObject { ["invoiceId"] = invoice.Id, ["amount"] = Math.Min(amount, invoice.Balance) };
        return Create(
            new JsonObject
            {
                ["accountId"] = invoice.Account.Id,
                ["amount"] = amount,
                ["currency"] = invoice.Currency,
                ["type"] = "Electronic",
                ["paymentMethodId"] = state.NextId(),
                ["referenceId"] = reference,
                ["invoices"] = invoice.Balance > 0 ? new JsonArray(part) : [],
            }
        );
    }

    /// <summary>Refunds what of a payment is not applied.</summary>
    public Refund Refund(Payment payment, JsonObject body)
    {
        var amount = ZuoraLedger.Positive(
            body.Amount("totalAmount") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'totalAmount'."),
            payment.Currency
        );
        ZuoraRefusal.Require(amount <= payment.Unapplied, "The amount exceeds what of the payment is unapplied.");
        var type = body.Required("type");
        ZuoraRefusal.Require(type is "External" or "Electronic", "The type of a refund is External or Electronic.");
        var method = body.Text("methodType");
        ZuoraRefusal.Require(
            type == "Electronic" ? payment.Type == "Electronic" : Methods.Contains(method, StringComparer.Ordinal),
            "An external refund names its method."
        );
        var id = state.NextId();
        var refund = new Refund
        {
            Id = id,
            Number = state.NextNumber("Refund"),
            Payment = payment,
            Amount = amount,
            Day = body.Day("refundDate") ?? state.Today,
            Type = type,
            MethodType = method,
            Reference = body.Text("referenceId") ?? (type == "Electronic" ? Processor(id) : null),
            Comment = body.Text("comment"),
            Reason = body.Text("reasonCode") ?? "Standard Refund",
            Created = state.Now,
            Updated = state.Now,
        };
        refund.Custom.KeepCustom(body);
        state.Refunds.Add(refund);
        payment.Refunded += amount;
        Tell(payment);
        callouts.Tell("Refund", id);
        return refund;
    }

    private static void Bound(JsonObject body, string name, int most)
    {
        if (body.Text(name)?.Length > most)
        {
            throw ZuoraRefusal.Invalid($"The value of '{name}' is too long.");
        }
    }

    private ZuoraReply Changed(string key, Action<Payment> change)
    {
        var payment = state.Payments.Get(key);
        change(payment);
        return ZuoraPages.Done(View(payment));
    }

    private void Annotate(Payment payment, JsonObject body)
    {
        if (body.FirstOrDefault(field => field.Key != "comment" && !ZuoraJson.IsCustom(field.Key)) is { Key: { } unknown })
        {
            throw ZuoraRefusal.Invalid($"The field '{unknown}' of a payment is not changed.");
        }

        payment.Comment = body.ContainsKey("comment") ? body.Text("comment") : payment.Comment;
        payment.Custom.KeepCustom(body);
        Tell(payment);
    }

    private ZuoraReply Annotate(Refund refund, JsonObject body)
    {
        if (body.FirstOrDefault(field => field.Key != "comment" && !ZuoraJson.IsCustom(field.Key)) is { Key: { } unknown })
        {
            throw ZuoraRefusal.Invalid($"The field '{unknown}' of a refund is not changed.");
        }

        refund.Comment = body.ContainsKey("comment") ? body.Text("comment") : refund.Comment;
        refund.Custom.KeepCustom(body);
        state.Touch(refund);
        callouts.Tell("Refund", refund.Id);
        return ZuoraPages.Done(View(refund));
    }

    private void Cancel(Payment payment)
    {
        ZuoraRefusal.Require(payment is { Status: "Processed", Type: "External" }, "Only a processed external payment is canceled.");
        ZuoraRefusal.Require(payment is { Applied: 0, Refunded: 0 }, "A payment that is applied or refunded is not canceled.");
        payment.Status = "Canceled";
        payment.Cancelled = state.Now;
        Tell(payment);
    }

    private ZuoraReply CancelRefund(Refund refund)
    {
        ZuoraRefusal.Require(refund is { Status: "Processed", Type: "External" }, "Only a processed external refund is canceled.");
        refund.Status = "Canceled";
        refund.Cancelled = state.Now;
        state.Touch(refund);
        refund.Payment.Refunded -= refund.Amount;
        Tell(refund.Payment);
        callouts.Tell("Refund", refund.Id);
        return ZuoraPages.Done(View(refund));
    }

    private void Tell(Payment payment)
    {
        state.Touch(payment);
        callouts.Tell("Payment", payment.Id);
    }

    private static string Processor(string id) => "ch_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24];

    public JsonObject View(Payment payment) =>
        new JsonObject
        {
            ["id"] = payment.Id,
            ["number"] = payment.Number,
            ["accountId"] = payment.AccountId,
            ["type"] = payment.Type,
            ["status"] = payment.Status,
            ["amount"] = payment.Amount,
            ["appliedAmount"] = payment.Applied,
            ["unappliedAmount"] = payment.Unapplied,
            ["refundAmount"] = payment.Refunded,
            ["creditBalanceAmount"] = 0m,
            ["currency"] = payment.Currency,
            ["effectiveDate"] = ZuoraJson.Of(payment.Day),
            ["paymentMethodId"] = payment.MethodId,
            ["referenceId"] = payment.Reference,
            ["comment"] = payment.Comment,
            ["gatewayState"] = payment.Type == "Electronic" ? "Settled" : "NotSubmitted",
            ["cancelledOn"] = ZuoraJson.Of(payment.Cancelled),
            ["createdById"] = ZuoraState.User,
            ["createdDate"] = ZuoraJson.Of(payment.Created),
            ["updatedById"] = ZuoraState.User,
            ["updatedDate"] = ZuoraJson.Of(payment.Updated),
        }.With(payment.Custom);

    public JsonObject View(Refund refund) =>
        new JsonObject
        {
            ["id"] = refund.Id,
            ["number"] = refund.Number,
            ["accountId"] = refund.Payment.AccountId,
            ["paymentId"] = refund.Payment.Id,
            ["type"] = refund.Type,
            ["status"] = refund.Status,
            ["amount"] = refund.Amount,
            ["methodType"] = refund.MethodType,
            ["refundDate"] = ZuoraJson.Of(refund.Day),
            ["referenceId"] = refund.Reference,
            ["comment"] = refund.Comment,
            ["reasonCode"] = refund.Reason,
            ["gatewayState"] = refund.Type == "Electronic" ? "Settled" : "NotSubmitted",
            ["cancelledOn"] = ZuoraJson.Of(refund.Cancelled),
            ["createdById"] = ZuoraState.User,
            ["createdDate"] = ZuoraJson.Of(refund.Created),
            ["updatedById"] = ZuoraState.User,
            ["updatedDate"] = ZuoraJson.Of(refund.Updated),
        }.With(refund.Custom);
}
