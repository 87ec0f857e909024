using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Stripe;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Stripe;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>A life of an account in which everything happens that the connector tells apart, and a reading of all of it.</summary>
internal sealed class StripeLife(StripeBench bench)
{
    private PretendStripe Vendor => bench.Vendor;

    public void Play()
    {
        var account = Vendor.OpenAccount("Ada", "ada@example.com", "EUR", "DE");
        Vendor.CloseAccount(Vendor.OpenAccount("Bob", null, "EUR", "DE"));
        var invoice = Vendor.IssueInvoice(account, [.. Enumerable.Range(1, 12).Select(n => new PlayedLine($"Work {n}", n, 100 * n))], 1482);
        var payment = Vendor.TakePayment(account, 9282, "EUR", [new PlayedApplication(invoice, 9282)]);
        Later();
        Subscribe(account);
        Vendor.CreditInvoice(invoice, 40);
        var owed = Vendor.IssueInvoice(account, [new PlayedLine("Unwanted", 1, 1000)], 190);
        Vendor.CreditInvoice(owed, 300);
        Vendor.CreditInvoice(owed, 700);
        Vendor.Put("creditNote", new JsonObject { ["id"] = "cn_00000000000001", ["status"] = "void" });
        var dollars = Vendor.TakeCharge(account, 20_000, "USD", "EUR");
        var yen = Vendor.TakeCharge(account, 5000, "JPY", "JPY");
        Later();
        Vendor.Refund(payment, 282);
        Vendor.FailRefund(Vendor.Refund(dollars, 1000));
        Vendor.Refund(yen, 500);
        Later();
        var lost = Vendor.OpenDispute(payment, 2000, inquiry: false);
        Vendor.AnswerDispute(lost);
        var asked = Vendor.OpenDispute(dollars, 3000, inquiry: true);
        Vendor.CloseDispute(Vendor.OpenDispute(yen, 100, inquiry: true), won: true);
        Vendor.EscalateDispute(asked);
        Later();
        Vendor.CloseDispute(lost, won: false);
        Vendor.CloseDispute(asked, won: true);
        Vendor.ReinstateDispute(lost);
        Vendor.ChargeFee("EUR", 300, "Radar");
        Vendor.Adjust("EUR", -120, "Correction");
        Vendor.Reserve("EUR", 500);
        Later();
        var paidOut = Vendor.PayOut("EUR");
        Vendor.CompletePayout(paidOut);
        Vendor.FailPayout(paidOut);
        Vendor.CompletePayout(Vendor.PayOutByHand("JPY", 200));
        Vendor.CancelPayout(Vendor.PayOutByHand("JPY", 300));
        Later();
        Vendor.Reserve("EUR", -500);
        Vendor.CompletePayout(Vendor.PayOut("EUR"));
        Vendor.ChargeFee("EUR", 700, "Terminals");
        Vendor.PayOut("EUR");
    }

    /// <summary>Polls, lists and reads everything; gives the notices of it.</summary>
    public static async Task<IReadOnlyList<Notice>> ReadAllAsync(IConnector connector, StripeBench bench)
    {
        var (source, reader, feed) = ((IWebhookSource)connector, (IRecordReader)connector, (IBackfill)connector);
        var deliveries = await PagesAsync(cursor => feed.ReadChangesAsync(cursor, Bench.Noon, bench.Now, CancellationToken.None));
        foreach (var type in new StripeKind().Facts.Sources.Values)
        {
            deliveries.AddRange(
                await PagesAsync(cursor => feed.ReadRecordsAsync(type, cursor, Bench.Noon, bench.Now, CancellationToken.None))
            );
        }

        Notice[] notices =
        [
            .. deliveries
                .SelectMany(delivery => source.ReadNotices(delivery.Body).Value)
                .DistinctBy(notice => (notice.ExternalType, notice.ExternalId)),
        ];
        foreach (var notice in notices)
        {
            var reading = await reader.ReadAsync(notice.ExternalType, notice.ExternalId, CancellationToken.None);
            Invariant.Holds(reading.Fault is null, $"{notice.ExternalType} {notice.ExternalId}: {reading.Fault}");
        }

        return notices;
    }

    /// <summary>Looks for a customer, makes one and changes it.</summary>
    public static async Task WriteAsync(IConnector connector)
    {
        var writer = (IRecordMatcher)connector;
        var body =
            """{"name":"Eve","email":"eve@example.com","phone":null,"address":{"line1":"1 Main St"},"tax_exempt":"exempt","metadata":{"active":"true"}}""";
        var found = await writer.MatchAsync(
            new MatchRequest(RecordType.BillingAccount, "email", "eve@example.com"),
            CancellationToken.None
        );
        Invariant.Holds(found.Value.Count == 0, "nobody has made her yet");
        var create = new WriteRequest(RecordType.BillingAccount, "key-of-the-create", "reference", null, Encoding.UTF8.GetBytes(body))
        {
            SendBefore = DateTimeOffset.MaxValue,
        };
        var made = await writer.WriteAsync(create, CancellationToken.None);
        var change = create with { Key = "key-of-the-change", ExternalId = made.Value.ExternalId };
        Invariant.Holds((await writer.WriteAsync(change, CancellationToken.None)).Value == made.Value, "it is the one that was made");
    }

    public static async Task<List<PolledDelivery>> PagesAsync(Func<string?, Task<Outcome<ChangePage>>> read)
    {
        var deliveries = new List<PolledDelivery>();
        ChangePage page;
        string? cursor = null;
        do
        {
            page = (await read(cursor)).Value;
            deliveries.AddRange(page.Deliveries);
            cursor = page.Cursor;
        } while (!page.IsLast);

        return deliveries;
    }

    private void Subscribe(string account)
    {
        string Put(string entity, string fields) => (string)Vendor.Put(entity, JsonNode.Parse(fields)!.AsObject())!["id"]!;
        var product = Put("product", """{"name":"Platform"}""");
        string Price(string fields) => Put("price", $$"""{"product":"{{product}}","recurring":{"interval":"month"},{{fields}}}""");
        var fee = Price("\"currency\":\"usd\",\"unit_amount_decimal\":\"0.5\",\"currency_options\":{\"eur\":{\"unit_amount\":1}}");
        var tiered = "\"tiers_mode\":\"graduated\",\"tiers\":[{\"up_to\":5,\"unit_amount\":9},{\"up_to\":\"inf\",\"flat_amount\":7}]";
        var seats = Price($"\"currency\":\"eur\",{tiered}");
        var items = string.Join(
            ',',
            Enumerable.Range(1, 12).Select(n => $$"""{"price":"{{(n % 2 == 0 ? fee : seats)}}","quantity":{{n}}}""")
        );
        var subscription = Put("subscription", $$"""{"customer":"{{account}}","items":[{{items}}]}""");
        Put("subscription", $$"""{"id":"{{subscription}}","cancel_at_period_end":true}""");
        Put("price", $$"""{"id":"{{seats}}","active":false}""");
        Vendor.DeleteProduct(Put("product", """{"name":"Unsold"}"""));
    }

    private void Later() => bench.Now = bench.Now.AddHours(30);
}
