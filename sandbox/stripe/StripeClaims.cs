using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Money that goes back to payers: refunds, and disputes.</summary>
internal sealed class StripeClaims(StripeState state, StripeEventLog events, StripeTreasury treasury)
{
    private const long DisputeFee = 1500;
    private const long Week = 7 * 86_400;

    public JsonObject Refund(JsonObject payment, long amount)
    {
        var charge = ChargeOf(payment);
        StripeLedger.Require(amount > 0, "a refund is more than nothing");
        StripeLedger.Require(
            amount <= charge.Number("amount_captured") - charge.Number("amount_refunded"),
            "no more is given back than was taken"
        );
        var refund = StripeForms.New("refund");
        var id = state.NextId("re");
        refund["id"] = id;
        refund["amount"] = amount;
        refund["charge"] = charge.Text("id");
        refund["created"] = state.Now;
        refund["currency"] = charge.Text("currency");
        refund["customer"] = charge.TextOrNull("customer");
        refund["payment_intent"] = payment.Text("id");
        refund["payment_method"] = charge.TextOrNull("payment_method");
        refund["reason"] = "requested_by_customer";
        var movement = new PlayedMovement("refund", "refund", "", -amount) { Source = id };
        refund["balance_transaction"] = treasury.MovePart(charge, movement).Text("id");
        state.Keep("refund", refund);
        Refunded(charge, amount);
        events.Record("refund.created", "refund", refund);
        events.Record("charge.refunded", "charge", charge);
        return refund;
    }

    public void FailRefund(JsonObject refund)
    {
        StripeLedger.Require(refund.Text("status") is "pending" or "succeeded", "only a refund that went out comes back");
        var charge = state.Get("charge", refund.Text("charge"));
        var movement = new PlayedMovement("refund_failure", "refund_failure", "", refund.Number("amount")) { Source = refund.Text("id") };
        refund["failure_balance_transaction"] = treasury.MovePart(charge, movement).Text("id");
        refund["failure_reason"] = "expired_or_canceled_card";
        refund["status"] = "failed";
        Refunded(charge, -refund.Number("amount"));
        events.Record("refund.failed", "refund", refund);
        events.Record("charge.refund.updated", "refund", refund);
    }

    public JsonObject OpenDispute(JsonObject payment, long amount, bool inquiry)
    {
        var charge = ChargeOf(payment);
        StripeLedger.Require(amount > 0, "a dispute is about more than nothing");
        var dispute = StripeForms.New("dispute");
        dispute["id"] = state.NextId("dp");
        dispute["amount"] = amount;
        dispute["charge"] = charge.Text("id");
        dispute["created"] = state.Now;
        dispute["currency"] = charge.Text("currency");
        dispute["evidence_details"]!["due_by"] = state.Now + Week;
        dispute["is_charge_refundable"] = inquiry;
        dispute["payment_intent"] = payment.Text("id");
        dispute["payment_method_details"]!["card"]!["case_type"] = inquiry ? "inquiry" : "chargeback";
        dispute["status"] = inquiry ? "warning_needs_response" : "needs_response";
        state.Keep("dispute", dispute);
        charge["disputed"] = true;
        events.Record("charge.dispute.created", "dispute", dispute);
        if (!inquiry)
        {
            Withdraw(dispute);
        }

        return dispute;
    }

    public void Escalate(JsonObject dispute)
    {
        StripeLedger.Require(IsInquiry(dispute), "only an inquiry becomes a dispute");
        dispute["status"] = "needs_response";
        dispute["is_charge_refundable"] = false;
        dispute["payment_method_details"]!["card"]!["case_type"] = "chargeback";
        events.Record("charge.dispute.updated", "dispute", dispute);
        Withdraw(dispute);
    }

    public void Answer(JsonObject dispute)
    {
        StripeLedger.Require(
            dispute.Text("status") is "needs_response" or "warning_needs_response",
            "only a dispute that waits for an answer is answered"
        );
        dispute["status"] = IsInquiry(dispute) ? "warning_under_review" : "under_review";
        dispute["evidence_details"]!["has_evidence"] = true;
        dispute["evidence_details"]!["submission_count"] = 1;
        events.Record("charge.dispute.updated", "dispute", dispute);
    }

    public void Close(JsonObject dispute, bool won)
    {
        StripeLedger.Require(dispute.Text("status") is not ("won" or "lost" or "warning_closed"), "a dispute ends once");
        StripeLedger.Require(won || !IsInquiry(dispute), "an inquiry takes nothing, so it cannot be lost");
        var took = !IsInquiry(dispute);
        dispute["status"] =
            !took ? "warning_closed"
            : won ? "won"
            : "lost";
        events.Record("charge.dispute.closed", "dispute", dispute);
        if (won && took)
        {
            GiveBack(dispute, DisputeFee);
        }
    }

    /// <summary>The money comes back, the fee and the verdict stay.</summary>
    public void Reinstate(JsonObject dispute)
    {
        StripeLedger.Require(dispute.Text("status") == "lost", "only what was lost is given back all the same");
        StripeLedger.Require(dispute["balance_transactions"]!.AsArray().Count == 1, "a dispute is reinstated once");
        GiveBack(dispute, 0);
    }

    private void Withdraw(JsonObject dispute)
    {
        Move(dispute, new PlayedMovement("adjustment", "dispute", "", -dispute.Number("amount")) { Fee = DisputeFee });
        events.Record("charge.dispute.funds_withdrawn", "dispute", dispute);
    }

    private void GiveBack(JsonObject dispute, long fee)
    {
        Move(dispute, new PlayedMovement("adjustment", "dispute_reversal", "", dispute.Number("amount")) { Fee = -fee });
        events.Record("charge.dispute.funds_reinstated", "dispute", dispute);
    }

    private void Move(JsonObject dispute, PlayedMovement movement)
    {
        var charge = state.Get("charge", dispute.Text("charge"));
        var moved = treasury.MovePart(
            charge,
            movement with
            {
                Source = dispute.Text("id"),
                Description = $"Chargeback {movement.Category} for {charge.Text("id")}",
            }
        );
        dispute["balance_transactions"]!.AsArray().Add(moved.DeepClone());
    }

    private static bool IsInquiry(JsonObject dispute) => dispute.Text("status").StartsWith("warning_", StringComparison.Ordinal);

    private static void Refunded(JsonObject charge, long by)
    {
        charge["amount_refunded"] = charge.Number("amount_refunded") + by;
        charge["refunded"] = charge.Number("amount_refunded") == charge.Number("amount_captured");
    }

    private JsonObject ChargeOf(JsonObject payment) =>
        payment.TextOrNull("latest_charge") is { } charge
            ? state.Get("charge", charge)
            : throw new ArgumentException("nothing was taken by this payment", nameof(payment));
}
