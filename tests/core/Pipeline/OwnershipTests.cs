using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class OwnershipTests
{
    private static readonly string Owned = HubFiles.Hub + "\nowners:\n  BillingAccount: {email: books}\n";

    [Fact]
    public async Task A_field_that_the_target_owns_is_never_written_back_to_it()
    {
        using var bench = new HubBench(hub: Owned);
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal("""{"number":"a1","name":"Acme","inactive":false}""", bench.Sent(0));
    }

    [Fact]
    public async Task A_sources_word_is_not_taken_for_a_field_that_it_does_not_own()
    {
        using var bench = new HubBench(hub: Owned);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme", "other@example.com"), 200);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Equal("no-mapped-field-changed", (await bench.ResultAsync("evt-2")).Rule);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_record_that_comes_back_after_it_was_deleted_unknown_is_taken_in()
    {
        using var bench = new HubBench(hub: Owned);
        bench.Vendor.Deletes("account", "a1", 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.RunAsync();
        await bench.ChangeAccountAsync("a1", "Acme", 200);

        Assert.Single(bench.Vendor.Target);
    }
}
