using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>
/// Reads the movements of the account's balance, and the payouts that empty it. A balance transaction does not name the payout that it went out with:
/// only an automatic payout can list what it holds. So a movement that is read alone is looked for in the payouts that may hold it.
/// </summary>
internal sealed class StripeSettlement(StripeCalls calls, StripeOptions options)
{
    /// <summary>
    /// A payout is made a little before its money is at the bank, and on the rarest schedule, once a month, a little more than a month after the money
    /// became available.
    /// </summary>
    private static readonly (long Before, long After) PayoutsOf = (3 * 86_400, 40 * 86_400);

    public async Task<Outcome<RecordReading>> ReadItemAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("balance_transactions", id, ["source"], cancellationToken);
        if (!read.TryGet(out var item, out var fault))
        {
            return fault;
        }

        if (item.IsMissing)
        {
            return new RecordReading.Missing();
        }

        var found = await FindPayoutAsync(item, id, cancellationToken);
        return found.TryGet(out var payout, out fault)
            ? new RecordReading.Found(Write(item.Body, payout.Id), item.AsReadUntil(payout.Date))
            : fault;
    }

    public async Task<Outcome<RecordReading>> ReadPayoutAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("payouts", id, [], cancellationToken);
        if (!read.TryGet(out var payout, out var fault))
        {
            return fault;
        }

        if (payout.IsMissing)
        {
            return new RecordReading.Missing();
        }

        var account = StripeForm.Text("processor_account", options.ProcessorAccount);
        if (!IsItemised(payout.Body))
        {
            return new RecordReading.Found(StripeForm.Write(payout.Body, account), payout.AsRead);
        }

        var items = new StripePages();
        var failed = await ReadItemsAsync(items, new StripeQuery { Payout = id }, cancellationToken);
        if (failed is Fault.Rejected { VendorCode: StripePages.TooLong })
        {
            // What it holds is not known then; the payout itself still goes to the bank.
            return new RecordReading.Found(StripeForm.Write(payout.Body, account), payout.AsReadUntil(items.Date));
        }

        if (failed is not null)
        {
            return failed;
        }

        // The list ends with the payout's own movement, which is what all others add up to. Another payout's, given back, is one of the others.
        JsonElement[] held = [.. items.Items.Where(item => item.Reference("source") != id)];
        var total = StripeForm.Object(
            "items",
            StripeForm.Number("count", held.Length),
            StripeForm.Number("net", StripeForm.Sum(held, "net"))
        );
        return new RecordReading.Found(StripeForm.Write(payout.Body, account, total), payout.AsReadUntil(items.Date));
    }

    /// <summary>What an automatic payout holds, each as it would be read; nothing while it is not known.</summary>
    public async Task<Outcome<RecordReading>> ListAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("payouts", id, [], cancellationToken);
        if (!read.TryGet(out var payout, out var fault))
        {
            return fault;
        }

        if (payout.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (!IsItemised(payout.Body))
        {
            return new RecordReading.Listed([]);
        }

        var items = new StripePages();
        var failed = await ReadItemsAsync(items, new StripeQuery { Payout = id, Expand = ["data.source"] }, cancellationToken);
        if (failed is not null)
        {
            return failed;
        }

        var members = new List<Notice>();
        foreach (var item in items.Items)
        {
            if (item.Text("id") is not { } itemId)
            {
                return new Fault.Rejected("unreadable-list", "a balance transaction without id");
            }

            members.Add(new Notice(StripeKind.BalanceTransaction, itemId, payout.AsReadUntil(items.Date), Write(item, id)));
        }

        return new RecordReading.Listed(members);
    }

    private static bool IsItemised(JsonElement payout) => payout.IsTrue("automatic") && payout.Text("reconciliation_status") == "completed";

    private async Task<Outcome<FoundPayout>> FindPayoutAsync(StripeAnswer item, string id, CancellationToken cancellationToken)
    {
        if (item.Body.Object("source") is { } source && source.Text("object") == StripeKind.Payout)
        {
            return new FoundPayout(source.Text("id"), item.Date);
        }

        if (
            item.Body.Text("status") != "available"
            || item.Body.Integer("available_on") is not { } available
            || item.Body.Integer("created") is not { } created
        )
        {
            return new FoundPayout(null, item.Date);
        }

        var payouts = new StripePages();
        var made = new StripeQuery { From = available - PayoutsOf.Before, Until = available + PayoutsOf.After };
        var failed = await calls.ReadRestAsync(
            payouts,
            (api, key, token) => api.ListAsync("payouts", made with { After = payouts.After }, key, token),
            cancellationToken
        );
        if (failed is not null)
        {
            return failed;
        }

        var mayHold = payouts.Items.Where(payout => IsItemised(payout) && payout.Text("currency") == item.Body.Text("currency"));
        var date = payouts.Date;
        // Listed newest first; the one that holds it is most likely the first one made.
        foreach (var payout in mayHold.Reverse().Select(payout => payout.Text("id")).OfType<string>())
        {
            var items = new StripePages();
            var ofTheSecond = new StripeQuery
            {
                Payout = payout,
                From = created,
                Until = created,
            };
            if (await ReadItemsAsync(items, ofTheSecond, cancellationToken) is { } unread)
            {
                return unread;
            }

            date = items.Date;
            if (items.Items.Any(held => held.Text("id") == id))
            {
                return new FoundPayout(payout, date);
            }
        }

        return new FoundPayout(null, date);
    }

    private Task<Fault?> ReadItemsAsync(StripePages pages, StripeQuery query, CancellationToken cancellationToken) =>
        calls.ReadRestAsync(
            pages,
            (api, key, token) => api.ListAsync("balance_transactions", query with { After = pages.After }, key, token),
            cancellationToken
        );

    /// <summary>
    /// With the account that it moved, its payout, and the record behind it under the name of its type; and what was moved in that record's own
    /// currency, with the movement's sign, where it was converted.
    /// </summary>
    private ReadOnlyMemory<byte> Write(JsonElement item, string? payout)
    {
        var fields = new List<StripeField> { StripeForm.Text("processor_account", options.ProcessorAccount) };
        if (payout is not null)
        {
            fields.Add(StripeForm.Text("payout", payout));
        }

        if (item.Object("source") is { } source)
        {
            fields.Add(StripeForm.Text("source", source.Text("id")));
            if (source.Text("object") is (("charge" or StripeKind.Refund or StripeKind.Dispute) and var type))
            {
                fields.Add(StripeForm.Object("source_record", StripeForm.Element(type, source)));
                fields.AddRange(Original(item, source));
            }
        }

        return StripeForm.Write(item, fields);
    }

    private static IEnumerable<StripeField> Original(JsonElement item, JsonElement source)
    {
        // Of an authorisation that was captured in part Stripe moves the whole, and then back what was not captured.
        var amount =
            item.Text("reporting_category") == "partial_capture_reversal"
                ? source.Integer("amount") - source.Integer("amount_captured")
                : source.Integer("amount");
        return
            item.Number("exchange_rate") is null
            || amount is not { } whole
            || source.Text("currency") is not { } currency
            || currency == item.Text("currency")
            ? []
            :
            [
                StripeForm.Object(
                    "original",
                    StripeForm.Number("amount", item.Integer("amount") < 0 ? -whole : whole),
                    StripeForm.Text("currency", currency)
                ),
            ];
    }

    /// <summary>The payout that holds a movement, where one does, and Stripe's clock when that was known.</summary>
    private sealed record FoundPayout(string? Id, DateTimeOffset Date);
}
