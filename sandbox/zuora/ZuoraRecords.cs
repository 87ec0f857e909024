using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>What every record has.</summary>
internal abstract class ZuoraRecord
{
    public required string Id { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; set; }

    /// <summary>Fields whose names end in <c>__c</c> or <c>__NS</c>.</summary>
    public JsonObject Custom { get; } = [];
}

/// <summary>An account. Its texts lie under the names of the account API.</summary>
internal sealed class Account : ZuoraRecord
{
    public required string Number { get; set; }

    public required string Currency { get; init; }

    public string Status { get; set; } = "Active";

    public JsonObject Fields { get; } = [];

    public JsonObject TaxInfo { get; } = [];

    public required string BillTo { get; set; }

    public required string SoldTo { get; set; }

    public string Name => Fields.Text("name")!;

    /// <summary>The legal company that bills it: the subsidiary of the ERP, which Zuora has as a standard field of integrations.</summary>
    public string Entity =>
        Custom.Text("Subsidiary__NS")
        ?? Currency switch
        {
            "EUR" => "de",
            "JPY" => "jp",
            _ => "us",
        };
}

/// <summary>A contact. Its texts lie under the names of the object API.</summary>
internal sealed class Contact : ZuoraRecord
{
    public required string AccountId { get; init; }

    public JsonObject Fields { get; } = [];
}

/// <summary>A subscription: its number and its versions, oldest first.</summary>
internal sealed class Subscription(string number, string accountId)
{
    public string Number => number;

    public string AccountId => accountId;

    public List<SubscriptionVersion> Versions { get; } = [];

    public SubscriptionVersion Latest => Versions[^1];
}

/// <summary>A version of a subscription; each has an id of its own.</summary>
internal sealed class SubscriptionVersion : ZuoraRecord
{
    public required int Version { get; init; }

    public required string OrderNumber { get; init; }

    public string Status { get; set; } = "Active";

    public required DateOnly Start { get; init; }

    public required DateOnly TermStart { get; set; }

    /// <summary>The day after the last of the term; null is evergreen.</summary>
    public DateOnly? TermEnd { get; set; }

    public required int InitialTerm { get; init; }

    public required string PeriodType { get; init; }

    public int RenewalTerm { get; set; }

    public bool AutoRenew { get; set; }

    public string Notes { get; set; } = "";

    public DateOnly? Cancelled { get; set; }

    public DateOnly? Suspended { get; set; }

    public List<RatePlan> Plans { get; } = [];
}

/// <summary>A rate plan of a version.</summary>
internal sealed record RatePlan(string Id, string OriginalId, CatalogPlan Catalog)
{
    public string? LastChange { get; set; }

    public List<Charge> Charges { get; } = [];
}

/// <summary>A segment of a charge: the same number in every version, a new id in each. The end is the day after the last.</summary>
internal sealed record Charge(string Id, string OriginalId, string Number, CatalogCharge Catalog, int Segment)
{
    public required decimal? Quantity { get; init; }

    public required decimal? Price { get; init; }

    public required DateOnly Start { get; init; }

    public DateOnly? End { get; set; }

    /// <summary>The first day that is not billed yet.</summary>
    public DateOnly? ChargedThrough { get; set; }
}

/// <summary>An order as it was asked for, with what became of its subscriptions.</summary>
internal sealed class Order : ZuoraRecord
{
    public required string Number { get; init; }

    public required string AccountId { get; init; }

    public required DateOnly Day { get; init; }

    public string? Description { get; init; }

    public JsonArray Subscriptions { get; } = [];
}

/// <summary>Usage that was reported and perhaps billed.</summary>
internal sealed class Usage : ZuoraRecord
{
    public required string AccountId { get; init; }

    public required string ChargeNumber { get; init; }

    public required string Unit { get; init; }

    public required decimal Quantity { get; init; }

    public required DateOnly Day { get; init; }

    public bool Billed { get; set; }
}

/// <summary>A bill run.</summary>
internal sealed class BillRun : ZuoraRecord
{
    public required string Number { get; init; }

    public required DateOnly TargetDate { get; init; }

    public required DateOnly InvoiceDate { get; init; }

    public string? AccountId { get; init; }

    public string Status { get; set; } = "Completed";

    public List<Document> Documents { get; } = [];

    /// <summary>What it billed, so that cancelling it makes that billable again: the version, the charge, and what had been billed before.</summary>
    public List<(SubscriptionVersion Version, Charge Charge, DateOnly? Before)> Charged { get; } = [];

    public List<Usage> Usages { get; } = [];
}
