using System.Globalization;
using System.Text.Json.Nodes;
using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>What the vendor fills in and what it refuses, per record type.</summary>
internal static class NetSuiteRules
{
    private const decimal QuantityLimit = 10_000_000_000m;

    /// <summary>The defaults a form takes from the customer and the calendar.</summary>
    public static void FillIn(NetSuiteAccount account, Form form, JsonObject fields)
    {
        if (form == NetSuiteForms.ServiceItem)
        {
            fields["isInactive"] ??= false;
            return;
        }

        if (!form.IsTransaction)
        {
            fields["isPerson"] ??= false;
            fields["isInactive"] ??= false;
            if (
                fields["currency"] is null
                && Reference(fields, "subsidiary") is { } home
                && NetSuiteLists.Subsidiaries.TryGetValue(home, out var company)
            )
            {
                fields["currency"] = new JsonObject { ["id"] = company.Currency };
            }

            return;
        }

        fields["tranDate"] ??= account.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (Reference(fields, form.Who) is { } id && account.ById(NetSuiteForms.Customer, id) is { } customer)
        {
            fields["subsidiary"] ??= customer.Fields["subsidiary"]?.DeepClone();
            fields["currency"] ??= customer.Fields["currency"]?.DeepClone();
        }

        if (form == NetSuiteForms.Payment)
        {
            // Unless the payment says otherwise it waits among the undeposited funds, whatever account it names.
            fields["undepFunds"] ??= true;
            if (Flag(fields, "undepFunds"))
            {
                fields.Remove("account");
            }
        }

        if (
            fields["currency"] is null
            && Reference(fields, "subsidiary") is { } books
            && NetSuiteLists.Subsidiaries.TryGetValue(books, out var keeper)
        )
        {
            fields["currency"] = new JsonObject { ["id"] = keeper.Currency };
        }
    }

    /// <summary>Null where the record may stand as it is.</summary>
    public static Refusal? Check(NetSuiteAccount account, Form form, JsonObject fields, NetSuiteRecord? existing)
    {
        if (form == NetSuiteForms.Customer)
        {
            return CheckCustomer(fields) ?? CheckParent(account, fields, existing);
        }

        if (form == NetSuiteForms.ServiceItem)
        {
            return NetSuiteItems.Check(account, fields, existing);
        }

        if (form == NetSuiteForms.Journal)
        {
            return CheckOwner(fields) ?? CheckPeriod(account, fields, existing) ?? NetSuiteJournals.Check(fields);
        }

        return CheckParties(account, form, fields)
            ?? CheckPeriod(account, fields, existing)
            ?? form.Type switch
            {
                "invoice" => CheckLines(fields) ?? CheckSettled(account, fields, existing),
                "creditMemo" => CheckLines(fields) ?? NetSuiteSettlement.OfMemo(account, form, fields, existing),
                "customerPayment" => NetSuiteSettlement.OfPayment(account, form, fields, existing),
                _ => NetSuiteSettlement.OfRefund(account, form, fields, existing),
            };
    }

    // A journal belongs to a subsidiary and to nobody besides.
    private static Refusal? CheckOwner(JsonObject fields) =>
        Reference(fields, "subsidiary") is null ? Refusal.Required("Subsidiary", "subsidiary") : CheckLists(fields);

    private static Refusal? CheckCustomer(JsonObject fields)
    {
        if (
            Flag(fields, "isPerson")
                ? string.IsNullOrWhiteSpace(Text(fields, "lastName"))
                : string.IsNullOrWhiteSpace(Text(fields, "companyName"))
        )
        {
            return Flag(fields, "isPerson") ? Refusal.Required("Last Name", "lastName") : Refusal.Required("Company Name", "companyName");
        }

        if (Text(fields, "email") is { Length: > 0 } email && (email.IndexOf('@', StringComparison.Ordinal) <= 0 || email.EndsWith('@')))
        {
            return Refusal.User("Please provide a valid email address.", "email");
        }

        return Reference(fields, "subsidiary") is null ? Refusal.Required("Primary Subsidiary", "subsidiary") : CheckLists(fields);
    }

    // No customer is below itself, however far up.
    private static Refusal? CheckParent(NetSuiteAccount account, JsonObject fields, NetSuiteRecord? existing)
    {
        for (
            var above = Reference(fields, "parent");
            above is not null;
            above = Reference(account.ById(NetSuiteForms.Customer, above)!.Fields, "parent")
        )
        {
            if (account.ById(NetSuiteForms.Customer, above) is null || above == existing?.Id)
            {
                return Refusal.Reference("parent", above, "parent");
            }
        }

        return null;
    }

    private static Refusal? CheckLists(JsonObject fields)
    {
        if (Reference(fields, "subsidiary") is { } subsidiary && !NetSuiteLists.Subsidiaries.ContainsKey(subsidiary))
        {
            return Refusal.Reference("subsidiary", subsidiary, "subsidiary");
        }

        return Reference(fields, "currency") is { } currency && !NetSuiteLists.Currencies.ContainsKey(currency)
            ? Refusal.Reference("currency", currency, "currency")
            : null;
    }

    private static Refusal? CheckParties(NetSuiteAccount account, Form form, JsonObject fields)
    {
        var who = form.Who;
        if (Reference(fields, who) is not { } id)
        {
            return Refusal.Required("Customer", who);
        }

        if (account.ById(NetSuiteForms.Customer, id) is not { } customer)
        {
            return Refusal.Reference(who, id, who);
        }

        if (Flag(customer.Fields, "isInactive"))
        {
            return Refusal.User($"You have entered an Invalid Field Value {id} for the following field: {who}.", who);
        }

        var home = Reference(customer.Fields, "subsidiary");
        return CheckLists(fields)
            ?? (
                Reference(fields, "subsidiary") == home
                    ? null
                    : Refusal.Reference("subsidiary", Reference(fields, "subsidiary")!, "subsidiary")
            );
    }

    // A transaction posts into the period it names, else into that of its date; one that already stands in a closed period may not be changed.
    private static Refusal? CheckPeriod(NetSuiteAccount account, JsonObject fields, NetSuiteRecord? existing)
    {
        if (existing is not null && PostsInto(account, existing.Fields) is { Closed: true })
        {
            return Refusal.User("You cannot change this transaction because it is in a closed period.");
        }

        if (Reference(fields, "postingPeriod") is { } named)
        {
            return account.Period(named) is { Closed: false }
                ? null
                : Refusal.User($"You have entered an Invalid Field Value {named} for the following field: postingperiod.", "postingPeriod");
        }

        return PostsInto(account, fields) is { Closed: false }
            ? null
            : Refusal.User("The transaction date you specified is not within the date range of your accounting period.", "tranDate");
    }

    private static NetSuitePeriod? PostsInto(NetSuiteAccount account, JsonObject fields) =>
        Reference(fields, "postingPeriod") is { } named ? account.Period(named) : account.PeriodOf(Day(fields, "tranDate")!.Value);

    private static Refusal? CheckLines(JsonObject fields)
    {
        var lines = Lines(fields, "item");
        if (lines.Count == 0)
        {
            return Refusal.User("You must enter at least one line item for this transaction.", "item");
        }

        var digits = Digits(fields);
        for (var index = 0; index < lines.Count; index++)
        {
            if (CheckLine(lines[index], digits, $"item.items[{index.ToString(CultureInfo.InvariantCulture)}]") is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? CheckSettled(NetSuiteAccount account, JsonObject fields, NetSuiteRecord? existing)
    {
        if (existing is null)
        {
            return null;
        }

        var applied = account.Applied(existing.Id);
        if (
            applied > 0
            && (
                Reference(existing.Fields, "currency") != Reference(fields, "currency")
                || Reference(existing.Fields, "entity") != Reference(fields, "entity")
            )
        )
        {
            return Refusal.User("You cannot change the customer or currency of an invoice that has payments.", "entity");
        }

        return Total(fields) < applied ? Refusal.User("The total may not be less than the amount that has been paid.", "item") : null;
    }

    private static Refusal? CheckLine(JsonObject line, int digits, string path)
    {
        if (Reference(line, "item") is not { } item)
        {
            return Refusal.Required("Item", $"{path}.item");
        }

        if (!NetSuiteLists.Items.ContainsKey(item))
        {
            return Refusal.Reference("item", item, $"{path}.item");
        }

        if (line["amount"] is null)
        {
            return Refusal.Required("Amount", $"{path}.amount");
        }

        if (Math.Abs(Number(line, "quantity")) >= QuantityLimit)
        {
            return Refusal.User("The field quantity contained more than the maximum number of digits allowed.", $"{path}.quantity");
        }

        return CheckAmount(line, "amount", digits, path);
    }

    /// <summary>Null where an amount has no more decimals than its currency.</summary>
    public static Refusal? CheckAmount(JsonObject fields, string field, int digits, string path)
    {
        var amount = Number(fields, field);
        return decimal.Round(amount, digits) == amount
            ? null
            : Refusal.Content(
                $"{path}.{field}".TrimStart('.'),
                $"The currency has {digits.ToString(CultureInfo.InvariantCulture)} decimal places."
            );
    }

    /// <summary>The decimals of a transaction's currency.</summary>
    public static int Digits(JsonObject fields) => NetSuiteLists.Currencies[Reference(fields, "currency")!].Digits;
}
