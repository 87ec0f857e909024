using System.Globalization;
using System.Text.Json.Nodes;
using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>What the vendor refuses of a journal entry, and of the account that a transaction names.</summary>
internal static class NetSuiteJournals
{
    /// <summary>Null where the entry may stand as it is.</summary>
    public static Refusal? Check(JsonObject fields)
    {
        var lines = Lines(fields, "line");
        if (lines.Count == 0)
        {
            return Refusal.User("You must enter at least one line item for this transaction.", "line");
        }

        for (var index = 0; index < lines.Count; index++)
        {
            if (CheckLine(fields, lines[index], $"line.items[{index.ToString(CultureInfo.InvariantCulture)}]") is { } refusal)
            {
                return refusal;
            }
        }

        var difference = lines.Sum(line => Number(line, "debit") - Number(line, "credit"));
        return difference == 0
            ? null
            : Refusal.User($"Transaction was not in balance. Total = {difference.ToString(CultureInfo.InvariantCulture)}", "line");
    }

    /// <summary>The account of a payment, of a refund or of a journal's line: known, and one that takes the currency.</summary>
    public static Refusal? CheckAccount(JsonObject fields, string? id, string path)
    {
        if (id is null || !NetSuiteChart.Accounts.TryGetValue(id, out var account))
        {
            return Refusal.Reference("account", id ?? "", path);
        }

        return account.Currency is { } only && only != Reference(fields, "currency")
            ? Refusal.User($"You have entered an Invalid Field Value {id} for the following field: account.", path)
            : null;
    }

    private static Refusal? CheckLine(JsonObject fields, JsonObject line, string path)
    {
        if (Reference(line, "account") is not { } id)
        {
            return Refusal.Required("Account", $"{path}.account");
        }

        if (CheckAccount(fields, id, $"{path}.account") is { } wrong)
        {
            return wrong;
        }

        if (NetSuiteChart.Accounts[id].Type == AccountType.Receivable)
        {
            return Refusal.User("A line of accounts receivable names the customer.", $"{path}.account");
        }

        var (debit, credit) = (Number(line, "debit"), Number(line, "credit"));
        return debit < 0 || credit < 0 || (debit == 0) == (credit == 0)
            ? Refusal.User("A line is a debit or a credit, and more than zero.", path)
            : NetSuiteRules.CheckAmount(line, debit == 0 ? "credit" : "debit", NetSuiteRules.Digits(fields), path);
    }
}
