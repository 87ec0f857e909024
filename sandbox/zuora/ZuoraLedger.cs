using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>What happens to documents: posting, cancelling, reversing, and applying payments and credit memos to them.</summary>
internal sealed class ZuoraLedger(ZuoraState state, ZuoraCallouts callouts)
{
    public static DateOnly DueOn(Account account, DateOnly day)
    {
        var term = account.Fields.Text("paymentTerm") ?? "";
        return term.StartsWith("Net ", StringComparison.Ordinal)
            ? day.AddDays(int.Parse(term.AsSpan(4), CultureInfo.InvariantCulture))
            : day;
    }

    /// <summary>Takes a new document in.</summary>
    public void Keep(Document document)
    {
        state.Documents.Add(document);
        document.Items.ForEach(state.Items.Add);
        Tell(document);
    }

    public void Post(Document document)
    {
        ZuoraRefusal.Require(document.Status == "Draft", $"Only a draft can be posted; {document.Number} is {document.Status}.");
        document.Status = "Posted";
        document.Posted = state.Now;
        Tell(document);
    }

    /// <summary>Puts off when a draft or what is posted is due, and keeps fields of the tenant's own; the document is otherwise as it was.</summary>
    public void Extend(Document document, JsonObject body)
    {
        if (body.FirstOrDefault(field => field.Key != "dueDate" && !ZuoraJson.IsCustom(field.Key)) is { Key: { } unknown })
        {
            throw ZuoraRefusal.Invalid($"The field '{unknown}' of a document is not changed.");
        }

        ZuoraRefusal.Require(document.Status is "Draft" or "Posted", $"{document.Number} is {document.Status} and is not changed.");
        var due = body.Day("dueDate") ?? document.Due;
        ZuoraRefusal.Require(due >= document.Day, $"{document.Number} is not due before its day.");
        document.Due = due;
        document.Custom.KeepCustom(body);
        Tell(document);
    }

    /// <summary>Back to a draft: only where nothing was applied yet.</summary>
    public void Unpost(Document document)
    {
        ZuoraRefusal.Require(
            document is { Status: "Posted", Applied: 0, Refunded: 0 },
            $"Only a posted document without applications can be unposted; {document.Number} is not."
        );
        document.Status = "Draft";
        document.Posted = null;
        Tell(document);
    }

    public void Cancel(Document document)
    {
        ZuoraRefusal.Require(document.Status == "Draft", $"Only a draft can be canceled; {document.Number} is {document.Status}.");
        document.Status = "Canceled";
        document.Cancelled = state.Now;
        Tell(document);
    }

    /// <summary>Reverses a posted invoice to which nothing is applied, by a credit memo over all of it. Gives the memo.</summary>
    public Document Reverse(Document invoice, DateOnly day)
    {
        ZuoraRefusal.Require(invoice is { Status: "Posted", Applied: 0 }, "Only a posted invoice without applications can be reversed.");
        var memo = Memo(
            invoice,
            DocumentKind.CreditMemo,
            day,
            new JsonObject { ["comment"] = $"Reversal of {invoice.Number}", ["reasonCode"] = "Reversal" }
        );
        foreach (var item in invoice.Items)
        {
            memo.Items.Add(Mirror(item, item.Net, item.Taxes));
        }

        Keep(memo);
        Post(memo);
        Apply(memo.Id, false, [(invoice, invoice.Balance)]);
        invoice.Status = "Reversed";
        Tell(invoice);
        return memo;
    }

    /// <summary>A memo about an invoice, without items yet.</summary>
    public Document Memo(Document invoice, DocumentKind kind, DateOnly day, JsonObject body)
    {
        ZuoraRefusal.Require(invoice.Status == "Posted", $"A memo needs a posted invoice; {invoice.Number} is {invoice.Status}.");
        var memo = new Document
        {
            Id = state.NextId(),
            Kind = kind,
            Number = state.NextNumber(kind.ToString()),
            Account = invoice.Account,
            Day = day,
            Due = kind == DocumentKind.DebitMemo ? DueOn(invoice.Account, day) : null,
            Comment = body.Text("comment"),
            Reason = body.Text("reasonCode") ?? "Correcting invoice error",
            Referred = invoice,
            SourceId = invoice.Number,
            Created = state.Now,
            Updated = state.Now,
        };
        memo.Custom.KeepCustom(body);
        return memo;
    }

    /// <summary>A memo's item about an invoice's.</summary>
    public DocumentItem Mirror(DocumentItem item, decimal net, IEnumerable<TaxItem> taxes)
    {
        var mirrored = new DocumentItem
        {
            Id = state.NextId(),
            Name = item.Name,
            Net = net,
            Quantity = item.Quantity,
            UnitPrice = item.UnitPrice,
            Catalog = item.Catalog,
            ChargeId = item.ChargeId,
            Subscription = item.Subscription,
            SubscriptionId = item.SubscriptionId,
            ServiceStart = item.ServiceStart,
            ServiceEnd = item.ServiceEnd,
            SourceItem = item.Id,
            TaxInclusive = item.TaxInclusive,
            Created = state.Now,
            Updated = state.Now,
        };
        mirrored.Taxes.AddRange(taxes.Select(tax => tax with { Id = state.NextId() }));
        return mirrored;
    }

    /// <summary>Reads the invoices and debit memos of an apply or unapply request. Nothing is changed before all of it is known to be right.</summary>
    public List<(Document To, decimal Amount)> Applications(JsonObject body, string currency)
    {
        var asked = new List<(Document To, decimal Amount)>();
        foreach (
            var (list, key, kind) in ((string, string, DocumentKind)[])
                [("invoices", "invoiceId", DocumentKind.Invoice), ("debitMemos", "debitMemoId", DocumentKind.DebitMemo)]
        )
        {
            foreach (var part in body.Parts(list))
            {
                ZuoraRefusal.Require(part["items"] is null, "Invoice Item Settlement is not enabled: documents are settled as wholes.");
                var amount = part.Amount("amount") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'amount'.");
                asked.Add((state.Document(kind, part.Required(key)), Positive(amount, currency)));
            }
        }

        return asked;
    }

    /// <summary>An amount of money that may be asked for: more than nothing, in the currency's own units.</summary>
    public static decimal Positive(decimal amount, string currency)
    {
        ZuoraRefusal.Require(amount > 0, "The amount must be greater than zero.");
        ZuoraRefusal.Require(ZuoraState.Round(amount, currency) == amount, $"The amount has more decimals than {currency} has.");
        return amount;
    }

    /// <summary>Applies a payment or credit memo.</summary>
    public void Apply(string from, bool payment, IReadOnlyList<(Document To, decimal Amount)> asked)
    {
        var (account, free) = Source(from, payment);
        foreach (var document in asked.GroupBy(part => part.To))
        {
            ZuoraRefusal.Require(
                document.Key.Account.Id == account,
                "A payment or credit memo is applied to documents of its own account."
            );
            ZuoraRefusal.Require(
                document.Key.Status == "Posted",
                $"Only a posted document can be paid; {document.Key.Number} is {document.Key.Status}."
            );
            ZuoraRefusal.Require(
                document.Sum(part => part.Amount) <= document.Key.Balance,
                $"The amount exceeds the balance of {document.Key.Number}."
            );
        }

        ZuoraRefusal.Require(asked.Sum(part => part.Amount) <= free, "The amount exceeds what is unapplied.");
        foreach (var (to, amount) in asked)
        {
            Move(from, payment, to, amount);
        }
    }

    /// <summary>Takes applications back.</summary>
    public void Unapply(string from, bool payment, IReadOnlyList<(Document To, decimal Amount)> asked)
    {
        Source(from, payment);
        foreach (var document in asked.GroupBy(part => part.To))
        {
            ZuoraRefusal.Require(
                document.Key.Status == "Posted",
                $"An application to {document.Key.Number}, which is {document.Key.Status}, stands."
            );
            ZuoraRefusal.Require(document.Sum(part => part.Amount) <= Applied(from, document.Key), "The amount exceeds what is applied.");
        }

        foreach (var (to, amount) in asked)
        {
            Move(from, payment, to, -amount);
        }
    }

    public IEnumerable<Part> PartsOf(string from) => state.Parts.All.Where(part => part.From == from && part.Amount != 0);

    public void Tell(Document document)
    {
        state.Touch(document);
        callouts.Tell(document.Kind.ToString(), document.Id);
    }

    private decimal Applied(string from, Document to) => PartsOf(from).Where(part => part.To == to).Sum(part => part.Amount);

    private (string Account, decimal Free) Source(string from, bool payment)
    {
        if (payment)
        {
            var paid = state.Payments.Get(from);
            ZuoraRefusal.Require(paid.Status == "Processed", $"Only a processed payment is applied; {paid.Number} is {paid.Status}.");
            return (paid.AccountId, paid.Unapplied);
        }

        var memo = state.Document(DocumentKind.CreditMemo, from);
        ZuoraRefusal.Require(memo.Status == "Posted", $"Only a posted credit memo is applied; {memo.Number} is {memo.Status}.");
        return (memo.Account.Id, memo.Balance);
    }

    private void Move(string from, bool payment, Document to, decimal amount)
    {
        var part = state.Parts.All.FirstOrDefault(known => known.From == from && known.To == to);
        if (part is null)
        {
            part = new Part
            {
                Id = state.NextId(),
                From = from,
                FromPayment = payment,
                To = to,
                Created = state.Now,
                Updated = state.Now,
            };
            state.Parts.Add(part);
        }

        part.Amount += amount;
        state.Touch(part);
        to.Applied += amount;
        Tell(to);
        if (payment)
        {
            var paid = state.Payments.Get(from);
            paid.Applied += amount;
            state.Touch(paid);
            callouts.Tell("Payment", paid.Id);
        }
        else
        {
            var memo = state.Document(DocumentKind.CreditMemo, from);
            memo.Applied += amount;
            Tell(memo);
        }
    }
}

/// <summary>What an account owes and has, counted from its documents.</summary>
internal sealed class ZuoraBalances(ZuoraState state)
{
    public decimal Open(Account account, DocumentKind kind) =>
        state.All(kind).Where(document => document.Account == account).Sum(document => document.Balance);

    public JsonObject Metrics(Account account)
    {
        var (invoices, debits, credits) = (
            Open(account, DocumentKind.Invoice),
            Open(account, DocumentKind.DebitMemo),
            Open(account, DocumentKind.CreditMemo)
        );
        var payments = state.Payments.All.Where(payment => payment.AccountId == account.Id).Sum(payment => payment.Unapplied);
        return new JsonObject
        {
            ["balance"] = invoices + debits - credits - payments,
            ["totalInvoiceBalance"] = invoices,
            ["totalDebitMemoBalance"] = debits,
            ["unappliedCreditMemoAmount"] = credits,
            ["unappliedPaymentAmount"] = payments,
            ["creditBalance"] = 0m,
            ["contractedMrr"] = Monthly(account),
        };
    }

    public decimal Monthly(Account account) =>
        state
            .Subscriptions.Values.Where(known => known.AccountId == account.Id && known.Latest.Status == "Active")
            .Sum(known => Monthly(known.Latest, account.Currency));

    public static decimal Monthly(SubscriptionVersion version, string currency) =>
        version
            .Plans.SelectMany(plan => plan.Charges.GroupBy(charge => charge.Number).Select(segments => segments.Last()))
            .Sum(charge => Monthly(charge, currency));

    public static decimal Monthly(Charge charge, string currency) =>
        charge.Catalog is { Type: "Recurring", IsDiscount: false }
            ? decimal.Round(ZuoraRating.Price(charge, charge.Quantity ?? 1, currency) / ZuoraRating.Months(charge.Catalog.Period), 9)
            : 0;
}
