using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Records;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>A system of one company tells of another company's things: they are of the company of what they are about.</summary>
public sealed class CompanyOfTests
{
    private static readonly string TwoCompanies = HubFiles.Hub.Replace(
        "entities:",
        "entities:\n  de: {name: Beispiel GmbH, currency: EUR, timeZone: Europe/Berlin}",
        StringComparison.Ordinal
    );

    /// <summary>What each record is about, in the order in which it is asked.</summary>
    public static TheoryData<RecordType, string> About { get; } =
        new()
        {
            { RecordType.Order, "account" },
            { RecordType.Subscription, "account" },
            { RecordType.Invoice, "account" },
            { RecordType.DebitMemo, "account" },
            { RecordType.CreditNote, "account" },
            { RecordType.Payment, "account" },
            { RecordType.Refund, "account" },
            { RecordType.Refund, "payment" },
            { RecordType.Refund, "creditNote" },
            { RecordType.Dispute, "payment" },
            { RecordType.Application, "payment" },
            { RecordType.Application, "creditNote" },
            { RecordType.Application, "invoice" },
            { RecordType.Application, "debitMemo" },
            { RecordType.DocumentState, "invoice" },
            { RecordType.DocumentState, "debitMemo" },
            { RecordType.DocumentState, "creditNote" },
        };

    [Theory]
    [MemberData(nameof(About))]
    public async Task A_record_is_of_the_company_of_what_it_is_about(RecordType type, string field)
    {
        using var bench = new HubBench(hub: TwoCompanies);
        var about = CanonicalId.Mint(CanonicalShapes.Of(type).Fields![field].Refers!.Value, "shop", "thing", "1");
        await StandAsync(bench, about, "de");

        var record = await new CompanyOf(bench.Context).RightedAsync(
            new Observed(Told(bench), bench.Context.Router.Routes[0], type, null, null),
            Only(type, field, about),
            CancellationToken.None
        );

        Assert.Equal("de", record.Entity);
    }

    /// <summary>Some record of a type that is about nothing else, and as its source says of its own company.</summary>
    private static CanonicalRecord Only(RecordType type, string field, CanonicalId about)
    {
        var json = GeneratedRecord.Of(type, new Tape([]));
        foreach (var (_, other) in About.Select(row => row.Data).Where(row => row.Item1 == type))
        {
            json.Remove(other);
        }

        json[field] = about.Value;
        json["entity"] = "us";
        return GeneratedRecord.Read(type, json);
    }

    private static Arrival Told(HubBench bench) =>
        new(bench.Shop, new Notice("thing", "1", Marker.AnyTime, null), "delivery:shop:1", bench.Clock.GetUtcNow(), 0);

    private static async Task StandAsync(HubBench bench, CanonicalId id, string entity)
    {
        var seen = new SourceSeen
        {
            System = "shop",
            ExternalType = "thing",
            ExternalId = "1",
            Marker = Marker.AnyTime,
            ObservedHash = "",
        };
        var build = new CommitBuilder(bench.Context, Home.OfRecord(id));
        build.Put(Rows.Of(RecordHead.First(id, 1, "", seen)), 0);
        build.Insert(
            new Row(Rows.ContentKey(1), "content", "", Encoding.UTF8.GetBytes(new JsonObject { ["entity"] = entity }.ToJsonString()))
        );
        Assert.Equal(CommitResult.Committed, await build.CommitAsync(CancellationToken.None));
    }
}
