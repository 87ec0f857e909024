using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class SalesforceBackfillTests : IDisposable
{
    private static readonly DateOnly August = new(2026, 8, 1);

    private readonly SalesforceSourceBench bench = new(("orders", "both"));

    public static TheoryData<string> Types => [.. new SalesforceKind().Facts.Sources.Values];

    public void Dispose() => bench.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Every_type_of_record_is_listed_as_messages_that_tell_of_it(string type)
    {
        var (account, product) = (bench.Account(), bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]));
        bench.Org.AddContact(account, "Ada Byron", "ada@example.com");
        bench.Org.PlaceOrder(account, null, August, [new PlayedSale(product, 3, 900, 12)]);
        bench.Org.WinOpportunity(account, null, August, [new PlayedSale(product, 3, 900, 12)]);

        var listed = await bench.BackfillAsync(type);
        Assert.Equal(type == "Order" ? 2 : 1, listed.Count);
        var lists = new SalesforceKind().Facts.Lists;
        Assert.All(
            listed,
            delivery =>
                Assert.Contains(
                    ((IWebhookSource)bench.Connector).ReadNotices(delivery.Body).Value,
                    notice => notice.ExternalType == type || lists.GetValueOrDefault(notice.ExternalType) == type
                )
        );
        Assert.All(listed, delivery => Assert.True(Ledger.DeliveryId.IsFit(delivery.EventId), delivery.EventId));
    }

    [Fact]
    public async Task What_was_deleted_is_not_listed_nor_what_was_made_later_nor_what_did_not_change()
    {
        var early = bench.Account("Early");
        bench.Now = bench.Now.AddHours(1);
        var (within, deleted) = (bench.Account("Within"), bench.Account("Deleted"));
        bench.Org.CloseAccount(deleted);
        bench.Now = bench.Now.AddHours(1);
        var later = bench.Account("Later");

        var told = bench.Told(await bench.BackfillAsync("Account", Bench.Noon.AddMinutes(30), Bench.Noon.AddMinutes(90)));
        Assert.Equal([$"AccountCustomers {within}", $"AccountBilling {within}"], told);
        Assert.DoesNotContain(early, string.Join(' ', told), StringComparison.Ordinal);
        Assert.DoesNotContain(later, string.Join(' ', told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_which_a_part_alone_has_changed_is_listed_and_one_that_is_listed_by_itself_is_so_once()
    {
        var product = bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000)]);
        Assert.Single(await bench.BackfillAsync("Product2"));

        bench.Now = bench.Now.AddHours(1);
        bench.Put("PricebookEntry", (string)bench.Org.Records("PricebookEntry")![0]!["Id"]!, ("UnitPrice", 11));
        Assert.Equal(
            [$"Product2 {product}"],
            bench.Told(await bench.BackfillAsync("Product2", Bench.Noon.AddMinutes(30), Bench.Noon.AddDays(1)))
        );
    }

    [Fact]
    public async Task No_record_is_skipped_that_changes_while_pages_are_read_and_whenever_the_process_dies()
    {
        List<string> accounts = [.. Enumerable.Range(0, SalesforceChanges.PageSize + 9).Select(number => bench.Account($"A{number}"))];
        var told = new List<string>();
        string? cursor = null;
        ChangePage page;
        do
        {
            var backfill = (IBackfill)bench.Connect();
            page = (
                await backfill.ReadRecordsAsync("Account", cursor, Bench.Noon.AddDays(-1), Bench.Noon.AddDays(1), CancellationToken.None)
            ).Value;
            told.AddRange(bench.Told(page.Deliveries));
            cursor = page.Cursor;
            bench.Now = bench.Now.AddMinutes(1);
            accounts.ForEach(account => bench.Org.RenameAccount(account, $"Anew {told.Count}"));
        } while (!page.IsLast);

        Assert.Equal(
            accounts.Select(account => $"AccountBilling {account}"),
            told.Where(one => one.StartsWith("AccountBilling ", StringComparison.Ordinal))
        );
    }
}
