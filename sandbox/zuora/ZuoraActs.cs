using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>The acts of a business, carried out by the same code that answers requests.</summary>
internal sealed class ZuoraActs(ZuoraState state, ZuoraAccounts accounts, ZuoraOrders orders, ZuoraLedger ledger, ZuoraPayments payments)
{
    public string OpenAccount(string name, string? email, string currency, string country, string? entity = null)
    {
        var contact = new JsonObject
        {
            ["firstName"] = "Accounts",
            ["lastName"] = "Payable",
            ["workEmail"] = email,
            ["country"] = country,
            ["state"] = country == "US" ? "California" : null,
        };
        var body = new JsonObject
        {
            ["name"] = name,
            ["currency"] = currency,
            ["paymentTerm"] = "Net 30",
            ["billCycleDay"] = 1,
            ["billToContact"] = contact,
            ["soldToSameAsBillTo"] = true,
        };
        if (entity is not null)
        {
            body["Subsidiary__NS"] = entity;
        }

        return accounts.Create(body).Id;
    }

    public void Rename(string account, string name) => accounts.Update(state.Account(account), new JsonObject { ["name"] = name });

    /// <summary>Issues an invoice by hand: its lines as they are, its tax on the first.</summary>
    public string IssueInvoice(string key, IReadOnlyList<PlayedLine> lines, long tax)
    {
        var account = state.Account(key);
        ZuoraRefusal.Require(account.Status == "Active" && lines.Count > 0, "An invoice has lines, and an active account.");
        var invoice = new Document
        {
            Id = state.NextId(),
            Kind = DocumentKind.Invoice,
            Number = state.NextNumber("Invoice"),
            Account = account,
            Day = state.Today,
            Due = ZuoraLedger.DueOn(account, state.Today),
            TargetDate = state.Today,
            Source = "Standalone",
            Created = state.Now,
            Updated = state.Now,
        };
        invoice.Items.AddRange(lines.Select(line => Item(line, account.Currency)));
        if (tax != 0)
        {
            var rule = ZuoraTaxes.For(state, account) is [var first, ..]
                ? first
                : new TaxRule("Tax", "Country", account.Entity.ToUpperInvariant(), "MANUAL", 0, false);
            invoice.Items[0].Taxes.Add(new TaxItem(state.NextId(), rule, ZuoraState.Major(tax, account.Currency), 0, state.Today));
        }

        ledger.Keep(invoice);
        ledger.Post(invoice);
        return invoice.Id;
    }

    public void Annotate(string invoice, string memo)
    {
        var known = Invoice(invoice);
        known.Comment = memo;
        ledger.Tell(known);
    }

    public void Extend(string document, DateOnly until) =>
        ledger.Extend(state.Documents.Get(document), new JsonObject { ["dueDate"] = ZuoraJson.Of(until) });

    public void Void(string invoice) => ledger.Reverse(Invoice(invoice), state.Today);

    public void CancelInvoice(string invoice)
    {
        ledger.Unpost(Invoice(invoice));
        ledger.Cancel(Invoice(invoice));
    }

    public void Revise(string invoice, long by)
    {
        var known = Invoice(invoice);
        known.Items[0].Net += ZuoraState.Major(by, known.Currency);
        ledger.Tell(known);
    }

    public void Miscount(string invoice, long by)
    {
        var known = Invoice(invoice);
        known.Miscount += ZuoraState.Major(by, known.Currency);
        ledger.Tell(known);
    }

    public string TakePayment(string account, long amount, string currency, IReadOnlyList<PlayedApplication> applications)
    {
        var payment = payments.Create(
            new JsonObject
            {
                ["accountId"] = state.Account(account).Id,
                ["amount"] = ZuoraState.Major(amount, currency),
                ["currency"] = currency,
                ["type"] = "Electronic",
                ["paymentMethodId"] = state.NextId(),
                ["invoices"] = new JsonArray([.. applications.Select(application => Part(application, currency))]),
            }
        );
        return payment.Id;
    }

    public void Apply(string payment, PlayedApplication application)
    {
        var paid = state.Payments.Get(payment);
        ledger.Apply(paid.Id, true, [(Invoice(application.Invoice), ZuoraState.Major(application.Amount, paid.Currency))]);
    }

    public void Unapply(string payment, PlayedApplication application)
    {
        var paid = state.Payments.Get(payment);
        ledger.Unapply(paid.Id, true, [(Invoice(application.Invoice), ZuoraState.Major(application.Amount, paid.Currency))]);
    }

    public string Refund(string payment, long amount)
    {
        var paid = state.Payments.Get(payment);
        var body = new JsonObject
        {
            ["totalAmount"] = ZuoraState.Major(amount, paid.Currency),
            ["type"] = paid.Type,
            ["methodType"] = paid.Type == "External" ? "WireTransfer" : null,
        };
        return payments.Refund(paid, body).Id;
    }

    public string Subscribe(string account, string plan, decimal quantity, DateOnly from)
    {
        var catalog = state.Catalog.Plan(plan, "product rate plan");
        var overrides = catalog.Charges.Where(charge => charge.HasQuantity).Select(charge => Override(charge, quantity));
        var subscribe = new JsonObject
        {
            ["terms"] = new JsonObject
            {
                ["autoRenew"] = false,
                ["initialTerm"] = new JsonObject
                {
                    ["period"] = 12,
                    ["periodType"] = "Month",
                    ["termType"] = "TERMED",
                },
                ["renewalTerms"] = new JsonArray(new JsonObject { ["period"] = 12, ["periodType"] = "Month" }),
            },
            ["subscribeToRatePlans"] = new JsonArray(
                new JsonObject { ["productRatePlanId"] = catalog.Id, ["chargeOverrides"] = new JsonArray([.. overrides]) }
            ),
        };
        var order = Order(
            state.Account(account),
            null,
            new JsonObject { ["type"] = "CreateSubscription", ["createSubscription"] = subscribe },
            from
        );
        return order.Subscriptions[0]!.AsObject().Text("subscriptionNumber")!;
    }

    public void ChangeQuantity(string subscription, decimal quantity, DateOnly from)
    {
        var known = state.Subscription(subscription);
        foreach (var plan in known.Latest.Plans.Where(plan => plan.Charges.Exists(charge => charge.Catalog.HasQuantity)))
        {
            var updates = plan
                .Charges.Where(charge => charge.Catalog.HasQuantity)
                .DistinctBy(charge => charge.Number)
                .Select(charge => new JsonObject { ["chargeNumber"] = charge.Number, ["pricing"] = Pricing(charge.Catalog, quantity) });
            var update = new JsonObject { ["ratePlanId"] = plan.Id, ["chargeUpdates"] = new JsonArray([.. updates]) };
            Order(
                state.Account(known.AccountId),
                known.Number,
                new JsonObject { ["type"] = "UpdateProduct", ["updateProduct"] = update },
                from
            );
        }
    }

    public void Cancel(string subscription, DateOnly on)
    {
        var known = state.Subscription(subscription);
        var cancel = new JsonObject { ["cancellationPolicy"] = "SpecificDate", ["cancellationEffectiveDate"] = ZuoraJson.Of(on) };
        Order(
            state.Account(known.AccountId),
            known.Number,
            new JsonObject { ["type"] = "CancelSubscription", ["cancelSubscription"] = cancel },
            on
        );
    }

    public string UsageCharge(string subscription) =>
        state
            .Subscription(subscription)
            .Latest.Plans.SelectMany(plan => plan.Charges)
            .First(charge => charge.Catalog.Type == "Usage")
            .Number;

    public string CollectPayment(string key, string? reference, long? amount)
    {
        var invoice = Invoice(key);
        return payments.Collect(invoice, reference, amount is { } asked ? ZuoraState.Major(asked, invoice.Currency) : invoice.Balance).Id;
    }

    public string Credit(string invoice, long amount, ZuoraMemos memos) => Memo(invoice, DocumentKind.CreditMemo, amount, memos, []);

    public string Debit(string invoice, long amount, ZuoraMemos memos) => Memo(invoice, DocumentKind.DebitMemo, amount, memos, []);

    public string WriteOff(string invoice, long amount, ZuoraMemos memos) =>
        Memo(
            invoice,
            DocumentKind.CreditMemo,
            amount,
            memos,
            new JsonObject { ["reasonCode"] = "Write-off", ["taxAutoCalculation"] = false }
        );

    public void Exempt(string account, string certificate) =>
        SetTax(account, new JsonObject { ["exemptStatus"] = "Yes", ["exemptCertificateId"] = certificate });

    public void RegisterForTax(string account, string number) => SetTax(account, new JsonObject { ["VATId"] = number });

    private void SetTax(string account, JsonObject tax) => accounts.Update(state.Account(account), new JsonObject { ["taxInfo"] = tax });

    /// <summary>A memo about an invoice's first line, posted, and applied where it is a credit.</summary>
    private string Memo(string invoice, DocumentKind kind, long amount, ZuoraMemos memos, JsonObject reason)
    {
        var known = Invoice(invoice);
        var item = new JsonObject
        {
            ["invoiceItemId"] = known.Items[0].Id,
            ["skuName"] = known.Items[0].Name,
            ["amount"] = ZuoraState.Major(amount, known.Currency),
        };
        var body = new JsonObject
        {
            ["items"] = new JsonArray(item),
            ["autoPost"] = true,
            ["autoApplyToInvoiceUponPosting"] = true,
        }.With(reason);
        return memos.Create(known, kind, body).Body.Text("id")!;
    }

    private Order Order(Account account, string? subscription, JsonObject action, DateOnly day)
    {
        action["triggerDates"] = new JsonArray(new JsonObject { ["name"] = "ContractEffective", ["triggerDate"] = ZuoraJson.Of(day) });
        var part = new JsonObject { ["orderActions"] = new JsonArray(action) };
        if (subscription is not null)
        {
            part["subscriptionNumber"] = subscription;
        }

        return orders.Place(
            new JsonObject
            {
                ["existingAccountNumber"] = account.Number,
                ["orderDate"] = ZuoraJson.Of(day),
                ["subscriptions"] = new JsonArray(part),
            }
        );
    }

    private static JsonObject Override(CatalogCharge charge, decimal quantity) =>
        new() { ["productRatePlanChargeId"] = charge.Id, ["pricing"] = Pricing(charge, quantity) };

    private static JsonObject Pricing(CatalogCharge charge, decimal quantity) =>
        new()
        {
            [
                charge.Model switch
                {
                    "Volume" => "recurringVolume",
                    "Tiered" => "recurringTiered",
                    _ => "recurringPerUnit",
                }
            ] = new JsonObject { ["quantity"] = quantity },
        };

    private Document Invoice(string key) => state.Document(DocumentKind.Invoice, key);

    private static JsonObject Part(PlayedApplication application, string currency) =>
        new() { ["invoiceId"] = application.Invoice, ["amount"] = ZuoraState.Major(application.Amount, currency) };

    private DocumentItem Item(PlayedLine line, string currency)
    {
        var net = ZuoraState.Major(line.Amount, currency);
        return new DocumentItem
        {
            Id = state.NextId(),
            Name = line.Description,
            Net = net,
            Quantity = line.Quantity,
            UnitPrice = line.Quantity == 0 ? net : decimal.Round(net / line.Quantity, 9),
            ServiceStart = state.Today,
            ServiceEnd = state.Today,
            Created = state.Now,
            Updated = state.Now,
        };
    }
}
