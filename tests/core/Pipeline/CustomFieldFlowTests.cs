using System.Text;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Tests.Core.Bench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class CustomFieldFlowTests : IDisposable
{
    private static readonly MappingFile[] Own =
    [
        new(
            "own/in.yaml",
            "override: scripted.account -> BillingAccount\nfields:\n  custom:\n    projectCode: metadata.project\n    seats: metadata.seats\n"
        ),
        new(
            "own/out.yaml",
            "override: BillingAccount -> scripted.customer\nfields:\n  custom_project: custom.projectCode\n  custom_seats: custom.seats\n"
        ),
    ];

    private static readonly string Declared = HubFiles.Hub.Replace(
        "hub: test",
        "hub: test\ncustomFields:\n  BillingAccount: {projectCode: text, seats: number}",
        StringComparison.Ordinal
    );

    private readonly HubBench bench = new(hub: Declared, own: Own);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_field_of_the_source_arrives_as_a_custom_field_of_the_target()
    {
        await ChangeAsync("""{"project":"P-7","seats":2.50}""", at: 100);

        Assert.Contains("\"custom_project\":\"P-7\",\"custom_seats\":2.5", bench.Sent(0), StringComparison.Ordinal);
        Assert.EndsWith("""custom":{"projectCode":"P-7","seats":2.5}}""", await ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_facts_written_otherwise_are_no_new_revision()
    {
        await ChangeAsync("""{"project":"P-7","seats":2.50}""", at: 100);
        await ChangeAsync("""{"seats":2.5,"project":"P-7"}""", at: 200);

        Assert.Equal(1, (await bench.HeadAsync(HubBench.Account("a1")))!.Revision);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_change_of_a_custom_field_alone_is_written()
    {
        await ChangeAsync("""{"project":"P-7"}""", at: 100);
        await ChangeAsync("""{"project":""}""", at: 200);

        Assert.Contains("\"custom_project\":\"\"", bench.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_of_the_wrong_type_is_a_dead_letter_with_its_place()
    {
        await ChangeAsync("""{"seats":"many"}""", at: 100);

        Assert.Empty(bench.Vendor.Sent);
        Assert.Contains("custom.seats", Assert.Single(await bench.LettersAsync()).ToString(), StringComparison.Ordinal);
    }

    private async Task ChangeAsync(string metadata, long at)
    {
        bench.Vendor.Holds("account", "a1", $$$"""{"id":"a1","name":"One","email":"a@example.com","metadata":{{{metadata}}}}""", at);
        await bench.TellAsync($"evt-{at}", HubBench.NoticeJson("account", "a1", at));
        await bench.RunAsync();
    }

    private async Task<string> ContentAsync() =>
        Encoding.UTF8.GetString((await bench.Store.ContentAsync(HubBench.Account("a1"), 1, CancellationToken.None)).Span);
}
