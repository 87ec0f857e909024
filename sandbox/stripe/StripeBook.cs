using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Reads the books from the account's own state.</summary>
internal sealed class StripeBook(StripeState state, TimeZoneInfo calendar)
{
    public Book Read() =>
        new(
            [.. state.All("customer").Values.Select(Account)],
            [.. state.All("invoice").Values.Where(invoice => invoice.Text("status") != "draft").Select(Invoice)],
            [.. state.All("payment_intent").Values.Select(Payment)]
        )
        {
            Memos = [.. state.All("credit_note").Values.Select(CreditNote)],
            Refunds = [.. state.All("refund").Values.Select(Refund)],
            Disputes = [.. state.All("dispute").Values.Select(Dispute)],
            SettlementItems = [.. state.All("balance_transaction").Values.Select(Item)],
            Payouts = [.. state.All("payout").Values.Select(Payout)],
            ProcessorBalances =
            [
                .. state
                    .All("balance_transaction")
                    .Values.GroupBy(moved => Code(moved), StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new BookBalance(group.Key, group.Sum(moved => Iso(moved, moved.Number("net"))))),
            ],
        };

    private BookAccount Account(JsonObject customer)
    {
        var id = customer.Text("id");
        return new BookAccount(id, id, customer.TextOrNull("name") ?? "", customer.TextOrNull("email"), !state.IsDeleted(id));
    }

    private BookInvoice Invoice(JsonObject invoice) =>
        new(
            invoice.Text("id"),
            invoice.Text("number"),
            invoice.Text("customer"),
            Day(invoice["status_transitions"]!.AsObject().Number("finalized_at")),
            Code(invoice),
            Iso(invoice, invoice["total_taxes"]!.AsArray().Sum(tax => tax!.AsObject().Number("amount"))),
            Iso(invoice, invoice.Number("total")),
            invoice.TextOrNull("description"),
            invoice.Text("status"),
            [.. invoice.Lines().Select(line => Iso(invoice, line!.AsObject().Number("amount")))]
        );

    private BookPayment Payment(JsonObject payment)
    {
        var id = payment.Text("id");
        var charge = payment.TextOrNull("latest_charge") is { } charged ? state.Find("charge", charged) : null;
        var applications = state
            .Applications(id)
            .Where(applied => applied.Text("status") == "paid")
            .GroupBy(applied => state.Get("invoice", applied.Text("invoice")).Text("number"), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new BookApplication(group.Key, group.Sum(applied => Iso(applied, applied.Number("amount_paid")))));
        return new BookPayment(
            id,
            id,
            payment.TextOrNull("customer") ?? "",
            Day((charge ?? payment).Number("created")),
            Code(payment),
            Iso(payment, payment.Number("amount")),
            payment.Text("status"),
            [.. applications]
        );
    }

    private BookMemo CreditNote(JsonObject note)
    {
        var before = Iso(note, note.Number("pre_payment_amount"));
        return new BookMemo(
            note.Text("id"),
            note.Text("number"),
            true,
            note.Text("customer"),
            Day(note.Number("created")),
            Code(note),
            Iso(note, note["total_taxes"]!.AsArray().Sum(tax => tax!.AsObject().Number("amount"))),
            Iso(note, note.Number("total")),
            note.Text("status"),
            before == 0 ? [] : [new BookApplication(state.Get("invoice", note.Text("invoice")).Text("number"), before)]
        );
    }

    private BookRefund Refund(JsonObject refund) =>
        new(
            refund.Text("id"),
            refund.Text("id"),
            refund.TextOrNull("payment_intent") ?? "",
            Day(refund.Number("created")),
            Code(refund),
            Iso(refund, refund.Number("amount")),
            refund.Text("status")
        );

    private BookDispute Dispute(JsonObject dispute)
    {
        JsonObject[] moved = [.. dispute["balance_transactions"]!.AsArray().Select(entry => entry!.AsObject())];
        return new BookDispute(
            dispute.Text("id"),
            dispute.TextOrNull("payment_intent") ?? "",
            Day(dispute.Number("created")),
            Code(dispute),
            Iso(dispute, dispute.Number("amount")),
            dispute.Text("status") switch
            {
                "won" or "warning_closed" => "won",
                "lost" => "lost",
                "needs_response" or "under_review" => "open",
                _ => "inquiry",
            },
            Code(moved.FirstOrDefault(dispute)),
            -moved.Where(entry => entry.Number("amount") < 0).Sum(entry => Iso(entry, entry.Number("amount"))),
            moved.Where(entry => entry.Number("amount") > 0).Sum(entry => Iso(entry, entry.Number("amount")))
        );
    }

    private BookSettlementItem Item(JsonObject moved) =>
        new(
            moved.Text("id"),
            KindOf(moved.Text("type"), moved.Text("reporting_category")),
            Day(moved.Number("created")),
            Code(moved),
            Iso(moved, moved.Number("amount")),
            Iso(moved, moved.Number("fee")),
            Iso(moved, moved.Number("net")),
            moved.Text("type").StartsWith("payout", StringComparison.Ordinal)
                ? moved.Text("source")
                : state.PayoutOf.GetValueOrDefault(moved.Text("id"))
        )
        {
            Of = SourceOf(moved),
        };

    // People know a charge by its payment.
    private string SourceOf(JsonObject moved) =>
        moved.TextOrNull("source") is not { } source ? moved.Text("id")
        : state.Find("charge", source)?.TextOrNull("payment_intent") is { } payment ? payment
        : source;

    private BookPayout Payout(JsonObject payout)
    {
        var id = payout.Text("id");
        return new BookPayout(
            id,
            DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(payout.Number("arrival_date")).UtcDateTime),
            Code(payout),
            Iso(payout, payout.Number("amount")),
            payout.Text("status"),
            payout["automatic"]!.GetValue<bool>(),
            payout["automatic"]!.GetValue<bool>()
                ? state.PayoutOf.Count(held => held.Value == id && held.Key != payout.Text("balance_transaction"))
                : null
        );
    }

    private static string KindOf(string type, string category) =>
        (type, category) switch
        {
            ("adjustment", "dispute" or "dispute_reversal") => "dispute",
            ("refund" or "refund_failure", _) => "refund",
            ("stripe_fee", _) => "fee",
            ("reserved_funds", _) => "reserve",
            ("payout" or "payout_failure" or "payout_cancel", _) => "payout",
            _ => type,
        };

    private static string Code(JsonObject record) => record.Text("currency").ToUpperInvariant();

    /// <summary>An amount of a record in ISO 4217's minor units of the record's currency.</summary>
    private static long Iso(JsonObject record, long amount) => StripeMoney.ToIso(record.Text("currency"), amount);

    private DateOnly Day(long seconds) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), calendar).DateTime);
}
