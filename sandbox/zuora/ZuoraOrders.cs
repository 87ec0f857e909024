using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Orders: what is asked of subscriptions, done as a whole or not at all.</summary>
internal sealed class ZuoraOrders(ZuoraState state, ZuoraBilling billing, ZuoraPayments payments, ZuoraCallouts callouts)
{
    private static readonly string[] Known =
    [
        "customFields",
        "description",
        "existingAccountNumber",
        "orderDate",
        "orderNumber",
        "processingOptions",
        "subscriptions",
    ];

    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["v1", "orders"]) => Create(call),
            ("GET", ["v1", "orders"]) => List(call),
            ("GET", ["v1", "orders", "subscription", var number]) => ZuoraPages.Page(
                call,
                "orders",
                [.. Touching(state.Subscription(number)).Select(View)]
            ),
            ("GET", ["v1", "orders", var number]) => ZuoraPages.Done(new JsonObject { ["order"] = View(state.Orders.Get(number)) }),
            _ => null,
        };

    /// <summary>Carries an order out.</summary>
    public Order Place(JsonObject body)
    {
        if (body.FirstOrDefault(field => !Known.Contains(field.Key, StringComparer.Ordinal)) is { Key: { } unknown })
        {
            throw ZuoraRefusal.Invalid($"The field '{unknown}' is not supported by this tenant.");
        }

        var day = body.Day("orderDate") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'orderDate'.");
        var account = state.Account(body.Required("existingAccountNumber"));
        ZuoraRefusal.Require(account.Status == "Active", "The account is not active.");
        var asked = body.Parts("subscriptions");
        ZuoraRefusal.Require(asked.Count > 0, "An order is about subscriptions.");
        var number = body.Text("orderNumber") is { Length: > 0 } given ? given : null;
        ZuoraRefusal.Require(number is null || state.Orders.Find(number) is null, $"The order number '{number}' already exists.");

        // Numbers that are drawn for an order that is refused stay gaps, as Zuora's do.
        number ??= state.NextNumber("Order");
        var order = new Order
        {
            Id = state.NextId(),
            Number = number,
            AccountId = account.Id,
            Day = day,
            Description = body.Text("description"),
            Created = state.Now,
            Updated = state.Now,
        };
        order.Custom.With(body.Part("customFields") ?? []);
        var amended = asked.Select(part => (Asked: part, Amended: Amend(order, account, part))).ToArray();
        var twice = amended.GroupBy(pair => pair.Amended.Subscription.Number, StringComparer.Ordinal).Any(same => same.Count() > 1);
        ZuoraRefusal.Require(!twice, "An order names a subscription once.");
        foreach (var (part, (subscription, versions)) in amended)
        {
            Keep(order, subscription, versions, part);
        }

        state.Orders.Add(order);
        callouts.Tell("Order", order.Id);
        return order;
    }

    private ZuoraReply Create(ZuoraCall call)
    {
        var order = Place(call.Body);
        var ids = call.Query.GetValueOrDefault("returnIds") == "true";
        var account = state.Account(order.AccountId);
        var view = new JsonObject { ["status"] = "Completed" };
        view[ids ? "orderId" : "orderNumber"] = ids ? order.Id : order.Number;
        view[ids ? "accountId" : "accountNumber"] = ids ? account.Id : account.Number;
        var touched = order.Subscriptions.Select(part => state.Subscription(part!.AsObject().Text("subscriptionNumber")!));
        view["subscriptions"] = new JsonArray([
            .. touched.Select(subscription => new JsonObject
            {
                [ids ? "subscriptionId" : "subscriptionNumber"] = ids ? subscription.Latest.Id : subscription.Number,
                ["status"] = subscription.Latest.Status,
            }),
        ]);
        Process(call.Body.Part("processingOptions"), account, order.Day, ids, view);
        return ZuoraPages.Done(view);
    }

    private void Process(JsonObject? options, Account account, DateOnly day, bool ids, JsonObject view)
    {
        if (options?.Flag("runBilling") != true)
        {
            return;
        }

        var billingOptions = options.Part("billingOptions") ?? [];
        var run = billing.Run(account, billingOptions.Day("targetDate") ?? day, billingOptions.Day("documentDate") ?? day, post: true);
        JsonArray Named(DocumentKind kind) =>
            [
                .. run
                    .Documents.Where(document => document.Kind == kind)
                    .Select(document => JsonValue.Create(ids ? document.Id : document.Number)),
            ];
        view[ids ? "invoiceIds" : "invoiceNumbers"] = Named(DocumentKind.Invoice);
        view[ids ? "creditMemoIds" : "creditMemoNumbers"] = Named(DocumentKind.CreditMemo);
        if (options.Flag("collectPayment") == true && run.Documents.Find(document => document.Kind == DocumentKind.Invoice) is { } invoice)
        {
            var payment = payments.Collect(invoice, null, invoice.Balance);
            view[ids ? "paymentId" : "paymentNumber"] = ids ? payment.Id : payment.Number;
            view["paidAmount"] = payment.Amount;
        }
    }

    private (Subscription Subscription, List<SubscriptionVersion> Versions) Amend(Order order, Account account, JsonObject asked)
    {
        var actions = asked.Parts("orderActions");
        ZuoraRefusal.Require(actions.Count > 0, "A subscription of an order has actions.");
        var amendment = new ZuoraAmendment(state, order, account);
        if (actions[0].Text("type") == "CreateSubscription")
        {
            amendment.Create(actions[0]);
            actions = [.. actions.Skip(1)];
        }
        else
        {
            amendment.Open(state.Subscription(asked.Required("subscriptionNumber")));
        }

        foreach (var action in actions)
        {
            amendment.Carry(action);
        }

        return (amendment.Subscription, amendment.Versions);
    }

    private void Keep(Order order, Subscription subscription, List<SubscriptionVersion> versions, JsonObject asked)
    {
        var before = subscription.Versions.Count;
        foreach (var version in versions)
        {
            version.Custom.With(subscription.Versions.Count > 0 ? subscription.Latest.Custom : []).With(asked.Part("customFields") ?? []);
            subscription.Versions.Add(version);
            state.SubscriptionVersions.Add(version);
        }

        state.Subscriptions[subscription.Number] = subscription;
        order.Subscriptions.Add(
            (JsonNode)
                new JsonObject
                {
                    ["subscriptionNumber"] = subscription.Number,
                    ["baseVersion"] = before,
                    ["newVersion"] = subscription.Versions.Count,
                    ["customFields"] = asked["customFields"]?.DeepClone() ?? new JsonObject(),
                    ["orderActions"] = Actions(asked),
                }
        );
        callouts.Tell("Subscription", subscription.Number);
    }

    private static JsonArray Actions(JsonObject asked)
    {
        var actions = asked["orderActions"]!.DeepClone().AsArray();
        for (var index = 0; index < actions.Count; index++)
        {
            actions[index]!["sequence"] = index;
        }

        return actions;
    }

    private ZuoraReply List(ZuoraCall call)
    {
        var byUpdate = call.Query.GetValueOrDefault("dateFilterOption", "orderDate") switch
        {
            "orderDate" => false,
            "updatedDate" => true,
            _ => throw ZuoraRefusal.Invalid("The date filter option is orderDate or updatedDate."),
        };
        DateOnly DayOf(Order order) => byUpdate ? DateOnly.FromDateTime(order.Updated.UtcDateTime) : order.Day;
        var bounds = new JsonObject(
            call.Query.Where(pair => pair.Key is "startDate" or "endDate")
                .Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value))
        );
        var (start, end) = (bounds.Day("startDate"), bounds.Day("endDate"));
        var found = state
            .Orders.All.Where(order => (start is null || DayOf(order) >= start) && (end is null || DayOf(order) <= end))
            .OrderBy(order => byUpdate ? order.Updated : order.Created)
            .ThenBy(order => order.Id, StringComparer.Ordinal);
        return ZuoraPages.Page(call, "orders", [.. found.Select(View)]);
    }

    private IEnumerable<Order> Touching(Subscription subscription) =>
        state.Orders.All.Where(order =>
            order.Subscriptions.Any(part => part!.AsObject().Text("subscriptionNumber") == subscription.Number)
        );

    public JsonObject View(Order order) =>
        new()
        {
            ["orderNumber"] = order.Number,
            ["orderDate"] = ZuoraJson.Of(order.Day),
            ["existingAccountNumber"] = state.Account(order.AccountId).Number,
            ["currency"] = state.Account(order.AccountId).Currency,
            ["description"] = order.Description,
            ["status"] = "Completed",
            ["customFields"] = order.Custom.DeepClone(),
            ["subscriptions"] = order.Subscriptions.DeepClone(),
            ["createdBy"] = ZuoraState.User,
            ["createdDate"] = ZuoraJson.Of(order.Created),
            ["updatedBy"] = ZuoraState.User,
            ["updatedDate"] = ZuoraJson.Of(order.Updated),
        };
}
