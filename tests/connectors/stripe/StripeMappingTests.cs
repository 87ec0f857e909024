using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Stripe;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>What the connector reads of an account that has lived, through the shipped mappings, against what the pretend vendor itself says it holds.</summary>
public sealed class StripeMappingTests
{
    private static readonly MappingCatalog Catalog = Load();
    private static readonly EntityOptions Entity = new("de", "Example GmbH", Currency.Of("EUR"), TimeZoneInfo.Utc);

    private readonly StripeBench bench = new();
    private readonly Dictionary<(RecordType Type, string Id), CanonicalRecord> made = [];

    [Fact]
    public async Task Every_movement_of_the_balance_is_an_item_of_its_kind_with_its_fee_and_its_payout()
    {
        var book = await LiveAsync();
        Assert.Equal(23, book.SettlementItems.Count);
        foreach (var expected in book.SettlementItems)
        {
            var item = Made<SettlementItem>(RecordType.SettlementItem, expected.Id);
            Assert.Equal(
                expected with
                {
                    Of = expected.Id,
                },
                new BookSettlementItem(
                    item.ProcessorReference,
                    item.Kind,
                    item.CreatedOn,
                    item.Gross.Currency.Code,
                    item.Gross.MinorUnits,
                    item.Fees.Sum(fee => fee.Amount.MinorUnits),
                    item.Net.MinorUnits,
                    item.PayoutReference
                )
            );
        }

        Assert.Equal(
            ["adjustment", "charge", "dispute", "fee", "payout", "refund", "reserve"],
            book.SettlementItems.Select(item => item.Kind).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_item_names_the_one_record_behind_it_and_what_it_was_before_it_was_converted()
    {
        await LiveAsync();
        SettlementItem[] items = [.. made.Values.OfType<SettlementItem>()];
        Assert.All(items, item => Assert.Equal(item.Kind == "charge", item.Payment is not null));
        Assert.All(items, item => Assert.Equal(item.Kind == "refund", item.Refund is not null));
        Assert.All(items, item => Assert.Equal(item.Kind == "dispute", item.Dispute is not null));
        Assert.Equal(
            ["charge 20000", "refund -1000", "refund 1000", "dispute -3000", "dispute 3000"],
            items
                .Where(item => item.Original is { } original && original.Currency.Code == "USD")
                .Select(item => $"{item.Kind} {item.Original!.Value.MinorUnits}")
        );
        Assert.All(items, item => Assert.Equal(item.Original is not null, item.Rate is not null));
    }

    [Fact]
    public async Task A_payout_is_the_sum_of_its_items_where_Stripe_can_tell_them()
    {
        var book = await LiveAsync();
        foreach (var expected in book.Payouts)
        {
            var payout = Made<Payout>(RecordType.Payout, expected.Id);
            Assert.Equal(
                (expected.ArrivesOn, expected.Currency, expected.Amount, expected.IsAutomatic, expected.ItemCount),
                (
                    payout.ArrivesOn,
                    payout.Amount.Currency.Code,
                    payout.Amount.MinorUnits,
                    payout.Initiation == "automatic",
                    (int?)payout.ItemCount
                )
            );
            Assert.Equal(expected.IsAutomatic ? payout.Amount : null, payout.ItemTotal);
        }

        Assert.Equal(
            ["failed", "paid", "canceled", "paid", "in-transit"],
            made.Values.OfType<Payout>().OrderBy(one => one.ProcessorReference, StringComparer.Ordinal).Select(one => one.Status)
        );
        Assert.Contains(book.Payouts, payout => payout.Amount < 0);
    }

    [Fact]
    public async Task What_a_balance_is_is_the_sum_of_its_items()
    {
        var book = await LiveAsync();
        Assert.Equal(
            book.ProcessorBalances,
            made.Values.OfType<SettlementItem>()
                .GroupBy(item => item.Net.Currency.Code, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new BookBalance(group.Key, group.Sum(item => item.Net.MinorUnits)))
        );
    }

    [Fact]
    public async Task Refunds_and_disputes_are_as_the_vendor_holds_them()
    {
        var book = await LiveAsync();
        Assert.Equal(3, book.Refunds.Count);
        foreach (var expected in book.Refunds)
        {
            var refund = Made<Refund>(RecordType.Refund, expected.Id);
            Assert.Equal(
                (expected.RefundedOn, expected.Currency, expected.Amount, expected.Status),
                (refund.RefundedOn, refund.Amount.Currency.Code, refund.Amount.MinorUnits, refund.Status)
            );
            Assert.Equal(Made<Payment>(RecordType.Payment, expected.PaymentId).ProcessorReference, expected.PaymentId);
            Assert.Equal(IdOf(RecordType.Payment, expected.PaymentId), refund.Payment!.Value.Value);
        }

        Assert.Equal(["lost", "won", "won"], book.Disputes.Select(dispute => dispute.Status));
        foreach (var expected in book.Disputes)
        {
            var dispute = Made<Dispute>(RecordType.Dispute, expected.Id);
            Assert.Equal(
                (expected.OpenedOn, expected.Amount, expected.Status, expected.Withdrawn, expected.Reinstated),
                (
                    dispute.OpenedOn,
                    dispute.Amount.MinorUnits,
                    dispute.Status,
                    dispute.Withdrawn?.MinorUnits ?? 0,
                    dispute.Reinstated?.MinorUnits ?? 0
                )
            );
        }
    }

    [Fact]
    public async Task Credit_notes_are_as_the_vendor_holds_them_and_name_their_invoice()
    {
        var book = await LiveAsync();
        Assert.Equal(["void", "open", "open"], book.Memos.Select(memo => Made<CreditNote>(RecordType.CreditNote, memo.Id).Status));
        foreach (var expected in book.Memos)
        {
            var note = Made<CreditNote>(RecordType.CreditNote, expected.Id);
            Assert.Equal(
                (expected.Number, expected.IssuedOn, expected.Currency, expected.Tax, expected.Total),
                (note.Number, note.IssuedOn, note.Currency.Code, note.Tax.MinorUnits, note.Total.MinorUnits)
            );
            Assert.Contains(
                made,
                one => one.Key.Type == RecordType.Invoice && IdOf(RecordType.Invoice, one.Key.Id) == note.Invoice!.Value.Value
            );
        }

        // What is still owed is lowered, to nothing in the end; what was paid already goes to the customer's balance.
        Assert.Equal([0, 1, 1], book.Memos.Select(memo => memo.Applications.Count));
        Assert.Equal("paid", book.Invoices[1].Status);
    }

    [Theory]
    [MemberData(nameof(PretendStripeMoneyTests.Amounts), MemberType = typeof(PretendStripeMoneyTests))]
    public async Task An_amount_of_every_currency_that_Stripe_writes_its_own_way_is_taken_in_as_it_is(
        string currency,
        long iso,
        long stripe
    )
    {
        var payment = bench.Vendor.TakeCharge(bench.Vendor.OpenAccount("Ada", null, currency, "DE"), iso, currency, currency);
        var found = (RecordReading.Found)(await bench.Reader.ReadAsync("payment_intent", payment, CancellationToken.None)).Value;
        Assert.Equal(stripe, JsonElement.Parse(found.Record.Span).GetProperty("amount").GetInt64());
        var taken = Assert.IsType<Payment>(Take(RecordType.Payment, "payment_intent", found.Record));
        Assert.Equal(new Money(iso, Currency.Of(currency)), taken.Amount);
    }

    [Theory]
    [InlineData("isk")]
    [InlineData("ugx")]
    public async Task A_part_of_a_coin_that_does_not_exist_is_refused(string currency)
    {
        var movement = new JsonObject
        {
            ["amount"] = 50_050,
            ["currency"] = currency,
            ["net"] = 50_050,
            ["reporting_category"] = "topup",
        };
        var id = (string)bench.Vendor.Put("balance_transaction", movement)!["id"]!;
        var found = (RecordReading.Found)(await bench.Reader.ReadAsync("balance_transaction", id, CancellationToken.None)).Value;
        var mapped = Catalog
            .In("stripe", "balance_transaction", RecordType.SettlementItem)!
            .Map(found.Record, new MappingContext { Entity = Entity, Resolved = new Dictionary<Reference, string>() });
        var fault = Assert.IsType<Fault.MappingFailed>(mapped.Fault);
        Assert.Equal(("gross", $"not a whole number of minor units of {currency.ToUpperInvariant()}"), (fault.Path, fault.Rule));
    }

    private static MappingCatalog Load()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "mappings");
        var files = Directory
            .EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".cases.yaml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new MappingFile(path, File.ReadAllText(path)));
        var loaded = MappingCatalog.Compile([.. files]);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog;
    }

    internal static CanonicalRecord Take(RecordType type, string externalType, ReadOnlyMemory<byte> record)
    {
        var taken = Map(type, externalType, record);
        Assert.True(taken.Fault is null, $"{externalType}: {taken.Fault?.Detail}");
        return taken.Value;
    }

    /// <summary>As the hub takes a record in: mapped, and judged by the record's own rules.</summary>
    internal static Outcome<CanonicalRecord> Map(RecordType type, string externalType, ReadOnlyMemory<byte> record)
    {
        var mapping = Catalog.In("stripe", externalType, type)!;
        var context = new MappingContext
        {
            Entity = Entity,
            Resolved = mapping
                .ReferencesIn(record)
                .Value.Distinct()
                .ToDictionary(reference => reference, reference => IdOf(reference.Type, reference.Id)),
        };
        if (!mapping.Map(record, context).TryGet(out var mapped, out var fault))
        {
            return fault;
        }

        var read = CanonicalJson.Read(type, mapped.Span).Value;
        return read.Validate() is { } breach ? breach : read;
    }

    private static string IdOf(RecordType type, string externalId) =>
        CanonicalId.Mint(type, "stripe", new StripeKind().Facts.Sources[type], externalId).Value;

    private T Made<T>(RecordType type, string id)
        where T : CanonicalRecord => Assert.IsType<T>(made[(type, id)]);

    private async Task<Book> LiveAsync()
    {
        new StripeLife(bench).Play();
        var kind = new StripeKind();
        foreach (var notice in await StripeLife.ReadAllAsync(bench.Connector, bench))
        {
            if (kind.Facts.Lists.ContainsKey(notice.ExternalType))
            {
                continue;
            }

            var type = kind.Facts.Sources.Single(pair => pair.Value == notice.ExternalType).Key;
            var reading = (await bench.Reader.ReadAsync(notice.ExternalType, notice.ExternalId, CancellationToken.None)).Value;
            if (reading is RecordReading.Found found)
            {
                made[(type, notice.ExternalId)] = Take(type, notice.ExternalType, found.Record);
            }
        }

        return bench.Vendor.Book();
    }
}
