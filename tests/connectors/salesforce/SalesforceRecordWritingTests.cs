using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Pipeline;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>Each record as the shipped mapping writes it, all of its fields and none but those it cannot be without, into an org as the sample metadata deploys it.</summary>
public sealed class SalesforceRecordWritingTests : IDisposable
{
    private const string Document = """
        "entity":"de","number":"N-1","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","issuedOn":"2026-08-03","currency":"KWD","lines":[],
        "tax":{"minorUnits":190,"currency":"KWD"},"total":{"minorUnits":123456789012345,"currency":"KWD"},"status":"open"
        """;

    private const string DocumentOnce = """
        ,"dueOn":"2026-09-02","customerPo":"PO 7","externalNumber":"X-7","terms":"net-30","memo":" Zeile 1\nZeile 2 "
        """;

    private const string OfInvoice = ""","invoice":"inv_AAAAAAAAAAAAAAAAAAAAAA","reason":"Correction" """;

    private readonly SalesforceTargetBench bench = new();

    public static TheoryData<RecordType, string, string> Records { get; } =
        new()
        {
            { RecordType.Invoice, Document, DocumentOnce },
            { RecordType.DebitMemo, Document, DocumentOnce + OfInvoice },
            { RecordType.CreditNote, Document, DocumentOnce + OfInvoice },
            {
                RecordType.Payment,
                """
                    "entity":"jp","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","amount":{"minorUnits":5000,"currency":"JPY"},"receivedOn":"2026-08-03","method":"wire",
                    "processorReference":"pi_1","status":"succeeded"
                    """,
                ""","madeBy":"bank","remittanceText":"INV 7" """
            },
            {
                RecordType.Refund,
                """
                    "entity":"de","payment":"pay_AAAAAAAAAAAAAAAAAAAAAA","amount":{"minorUnits":1,"currency":"EUR"},"refundedOn":"2026-08-03","method":"card","status":"pending"
                    """,
                ""","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","processorReference":"re_1","reason":"Doubled","madeBy":"processor" """
            },
            {
                RecordType.Dispute,
                """
                    "entity":"de","payment":"pay_AAAAAAAAAAAAAAAAAAAAAA","amount":{"minorUnits":100,"currency":"EUR"},"openedOn":"2026-08-03","processorReference":"dp_1",
                    "status":"inquiry"
                    """,
                ""","reason":"fraudulent","evidenceDueOn":"2026-08-20" """
            },
            {
                RecordType.Subscription,
                """
                    "entity":"de","number":"S-1","version":1,"account":"acc_AAAAAAAAAAAAAAAAAAAAAA","status":"active","term":{"kind":"evergreen"},"lines":[]
                    """,
                ""","orderNumber":"00000100","canceledOn":"2027-01-31" """
            },
            {
                RecordType.DocumentState,
                """
                    "entity":"de","creditNote":"crn_AAAAAAAAAAAAAAAAAAAAAA","balance":{"minorUnits":0,"currency":"EUR"},"paidStatus":"paid"
                    """,
                ""","dunningStage":"second","extendedDueOn":"2026-10-01" """
            },
        };

    public void Dispose() => bench.Dispose();

    [Theory]
    [MemberData(nameof(Records))]
    public async Task A_record_stands_as_its_mapping_wrote_it_whole_or_bare(RecordType type, string least, string more)
    {
        var references = await StandingAsync();
        foreach (var (reference, record) in new[] { ("whole", $"{{{least}{more}}}"), ("bare", $"{{{least}}}") })
        {
            var request = SalesforceTargetBench.Map(type, record, references);
            await bench.SaveAsync(type, reference, request);
            var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(type, reference, body: request));
            Assert.True(Covers.Request(request, found.Record), $"{type}, {reference}");
        }
    }

    [Theory]
    [MemberData(nameof(Records))]
    public async Task What_a_record_does_not_say_any_more_is_cleared(RecordType type, string least, string more)
    {
        var references = await StandingAsync();
        var id = await bench.SaveAsync(type, "one", SalesforceTargetBench.Map(type, $"{{{least}{more}}}", references));
        var bare = SalesforceTargetBench.Map(type, $"{{{least}}}", references);
        await bench.SaveAsync(type, "one", bare, id);

        var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(type, "one", id, bare));
        Assert.True(Covers.Request(bare, found.Record), $"{type}");
        Assert.False(Covers.Request(SalesforceTargetBench.Map(type, $"{{{least}{more}}}", references), found.Record), $"{type}");
    }

    [Fact]
    public async Task A_record_is_matched_by_what_its_kind_declares()
    {
        var references = await StandingAsync();
        foreach (var (type, least, more) in Records.Select(row => row.Data))
        {
            var request = SalesforceTargetBench.Map(type, $"{{{least}{more}}}", references);
            var id = await bench.SaveAsync(type, "one", request);
            if (SalesforceTargets.Facts[type].MatchedBy is [var field])
            {
                var value = System.Text.Json.Nodes.JsonNode.Parse($"{{{least}{more}}}")![field]!.GetValue<string>();
                Assert.Equal([id], await bench.MatchAsync(type, field, value, request));
            }
        }
    }

    /// <summary>What records refer to, written before them.</summary>
    private async Task<(RecordType, string)[]> StandingAsync()
    {
        var account = (RecordType.BillingAccount, bench.Account);
        var references = new List<(RecordType Type, string Id)> { account };
        foreach (var type in new[] { RecordType.Invoice, RecordType.CreditNote, RecordType.Payment })
        {
            var least = Records.Single(row => row.Data.Item1 == type).Data.Item2.Replace("N-1", "N-0", StringComparison.Ordinal);
            var request = SalesforceTargetBench.Map(type, $"{{{least.Replace("pi_1", "pi_0", StringComparison.Ordinal)}}}", account);
            references.Add((type, await bench.SaveAsync(type, "standing", request)));
        }

        return [.. references];
    }
}
