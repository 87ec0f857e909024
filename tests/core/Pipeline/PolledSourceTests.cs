using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using QtcHub.Webhooks;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>A source that sends no webhooks is only polled, and its records may refer to what the hub has written there.</summary>
public sealed class PolledSourceTests : IDisposable
{
    private static readonly MappingFile[] Polled =
    [
        new(
            "polled/customer.yaml",
            """
            mapping: BillingAccount -> polled.customer
            unless-empty: contacts.items
            fields:
              number: number
              contacts:
                items:
                  - when: email | present
                    address: email
            """
        ),
        new(
            "polled/entry.yaml",
            """
            mapping: polled.entry -> Invoice
            fields:
              entity: $entity
              number: id
              account: customer | ref(BillingAccount)
              issuedOn: day | date
              currency: 'USD'
              lines:
                each: lines
                id: id
                description: id
                quantity: 1
                amount: amount | minor('USD')
              tax: 0 | minor('USD')
              total: total | minor('USD')
              status: 'open'
            """
        ),
    ];

    private readonly HubBench bench = new(
        hub: HubFiles
            .Hub.Replace("kind: scripted\n    roles: [erp]", "kind: polled\n    roles: [erp]", StringComparison.Ordinal)
            .Replace(
                "- {record: Invoice, from: shop, to: [books], when: 'status | one-of(open, void)'}",
                "- {record: Invoice, from: books, to: [shop]}",
                StringComparison.Ordinal
            ),
        own: Polled,
        books: vendor => new PolledKind(vendor)
    );

    [Fact]
    public async Task A_polled_entry_of_a_customer_that_the_hub_wrote_there_is_taken_in()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var customer = Assert.Single(bench.Vendor.Target).Key;
        await PollAsync("changed-1", "e1", customer);

        var invoice = CanonicalId.Mint(RecordType.Invoice, "books", "entry", "e1");
        Assert.Equal(1, (await bench.HeadAsync(invoice))!.Revision);
        var content = await bench.Store.ContentAsync(invoice, 1, CancellationToken.None);
        Assert.Contains(Account("a1").Value, System.Text.Encoding.UTF8.GetString(content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_of_a_customer_that_the_hub_has_not_written_waits_until_it_has()
    {
        await PollAsync("changed-1", "e1", "t-1");
        Assert.False((await DeliveryAsync("changed-1")).IsDone);

        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromHours(1), steps: 4);
        Assert.True((await DeliveryAsync("changed-1")).IsDone);
    }

    [Fact]
    public async Task A_record_without_what_its_mapping_is_about_has_nothing_to_write_until_it_has()
    {
        bench.Vendor.Holds("account", "a1", """{"id":"a1","name":"Acme"}""", 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.RunAsync();
        Assert.Empty(bench.Vendor.Sent);
        Assert.Equal([EffectState.Unchanged], await bench.EndedAsync(AccountLane("a1")));

        await bench.ChangeAccountAsync("a1", "Acme", 200);
        Assert.Equal("""{"number":"a1","contacts":{"items":[{"address":"a@example.com"}]}}""", bench.Sent(0));
        Assert.Equal([EffectState.Unchanged, EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task A_webhook_to_it_is_one_to_an_unknown_system()
    {
        var receipt = await bench.SendAsync("{}", "books");
        Assert.Equal(ReceiptKind.UnknownSystem, receipt.Kind);
    }

    public void Dispose() => bench.Dispose();

    private async Task PollAsync(string eventId, string entry, string customer)
    {
        bench.Vendor.Holds(
            "entry",
            entry,
            $$"""{"id":"{{entry}}","customer":"{{customer}}","day":"2026-03-01","lines":[{"id":"l1","amount":100}],"total":100}""",
            200
        );
        bench.Vendor.AnswersNextPage(new ChangePage([PolledKind.Change(eventId, entry)], null, IsLast: true));
        Assert.Null((await bench.Hub.PollAsync("books", CancellationToken.None)).Fault);
        await bench.RunAsync();
    }

    private async Task<Delivery> DeliveryAsync(string eventId) =>
        (await bench.Store.DeliveryAsync(new DeliveryId("books", eventId), CancellationToken.None))!.Value.Value;
}
