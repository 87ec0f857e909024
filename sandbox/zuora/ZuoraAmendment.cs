using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>
/// The actions of an order on one subscription: each makes a version. What it makes joins the subscription only when the whole order is right.
/// Ids of rate plans and charges are new in each version; an update may name any of them, a removal only the latest.
/// </summary>
internal sealed class ZuoraAmendment(ZuoraState state, Order order, Account account)
{
    private SubscriptionVersion? latest;

    public Subscription Subscription { get; private set; } = null!;

    public List<SubscriptionVersion> Versions { get; } = [];

    private SubscriptionVersion Latest =>
        latest ?? throw ZuoraRefusal.Invalid("The first action on a new subscription is CreateSubscription.");

    public void Open(Subscription subscription)
    {
        ZuoraRefusal.Require(subscription.AccountId == account.Id, "The subscription is another account's.");
        (Subscription, latest) = (subscription, subscription.Latest);
    }

    public void Create(JsonObject action)
    {
        var body = action.Part("createSubscription") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'createSubscription'.");
        var number = body.Text("subscriptionNumber") is { Length: > 0 } given ? given : state.NextNumber("Subscription");
        ZuoraRefusal.Require(!state.Subscriptions.ContainsKey(number), $"The subscription number '{number}' already exists.");
        Subscription = new Subscription(number, account.Id);
        var terms = body.Part("terms") ?? [];
        var initial = terms.Part("initialTerm") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'initialTerm'.");
        var day = Effective(action);
        var start = initial.Day("startDate") ?? day;
        var (termed, period, type) = (
            initial.Required("termType") == "TERMED",
            initial.Whole("period") ?? 12,
            initial.Text("periodType") ?? "Month"
        );
        latest = new SubscriptionVersion
        {
            Id = state.NextId(),
            Version = 1,
            OrderNumber = order.Number,
            Start = day,
            TermStart = start,
            TermEnd = termed ? ZuoraRating.Add(start, type, period) : null,
            InitialTerm = termed ? period : 0,
            PeriodType = type,
            RenewalTerm = Renewal(terms) ?? (termed ? period : 0),
            AutoRenew = terms.Flag("autoRenew") ?? false,
            Notes = body.Text("notes") ?? "",
            Created = state.Now,
            Updated = state.Now,
        };
        Versions.Add(latest);
        var plans = body.Parts("subscribeToRatePlans");
        ZuoraRefusal.Require(plans.Count > 0, "A subscription subscribes to rate plans.");
        foreach (var plan in plans)
        {
            Add(plan, day, null);
        }
    }

    public void Carry(JsonObject action)
    {
        var type = action.Required("type");
        ZuoraRefusal.Require(Latest.Status != "Cancelled", $"The subscription {Subscription.Number} is cancelled.");
        ZuoraRefusal.Require(
            Latest.Status != "Suspended" || type is "Resume" or "CancelSubscription",
            $"The subscription {Subscription.Number} is suspended."
        );
        var day = Effective(action);
        switch (type)
        {
            case "AddProduct":
                Next();
                Add(Given(action, "addProduct"), day, "Add");
                break;
            case "UpdateProduct":
                Update(Given(action, "updateProduct"), day);
                break;
            case "RemoveProduct":
                Remove(Given(action, "removeProduct"), day);
                break;
            case "RenewSubscription":
                Renew();
                break;
            case "TermsAndConditions":
                ChangeTerms(Given(action, "termsAndConditions"));
                break;
            case "CancelSubscription":
                Cancel(Given(action, "cancelSubscription"));
                break;
            case "Suspend":
                Suspend(Given(action, "suspend"));
                break;
            case "Resume":
                Resume(Given(action, "resume"));
                break;
            default:
                throw ZuoraRefusal.Invalid($"The order action '{type}' is not supported by this tenant.");
        }
    }

    private static int? Renewal(JsonObject terms) => terms.Parts("renewalTerms") is [var first, ..] ? first.Whole("period") : null;

    private static JsonObject Given(JsonObject action, string name) =>
        action.Part(name) ?? throw ZuoraRefusal.Invalid($"Missing mandatory field: '{name}'.");

    private DateOnly Effective(JsonObject action) =>
        action.Parts("triggerDates").FirstOrDefault(date => date.Text("name") == "ContractEffective")?.Day("triggerDate") ?? order.Day;

    /// <summary>The next version: the last one's plans and charges under new ids.</summary>
    private void Next()
    {
        var last = Latest;
        latest = new SubscriptionVersion
        {
            Id = state.NextId(),
            Version = last.Version + 1,
            OrderNumber = order.Number,
            Status = last.Status,
            Start = last.Start,
            TermStart = last.TermStart,
            TermEnd = last.TermEnd,
            InitialTerm = last.InitialTerm,
            PeriodType = last.PeriodType,
            RenewalTerm = last.RenewalTerm,
            AutoRenew = last.AutoRenew,
            Notes = last.Notes,
            Cancelled = last.Cancelled,
            Suspended = last.Suspended,
            Created = state.Now,
            Updated = state.Now,
        };
        foreach (var plan in last.Plans)
        {
            var copy = new RatePlan(state.NextId(), plan.OriginalId, plan.Catalog) { LastChange = plan.LastChange };
            copy.Charges.AddRange(plan.Charges.Select(charge => charge with { Id = state.NextId() }));
            latest.Plans.Add(copy);
        }

        Versions.Add(latest);
    }

    private void Add(JsonObject body, DateOnly day, string? change)
    {
        var catalog = state.Catalog.Plan(body.Required("productRatePlanId"), "product rate plan");
        ZuoraRefusal.Require(catalog.From <= day && day <= catalog.Until, $"The rate plan {catalog.Name} is not sold on {day}.");
        ZuoraRefusal.Require(
            catalog.Charges.TrueForAll(charge => charge.Prices.ContainsKey(account.Currency)),
            $"The rate plan {catalog.Name} has no price in {account.Currency}."
        );
        var overrides = body.Parts("chargeOverrides")
            .ToDictionary(part => part.Required("productRatePlanChargeId"), StringComparer.Ordinal);
        if (overrides.Keys.FirstOrDefault(id => !catalog.Charges.Any(charge => charge.Id == id)) is { } unknown)
        {
            throw ZuoraRefusal.NotFound("product rate plan charge", unknown);
        }

        var id = state.NextId();
        var plan = new RatePlan(id, id, catalog) { LastChange = change };
        foreach (var charge in catalog.Charges)
        {
            var asked = overrides.GetValueOrDefault(charge.Id);
            var (price, quantity) = Pricing(asked?.Part("pricing"));
            var chargeId = state.NextId();
            var number = asked?.Text("chargeNumber") ?? state.NextNumber("Charge");
            plan.Charges.Add(
                new Charge(chargeId, chargeId, number, charge, 1)
                {
                    Price = price,
                    Quantity = charge.HasQuantity ? quantity ?? charge.DefaultQuantity ?? 1 : null,
                    Start = day,
                    End = Latest.TermEnd,
                }
            );
        }

        Latest.Plans.Add(plan);
    }

    /// <summary>Price and quantity of whichever pricing is given: exactly one.</summary>
    private static (decimal? Price, decimal? Quantity) Pricing(JsonObject? pricing)
    {
        if (pricing is null)
        {
            return (null, null);
        }

        ZuoraRefusal.Require(pricing.Count == 1, "A charge has one pricing.");
        var (name, _) = pricing.Single();
        ZuoraRefusal.Require(
            name
                is "recurringFlatFee"
                    or "recurringPerUnit"
                    or "recurringVolume"
                    or "recurringTiered"
                    or "oneTimeFlatFee"
                    or "usagePerUnit",
            $"The pricing '{name}' is not supported by this tenant."
        );
        var given = pricing.Part(name) ?? [];
        ZuoraRefusal.Require(given["tiers"] is null, "Tiers come from the catalog in this tenant.");
        var quantity = given.Amount("quantity");
        ZuoraRefusal.Require(quantity is null or > 0, "The quantity must be greater than zero.");
        return (given.Amount("listPrice"), quantity);
    }

    private RatePlan Find(string? key, bool history)
    {
        var found = history ? Latest.Plans.Find(plan => plan.OriginalId == Original(key)) : Latest.Plans.Find(plan => plan.Id == key);
        return found ?? throw ZuoraRefusal.NotFound("rate plan of the latest version", key ?? "");
    }

    private string? Original(string? key) =>
        Subscription.Versions.Concat(Versions).SelectMany(version => version.Plans).FirstOrDefault(plan => plan.Id == key)?.OriginalId;

    private void Update(JsonObject body, DateOnly day)
    {
        var original = Find(body.Required("ratePlanId"), history: true).OriginalId;
        day = body.Day("specificUpdateDate") ?? day;
        Next();
        var plan = Latest.Plans.First(known => known.OriginalId == original);
        plan.LastChange = "Update";
        var updates = body.Parts("chargeUpdates");
        ZuoraRefusal.Require(updates.Count > 0, "An update changes charges.");
        foreach (var update in updates)
        {
            var number = update.Required("chargeNumber");
            var current = plan.Charges.FindLast(charge => charge.Number == number) ?? throw ZuoraRefusal.NotFound("charge", number);
            var (price, quantity) = Pricing(update.Part("pricing"));
            var from = update.Part("effectiveDate")?.Day("specificTriggerDate") ?? day;
            ZuoraRefusal.Require(
                from >= current.Start && (current.End is null || from < current.End),
                "The change lies outside of the charge's days."
            );
            plan.Charges.Add(
                new Charge(state.NextId(), current.OriginalId, number, current.Catalog, current.Segment + 1)
                {
                    Price = price ?? current.Price,
                    Quantity = quantity ?? current.Quantity,
                    Start = from,
                    End = current.End,
                }
            );
            current.End = from;
        }
    }

    private void Remove(JsonObject body, DateOnly day)
    {
        var original = Find(body.Required("ratePlanId"), history: false).OriginalId;
        Next();
        var plan = Latest.Plans.First(known => known.OriginalId == original);
        ZuoraRefusal.Require(plan.LastChange != "Remove", "The rate plan was removed before.");
        plan.LastChange = "Remove";
        End(plan, day);
    }

    private void Renew()
    {
        ZuoraRefusal.Require(Latest.TermEnd is not null, "An evergreen subscription is not renewed.");
        ZuoraRefusal.Require(Latest.RenewalTerm > 0, "The subscription has no renewal term.");
        Next();
        var old = Latest.TermEnd;
        Latest.TermStart = old!.Value;
        Latest.TermEnd = ZuoraRating.Add(old.Value, Latest.PeriodType, Latest.RenewalTerm);
        foreach (var charge in Latest.Plans.SelectMany(plan => plan.Charges).Where(charge => charge.End == old))
        {
            charge.End = Latest.TermEnd;
        }
    }

    private void ChangeTerms(JsonObject body)
    {
        Next();
        Latest.AutoRenew = body.Flag("autoRenew") ?? Latest.AutoRenew;
        Latest.RenewalTerm = Renewal(body) ?? Latest.RenewalTerm;
        if (body.Part("lastTerm") is not { } term)
        {
            return;
        }

        var old = Latest.TermEnd;
        Latest.TermEnd =
            term.Required("termType") == "TERMED"
                ? ZuoraRating.Add(term.Day("startDate") ?? Latest.TermStart, term.Text("periodType") ?? "Month", term.Whole("period") ?? 12)
                : null;
        foreach (var charge in Latest.Plans.SelectMany(plan => plan.Charges).Where(charge => charge.End == old))
        {
            charge.End = Latest.TermEnd;
        }
    }

    private void Cancel(JsonObject body)
    {
        var on = body.Required("cancellationPolicy") switch
        {
            "SpecificDate" => body.Day("cancellationEffectiveDate")
                ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'cancellationEffectiveDate'."),
            "EndOfCurrentTerm" => Latest.TermEnd ?? throw ZuoraRefusal.Rule("An evergreen subscription has no end of term."),
            "EndOfLastInvoicePeriod" => Billed(),
            _ => throw ZuoraRefusal.Invalid("The cancellation policy is not known."),
        };
        Next();
        Latest.Status = "Cancelled";
        Latest.Cancelled = on;
        Latest.TermEnd = on;
        Latest.Plans.ForEach(plan => End(plan, on));
    }

    private void Suspend(JsonObject body)
    {
        var on = body.Required("suspendPolicy") switch
        {
            "Today" => state.Today,
            "SpecificDate" => body.Day("suspendSpecificDate")
                ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'suspendSpecificDate'."),
            "EndOfLastInvoicePeriod" => Billed(),
            "FixedPeriodsFromToday" => ZuoraRating.Add(state.Today, body.Required("suspendPeriodsType"), body.Whole("suspendPeriods") ?? 0),
            _ => throw ZuoraRefusal.Invalid("The suspend policy is not known."),
        };
        Next();
        Latest.Status = "Suspended";
        Latest.Suspended = on;
        Latest.Plans.ForEach(plan => End(plan, on));
    }

    private void Resume(JsonObject body)
    {
        var suspended = Latest.Suspended ?? throw ZuoraRefusal.Rule("The subscription is not suspended.");
        var on = body.Required("resumePolicy") switch
        {
            "Today" => state.Today,
            "SuspendDate" => suspended,
            "SpecificDate" => body.Day("resumeSpecificDate")
                ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'resumeSpecificDate'."),
            "FixedPeriodsFromToday" => ZuoraRating.Add(state.Today, body.Required("resumePeriodsType"), body.Whole("resumePeriods") ?? 0),
            "FixedPeriodsFromSuspendDate" => ZuoraRating.Add(
                suspended,
                body.Required("resumePeriodsType"),
                body.Whole("resumePeriods") ?? 0
            ),
            _ => throw ZuoraRefusal.Invalid("The resume policy is not known."),
        };
        ZuoraRefusal.Require(
            on >= suspended && (Latest.TermEnd is null || on < Latest.TermEnd),
            "A subscription resumes after it was suspended, in its term."
        );
        Next();
        Latest.Status = "Active";
        Latest.Suspended = null;
        if (body.Flag("extendsTerm") == true && Latest.TermEnd is { } end)
        {
            Latest.TermEnd = end.AddDays(on.DayNumber - suspended.DayNumber);
        }

        foreach (var plan in Latest.Plans)
        {
            foreach (var charge in plan.Charges.Where(charge => charge.End == suspended).ToArray())
            {
                plan.Charges.Add(
                    charge with
                    {
                        Id = state.NextId(),
                        Segment = charge.Segment + 1,
                        Start = on,
                        End = Latest.TermEnd,
                        ChargedThrough = null,
                    }
                );
            }
        }
    }

    private DateOnly Billed() =>
        Latest
            .Plans.SelectMany(plan => plan.Charges)
            .Where(charge => charge.Catalog.Type == "Recurring")
            .Max(charge => charge.ChargedThrough)
        ?? Latest.TermStart;

    private static void End(RatePlan plan, DateOnly on)
    {
        foreach (var charge in plan.Charges.Where(charge => charge.End is null || charge.End > on))
        {
            charge.End = charge.Start > on ? charge.Start : on;
        }
    }
}
