namespace QtcHub.Sandbox.Salesforce;

/// <summary>What people in sales do, as the records that they write.</summary>
internal sealed class SalesforceActs(SalesforceOrg org)
{
    public string OpenAccount(Dictionary<string, object?> named)
    {
        named["AccountNumber"] = $"C-{org.Count("Account")}";
        named["BillingStreet"] = "1 Market Street";
        named["BillingCity"] = "Springfield";
        named["BillingPostalCode"] = "10115";
        named["TaxStatus__c"] = "taxable";
        named["PaymentTerms__c"] = "Net 30";
        return Create("Account", named).Id;
    }

    public void Rename(string account, string name) =>
        org.Update(org.Get("Account", account), new Dictionary<string, object?>(StringComparer.Ordinal) { ["Name"] = name });

    public void PutUnder(string account, string? parent) =>
        org.Update(
            org.Get("Account", account),
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["ParentId"] = parent is null ? null : org.Get("Account", parent).Id }
        );

    public void Merge(string of, string into, string loser) => org.Merge(org.Get(of, into), org.Get(of, loser));

    public void Close(string account) => org.Delete(org.Get("Account", account));

    public string AddContact(string account, string name, string email)
    {
        var names = name.Split(' ', 2);
        return Create(
            "Contact",
            new(StringComparer.Ordinal)
            {
                ["AccountId"] = org.Get("Account", account).Id,
                ["FirstName"] = names.Length > 1 ? names[0] : null,
                ["LastName"] = names[^1],
                ["Email"] = email,
            }
        ).Id;
    }

    public string PutProduct(string sku, string name, IReadOnlyList<PlayedPrice> prices)
    {
        var product = org.Bearing("Product2", "ProductCode", sku).FirstOrDefault();
        if (product is null)
        {
            product = Create(
                "Product2",
                new(StringComparer.Ordinal)
                {
                    ["Name"] = name,
                    ["ProductCode"] = sku,
                    ["IsActive"] = true,
                }
            );
        }
        else
        {
            Update(product, "Name", name);
        }

        foreach (var price in prices)
        {
            PutPrice(product, price);
        }

        return product.Id;
    }

    public string Quote(string account, string name)
    {
        var row = org.Get("Account", account);
        return Create(
            "Quote",
            new(StringComparer.Ordinal)
            {
                ["Name"] = name,
                ["AccountId"] = row.Id,
                ["Status"] = "Accepted",
                ["CurrencyIsoCode"] = row.Currency,
            }
        ).Id;
    }

    public string PlaceOrder(string account, string? quote, DateOnly from, IReadOnlyList<PlayedSale> lines)
    {
        var order = Draft(org.Get("Account", account), from, from.AddMonths(lines.Max(line => line.Months)).AddDays(-1), null);
        if (quote is not null)
        {
            Update(order, "QuoteId", org.Get("Quote", quote).Id);
        }

        foreach (var line in lines)
        {
            Add(order, line, "new", from.AddMonths(line.Months).AddDays(-1));
        }

        return order.Id;
    }

    public void Activate(string order) => Update(org.Get("Order", order), "Status", "Activated");

    public string Upsell(string original, string product, decimal quantity, DateOnly from)
    {
        var item = Item(original, product);
        var order = Amending(original, from, isReduction: false);
        var price = SalesforceCurrencies.Minor(item.Number("UnitPrice"), item.Currency);
        Add(order, new PlayedSale(product, quantity, price, 0), "add", item.Day("EndDate"));
        return Activated(order);
    }

    public string Downsize(string original, string product, decimal quantity, DateOnly from)
    {
        var order = Amending(original, from, isReduction: true);
        Reduce(order, Item(original, product), quantity, "remove");
        return Activated(order);
    }

    public string CoTerm(string original, PlayedSale line, DateOnly from)
    {
        var order = Amending(original, from, isReduction: false);
        Add(order, line, "add", order.Day("EndDate"));
        return Activated(order);
    }

    public string Cancel(string original, DateOnly on)
    {
        var order = Amending(original, on, isReduction: true);
        foreach (var item in Items(original).Where(item => item.Number("AvailableQuantity") > 0).ToArray())
        {
            Reduce(order, item, item.Number("AvailableQuantity"), "cancel");
        }

        return Activated(order);
    }

    public string WinOpportunity(string account, string? quote, DateOnly closedOn, IReadOnlyList<PlayedSale> lines)
    {
        var buyer = org.Get("Account", account);
        var opportunity = Create(
            "Opportunity",
            new(StringComparer.Ordinal)
            {
                ["Name"] = $"{buyer.Text("Name")} {SalesforceValues.Of(closedOn)}",
                ["AccountId"] = buyer.Id,
                ["StageName"] = "Negotiation/Review",
                ["CloseDate"] = closedOn,
                ["CurrencyIsoCode"] = buyer.Currency,
                ["Pricebook2Id"] = org.StandardPricebook,
                ["SyncedQuoteId"] = quote is null ? null : org.Get("Quote", quote).Id,
            }
        );
        foreach (var line in lines)
        {
            Create("OpportunityLineItem", Sold(opportunity, line, "new", closedOn));
        }

        Update(opportunity, "StageName", "Closed Won");
        return opportunity.Id;
    }

    private Row Draft(Row account, DateOnly from, DateOnly? until, Row? original) =>
        Create(
            "Order",
            new(StringComparer.Ordinal)
            {
                ["AccountId"] = account.Id,
                ["Pricebook2Id"] = org.StandardPricebook,
                ["Status"] = "Draft",
                ["EffectiveDate"] = from,
                ["EndDate"] = until,
                ["CurrencyIsoCode"] = account.Currency,
                ["OriginalOrderId"] = original?.Id,
            }
        );

    // A reduction is one from its first day in the org: it cannot become one.
    private Row Amending(string original, DateOnly from, bool isReduction)
    {
        var amended = org.Get("Order", original);
        return Create(
            "Order",
            new(StringComparer.Ordinal)
            {
                ["AccountId"] = amended["AccountId"],
                ["Pricebook2Id"] = org.StandardPricebook,
                ["Status"] = "Draft",
                ["EffectiveDate"] = from,
                ["EndDate"] = amended["EndDate"],
                ["CurrencyIsoCode"] = amended.Currency,
                ["OriginalOrderId"] = amended.Id,
                ["IsReductionOrder"] = isReduction,
            }
        );
    }

    private void Add(Row order, PlayedSale line, string action, DateOnly? until)
    {
        var sold = Sold(order, line, action, order.Day("EffectiveDate")!.Value);
        sold["EndDate"] = until;
        AddSubscription(order, sold);
        Create("OrderItem", sold);
    }

    private void Reduce(Row order, Row item, decimal quantity, string action)
    {
        var reduction = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["OrderId"] = order.Id,
            ["PricebookEntryId"] = item["PricebookEntryId"],
            ["OriginalOrderItemId"] = item.Id,
            ["Quantity"] = -quantity,
            ["UnitPrice"] = item["UnitPrice"],
            ["ServiceDate"] = order["EffectiveDate"],
            ["EndDate"] = item["EndDate"],
            ["Action__c"] = action,
        };
        AddSubscription(order, reduction);
        Create("OrderItem", reduction);
    }

    // What an order became in billing, as billing has told it: the subscription bears the number of the order that changed it last. Before it is told, sales does not know.
    private void AddSubscription(Row order, Dictionary<string, object?> item)
    {
        if (order.Text("OriginalOrderId") is { } original && Subscription(original) is { } subscription)
        {
            item["SubscriptionNumber__c"] = subscription["Number__c"];
            item["SubscriptionVersion__c"] = subscription["Version__c"];
        }
    }

    private Row? Subscription(string original) =>
        org.Bearing("Order", "OriginalOrderId", original)
            .Prepend(org.Get("Order", original))
            .Select(order => org.Bearing("Subscription__c", "OrderNumber__c", order.Text("OrderNumber")!).FirstOrDefault())
            .FirstOrDefault(subscription => subscription is not null);

    private Dictionary<string, object?> Sold(Row parent, PlayedSale line, string action, DateOnly from) =>
        new(StringComparer.Ordinal)
        {
            [parent.Of.Name == "Order" ? "OrderId" : "OpportunityId"] = parent.Id,
            ["PricebookEntryId"] = Price(line.Product, parent.Currency).Id,
            ["Quantity"] = line.Quantity,
            ["UnitPrice"] = SalesforceCurrencies.Major(line.UnitAmount, parent.Currency),
            ["ServiceDate"] = from,
            ["Action__c"] = action,
            ["TermMonths__c"] = line.Months == 0 ? null : (decimal)line.Months,
        };

    private void PutPrice(Row product, PlayedPrice price)
    {
        var amount = SalesforceCurrencies.Major(price.UnitAmount, price.Currency);
        if (Prices(product.Id, price.Currency).FirstOrDefault() is { } known)
        {
            Update(known, "UnitPrice", amount);
            return;
        }

        Create(
            "PricebookEntry",
            new(StringComparer.Ordinal)
            {
                ["Pricebook2Id"] = org.StandardPricebook,
                ["Product2Id"] = product.Id,
                ["UnitPrice"] = amount,
                ["CurrencyIsoCode"] = price.Currency,
                ["IsActive"] = true,
            }
        );
    }

    private IEnumerable<Row> Prices(string product, string currency) =>
        org.Bearing("PricebookEntry", "Product2Id", product)
            .Where(entry => entry.Currency == currency && entry.Text("Pricebook2Id") == org.StandardPricebook);

    private Row Price(string product, string currency) =>
        Prices(product, currency).FirstOrDefault()
        ?? throw SalesforceRefusal.Record("STANDARD_PRICE_NOT_DEFINED", "No standard price defined for this product");

    private IEnumerable<Row> Items(string order) => org.Bearing("OrderItem", "OrderId", org.Get("Order", order).Id);

    private Row Item(string order, string product) =>
        Items(order).FirstOrDefault(item => item.Text("Product2Id") == product) ?? throw SalesforceRefusal.NotFound();

    private string Activated(Row order)
    {
        Update(order, "Status", "Activated");
        return order.Id;
    }

    private void Update(Row row, string field, object value) =>
        org.Update(row, new Dictionary<string, object?>(StringComparer.Ordinal) { [field] = value });

    private Row Create(string of, Dictionary<string, object?> given) => org.Create(SalesforceObjects.Get(of), given);
}
