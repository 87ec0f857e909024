using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Records;

/// <summary>Each rule of each record: a sound record, one thing put wrong in it, and the place that is named.</summary>
public sealed class RecordRuleTests
{
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
    [InlineData(RecordType.Customer, "name", "\" \"", "name")]
    [InlineData(RecordType.Customer, "number", "\"\"", "number")]
    [InlineData(RecordType.Customer, "taxRegistrations[0].country", "\"de\"", "taxRegistrations[0].country")]
    [InlineData(RecordType.Customer, "exemptions[0].validUntil", "\"2025-01-01\"", "exemptions[0].validUntil")]
    [InlineData(RecordType.BillingAccount, "invoiceContacts[0].email", "\"\"", "invoiceContacts[0].email")]
    [InlineData(RecordType.BillingAccount, "dimensions[0].name", "\"class\"", "dimensions")]
    [InlineData(RecordType.Contact, "customer", null, "customer")]
    [InlineData(RecordType.Product, "prices[0].amount", "-1", "prices[0].amount")]
    [InlineData(RecordType.Product, "prices[0].amount", null, "prices[0].amount")]
    [InlineData(RecordType.Product, "prices[0].periodCount", "0", "prices[0].periodCount")]
    [InlineData(RecordType.Product, "prices[1].tiers", null, "prices[1].tiers")]
    [InlineData(RecordType.Product, "prices[1].tiers[0].upTo", "10", "prices[1].tiers")]
    [InlineData(RecordType.Product, "prices[1].tiers[0].upTo", "20", "prices[1].tiers")]
    [InlineData(RecordType.Product, "prices[1].tiers[0].upTo", "0", "prices[1].tiers[0].upTo")]
    [InlineData(RecordType.Product, "prices[1].tiers[0].unitPrice", null, "prices[1].tiers[0].unitPrice")]
    [InlineData(RecordType.Product, "prices[1].id", "\"p1\"", "prices")]
    [InlineData(RecordType.Order, "lines", "[]", "lines")]
    [InlineData(RecordType.Order, "lines[0].subscription", "\"sub_AAAAAAAAAAAAAAAAAAAAAA\"", "lines[0].subscription")]
    [InlineData(RecordType.Order, "lines[1].subscription", null, "lines[1].subscription")]
    [InlineData(RecordType.Order, "lines[1].subscriptionVersion", "0", "lines[1].subscriptionVersion")]
    [InlineData(RecordType.Order, "lines[0].sku", null, "lines[0].sku")]
    [InlineData(RecordType.Order, "lines[0].quantity", "0", "lines[0].quantity")]
    [InlineData(RecordType.Order, "lines[0].replacedSku", "\"old\"", "lines[0].replacedSku")]
    [InlineData(RecordType.Order, "lines[1].quantityChange", "-2", "lines[1].quantityChange")]
    [InlineData(RecordType.Order, "lines[0].netPrice", "91", "lines[0].netPrice")]
    [InlineData(RecordType.Order, "lines[0].term.length", "0", "lines[0].term.length")]
    [InlineData(RecordType.Order, "lines[0].term.unit", null, "lines[0].term.unit")]
    [InlineData(RecordType.Order, "lines[0].serviceEnd", "\"2025-01-01\"", "lines[0].serviceEnd")]
    [InlineData(RecordType.Order, "lines[1].id", "\"1\"", "lines")]
    [InlineData(RecordType.Subscription, "version", "0", "version")]
    [InlineData(RecordType.Subscription, "term.kind", "\"evergreen\"", "term.length")]
    [InlineData(RecordType.Subscription, "lines[0].currency", null, "lines[0].currency")]
    [InlineData(RecordType.Subscription, "lines[0].endsOn", "\"2025-01-01\"", "lines[0].endsOn")]
    [InlineData(RecordType.Invoice, "total.minorUnits", "1", "total")]
    [InlineData(RecordType.Invoice, "lines[0].gross.currency", "\"USD\"", "currency")]
    [InlineData(RecordType.Invoice, "lines[0].taxes[0].base.currency", "\"USD\"", "currency")]
    [InlineData(RecordType.Invoice, "lines[0].taxes[0].amount.minorUnits", "170", "tax")]
    [InlineData(RecordType.Invoice, "lines[0].taxes[0].treatment", "\"exempt\"", "lines[0].taxes[0].amount")]
    [InlineData(RecordType.Invoice, "lines[1].appliesTo", "\"9\"", "lines[1].appliesTo")]
    [InlineData(RecordType.Invoice, "lines[1].appliesTo", "\"2\"", "lines[1].appliesTo")]
    [InlineData(RecordType.Invoice, "lines[1].appliesTo", null, "lines[1].appliesTo")]
    [InlineData(RecordType.Invoice, "lines[0].kind", "\"tax-only\"", "lines[0].amount")]
    [InlineData(RecordType.Invoice, "lines[0].kind", "\"rounding\"", "lines[0].taxes")]
    [InlineData(RecordType.Invoice, "lines[0].serviceEnd", "\"2025-01-01\"", "lines[0].serviceEnd")]
    [InlineData(RecordType.Invoice, "exchangeRate.rate", "0", "exchangeRate.rate")]
    [InlineData(RecordType.Invoice, "exchangeRate.to", "\"EUR\"", "exchangeRate.rate")]
    [InlineData(RecordType.DebitMemo, "number", "\"\"", "number")]
    [InlineData(RecordType.Payment, "amount.minorUnits", "-1", "amount")]
    [InlineData(RecordType.Payment, "applications[0].amount.currency", "\"USD\"", "applications")]
    [InlineData(RecordType.Application, "creditNote", "\"crn_AAAAAAAAAAAAAAAAAAAAAA\"", "payment")]
    [InlineData(RecordType.Application, "payment", null, "payment")]
    [InlineData(RecordType.Application, "writeOff", "true", "payment")]
    [InlineData(RecordType.Application, "debitMemo", "\"dbm_AAAAAAAAAAAAAAAAAAAAAA\"", "invoice")]
    [InlineData(RecordType.Application, "invoice", null, "invoice")]
    [InlineData(RecordType.Application, "amount.minorUnits", "-1", "amount")]
    [InlineData(RecordType.Application, "discount.currency", "\"USD\"", "discount")]
    [InlineData(RecordType.Application, "reason", null, "reason")]
    [InlineData(RecordType.Application, "reversed", "false", "reversedOn")]
    [InlineData(RecordType.Refund, "amount.minorUnits", "-1", "amount")]
    [InlineData(RecordType.Refund, "payment", null, "account")]
    [InlineData(RecordType.Refund, "creditNote", "\"crn_AAAAAAAAAAAAAAAAAAAAAA\"", "payment")]
    [InlineData(RecordType.Dispute, "withdrawnOn", null, "withdrawnOn")]
    [InlineData(RecordType.Dispute, "reinstatedOn", null, "reinstatedOn")]
    [InlineData(RecordType.SettlementItem, "net.minorUnits", "951", "net")]
    [InlineData(RecordType.SettlementItem, "net.currency", "\"USD\"", "net")]
    [InlineData(RecordType.SettlementItem, "fees[0].amount.currency", "\"USD\"", "fees[0].amount")]
    [InlineData(RecordType.SettlementItem, "refund", "\"rfd_AAAAAAAAAAAAAAAAAAAAAA\"", "payment")]
    [InlineData(RecordType.SettlementItem, "rate", null, "rate")]
    [InlineData(RecordType.SettlementItem, "rate", "0", "rate")]
    [InlineData(RecordType.Payout, "itemTotal.minorUnits", "1", "itemTotal")]
    [InlineData(RecordType.Payout, "itemCount", "-1", "itemCount")]
    [InlineData(RecordType.DocumentState, "creditNote", "\"crn_AAAAAAAAAAAAAAAAAAAAAA\"", "invoice")]
    [InlineData(RecordType.DocumentState, "paidStatus", "\"paid\"", "balance")]
    [InlineData(RecordType.JournalEntry, "lines[0].debit.minorUnits", "99", "lines")]
    [InlineData(RecordType.JournalEntry, "lines[0].debit.currency", "\"USD\"", "lines")]
    [InlineData(RecordType.JournalEntry, "lines[0].debit.minorUnits", "-100", "lines[0].debit")]
    [InlineData(RecordType.JournalEntry, "lines[0].debit", null, "lines[0].debit")]
    [InlineData(RecordType.BillRun, "periodEnd", "\"2025-01-01\"", "periodEnd")]
    [InlineData(RecordType.BillRun, "expectedTotals[1].total.currency", "\"EUR\"", "expectedTotals")]
    [InlineData(RecordType.UsageBatch, "rated", "98", "rated")]
    [InlineData(RecordType.UsageBatch, "rejected", "-1", "rejected")]
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
