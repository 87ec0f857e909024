using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>What a merge at one source means where a match key or another source knows of both accounts.</summary>
public sealed class MergedElsewhereTests
{
    /// <summary>A till tells of the same accounts, and of bills of its own.</summary>
    private static readonly string WithTill = HubFiles.Hub.Replace(
        "routes:",
        """
          till:
            kind: scripted
            roles: [billing]
            entity: us
            baseUrl: https://till.test/
            credentials: {token: 'env:TILL'}
        match: {BillingAccount: number}
        routes:
          - {record: BillingAccount, from: till, to: [books]}
          - {record: Invoice, from: till, to: [books]}
        """,
        StringComparison.Ordinal
    );

    [Fact]
    public async Task System_that_still_has_both_brings_its_documents_to_the_survivor_and_its_own_loser_to_a_person()
    {
        using var both = new HubBench(hub: WithTill);
        foreach (var id in (string[])["a1", "a2"])
        {
            await both.ChangeAccountAsync(id, "Acme", 100);
            both.Vendor.Holds("account", $"t{id}", $$"""{"id":"t{{id}}","number":"{{id}}","name":"Acme"}""", 100);
            await both.SendAsync($$"""{"id":"evt-t{{id}}","notices":[{{NoticeJson("account", $"t{id}", 100)}}]}""", "till");
            await both.RunAsync();
        }

        both.Vendor.Merges("account", "a1", "a2", 300);
        await both.TellAsync("merge", NoticeJson("account", "a1", 300));
        both.Vendor.Holds("bill", "b1", BillJson("b1", "ta1", 500), 400);
        await both.SendAsync($$"""{"id":"bill","notices":[{{NoticeJson("bill", "b1", 400)}}]}""", "till");
        await both.RunAsync();
        Assert.Contains("\"customer\":\"t-2\"", both.Sent(2), StringComparison.Ordinal);
        Assert.Single(await both.LettersAsync());

        both.Vendor.Holds("account", "ta1", """{"id":"ta1","number":"a1","name":"Acme of the till"}""", 500);
        await both.SendAsync($$"""{"id":"changed","notices":[{{NoticeJson("account", "ta1", 500)}}]}""", "till");
        await both.RunAsync();
        Assert.Contains(await both.LettersAsync(), letter => letter.Fault.Detail.StartsWith("several-records", StringComparison.Ordinal));
        Assert.Equal(3, both.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Match_key_of_the_loser_is_the_survivors()
    {
        using var matched = new HubBench(
            hub: HubFiles.Hub.Replace("routes:", "match: {BillingAccount: number}\nroutes:", StringComparison.Ordinal)
        );
        await matched.ChangeAccountAsync("a1", "Acme", 100);
        await matched.ChangeAccountAsync("a2", "Acme too", 100);
        matched.Vendor.Merges("account", "a1", "a2", 300);
        await matched.TellAsync("merge", NoticeJson("account", "a1", 300));
        await matched.RunAsync();
        matched.Vendor.Holds("account", "a2", """{"id":"a2","number":"a1","name":"Acme too","email":"a@example.com"}""", 400);
        await matched.TellAsync("renumbered", NoticeJson("account", "a2", 400));
        await matched.RunAsync();

        Assert.Equal(2, (await matched.HeadAsync(Account("a2")))!.Revision);
        Assert.Single(await matched.LettersAsync());
    }
}
