using System.Collections.Immutable;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// What a receipt should pay, by its remittance text. It is a proposal: the system that owns applications carries it out or refuses it. Where anything is in
/// doubt nothing is proposed, for cash that is unapplied is put right sooner than cash that is applied to the wrong document.
/// </summary>
public static class CashApplication
{
    /// <summary>Proposes what a receipt pays of the documents that its text may name, in whatever order they are given.</summary>
    public static CashProposal Propose(CashReceipt receipt, IReadOnlyList<Receivable> receivables, CashApplicationOptions policy)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(policy);
        var text = new RemittanceText(receipt.Text);
        if (text.IsTooLong)
        {
            return new CashProposal(CashVerdict.TooManyNumbers);
        }

        var reading = text.Find(receivables);
        var (payable, leftOut, isAmbiguous) = Sort(receipt, reading);
        if (isAmbiguous)
        {
            return new CashProposal(CashVerdict.Ambiguous) { LeftOut = leftOut };
        }

        if (payable.Count == 0)
        {
            var verdict = leftOut.IsEmpty ? CashVerdict.NamesNothing : CashVerdict.NothingPayable;
            return new CashProposal(verdict) { LeftOut = leftOut, MayNameMore = !reading.IsRead };
        }

        var proposal = Allocate(receipt.Amount, payable, policy);
        return proposal with { LeftOut = leftOut, MayNameMore = proposal.Verdict == CashVerdict.Overpaid && !reading.IsRead };
    }

    /// <summary>Divides what is named into what can be paid, in the order in which it is, and what cannot, with the reason.</summary>
    private static (List<Receivable> Payable, ImmutableArray<LeftOut> LeftOut, bool IsAmbiguous) Sort(
        CashReceipt receipt,
        RemittanceReading reading
    )
    {
        var payable = new List<Receivable>();
        var leftOut = new List<LeftOut>();
        var isAmbiguous = false;
        foreach (var named in reading.Named)
        {
            // Two customers may have documents of one number: the payer's own is meant.
            var own = named.Where(one => one.Account == receipt.Account).ToList();
            var judged = (own.Count > 0 ? own : named).Select(one => (Receivable: one, Objection: ObjectionTo(one, receipt))).ToList();
            var open = judged.Where(one => one.Objection is null).Select(one => one.Receivable).ToList();
            isAmbiguous |= open.Count > 1;
            payable.AddRange(open);
            if (open.Count == 0)
            {
                leftOut.AddRange(judged.Select(one => new LeftOut(one.Receivable.Id, one.Objection!.Value)));
            }
            else if (open.Count > 1)
            {
                leftOut.AddRange(open.Select(one => new LeftOut(one.Id, CashObjection.OneOfSeveral)));
            }
        }

        return (
            [
                .. payable
                    .DistinctBy(one => one.Id)
                    .OrderBy(one => one.DueOn)
                    .ThenBy(one => one.Number, StringComparer.Ordinal)
                    .ThenBy(one => one.Id.Value, StringComparer.Ordinal),
            ],
            [.. leftOut.Distinct().OrderBy(one => one.Document.Value, StringComparer.Ordinal)],
            isAmbiguous
        );
    }

    private static CashObjection? ObjectionTo(Receivable receivable, CashReceipt receipt) =>
        receivable.Account != receipt.Account ? CashObjection.AnotherCustomer
        : receivable.Entity != receipt.Entity ? CashObjection.AnotherEntity
        : receivable.Owed.Currency != receipt.Amount.Currency ? CashObjection.AnotherCurrency
        : !receivable.IsOpen ? CashObjection.NotOpen
        : receivable.Owed.MinorUnits <= 0 ? CashObjection.NothingOwed
        : null;

    private static CashProposal Allocate(Money amount, List<Receivable> payable, CashApplicationOptions policy)
    {
        // Wide, because a sum of amounts may be more than an amount can be.
        var owed = payable.Aggregate((Int128)0, (sum, one) => sum + one.Owed.MinorUnits);
        var verdict =
            owed == amount.MinorUnits ? CashVerdict.PaidInFull
            : owed < amount.MinorUnits ? CashVerdict.Overpaid
            : CashVerdict.Underpaid;
        if (verdict == CashVerdict.Underpaid && GiveUp(amount, payable, owed, policy) is { } given)
        {
            return Divide(amount, [.. payable.Where(one => one.Id != given.Document), payable.Single(one => one.Id == given.Document)]) with
            {
                Verdict = CashVerdict.ShortPaid,
                WriteOff = given,
            };
        }

        return verdict == CashVerdict.Underpaid && policy.Underpaid == WhenUnderpaid.Leave
            ? new CashProposal(CashVerdict.LeftUnderpaid)
            : Divide(amount, payable) with
            {
                Verdict = verdict,
            };
    }

    /// <summary>
    /// What a payment lacks, where the policy gives it up: of the invoice of which most is owed, and never all of it. A debit memo cannot be written off.
    /// </summary>
    private static ProposedWriteOff? GiveUp(Money amount, List<Receivable> payable, Int128 owed, CashApplicationOptions policy)
    {
        var lacks = owed - amount.MinorUnits;
        var closes = payable.Where(one => one.Id.Type == RecordType.Invoice).OrderByDescending(one => one.Owed.MinorUnits).FirstOrDefault();
        return
            policy.ShortPay is { } shortPay
            && closes is not null
            && lacks < closes.Owed.MinorUnits
            && shortPay.Tolerates(lacks, owed, amount.Currency)
            ? new ProposedWriteOff(closes.Id, amount with { MinorUnits = (long)lacks }, shortPay.Reason)
            : null;
    }

    /// <summary>Pays one after the other as far as the money goes.</summary>
    private static CashProposal Divide(Money amount, List<Receivable> payable)
    {
        var applications = ImmutableArray.CreateBuilder<ProposedApplication>();
        var left = amount.MinorUnits;
        foreach (var one in payable.TakeWhile(_ => left > 0))
        {
            var paid = Math.Min(left, one.Owed.MinorUnits);
            left -= paid;
            applications.Add(new ProposedApplication(one.Id, amount with { MinorUnits = paid }));
        }

        return new CashProposal(CashVerdict.PaidInFull) { Applications = applications.ToImmutable() };
    }
}

/// <summary>A receipt as cash application sees it.</summary>
/// <param name="Entity">Code of the legal entity that received it.</param>
/// <param name="Account">Who paid.</param>
/// <param name="Amount">How much.</param>
/// <param name="Text">What the payer wrote on it.</param>
public sealed record CashReceipt(string Entity, CanonicalId Account, Money Amount, string? Text);

/// <summary>An invoice or debit memo as cash application sees it.</summary>
public sealed record Receivable
{
    /// <summary>Which.</summary>
    public required CanonicalId Id { get; init; }

    /// <summary>Its number, as its owner writes it.</summary>
    public required string Number { get; init; }

    /// <summary>Whose it is.</summary>
    public required CanonicalId Account { get; init; }

    /// <summary>Code of the legal entity that it is owed to.</summary>
    public required string Entity { get; init; }

    /// <summary>Whether its owner counts it as open.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>What is still owed of it, minor units.</summary>
    public required Money Owed { get; init; }

    /// <summary>When payment is due; where there is no such day, when it was issued.</summary>
    public required DateOnly DueOn { get; init; }
}
