namespace QtcHub.Sandbox.Salesforce;

/// <summary>What the org fills in, and what it does not let stand.</summary>
internal static class SalesforceRules
{
    /// <summary>Fills in what follows from the rest.</summary>
    public static void FillIn(SalesforceOrg org, Row row, bool isNew)
    {
        FillInAddresses(row);
        switch (row.Of.Name)
        {
            case "Contact":
                row["Name"] = $"{row.Text("FirstName")} {row.Text("LastName")}".Trim();
                break;
            case "PricebookEntry":
                row["Name"] = org.Follow(row, "Product2Id")?.Text("Name");
                row["ProductCode"] = org.Follow(row, "Product2Id")?.Text("ProductCode");
                break;
            case "Quote" when isNew:
                row["QuoteNumber"] = org.Count("Quote");
                break;
            case "Order":
                FillInOrder(org, row, isNew);
                break;
            case "Opportunity":
                row["IsClosed"] = row.Text("StageName") is "Closed Won" or "Closed Lost";
                row["IsWon"] = row.Text("StageName") == "Closed Won";
                break;
            case "OrderItem" or "OpportunityLineItem":
                FillInLine(org, row, isNew);
                break;
            default:
                FillInName(org, row);
                break;
        }
    }

    /// <summary>Refuses what may not stand; <paramref name="before"/> is what the record was, null of a new one.</summary>
    public static void Check(SalesforceOrg org, Row row, IReadOnlyDictionary<string, object>? before)
    {
        string[] missing = [.. row.Of.Fields.Where(field => field.IsRequired && row[field.Name] is null).Select(field => field.Name)];
        if (missing.Length > 0)
        {
            throw SalesforceRefusal.Record(
                "REQUIRED_FIELD_MISSING",
                $"Required fields are missing: [{string.Join(", ", missing)}]",
                missing
            );
        }

        foreach (var field in row.Of.Fields.Where(field => !Equals(before?.GetValueOrDefault(field.Name), row[field.Name])))
        {
            CheckLookup(org, row, field);
            CheckUnique(org, row, field);
        }

        CheckAmounts(row);
        switch (row.Of.Name)
        {
            case "Account":
                CheckParent(org, row);
                break;
            case "PricebookEntry":
                CheckPrice(org, row);
                break;
            case "Order":
                SalesforceOrders.CheckOrder(org, row, before);
                break;
            case "OrderItem":
                SalesforceOrders.CheckItem(org, row, before);
                break;
            case "OpportunityLineItem":
                CheckCurrency(row, org.Follow(row, "OpportunityId"));
                break;
        }
    }

    /// <summary>Whether an account is under another, however far up.</summary>
    public static bool IsBelow(SalesforceOrg org, Row account, Row other)
    {
        var above = Above(account);
        while (above is not null && above != other)
        {
            above = Above(above);
        }

        return above is not null;

        Row? Above(Row row) => row.Of.Find("ParentId") is null ? null : org.Follow(row, "ParentId");
    }

    private static void CheckParent(SalesforceOrg org, Row account)
    {
        if (IsBelow(org, account, account))
        {
            throw SalesforceRefusal.Record("CIRCULAR_DEPENDENCY", "An account can't be its own parent, however far up", "ParentId");
        }
    }

    /// <summary>A line is in the currency of what it is a line of, and so is its price.</summary>
    public static void CheckCurrency(Row line, Row? parent) =>
        SalesforceRefusal.Require(
            line.Currency == parent?.Currency,
            "The pricebook entry currency code does not match the currency code of what it is sold in",
            "PricebookEntryId"
        );

    // A country is a code of the list and its name; whichever is said, the other follows.
    private static void FillInAddresses(Row row)
    {
        foreach (var code in row.Of.Fields.Where(field => field.Name.EndsWith("CountryCode", StringComparison.Ordinal)))
        {
            var name = code.Name[..^"Code".Length];
            var said = row.Text(name);
            var known = row.Text(code.Name) is { } given ? SalesforceCountries.Name(given) : null;
            if (said is not null && known is null)
            {
                row[code.Name] =
                    SalesforceCountries.Code(said)
                    ?? throw SalesforceRefusal.Integrity(
                        $"There's a problem with this country, even though it may appear correct. Please select a country/territory from the list of valid countries.: {name}",
                        name
                    );
                continue;
            }

            row[name] = known;
        }
    }

    private static void FillInName(SalesforceOrg org, Row row)
    {
        if (row.Of.Find("Name") is null)
        {
            return;
        }

        // A record that nobody names is called by its id.
        row["Name"] ??=
            row.Of.NameCountedBy is { } prefix ? prefix + org.Count(row.Of.Name)
            : row.Of["Name"].IsRequired ? null
            : row.Id;
    }

    private static void FillInOrder(SalesforceOrg org, Row row, bool isNew)
    {
        if (isNew)
        {
            row["OrderNumber"] = org.Count("Order");
            row["TotalAmount"] = 0m;
        }

        var isActive = row.Text("Status") == "Activated";
        row["StatusCode"] = isActive ? "A" : "D";
        row["ActivatedDate"] = isActive ? row["ActivatedDate"] ?? org.Now : null;
    }

    private static void FillInLine(SalesforceOrg org, Row row, bool isNew)
    {
        var entry = org.Follow(row, "PricebookEntryId");
        if (isNew)
        {
            row["CurrencyIsoCode"] = entry?.Currency;
            row["Product2Id"] = entry?.Text("Product2Id");
            row["ListPrice"] = entry?["UnitPrice"];
            if (row.Of.Name == "OrderItem")
            {
                row["OrderItemNumber"] = org.Count("OrderItem");
                row["AvailableQuantity"] = row["Quantity"];
            }
            else
            {
                row["Name"] = $"{org.Follow(row, "OpportunityId")?.Text("Name")} {entry?.Text("Name")}";
                row["ProductCode"] = entry?.Text("ProductCode");
            }
        }

        var full = row.Number("Quantity") * row.Number("UnitPrice");
        var off = row.Of.Name == "OrderItem" ? 0 : row.Number("Discount");
        row["TotalPrice"] = SalesforceCurrencies.Round(full * (100 - off) / 100, row.Currency);
    }

    private static void CheckLookup(SalesforceOrg org, Row row, Field field)
    {
        if (field.To is null || row.Text(field.Name) is not { } id || field.Name == "MasterRecordId")
        {
            return;
        }

        var target = org.Find(field.To, id);
        if (target is null)
        {
            throw SalesforceRefusal.Record("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field.Name);
        }

        if (target.IsDeleted)
        {
            throw SalesforceRefusal.Record("ENTITY_IS_DELETED", "entity is deleted", field.Name);
        }
    }

    private static void CheckUnique(SalesforceOrg org, Row row, Field field)
    {
        if (
            field.IsExternalId
            && org.IsUnique
            && row.Text(field.Name) is { } value
            && org.Bearing(row.Of.Name, field.Name, value).FirstOrDefault(other => other != row) is { } other
        )
        {
            throw SalesforceRefusal.Record(
                "DUPLICATE_VALUE",
                $"duplicate value found: {field.Name} duplicates value on record with id: {other.Id}",
                field.Name
            );
        }
    }

    private static void CheckAmounts(Row row)
    {
        foreach (var field in row.Of.Fields.Where(field => field.Kind is FieldKind.Number or FieldKind.Currency))
        {
            var digits = field.Kind == FieldKind.Currency ? SalesforceCurrencies.DigitsOf(row.Currency) : field.Scale;
            var amount = row.Number(field.Name);
            if (decimal.Round(amount, digits) != amount)
            {
                throw SalesforceRefusal.Record(
                    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                    $"{field.Name} has more digits after the point than it can hold in {row.Currency}",
                    field.Name
                );
            }
        }
    }

    private static void CheckPrice(SalesforceOrg org, Row row)
    {
        bool IsOfProduct(Row other) => other != row && other.Text("Product2Id") == row.Text("Product2Id") && other.Currency == row.Currency;

        if (org.Bearing(row.Of.Name, "Pricebook2Id", row.Text("Pricebook2Id")!).Any(IsOfProduct))
        {
            throw SalesforceRefusal.Record("DUPLICATE_VALUE", "This price definition already exists in this price book");
        }

        if (
            row.Text("Pricebook2Id") != org.StandardPricebook
            && !org.Bearing(row.Of.Name, "Pricebook2Id", org.StandardPricebook).Any(IsOfProduct)
        )
        {
            throw SalesforceRefusal.Record("STANDARD_PRICE_NOT_DEFINED", "No standard price defined for this product");
        }
    }
}
