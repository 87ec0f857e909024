using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Records;

/// <summary>Each rule of each record: a sound record, one thing put wrong in it, and the place that is named.</summary>
public sealed class RecordRuleTests
{
    public static readonly TheoryData<RecordType, string, string?, string> Breaches = new()
    {
        { RecordType.Customer, "name", "\" \"", "name" },
        { RecordType.Customer, "number", "\"\"", "number" },
        { RecordType.Customer, "taxRegistrations[0].country", "\"de\"", "taxRegistrations[0].country" },
        { RecordType.Customer, "exemptions[0].validUntil", "\"2025-01-01\"", "exemptions[0].validUntil" },
        { RecordType.BillingAccount, "invoiceContacts[0].email", "\"\"", "invoiceContacts[0].email" },
        { RecordType.BillingAccount, "dimensions[0].name", "\"class\"", "dimensions" },
        { RecordType.Contact, "customer", null, "customer" },
        { RecordType.Product, "prices[0].amount", "-1", "prices[0].amount" },
        { RecordType.Product, "prices[0].amount", null, "prices[0].amount" },
        { RecordType.Product, "prices[0].periodCount", "0", "prices[0].periodCount" },
        { RecordType.Product, "prices[1].tiers", null, "prices[1].tiers" },
        { RecordType.Product, "prices[1].tiers[0].upTo", "10", "prices[1].tiers" },
        { RecordType.Product, "prices[1].tiers[0].upTo", "20", "prices[1].tiers" },
        { RecordType.Product, "prices[1].tiers[0].upTo", "0", "prices[1].tiers[0].upTo" },
        { RecordType.Product, "prices[1].tiers[0].unitPrice", null, "prices[1].tiers[0].unitPrice" },
        { RecordType.Product, "prices[1].id", "\"p1\"", "prices" },
        { RecordType.Order, "lines", "[]", "lines" },
        { RecordType.Order, "lines[0].subscription", "\"sub_AAAAAAAAAAAAAAAAAAAAAA\"", "lines[0].subscription" },
        { RecordType.Order, "lines[1].subscription", null, "lines[1].subscription" },
        { RecordType.Order, "lines[1].subscriptionVersion", "0", "lines[1].subscriptionVersion" },
        { RecordType.Order, "lines[0].sku", null, "lines[0].sku" },
        { RecordType.Order, "lines[0].quantity", "0", "lines[0].quantity" },
        { RecordType.Order, "lines[0].replacedSku", "\"old\"", "lines[0].replacedSku" },
        { RecordType.Order, "lines[1].quantityChange", "-2", "lines[1].quantityChange" },
        { RecordType.Order, "lines[0].netPrice", "91", "lines[0].netPrice" },
        { RecordType.Order, "lines[0].term.length", "0", "lines[0].term.length" },
        { RecordType.Order, "lines[0].term.unit", null, "lines[0].term.unit" },
        { RecordType.Order, "lines[0].serviceEnd", "\"2025-01-01\"", "lines[0].serviceEnd" },
        { RecordType.Order, "lines[1].id", "\"1\"", "lines" },
        { RecordType.Subscription, "version", "0", "version" },
        { RecordType.Subscription, "term.kind", "\"evergreen\"", "term.length" },
        { RecordType.Subscription, "lines[0].currency", null, "lines[0].currency" },
        { RecordType.Subscription, "lines[0].endsOn", "\"2025-01-01\"", "lines[0].endsOn" },
        { RecordType.Invoice, "total.minorUnits", "1", "total" },
        { RecordType.Invoice, "lines[0].gross.currency", "\"USD\"", "currency" },
        { RecordType.Invoice, "lines[0].taxes[0].base.currency", "\"USD\"", "currency" },
        { RecordType.Invoice, "lines[0].taxes[0].amount.minorUnits", "170", "tax" },
        { RecordType.Invoice, "lines[0].taxes[0].treatment", "\"exempt\"", "lines[0].taxes[0].amount" },
        { RecordType.Invoice, "lines[1].appliesTo", "\"9\"", "lines[1].appliesTo" },
        { RecordType.Invoice, "lines[1].appliesTo", "\"2\"", "lines[1].appliesTo" },
        { RecordType.Invoice, "lines[1].appliesTo", null, "lines[1].appliesTo" },
        { RecordType.Invoice, "lines[0].kind", "\"tax-only\"", "lines[0].amount" },
        { RecordType.Invoice, "lines[0].kind", "\"rounding\"", "lines[0].taxes" },
        { RecordType.Invoice, "lines[0].serviceEnd", "\"2025-01-01\"", "lines[0].serviceEnd" },
        { RecordType.Invoice, "exchangeRate.rate", "0", "exchangeRate.rate" },
        { RecordType.Invoice, "exchangeRate.to", "\"EUR\"", "exchangeRate.rate" },
        { RecordType.DebitMemo, "number", "\"\"", "number" },
        { RecordType.Payment, "amount.minorUnits", "-1", "amount" },
        { RecordType.Payment, "applications[0].amount.currency", "\"USD\"", "applications" },
        { RecordType.Application, "creditNote", "\"crn_AAAAAAAAAAAAAAAAAAAAAA\"", "payment" },
        { RecordType.Application, "payment", null, "payment" },
        { RecordType.Application, "writeOff", "true", "payment" },
        { RecordType.Application, "debitMemo", "\"dbm_AAAAAAAAAAAAAAAAAAAAAA\"", "invoice" },
        { RecordType.Application, "invoice", null, "invoice" },
        { RecordType.Application, "amount.minorUnits", "-1", "amount" },
        { RecordType.Application, "discount.currency", "\"USD\"", "discount" },
        { RecordType.Application, "reason", null, "reason" },
        { RecordType.Application, "reversed", "false", "reversedOn" },
        { RecordType.Refund, "amount.minorUnits", "-1", "amount" },
        { RecordType.Refund, "payment", null, "account" },
        { RecordType.Refund, "creditNote", "\"crn_AAAAAAAAAAAAAAAAAAAAAA\"", "payment" },
        { RecordType.Dispute, "withdrawnOn", null, "withdrawnOn" },
        { RecordType.Dispute, "reinstatedOn", null, "reinstatedOn" },
        { RecordType.SettlementItem, "net.minorUnits", "951", "net" },
        { RecordType.SettlementItem, "net.currency", "\"USD\"", "net" },
        { RecordType.SettlementItem, "fees[0].amount.currency", "\"USD\"", "fees[0].amount" },
        { RecordType.SettlementItem, "refund", "\"rfd_AAAAAAAAAAAAAAAAAAAAAA\"", "payment" },
        { RecordType.SettlementItem, "rate", null, "rate" },
        { RecordType.SettlementItem, "rate", "0", "rate" },
        { RecordType.Payout, "itemTotal.minorUnits", "1", "itemTotal" },
        { RecordType.Payout, "itemCount", "-1", "itemCount" },
        { RecordType.DocumentState, "creditNote", "\"crn_AAAAAAAAAAAAAAAAAAAAAA\"", "invoice" },
        { RecordType.DocumentState, "paidStatus", "\"paid\"", "balance" },
        { RecordType.JournalEntry, "lines[0].debit.minorUnits", "99", "lines" },
        { RecordType.JournalEntry, "lines[0].debit.currency", "\"USD\"", "lines" },
        { RecordType.JournalEntry, "lines[0].debit.minorUnits", "-100", "lines[0].debit" },
        { RecordType.JournalEntry, "lines[0].debit", null, "lines[0].debit" },
        { RecordType.BillRun, "periodEnd", "\"2025-01-01\"", "periodEnd" },
        { RecordType.BillRun, "expectedTotals[1].total.currency", "\"EUR\"", "expectedTotals" },
        { RecordType.UsageBatch, "rated", "98", "rated" },
        { RecordType.UsageBatch, "rejected", "-1", "rejected" },
    };

    public static TheoryData<RecordType> Types() => [.. Enum.GetValues<RecordType>()];

    public static TheoryData<RecordType, string> Vocabularies()
    {
        var data = new TheoryData<RecordType, string>();
        foreach (var record in CanonicalReference.All)
        {
            foreach (var field in record.Fields.Where(field => field.Words.Count > 0))
            {
                data.Add(record.Type, field.Path);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_sound_record_is_sound_in_its_normal_form_too(RecordType type)
    {
        var record = GeneratedRecord.Read(type, SoundRecord.Of(type));

        Assert.Null(record.Validate());
        Assert.Null(record.Normalize().Validate());
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void A_word_that_is_not_of_the_list_is_refused_where_it_stands(RecordType type, string field)
    {
        var path = field.Replace("[]", "[0]", StringComparison.Ordinal);
        var json = SoundRecord.Of(type);
        Put(json, path, "nonsense");

        Assert.Equal(path, GeneratedRecord.Read(type, json).Validate()?.Path);
    }

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_breach_is_told_with_its_place(RecordType type, string place, string? wrong, string told)
    {
        var json = SoundRecord.Of(type);
        Put(json, place, wrong is null ? null : JsonNode.Parse(wrong));

        Assert.Equal(told, GeneratedRecord.Read(type, json).Validate()?.Path);
    }

    private static void Put(JsonNode root, string path, JsonNode? value)
    {
        var at = root;
        var steps = path.Split('.', '[').Select(step => step.TrimEnd(']')).ToList();
        foreach (var step in steps.SkipLast(1))
        {
            at = char.IsAsciiDigit(step[0]) ? at[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : at[step]!;
        }

        at[steps[^1]] = value;
    }
}
