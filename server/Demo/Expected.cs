namespace QtcHub.Server.Demo;

/// <summary>What must stand when everything has arrived, worked out from the script alone. Keys are the script's.</summary>
internal sealed class Expected
{
    private readonly SortedDictionary<string, ExpectedAccount> accounts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ExpectedInvoice> invoices = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ExpectedPayment> payments = new(StringComparer.Ordinal);

    private Expected() { }

    public IReadOnlyDictionary<string, ExpectedAccount> Accounts => accounts;

    public IReadOnlyDictionary<string, ExpectedInvoice> Invoices => invoices;

    public IReadOnlyDictionary<string, ExpectedPayment> Payments => payments;

    /// <summary>Adds up a script.</summary>
    public static Expected Of(IEnumerable<Act> acts)
    {
        var expected = new Expected();
        foreach (var act in acts)
        {
            expected.Add(act);
        }

        return expected;
    }

    /// <summary>Where an invoice stands: <c>void</c>, <c>paid</c> or <c>open</c>.</summary>
    public string StatusOf(string invoice) =>
        invoices[invoice].IsVoid ? "void"
        : payments.Values.SelectMany(payment => payment.Applications).Where(part => part.Invoice == invoice).Sum(part => part.Amount)
        == invoices[invoice].Total
            ? "paid"
        : "open";

    private void Add(Act act)
    {
        switch (act)
        {
            case Act.OpenAccount open:
                accounts[open.Key] = new ExpectedAccount(open.Name, open.Email, open.Currency);
                break;
            case Act.RenameAccount rename:
                accounts[rename.Account] = accounts[rename.Account] with { Name = rename.Name };
                break;
            case Act.IssueInvoice issue:
                long[] lines = [.. issue.Lines.Select(line => line.Amount)];
                invoices[issue.Key] = new ExpectedInvoice(
                    issue.Account,
                    accounts[issue.Account].Currency,
                    lines,
                    issue.Tax,
                    null,
                    IsVoid: false
                );
                break;
            case Act.AnnotateInvoice annotate:
                invoices[annotate.Invoice] = invoices[annotate.Invoice] with { Memo = annotate.Memo };
                break;
            case Act.VoidInvoice gone:
                invoices[gone.Invoice] = invoices[gone.Invoice] with { IsVoid = true };
                break;
            case Act.TakePayment take:
                payments[take.Key] = new ExpectedPayment(take.Account, accounts[take.Account].Currency, take.Amount, take.Applications);
                break;
            case Act.ApplyPayment apply:
                payments[apply.Payment] = payments[apply.Payment] with
                {
                    Applications = [.. payments[apply.Payment].Applications, apply.Application],
                };
                break;
            default:
                throw new InvariantException("a known act");
        }
    }
}

internal sealed record ExpectedAccount(string Name, string Email, string Currency);

internal sealed record ExpectedInvoice(string Account, string Currency, IReadOnlyList<long> Lines, long Tax, string? Memo, bool IsVoid)
{
    public long Total => checked(Lines.Sum() + Tax);
}

internal sealed record ExpectedPayment(string Account, string Currency, long Amount, IReadOnlyList<ScriptApplication> Applications);
