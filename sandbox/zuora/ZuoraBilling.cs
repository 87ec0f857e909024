using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Bill runs: from what subscriptions owe to invoices, and from what was billed too much to credit memos.</summary>
internal sealed class ZuoraBilling(ZuoraState state, ZuoraLedger ledger, ZuoraCallouts callouts)
{
    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["v1", "object", "bill-run"]) => Made(Create(call.Body)),
            ("GET", ["v1", "object", "bill-run", var id]) => new ZuoraReply(200, ZuoraObjects.Of(Find(id))),
            ("PUT", ["v1", "object", "bill-run", var id]) => Made(Change(Find(id), call.Body)),
            ("POST", ["v1", "object", "usage"]) => MadeUsage(call.Body),
            ("GET", ["v1", "object", "usage", var id]) => new ZuoraReply(200, ZuoraObjects.Of(state.Usages.Get(id))),
            _ => null,
        };

    /// <summary>Bills all accounts, or one, up to a target date.</summary>
    public BillRun Run(Account? only, DateOnly target, DateOnly invoiceDate, bool post)
    {
        var run = new BillRun
        {
            Id = state.NextId(),
            Number = state.NextNumber("BillRun"),
            TargetDate = target,
            InvoiceDate = invoiceDate,
            AccountId = only?.Id,
            Created = state.Now,
            Updated = state.Now,
        };
        foreach (
            var account in state.Accounts.All.Where(account => account.Status == "Active" && (only is null || account == only)).ToArray()
        )
        {
            Bill(run, account);
        }

        state.BillRuns.Add(run);
        if (post)
        {
            Post(run);
        }

        callouts.Tell("BillRun", run.Id);
        return run;
    }

    public Usage Report(string chargeNumber, decimal quantity, DateOnly day)
    {
        ZuoraRefusal.Require(quantity > 0, "A usage is more than nothing.");
        var (subscription, charge) = state
            .Subscriptions.Values.SelectMany(known => Segments(known.Latest).Select(pair => (Subscription: known, pair.Charge)))
            .FirstOrDefault(pair => pair.Charge.Number == chargeNumber);
        if (charge is null || charge.Catalog.Type != "Usage")
        {
            throw ZuoraRefusal.NotFound("usage charge", chargeNumber);
        }

        var usage = new Usage
        {
            Id = state.NextId(),
            AccountId = subscription.AccountId,
            ChargeNumber = chargeNumber,
            Unit = charge.Catalog.Unit!,
            Quantity = quantity,
            Day = day,
            Created = state.Now,
            Updated = state.Now,
        };
        state.Usages.Add(usage);
        return usage;
    }

    private BillRun Find(string id) => state.BillRuns.ById(id) ?? throw ZuoraRefusal.NotFound("bill run", id);

    private static ZuoraReply Made(ZuoraRecord record) => new(200, new JsonObject { ["Success"] = true, ["Id"] = record.Id });

    private BillRun Create(JsonObject body)
    {
        var target = body.Day("TargetDate") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'TargetDate'.");
        var day = body.Day("InvoiceDate") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'InvoiceDate'.");
        var account = body.Text("AccountId") is { Length: > 0 } id ? state.Account(id) : null;
        return Run(account, target, day, body.Flag("AutoPost") == true);
    }

    private BillRun Change(BillRun run, JsonObject body)
    {
        ZuoraRefusal.Require(run.Status == "Completed", $"The bill run is {run.Status}.");
        switch (body.Required("Status"))
        {
            case "Posted":
                Post(run);
                break;
            case "Canceled":
                Cancel(run);
                break;
            default:
                throw ZuoraRefusal.Invalid("The status becomes Posted or Canceled.");
        }

        callouts.Tell("BillRun", run.Id);
        return run;
    }

    private void Post(BillRun run)
    {
        foreach (var document in run.Documents.Where(document => document.Status == "Draft"))
        {
            ledger.Post(document);
        }

        run.Status = "Posted";
        state.Touch(run);
    }

    private void Cancel(BillRun run)
    {
        ZuoraRefusal.Require(
            run.Documents.TrueForAll(document => document.Status == "Draft"),
            "A bill run with posted documents is not canceled."
        );
        ZuoraRefusal.Require(
            run.Charged.TrueForAll(charged => state.Subscription(charged.Version.Id).Latest == charged.Version),
            "A subscription was changed since."
        );
        run.Documents.ForEach(ledger.Cancel);
        foreach (var (_, charge, before) in Enumerable.Reverse(run.Charged))
        {
            charge.ChargedThrough = before;
        }

        run.Usages.ForEach(usage => usage.Billed = false);
        run.Status = "Canceled";
        state.Touch(run);
    }

    private void Bill(BillRun run, Account account)
    {
        var (owed, credited) = (new List<DocumentItem>(), new List<DocumentItem>());
        foreach (var subscription in state.Subscriptions.Values.Where(known => known.AccountId == account.Id))
        {
            foreach (var plan in subscription.Latest.Plans)
            {
                var rated = plan
                    .Charges.Where(charge => !charge.Catalog.IsDiscount)
                    .SelectMany(charge => Rate(run, subscription, plan, charge))
                    .ToArray();
                foreach (var period in rated)
                {
                    Itemise(account, subscription, plan, period, period.Amount < 0 ? credited : owed);
                }
            }
        }

        if (owed.Count > 0)
        {
            Keep(run, account, DocumentKind.Invoice, owed);
        }

        if (credited.Count > 0)
        {
            Keep(run, account, DocumentKind.CreditMemo, credited);
        }
    }

    private List<RatedPeriod> Rate(BillRun run, Subscription subscription, RatePlan plan, Charge charge)
    {
        var currency = state.Account(subscription.AccountId).Currency;
        var anchor = plan.Charges.First(known => known.Number == charge.Number).Start;
        var before = charge.ChargedThrough;
        var rated = ZuoraRating.Overbilled(charge, anchor, currency).ToList();
        if (rated.Count > 0)
        {
            charge.ChargedThrough = charge.End;
        }

        foreach (var period in ZuoraRating.Due(charge, anchor, run.TargetDate, currency).ToArray())
        {
            charge.ChargedThrough = period.End;
            var used = charge.Catalog.Type == "Usage" ? Used(run, period, currency) : period;
            if (used.Amount != 0)
            {
                rated.Add(used);
            }
        }

        if (charge.ChargedThrough != before)
        {
            run.Charged.Add((subscription.Latest, charge, before));
        }

        return rated;
    }

    /// <summary>The usage of a period, each record billed once.</summary>
    private RatedPeriod Used(BillRun run, RatedPeriod period, string currency)
    {
        var usages = state
            .Usages.All.Where(usage =>
                !usage.Billed && usage.ChargeNumber == period.Charge.Number && usage.Day >= period.Start && usage.Day < period.End
            )
            .ToArray();
        foreach (var usage in usages)
        {
            usage.Billed = true;
            run.Usages.Add(usage);
        }

        var quantity = usages.Sum(usage => usage.Quantity);
        return period with { Quantity = quantity, Amount = quantity == 0 ? 0 : ZuoraRating.Price(period.Charge, quantity, currency) };
    }

    private void Itemise(Account account, Subscription subscription, RatePlan plan, RatedPeriod period, List<DocumentItem> items)
    {
        var discount = plan.Charges.Find(charge => charge.Catalog.IsDiscount && period.Charge.Catalog.Type == "Recurring");
        var share = (discount?.Catalog.DiscountPercentage ?? 0) / 100;
        // What is credited is what was paid: the discount is in it already.
        var amount = period.Amount < 0 ? -period.Amount * (1 - share) : period.Amount;
        var item = Item(account, subscription, period, amount, null);
        items.Add(item);
        if (share != 0 && period.Amount > 0)
        {
            items.Add(Item(account, subscription, period with { Charge = discount!, Quantity = 0 }, -amount * share, item.Id));
        }
    }

    private DocumentItem Item(Account account, Subscription subscription, RatedPeriod period, decimal amount, string? appliedTo)
    {
        var (net, taxes) = ZuoraTaxes.Split(state, account, amount, period.Start);
        var item = new DocumentItem
        {
            Id = state.NextId(),
            Name = period.Charge.Catalog.Name,
            Net = net,
            Quantity = period.Quantity,
            UnitPrice = decimal.Round(period.Quantity == 0 ? amount : amount / period.Quantity, 9),
            Catalog = period.Charge.Catalog,
            ChargeId = period.Charge.Id,
            Subscription = subscription.Number,
            SubscriptionId = subscription.Latest.Id,
            ServiceStart = period.Start,
            ServiceEnd = period.End.AddDays(-1),
            AppliedTo = appliedTo,
            TaxInclusive = taxes.Any(tax => tax.Rule.Inclusive),
            Created = state.Now,
            Updated = state.Now,
        };
        item.Taxes.AddRange(taxes);
        return item;
    }

    private void Keep(BillRun run, Account account, DocumentKind kind, List<DocumentItem> items)
    {
        var document = new Document
        {
            Id = state.NextId(),
            Kind = kind,
            Number = state.NextNumber(kind.ToString()),
            Account = account,
            Day = run.InvoiceDate,
            Due = kind == DocumentKind.Invoice ? ZuoraLedger.DueOn(account, run.InvoiceDate) : null,
            TargetDate = run.TargetDate,
            Source = "BillRun",
            SourceId = run.Number,
            Created = state.Now,
            Updated = state.Now,
        };
        document.Items.AddRange(items);
        ledger.Keep(document);
        run.Documents.Add(document);
    }

    private static IEnumerable<(RatePlan Plan, Charge Charge)> Segments(SubscriptionVersion version) =>
        version.Plans.SelectMany(plan => plan.Charges.Select(charge => (plan, charge)));

    private ZuoraReply MadeUsage(JsonObject body)
    {
        var unit = body.Required("UOM");
        var at = body.Required("StartDateTime");
        if (
            !DateTimeOffset.TryParse(
                at,
                System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.AssumeUniversal,
                out var start
            )
        )
        {
            throw ZuoraRefusal.Invalid("The value of 'StartDateTime' is not a time.");
        }

        var number = body.Required("ChargeNumber");
        var account = state.Account(
            body.Text("AccountId") ?? body.Text("AccountNumber") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'AccountId'.")
        );
        var quantity = body.Amount("Quantity") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'Quantity'.");
        var charge = state
            .Subscriptions.Values.Where(known => known.AccountId == account.Id)
            .SelectMany(known => Segments(known.Latest))
            .Select(pair => pair.Charge)
            .FirstOrDefault(known => known.Number == number);
        ZuoraRefusal.Require(charge?.Catalog.Unit == unit, "The account has no such charge in this unit of measure.");
        return Made(Report(number, quantity, DateOnly.FromDateTime(start.UtcDateTime)));
    }
}
