using System.Globalization;
using System.Text.Json.Nodes;
using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>What settles what, and how much of it: the rules of payments, credit memos and refunds.</summary>
internal static class NetSuiteSettlement
{
    public static Refusal? OfPayment(NetSuiteAccount account, Form form, JsonObject fields, NetSuiteRecord? existing)
    {
        if (fields["payment"] is null)
        {
            return Refusal.Required("Payment Amount", "payment");
        }

        if (Number(fields, "payment") < 0)
        {
            return Refusal.User("The payment amount may not be negative.", "payment");
        }

        return NetSuiteRules.CheckAmount(fields, "payment", NetSuiteRules.Digits(fields), "")
            ?? (Reference(fields, "account") is { } into ? NetSuiteJournals.CheckAccount(fields, into, "account") : null)
            ?? CheckApplied(account, form, fields, existing)
            ?? CheckSpent(account, fields, existing, Number(fields, "payment"), "payment");
    }

    public static Refusal? OfMemo(NetSuiteAccount account, Form form, JsonObject fields, NetSuiteRecord? existing) =>
        Total(fields) < 0
            ? Refusal.User("The amount of a credit memo may not be negative.", "item")
            : CheckApplied(account, form, fields, existing) ?? CheckSpent(account, fields, existing, Total(fields), "credit");

    public static Refusal? OfRefund(NetSuiteAccount account, Form form, JsonObject fields, NetSuiteRecord? existing)
    {
        if (Reference(fields, "account") is not { } from)
        {
            return Refusal.Required("Account", "account");
        }

        return NetSuiteJournals.CheckAccount(fields, from, "account")
            ?? CheckApplied(account, form, fields, existing)
            ?? (Applications(fields).Any() ? null : Refusal.User("You must enter at least one line item for this transaction.", "apply"));
    }

    /// <summary>What of a transaction can still be applied or refunded, without what <paramref name="except"/> takes of it.</summary>
    public static decimal Remaining(NetSuiteAccount account, NetSuiteRecord record, string? except = null) =>
        (record.Form == NetSuiteForms.Payment ? Number(record.Fields, "payment") : Total(record.Fields))
        - AppliedBy(record.Fields)
        - account.Applied(record.Id, except);

    private static Refusal? CheckSpent(NetSuiteAccount account, JsonObject fields, NetSuiteRecord? existing, decimal amount, string what) =>
        AppliedBy(fields) + (existing is null ? 0 : account.Applied(existing.Id)) > amount
            ? Refusal.User($"The total amount applied exceeds the {what} amount.", "apply")
            : null;

    private static Refusal? CheckApplied(NetSuiteAccount account, Form form, JsonObject fields, NetSuiteRecord? existing)
    {
        var lines = Lines(fields, "apply");
        for (var index = 0; index < lines.Count; index++)
        {
            var path = $"apply.items[{index.ToString(CultureInfo.InvariantCulture)}]";
            if (CheckLine(account, (form, fields, existing), lines[index], path) is { } refusal)
            {
                return refusal;
            }
        }

        return lines.GroupBy(line => Reference(line, "doc")!, StringComparer.Ordinal).Any(document => document.Count() > 1)
            ? Refusal.Content("apply", "A document is applied to once per transaction.")
            : null;
    }

    private static Refusal? CheckLine(
        NetSuiteAccount account,
        (Form Form, JsonObject Fields, NetSuiteRecord? Existing) source,
        JsonObject line,
        string path
    )
    {
        if (Reference(line, "doc") is not { } id)
        {
            return Refusal.Required("Apply To", $"{path}.doc");
        }

        if (account.Transaction(id, source.Form.AppliesTo) is not { } document)
        {
            return Refusal.Reference("doc", id, $"{path}.doc");
        }

        if (!Flag(line, "apply"))
        {
            return null;
        }

        // The list shows only the customer's own documents in the transaction's own currency.
        if (
            Reference(document.Fields, document.Form.Who) != Reference(source.Fields, source.Form.Who)
            || Reference(document.Fields, "currency") != Reference(source.Fields, "currency")
        )
        {
            return Refusal.User($"You have entered an Invalid Field Value {id} for the following field: doc.", $"{path}.doc");
        }

        if (Number(line, "amount") <= 0 || Number(line, "disc") < 0)
        {
            return Refusal.User("The amount to apply must be greater than zero.", $"{path}.amount");
        }

        var digits = NetSuiteRules.Digits(source.Fields);
        return Number(line, "amount") + Number(line, "disc") > Remaining(account, document, source.Existing?.Id)
            ? Refusal.User("You cannot apply more than the amount remaining on the transaction.", $"{path}.amount")
            : NetSuiteRules.CheckAmount(line, "amount", digits, path) ?? NetSuiteRules.CheckAmount(line, "disc", digits, path);
    }
}
