using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Says an order's lines as the actions of Zuora's order, one list per subscription. What a change within a period or a term costs is not said: co-terming
/// and proration are Zuora's answer, and come back as its subscription and its documents.
/// </summary>
internal sealed class ZuoraOrderActions(ZuoraPriceBook book, IReadOnlyDictionary<string, ZuoraAmended> amended)
{
    private static readonly string[] TriggerDates = ["ContractEffective", "ServiceActivation", "CustomerAcceptance"];

    // What an earlier line of the order has made of a charge's quantity.
    private readonly Dictionary<string, decimal> quantities = new(StringComparer.Ordinal);

    /// <summary>New lines of one term and one day are one subscription; all that amends a subscription stands together.</summary>
    public async Task<Outcome<JsonArray>> SayAsync(IReadOnlyList<ZuoraOrderLine> lines, CancellationToken cancellationToken)
    {
        var subscriptions = new JsonArray();
        foreach (var group in lines.GroupBy(line => line.Subscription ?? $"new {line.EffectiveOn} {line.Term?.ToJsonString()}"))
        {
            ZuoraOrderLine[] together = [.. group];
            var said = together[0].Subscription is { } number
                ? await AmendAsync(amended[number], together, cancellationToken)
                : await CreateAsync(together, cancellationToken);
            if (!said.TryGet(out var subscription, out var fault))
            {
                return fault;
            }

            subscriptions.Add((JsonNode)subscription);
        }

        return subscriptions;
    }

    private async Task<Outcome<JsonObject>> CreateAsync(ZuoraOrderLine[] lines, CancellationToken cancellationToken)
    {
        if (Terms(lines[0].Term) is not { } terms)
        {
            return new Fault.Rejected(
                "no-term",
                "a new subscription is agreed for a term of so many days, weeks, months or years, or is evergreen"
            );
        }

        var plans = new JsonArray();
        foreach (var line in lines)
        {
            var subscribed = await book.SubscribeAsync(line, line.Quantity, cancellationToken);
            if (!subscribed.TryGet(out var plan, out var fault))
            {
                return fault;
            }

            plans.Add((JsonNode)plan);
        }

        var create = new JsonObject { ["terms"] = terms, ["subscribeToRatePlans"] = plans };
        return new JsonObject { ["orderActions"] = new JsonArray(Action(lines[0], "CreateSubscription", ("createSubscription", create))) };
    }

    private async Task<Outcome<JsonObject>> AmendAsync(ZuoraAmended standing, ZuoraOrderLine[] lines, CancellationToken cancellationToken)
    {
        var actions = new JsonArray();
        foreach (var line in lines)
        {
            var said = line.Action switch
            {
                "add" => await AddAsync(standing, line, cancellationToken),
                "remove" => Remove(standing, line),
                "swap" => await SwapAsync(standing, line, cancellationToken),
                "renew" => Renew(line),
                "cancel" => Cancel(line),
                "suspend" => Suspend(line),
                _ => new Fault.Rejected("unknown-action", $"'{line.Action}' is no action on a subscription"),
            };
            if (!said.TryGet(out var made, out var fault))
            {
                return fault;
            }

            foreach (var action in made)
            {
                actions.Add((JsonNode)action);
            }
        }

        return new JsonObject { ["subscriptionNumber"] = standing.Number, ["orderActions"] = actions };
    }

    /// <summary>More of what stands there at the same price is a higher quantity; else it is another rate plan.</summary>
    private async Task<Outcome<JsonObject[]>> AddAsync(ZuoraAmended standing, ZuoraOrderLine line, CancellationToken cancellationToken)
    {
        var plans = standing.Find(line.Sku!, line.Price);
        if (plans is [var plan] && plan.Counted(line.Charge).Count > 0)
        {
            return Update(plan, line);
        }

        if (plans.Count > 1)
        {
            return Several(standing, line.Sku!);
        }

        var subscribed = await book.SubscribeAsync(line, line.Change ?? line.Quantity, cancellationToken);
        return subscribed.TryGet(out var added, out var fault) ? new[] { Action(line, "AddProduct", ("addProduct", added)) } : fault;
    }

    private Outcome<JsonObject[]> Remove(ZuoraAmended standing, ZuoraOrderLine line)
    {
        var plans = standing.Find(line.Sku!, null);
        plans = plans.Count > 1 ? standing.Find(line.Sku!, line.Price) : plans;
        return plans switch
        {
            [] => new Fault.Rejected("not-subscribed", $"the subscription {standing.Number} has nothing of the SKU '{line.Sku}'"),
            [var plan] when line.Quantity is 0 || plan.Counted(line.Charge).Count == 0 => new[] { Removal(line, plan) },
            [var plan] => Update(plan, line),
            _ => Several(standing, line.Sku!),
        };
    }

    private async Task<Outcome<JsonObject[]>> SwapAsync(ZuoraAmended standing, ZuoraOrderLine line, CancellationToken cancellationToken)
    {
        if (standing.Find(line.ReplacedSku!, null) is not [var replaced])
        {
            return Several(standing, line.ReplacedSku!);
        }

        var subscribed = await book.SubscribeAsync(line, line.Quantity, cancellationToken);
        return subscribed.TryGet(out var added, out var fault)
            ? new[] { Removal(line, replaced), Action(line, "AddProduct", ("addProduct", added)) }
            : fault;
    }

    /// <summary>Zuora takes how many there are afterwards. Where the order tells only the difference, it is one from what the version that it amends has.</summary>
    private Outcome<JsonObject[]> Update(ZuoraAmendedPlan plan, ZuoraOrderLine line)
    {
        if (plan.Counted(line.Charge) is not [var segments])
        {
            return new Fault.Rejected(
                "several-charges",
                $"the rate plan of the SKU '{line.Sku}' has several charges with a quantity: the mapping has to name a productRatePlanChargeId"
            );
        }

        var charge = segments.LastOrDefault(segment => segment.HoldsOn(line.EffectiveOn)) ?? segments.Last();
        var before = quantities.GetValueOrDefault(charge.Number, charge.Quantity!.Value);
        var after = before + (line.Change ?? 0);
        if (line.Change is null || after < 0 || (line.Quantity is { } quantity && quantity != after))
        {
            return new Fault.Rejected(
                "another-quantity",
                $"there are {before} of the SKU '{line.Sku}', from which the order's change does not lead to its quantity"
            );
        }

        quantities[charge.Number] = after;
        if (after == 0)
        {
            return new[] { Removal(line, plan) };
        }

        var said = charge.Pricing.Say(line.Sku!, after, null);
        if (!said.TryGet(out var pricing, out var fault))
        {
            return fault;
        }

        var update = new JsonObject
        {
            ["ratePlanId"] = plan.Id,
            ["chargeUpdates"] = new JsonArray(new JsonObject { ["chargeNumber"] = charge.Number, ["pricing"] = pricing }),
        };
        return new[] { Action(line, "UpdateProduct", ("updateProduct", update)) };
    }

    /// <summary>The term that follows is as long as the last one was agreed to be, unless the order says another.</summary>
    private static Outcome<JsonObject[]> Renew(ZuoraOrderLine line)
    {
        var renewal = Action(line, "RenewSubscription", null);
        return line.Term is not { } term ? new[] { renewal }
            : Renewals(term) is { } terms ? new[] { Action(line, "TermsAndConditions", ("termsAndConditions", terms)), renewal }
            : new Fault.Rejected("no-term", "a subscription is renewed for a term of so many days, weeks, months or years");
    }

    private static Outcome<JsonObject[]> Cancel(ZuoraOrderLine line) =>
        new[]
        {
            Action(
                line,
                "CancelSubscription",
                (
                    "cancelSubscription",
                    new JsonObject { ["cancellationPolicy"] = "SpecificDate", ["cancellationEffectiveDate"] = line.EffectiveOn }
                )
            ),
        };

    private static Outcome<JsonObject[]> Suspend(ZuoraOrderLine line) =>
        new[]
        {
            Action(
                line,
                "Suspend",
                ("suspend", new JsonObject { ["suspendPolicy"] = "SpecificDate", ["suspendSpecificDate"] = line.EffectiveOn })
            ),
        };

    private static JsonObject Removal(ZuoraOrderLine line, ZuoraAmendedPlan plan) =>
        Action(line, "RemoveProduct", ("removeProduct", new JsonObject { ["ratePlanId"] = plan.Id }));

    private static Fault.Rejected Several(ZuoraAmended standing, string sku) =>
        new("not-one-rate-plan", $"the subscription {standing.Number} does not have the SKU '{sku}' exactly once");

    private static JsonObject? Terms(JsonObject? term)
    {
        if (term?.Text("termType") is not { } type)
        {
            return null;
        }

        var initial = term.Without("autoRenew").Filled();
        if (type == "EVERGREEN")
        {
            return new JsonObject { ["initialTerm"] = initial };
        }

        var terms = Renewals(term);
        if (terms is not null)
        {
            terms["initialTerm"] = initial;
        }

        return terms;
    }

    private static JsonObject? Renewals(JsonObject term)
    {
        if (term.Number("period") is not { } period || term.Text("periodType") is not { } type)
        {
            return null;
        }

        var terms = new JsonObject
        {
            ["renewalSetting"] = "RENEW_WITH_SPECIFIC_TERM",
            ["renewalTerms"] = new JsonArray(new JsonObject { ["period"] = period, ["periodType"] = type }),
        };
        if (term["autoRenew"] is { } renewsItself)
        {
            terms["autoRenew"] = renewsItself.DeepClone();
        }

        return terms;
    }

    /// <summary>All three dates on which a charge can begin are the line's, so that a tenant which asks for one of them has no order that waits for it.</summary>
    private static JsonObject Action(ZuoraOrderLine line, string type, (string Name, JsonObject Value)? what)
    {
        var action = new JsonObject
        {
            ["type"] = type,
            ["triggerDates"] = new JsonArray([
                .. TriggerDates.Select(JsonNode (name) => new JsonObject { ["name"] = name, ["triggerDate"] = line.EffectiveOn }),
            ]),
        };
        if (what is var (field, value))
        {
            action[field] = value;
        }

        return action;
    }
}
