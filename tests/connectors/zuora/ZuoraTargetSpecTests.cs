using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Zuora;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Tests.Connectors.Conformance;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Canonical records through the shipped mappings and the connector: every body that is sent, held against Zuora's own description where it is at hand.</summary>
public sealed class ZuoraTargetSpecTests(ITestOutputHelper output)
{
    // Declared on the read side, as ZuoraSpecTests tells with its reason.
    private static readonly string[] Excused = ["page"];

    // The example of the same operation has it.
    private static readonly string[] Exemplified = ["GET /v1/catalog/product/{product-id} response: $.success is not described"];

    private static readonly Order NewSubscription = new()
    {
        Entity = "de",
        Number = "SO-1",
        Account = new CanonicalId("acc_1"),
        CustomerPo = "PO 4711",
        Currency = Currency.Of("EUR"),
        OrderedOn = new DateOnly(2026, 8, 1),
        Status = "open",
        Lines =
        [
            new OrderLine
            {
                Id = "l1",
                Action = "new",
                Sku = "SKU-SEAT",
                Quantity = 10,
                NetPrice = 24.5m,
                EffectiveOn = new DateOnly(2026, 8, 1),
                Term = new Term
                {
                    Kind = "termed",
                    Length = 1,
                    Unit = "year",
                    StartsOn = new DateOnly(2026, 8, 1),
                    RenewsItself = true,
                },
            },
        ],
    };

    private readonly ZuoraTargetBench bench = new();
    private readonly Dictionary<Reference, string> standing = [];

    [Fact]
    public async Task Every_record_that_is_written_is_as_the_description_has_it_and_reads_back_as_it_was_asked_for()
    {
        await LiveAsync();
        var description = ApiDescription.Load(Path.Combine("zuora", "zuora.json"), name => name.EndsWith("__c", StringComparison.Ordinal));
        Assert.SkipWhen(description is null, "QTC_VENDOR_SPECS names no folder of descriptions");
        var tally = new ConformanceTally("zuora as a target", description);
        foreach (var exchange in bench.Said.Where(one => one.Path != "/oauth/token"))
        {
            Assert.True(exchange.Status == 200, $"{exchange.Method} {exchange.Path} answered {exchange.Status}");
            tally.Check(exchange with { Query = [.. exchange.Query.Except(Excused)] }, null);
        }

        tally.Report();
        output.WriteLine(tally.ToString());
        Assert.Empty(tally.Problems.Distinct(StringComparer.Ordinal).Except(Exemplified));
        Assert.Empty(
            new[]
            {
                "POST /v1/accounts",
                "PUT /v1/accounts/{account-key}",
                "PUT /v1/object/account/{id}",
                "POST /v1/object/product",
                "PUT /v1/object/product/{id}",
                "POST /v1/object/product-rate-plan",
                "PUT /v1/object/product-rate-plan/{id}",
                "POST /v1/object/product-rate-plan-charge",
                "GET /v1/catalog/product/{product-id}",
                "POST /v1/orders",
                "GET /v1/orders/{orderNumber}",
                "GET /v1/rateplan/{product_id}/productRatePlan",
                "POST /v1/payments",
                "PUT /v1/payments/{paymentId}",
                "PUT /v1/payments/{paymentId}/unapply",
                "PUT /v1/payments/{paymentId}/cancel",
                "POST /v1/payments/{paymentId}/refunds",
                "PUT /v1/refunds/{refundId}",
                "PUT /v1/refunds/{refundId}/cancel",
            }.Except(tally.Operations)
        );
    }

    private async Task LiveAsync()
    {
        var account = new BillingAccount
        {
            Entity = "de",
            Number = "C-1",
            Name = "Ada & Söhne GmbH",
            Currency = Currency.Of("EUR"),
            Email = "ada@example.com",
            TaxStatus = "exempt",
            Terms = "net-30",
            BillTo = new Address
            {
                Line1 = "Hauptstr. 1",
                City = "Berlin",
                Country = "Germany",
            },
            SoldTo = new Address
            {
                Line1 = "Hof 2",
                City = "Bonn",
                Country = "Germany",
            },
        };
        var parent = await WriteAsync(account, "acc_1");
        var child = account with { Number = "C-2", Parent = new CanonicalId("acc_1") };
        await WriteAsync(child, "acc_2", await WriteAsync(child, "acc_2"));
        await ProductsAsync();
        await OrdersAsync();
        await MoneyAsync(parent);
        await WriteAsync((BillingAccount)child.End(), "acc_2", standing[new Reference(RecordType.BillingAccount, "acc_2")]);
    }

    private async Task ProductsAsync()
    {
        var platform = new Product
        {
            Entity = "de",
            Sku = "SKU-1",
            Name = "Platform",
            Description = "All of it",
            Prices =
            [
                new Price
                {
                    Id = "p1",
                    Currency = Currency.Of("EUR"),
                    Model = "per-unit",
                    Amount = 24.505m,
                    Period = "month",
                    Timing = "advance",
                },
                new Price
                {
                    Id = "p2",
                    Currency = Currency.Of("EUR"),
                    Model = "usage",
                    Unit = "GB",
                    Tiers = [new PriceTier { UpTo = 100, UnitPrice = 2 }, new PriceTier { UnitPrice = 1 }],
                    Period = "month",
                    Timing = "arrears",
                },
                new Price
                {
                    Id = "p3",
                    Currency = Currency.Of("EUR"),
                    Model = "flat",
                    Amount = 500,
                    Period = "once",
                    Timing = "advance",
                },
            ],
        };
        var id = await WriteAsync(platform, "prd_1");
        bench.Now = bench.Now.AddDays(3);
        var dearer = platform with { Name = "The platform", Prices = [platform.Prices[0] with { Amount = 30 }, platform.Prices[1]] };
        await WriteAsync(dearer, "prd_1", id);
        await WriteAsync((Product)dearer.End(), "prd_1", id);
    }

    private async Task OrdersAsync()
    {
        await WriteAsync(NewSubscription, "ord_1");
        var number = (string)
            bench.Said.Last(one => one is { Method: "POST", Path: "/v1/orders" }).Response!["subscriptions"]![0]!["subscriptionNumber"]!;
        standing[new Reference(RecordType.Subscription, "sub_1")] = number;
        var amendment = new OrderLine
        {
            Id = "l2",
            Action = "add",
            Sku = "SKU-SEAT",
            QuantityChange = 5,
            EffectiveOn = new DateOnly(2026, 9, 11),
            Subscription = new CanonicalId("sub_1"),
            SubscriptionVersion = 1,
        };
        var version = 1;
        foreach (
            var line in new[]
            {
                amendment,
                amendment with
                {
                    Sku = "SKU-ONBOARD",
                    QuantityChange = 1,
                    NetPrice = 400,
                },
                amendment with
                {
                    Action = "remove",
                    QuantityChange = -15,
                },
                amendment with
                {
                    Action = "renew",
                    Sku = null,
                    QuantityChange = null,
                    Term = NewSubscription.Lines[0].Term,
                },
                amendment with
                {
                    Action = "suspend",
                    Sku = null,
                    QuantityChange = null,
                },
                amendment with
                {
                    Action = "cancel",
                    Sku = null,
                    QuantityChange = null,
                },
            }
        )
        {
            var order = NewSubscription with { Number = $"SO-2-{version}", Lines = [line with { SubscriptionVersion = version }] };
            await WriteAsync(order, $"ord_{order.Number}");
            version += line.Action == "renew" ? 2 : 1;
        }
    }

    private async Task MoneyAsync(string account)
    {
        var invoice = bench.Invoice(account, 10000);
        standing[new Reference(RecordType.Invoice, "inv_1")] = invoice;
        var payment = new Payment
        {
            Entity = "de",
            Account = new CanonicalId("acc_1"),
            Amount = Euro(10000),
            ReceivedOn = new DateOnly(2026, 8, 3),
            Method = "card",
            ProcessorReference = "pi_1",
            Status = "succeeded",
            RemittanceText = "INV 1",
            Applications =
            [
                new PaymentApplication
                {
                    Invoice = new CanonicalId("inv_1"),
                    Amount = Euro(10000),
                    AppliedOn = new DateOnly(2026, 8, 3),
                },
            ],
        };
        await WriteAsync(payment with { RemittanceText = "INV 2" }, "pay_1", await WriteAsync(payment, "pay_1"));
        var refund = new Refund
        {
            Entity = "de",
            Payment = new CanonicalId("pay_1"),
            Amount = Euro(3000),
            RefundedOn = new DateOnly(2026, 8, 3),
            Method = "card",
            ProcessorReference = "re_1",
            Status = "succeeded",
            Reason = "requested",
        };
        var refunded = await WriteAsync(refund, "ref_1");
        await WriteAsync(refund with { Reason = "duplicate" }, "ref_1", refunded);
        await WriteAsync((Refund)refund.End(), "ref_1", refunded);
        await WriteAsync(
            new Dispute
            {
                Entity = "de",
                Payment = new CanonicalId("pay_1"),
                Amount = Euro(2000),
                OpenedOn = new DateOnly(2026, 8, 3),
                ProcessorReference = "dp_1",
                Status = "lost",
                Reason = "fraudulent",
            },
            "dsp_1"
        );
        var failing = payment with { ProcessorReference = "pi_2", Applications = [] };
        var failed = await WriteAsync(failing, "pay_2");
        bench.Tenant.ApplyPayment(failed, new Sandbox.PlayedApplication(invoice, 3000));
        await WriteAsync((Payment)failing.End(), "pay_2", failed);
        await ShortAsync(account, payment);
    }

    /// <summary>A wire that lacks its fees.</summary>
    private async Task ShortAsync(string account, Payment payment)
    {
        var invoice = new CanonicalId("inv_2");
        standing[new Reference(RecordType.Invoice, invoice.Value)] = bench.Invoice(account, 10250);
        var paid = payment.Applications![0] with { Invoice = invoice };
        await WriteAsync(payment with { ProcessorReference = "WIRE-1", Applications = [paid] }, "pay_3");
        var given = new Application
        {
            Entity = "de",
            WriteOff = true,
            Invoice = invoice,
            Amount = Euro(250),
            AppliedOn = new DateOnly(2026, 8, 3),
            Reason = "bank-fees",
        };
        var memo = await WriteAsync(given, "pay_3");
        await WriteAsync((Application)given.End(), "pay_3", memo);
    }

    /// <summary>Maps, writes, reads back, and compares.</summary>
    private async Task<string> WriteAsync(CanonicalRecord record, string reference, string? id = null)
    {
        Assert.Null(record.Validate());
        var targets = new ZuoraKind().Facts.Targets;
        var target = record is Application ? targets[RecordType.Payment].WriteOff! : targets[record.Type];
        var mapping = ZuoraMappingTests.Catalog.Out("zuora", record.Type, target.ExternalType)!;
        var context = new MappingContext
        {
            Entity = new EntityOptions("de", "Example GmbH", Currency.Of("EUR"), TimeZoneInfo.Utc),
            Resolved = standing,
        };
        var mapped = mapping.Map(CanonicalJson.Write(record), context);
        Assert.True(mapped.Fault is null, mapped.Fault?.Detail);
        var body = Encoding.UTF8.GetString(mapped.Value.Span);
        var written = await bench.SaveAsync(record.Type, reference, body, id);
        standing[new Reference(record.Type, reference)] = written;
        var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(record.Type, reference, null, body));
        Assert.Equal(written, found.ExternalId);
        // What has ended is not what it was, but for its standing.
        Assert.True(
            record.HasEnded || Covers.Request(mapped.Value, found.Record),
            $"{body} is not covered by {JsonNode.Parse(found.Record.Span)}"
        );
        return written;
    }

    private static Money Euro(long minorUnits) => new(minorUnits, Currency.Of("EUR"));
}
