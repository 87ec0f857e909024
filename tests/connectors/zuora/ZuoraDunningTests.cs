using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Zuora's documents have no stage of dunning: a company that keeps one has it in a field of its own.</summary>
public sealed class ZuoraDunningTests : IDisposable
{
    private const string State = "inv_AAAAAAAAAAAAAAAAAAAAAA";

    private static readonly EntityOptions Company = new("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc);

    private readonly ZuoraSourceBench bench = new();
    private readonly string own = Directory.CreateTempSubdirectory("qtchub-dunning").FullName;

    public void Dispose() => Directory.Delete(own, recursive: true);

    [Fact]
    public async Task A_stage_that_the_company_keeps_in_a_field_of_the_invoice_is_the_stage_of_its_state_and_moves_with_it()
    {
        var account = bench.Vendor.OpenAccount("Ada", "ada@example.com", "USD", "US");
        var invoice = bench.Vendor.IssueInvoice(account, [new PlayedLine("Work", 1, 1000)], 0);
        var hands = new ZuoraBench(_ => bench.Vendor);
        File.WriteAllText(Path.Combine(own, "shape.yaml"), "extend: zuora.document-state\nfields:\n  DunningLevel__c: text\n");
        File.WriteAllText(
            Path.Combine(own, "state.yaml"),
            "override: zuora.document-state -> DocumentState\nfields:\n  dunningStage: DunningLevel__c\n"
        );
        var mapping = Load(Path.Combine(AppContext.BaseDirectory, "mappings"), own);
        Assert.Null(await StageAsync(mapping, invoice));

        foreach (var stage in new[] { "first", "second" })
        {
            await hands.PutAsync($"/v1/invoices/{invoice}", $$"""{"DunningLevel__c":"{{stage}}"}""");
            Assert.Equal(stage, await StageAsync(mapping, invoice));
        }

        // Who keeps none is told none.
        Assert.Null(await StageAsync(Load(Path.Combine(AppContext.BaseDirectory, "mappings")), invoice));
    }

    private async Task<string?> StageAsync(CompiledMapping mapping, string invoice)
    {
        var read = (await bench.FindAsync("document-state", $"invoice:{invoice}")).GetRawText();
        var context = new MappingContext
        {
            Entity = Company,
            Resolved = new Dictionary<Reference, string> { [new Reference(RecordType.Invoice, invoice)] = State },
        };
        var mapped = mapping.Map(Encoding.UTF8.GetBytes(read), context);
        Assert.Null(mapped.Fault);
        var state = (DocumentState)CanonicalJson.Read(RecordType.DocumentState, mapped.Value.Span).Value;
        Assert.NotNull(state.DueOn);
        return state.DunningStage;
    }

    private static CompiledMapping Load(params string[] folders)
    {
        var loaded = MappingCatalog.Load(folders);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog.In("zuora", "document-state", RecordType.DocumentState)!;
    }
}
